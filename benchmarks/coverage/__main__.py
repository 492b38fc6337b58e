"""Put every interval and every test to populations whose truth is known, and write the page.

    python -m benchmarks.coverage [--write docs/coverage.md] [--share 1.0] [--workers 2]

Each cell draws from a seed of its own: the page is the same whatever the workers, and a row
that is added changes no other. A run that was cut goes on where it was (see `var/coverage`).
"""

import argparse
from pathlib import Path

from benchmarks.coverage.page import page
from benchmarks.coverage.simulation import simulated


def main() -> None:
    """Write the page, or print it."""
    arguments = _arguments()
    text = "\n".join(page(simulated(arguments.share, arguments.workers))) + "\n"
    if arguments.write:
        arguments.write.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.coverage", description=__doc__)
    parser.add_argument("--write", type=Path, help="the page to write; printed without it")
    parser.add_argument(
        "--share", type=float, default=1.0, help="of the samples, to try it out"
    )
    parser.add_argument("--workers", type=int, default=2, help="processes")
    return parser.parse_args()


if __name__ == "__main__":
    main()
