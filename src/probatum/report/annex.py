"""The parts of a document that list where everything in it comes from."""

from collections.abc import Sequence

from probatum.ledger.canonical import sha256
from probatum.report import blocks as b
from probatum.report.claims import Claim
from probatum.report.evidence import Evidence, origin_of, stage_of


def claim_tables(claims: Sequence[Claim]) -> b.Blocks:
    """Every quantity of a document, file by file, with its place in the file."""
    quantities = [claim for claim in claims if claim.is_quantity]
    files = sorted({claim.file for claim in quantities})
    return tuple(
        block
        for file in files
        for block in _of_file([claim for claim in quantities if claim.file == file])
    )


def _of_file(claims: Sequence[Claim]) -> b.Blocks:
    first = claims[0]
    about = _named(
        ("File", (b.Code(text=first.file),)),
        ("Stage, grade", (b.Text(text=f"{first.stage}, {_grade(first)}"),)),
        ("Made again by", (b.Code(text=first.command),)),
        ("SHA-256", (b.Code(text=first.sha256),)),
    )
    rows = tuple(_row(claim) for claim in sorted(claims, key=lambda claim: int(claim.id)))
    return about, _table(("Claim", "As stated", "Place in the file", "n, method"), rows)


def _named(*rows: tuple[str, b.Inlines]) -> b.Table:
    return b.Table(
        caption=(),
        header=(),
        rows=tuple(((b.Text(text=name),), what) for name, what in rows),
        align=("left", "left"),
        widths=(1.0, 5.5),
        dense=True,
    )


def _row(claim: Claim) -> tuple[b.Inlines, ...]:
    what = "" if claim.measure == "value" else f" ({claim.measure})"
    how = ", ".join(
        part for part in (f"n {claim.n:,}" if claim.n else "", claim.method or "") if part
    )
    return (
        (b.Anchor(id=claim.id, text=claim.id),),
        (b.Text(text=claim.text),),
        (b.Code(text=f"{claim.pointer}{what}"),),
        (b.Text(text=how),),
    )


def _grade(claim: Claim) -> str:
    return claim.grade or "promised or recorded, not a result"


def file_table(evidence: Evidence) -> b.Blocks:
    """Every file of evidence in the bundle, with its digest and the stage that made it."""
    rows = tuple(
        (
            (b.Code(text=file),),
            (b.Text(text=stage_of(file)),),
            (b.Code(text=origin_of(file, evidence.study)),),
            (b.Code(text=sha256(content)),),
        )
        for file, content in sorted(evidence.files.items())
    )
    return (
        _table(("File in this bundle", "Stage", "File in the repository", "SHA-256"), rows),
    )


def _table(header: Sequence[str], rows: tuple[tuple[b.Inlines, ...], ...]) -> b.Table:
    titles = tuple((b.Text(text=title),) for title in header)
    return b.Table(
        caption=(),
        header=titles,
        rows=rows,
        align=("left",) * len(header),
        widths=_WIDTHS[len(header), header[0]],
        dense=True,
    )


_WIDTHS = {
    (4, "Claim"): (0.0, 2.7, 4.6, 4.2),
    (4, "File in this bundle"): (3.0, 0.0, 4.0, 4.5),
}
