"""The models of a study as files that are written once and never again.

The digest of the frozen model covers the index test, the fallback and the circuit; it is what
every later prediction, gate and document names. Reading checks every file against it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from probatum.errors import ModelError
from probatum.ledger.canonical import Digest, canonical_bytes, sha256
from probatum.models.risk_model import RiskModel
from probatum.models.serialisation import loaded, model_bytes

INDEX, FALLBACK, CIRCUIT, CONTENTS = (
    "index.skops",
    "fallback.skops",
    "circuit.qasm",
    "model.json",
)
DOMAIN = "probatum/frozen-model/1"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FrozenModel:
    """The models of a study, as they were frozen."""

    sha256: str
    index: RiskModel
    fallback: RiskModel
    comparators: Mapping[str, RiskModel]
    """By the name the protocol gives them, in its order."""
    best_comparator: str
    circuit_qasm: str

    def risk(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Return the index test's risk of each patient."""
        return self.index.risk(frame)

    def fallback_risk(self, frame: pd.DataFrame) -> NDArray[np.float64]:
        """Return the fallback's risk of each patient."""
        return self.fallback.risk(frame)

    def comparator_risks(self, frame: pd.DataFrame) -> dict[str, NDArray[np.float64]]:
        """Return each comparator's risk of each patient."""
        return {name: model.risk(frame) for name, model in self.comparators.items()}


def comparator_file(name: str) -> str:
    """Return the file a comparator is kept in.

    Examples
    --------
    >>> comparator_file("RBF support vector machine")
    'comparator-rbf-support-vector-machine.skops'
    """
    words = "".join(c if c.isalnum() else " " for c in name.lower()).split()
    return f"comparator-{'-'.join(words)}.skops"


def frozen_files(
    *,
    index: RiskModel,
    fallback: RiskModel,
    comparators: Mapping[str, RiskModel],
    best_comparator: str,
    circuit_qasm: str,
) -> dict[str, bytes]:
    """Return the files of a frozen model by name; the same models give the same bytes.

    Raises
    ------
    ModelError
        When two comparators would share a file.
    """
    files = {
        INDEX: model_bytes(index),
        FALLBACK: model_bytes(fallback),
        CIRCUIT: circuit_qasm.encode(),
    }
    files |= {comparator_file(name): model_bytes(m) for name, m in comparators.items()}
    if len(files) != 3 + len(comparators):
        raise ModelError(
            f"comparators — expected names that differ in their letters, got "
            f"{', '.join(comparators)} — rename one in the protocol"
        )
    contents = {
        "sha256": _digest(files),
        "files": {name: sha256(files[name]) for name in sorted(files)},
        "comparators": list(comparators),
        "best_comparator": best_comparator,
    }
    files[CONTENTS] = (json.dumps(contents, indent=2, sort_keys=True) + "\n").encode()
    return files


def load(folder: Path) -> FrozenModel:
    """Return the frozen model in a folder.

    Raises
    ------
    ModelError
        When a file is absent, altered, or holds a type that is not trusted.
    """
    contents = _contents(folder)
    files = {name: _read(folder / name) for name in contents["files"]}
    for name, digest in contents["files"].items():
        _expect(name, sha256(files[name]), digest)
    _expect("frozen model", _digest(files), contents["sha256"])
    return FrozenModel(
        sha256=contents["sha256"],
        index=_model(files, INDEX),
        fallback=_model(files, FALLBACK),
        comparators={n: _model(files, comparator_file(n)) for n in contents["comparators"]},
        best_comparator=contents["best_comparator"],
        circuit_qasm=files[CIRCUIT].decode(),
    )


def _digest(files: Mapping[str, bytes]) -> Digest:
    """Return the digest of what predicts: index test, fallback and circuit."""
    try:
        parts = {name: sha256(files[name]) for name in (INDEX, FALLBACK, CIRCUIT)}
    except KeyError as absent:
        raise _absent(str(absent.args[0])) from absent
    return sha256(canonical_bytes([DOMAIN, parts]))


def _contents(folder: Path) -> Any:
    try:
        contents = json.loads(_read(folder / CONTENTS))
        expected = {"sha256", "files", "comparators", "best_comparator"}
        if not expected <= contents.keys():
            raise KeyError
        return contents
    except (ValueError, AttributeError, KeyError) as error:
        raise ModelError(
            f"{folder / CONTENTS} — expected the contents of a frozen model, got something "
            "else — restore the file that was frozen"
        ) from error


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise _absent(str(path))
    return path.read_bytes()


def _absent(name: str) -> ModelError:
    return ModelError(
        f"model file {name} — expected a file, got none — run the stage develop, or dvc pull"
    )


def _expect(name: str, found: str, expected: str) -> None:
    if found != expected:
        raise ModelError(
            f"{name} — expected sha256 {expected[:12]}…, got {found[:12]}… — "
            "restore the file that was frozen"
        )


def _model(files: Mapping[str, bytes], name: str) -> RiskModel:
    if name not in files:
        raise _absent(name)
    model = loaded(files[name], name=name)
    if not isinstance(model, RiskModel):
        raise ModelError(
            f"model file {name} — expected a RiskModel, got {type(model).__name__} — "
            "restore the file that was frozen"
        )
    return model
