"""Run the benchmarks and keep their record.

    python -m benchmarks [gram noisy variational qaoa projected memory delong resampling drift
                          ledger ledger_writers]
                         [--quick] [--rounds 3] [--where qubits=16]

Each subject is a module of this folder. A peer that is not installed is an error, not a gap:
`make bench` builds the environment that has them all.
"""

import argparse
import importlib
import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "2")
os.environ.setdefault("OMP_NUM_THREADS", "2")

from benchmarks.harness import lines, measured
from benchmarks.record import record

SUBJECTS = (
    *("gram", "noisy", "variational", "qaoa", "projected", "memory"),
    *("delong", "resampling", "drift", "ledger", "ledger_writers"),
)


def main() -> None:
    """Print one table a comparison, and keep it at once: a run cut short loses nothing."""
    arguments = _arguments()
    entries = _others(arguments)
    for subject in arguments.subjects:
        print(f"\n== {subject}", flush=True)
        module = importlib.import_module(f"benchmarks.{subject}")
        for comparison in module.comparisons(arguments.quick):
            if not _is_wanted(arguments, subject, comparison.params):
                continue
            outcome = measured(comparison, rounds=arguments.rounds)
            print("\n".join(lines(outcome)), flush=True)
            entries += record([outcome], at=datetime.now(UTC), subject=subject)
            if arguments.keep:
                arguments.keep.write_text(json.dumps(entries, indent=1) + "\n")
    print("\n" + "\n".join(summary(entries)))
    if arguments.keep:
        print(f"kept in {arguments.keep}", file=sys.stderr)


def summary(entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Say how many targets were reached, and name what missed or was not the same result."""
    contenders = [(entry, one) for entry in entries for one in entry["results"]["contenders"]]
    held = [one["target_met"] for _, one in contenders if one["target_met"] is not None]
    yield f"{sum(held)} of {len(held)} targets reached"
    for entry, one in contenders:
        what = f"{one['name']}, {entry['params']}"
        if one["target_met"] is False:
            yield f"missed: {one['ratio']:.2f} for {one['target']:g}, {what}"
        if one["agrees"] is False:
            yield f"another result: by {one['difference']:.1e}, {what}"


def _others(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """Return what an earlier run kept of comparisons that are not measured now."""
    if arguments.keep is None or not arguments.keep.exists():
        return []
    kept: list[dict[str, Any]] = json.loads(arguments.keep.read_text())
    return [
        entry for entry in kept if not _is_wanted(arguments, entry["job_type"], entry["params"])
    ]


def _is_wanted(arguments: argparse.Namespace, subject: str, params: Mapping[str, Any]) -> bool:
    name, _, value = arguments.where.partition("=")
    return subject in arguments.subjects and (not name or str(params.get(name)) == value)


def _arguments() -> argparse.Namespace:
    about = __doc__.splitlines()[0]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=about)
    parser.add_argument("subjects", nargs="*", default=SUBJECTS, help=", ".join(SUBJECTS))
    parser.add_argument("--quick", action="store_true", help="small sizes, to try the peers")
    parser.add_argument("--rounds", type=int, default=3, help="times each is timed, in turns")
    where = "only comparisons with this parameter, such as qubits=16"
    parser.add_argument("--where", default="", help=where)
    parser.add_argument("--keep", type=Path, help="file for the machine-readable record")
    found = parser.parse_args()
    for unknown in set(found.subjects) - set(SUBJECTS):
        parser.error(f"subject — expected one of {', '.join(SUBJECTS)}, got {unknown!r}")
    return found


if __name__ == "__main__":
    main()
