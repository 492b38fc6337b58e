"""The patients of the silent stage, as they arrived, in the files a cut froze."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from probatum.cohort.tables import read_baseline
from probatum.errors import DataError
from probatum.ledger.canonical import sha256
from probatum.ledger.events import Kind
from probatum.stages.layout import Layout, read_bytes
from probatum.stages.record import Cut
from probatum.study.protocol import Protocol


def silent_people(layout: Layout, protocol: Protocol, cut: Cut) -> pd.DataFrame:
    """Everyone eligible of the admitted batches, with what was known at baseline.

    Raises
    ------
    DataError
        If a batch is absent, or is not the one that was admitted.
    """
    tables = list(_tables(layout, protocol, cut))
    if not tables:
        return pd.DataFrame(columns=[c.name for c in protocol.columns_known_at("baseline")])
    return pd.concat(tables, ignore_index=True)


def _tables(layout: Layout, protocol: Protocol, cut: Cut) -> Iterator[pd.DataFrame]:
    key = protocol.population.id_column
    for batch in cut.payloads(Kind.BATCH_ADMITTED):
        path = layout.cut / "batches" / f"{batch['batch_sha256'][:16]}.csv"
        _check(path, batch["batch_sha256"])
        table = read_baseline(path, protocol)
        left_out = {case for reason in batch["reasons"] for case in reason["case_ids"]}
        yield table[~table[key].isin(left_out)]


def _check(path: Path, digest: str) -> None:
    found = sha256(read_bytes(path))
    if found != digest:
        raise DataError(
            f"{path} — expected the batch that was admitted, SHA-256 {digest[:12]}…, got "
            f"{found.short}… — restore it from the data's store"
        )
