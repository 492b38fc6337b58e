"""A model as a file whose bytes depend on nothing but the model.

skops writes memory addresses, file names made of them, and the time of day. Here the same
content is written in a normal form: nodes numbered in order, arrays named by their digest,
one fixed date. Nothing is ever unpickled, and only types listed below are loaded.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from itertools import count
from typing import Any

import skops.io
from skops.io.exceptions import UntrustedTypesFoundException

from probatum.errors import ModelError
from probatum.ledger.canonical import sha256

TRUSTED: tuple[str, ...] = (
    "probatum.models.convolutional.ConvolutionalClassifier",
    "probatum.models.preparation.FeaturePreparation",
    "probatum.models.projected_kernel.ProjectedFeatures",
    "probatum.models.projected_kernel.ProjectedKernelClassifier",
    "probatum.models.quantum_kernel.QuantumKernelClassifier",
    "probatum.models.quantum_kernel_regressor.QuantumKernelRegressor",
    "probatum.models.quantum_nystroem.QuantumNystroem",
    "probatum.models.quantum_selection.QuantumFeatureSelector",
    "probatum.models.reservoir.QuantumReservoir",
    "probatum.models.risk_model.RiskModel",
    "probatum.models.variational.VariationalClassifier",
    "probatum.models.variational.VariationalRegressor",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
)
"""Types a model file may hold beside those skops trusts by itself."""

FIXED_DATE = (1980, 1, 1, 0, 0, 0)
SCHEMA = "schema.json"


def model_bytes(model: Any) -> bytes:
    """Return the normal form of a model.

    Equal models give equal bytes, in any process and at any time.
    """
    source = zipfile.ZipFile(io.BytesIO(skops.io.dumps(model)))
    schema = json.loads(source.read(SCHEMA))
    numbers, arrays = count(1), {}
    for node in _nodes(schema):
        if "__id__" in node:
            node["__id__"] = next(numbers)
        if "file" in node:
            content = source.read(node["file"])
            node["file"] = f"{sha256(content)[:32]}.npy"
            arrays[node["file"]] = content
    files = dict(sorted(arrays.items()))
    files[SCHEMA] = json.dumps(schema, indent=1, sort_keys=True).encode()
    return _archive(files)


def loaded(content: bytes, *, name: str) -> Any:
    """Return the model a file holds.

    Raises
    ------
    ModelError
        When the bytes are not a model file, or it holds a type that is not trusted.
    """
    try:
        return skops.io.loads(content, trusted=list(TRUSTED))
    except (zipfile.BadZipFile, KeyError, UntrustedTypesFoundException) as error:
        raise ModelError(
            f"model file {name} — expected a skops file of trusted types, got something else "
            f"({type(error).__name__}) — restore the file that was frozen"
        ) from error


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Return every mapping of the schema, outermost first, keys in alphabetical order."""
    if isinstance(value, dict):
        yield value
        for _, child in sorted(value.items()):
            yield from _nodes(child)
    elif isinstance(value, list):
        for child in value:
            yield from _nodes(child)


def _archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, FIXED_DATE)
            entry.create_system = 3
            archive.writestr(entry, content)
    return buffer.getvalue()
