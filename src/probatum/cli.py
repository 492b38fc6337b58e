"""What a person can ask of Probatum at a terminal: check, ingest, look, reproduce, verify."""

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from probatum.errors import DataError, Refusal
from probatum.study.reading import check_protocol, load_protocol
from probatum.study.schema import schema_text, write_schema

SCHEMA = Path("studies/protocol.schema.json")
VOCABULARY = Path("src/probatum/study/statistics.json")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; a refusal is one sentence on stderr and exit code 2."""
    try:
        code = probatum.main(arguments, prog_name="probatum", standalone_mode=False)
    except click.ClickException as error:
        sys.exit(_refused(error.format_message()))
    except click.exceptions.Abort:
        sys.exit(_refused("stopped"))
    except Refusal as refusal:
        sys.exit(_refused(str(refusal)))
    sys.exit(code if isinstance(code, int) else 0)


def _refused(sentence: str) -> int:
    click.echo(f"probatum: {' '.join(sentence.split())}", err=True)
    return 2


def _folder(study: str) -> Path:
    folder = Path("studies") / study
    if not folder.is_dir() or folder.parent != Path("studies"):
        known = ", ".join(_studies())
        raise DataError(
            f"study {study!r} — expected one of those in studies/ ({known or 'none here'})"
            " — run this at the top of the project"
        )
    return folder


def _studies() -> tuple[str, ...]:
    """Every study here, by name."""
    return tuple(sorted(p.parent.name for p in Path("studies").glob("*/protocol.yaml")))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="probatum")
def probatum() -> None:
    """From a protocol to a file an auditor can check."""


@probatum.group()
def study() -> None:
    """The promise: check a protocol, or see the form it must take."""


@study.command("check")
@click.argument("studies", nargs=-1)
def study_check(studies: tuple[str, ...]) -> int:
    """Say of every mistake in a protocol: file, line, what was expected, what was found."""
    names = studies or _studies()
    problems = [p for name in names for p in check_protocol(_folder(name) / "protocol.yaml")]
    for problem in problems:
        click.echo(problem, err=True)
    if not problems:
        click.echo(f"sound: {', '.join(names)}")
    return 2 if problems else 0


@study.command("schema")
@click.option("--write", is_flag=True, help=f"Write it to {SCHEMA} instead of printing it.")
def study_schema(write: bool) -> None:
    """The form of a protocol as a JSON Schema, for editors."""
    if write:
        from probatum.analysis.catalogue import vocabulary

        VOCABULARY.write_text(vocabulary(), encoding="utf-8")
        write_schema(SCHEMA)
        click.echo(f"wrote {SCHEMA} and the statistics that it names")
    else:
        click.echo(schema_text(), nl=False)


@probatum.command()
@click.argument("name", metavar="STUDY")
@click.option(
    "--from",
    "package",
    type=click.Path(path_type=Path),
    required=True,
    help="The package file that the study's datasheet names.",
)
@click.option(
    "--into", type=click.Path(path_type=Path), default=Path("data"), show_default=True
)
def ingest(name: str, package: Path, into: Path) -> None:
    """Bring a cohort in, once, from the package file whose hash the datasheet states."""
    from probatum.cohort.ingestion import ingest as bring_in

    record = bring_in(_folder(name), package, into / name)
    click.echo(f"ingested {name}: {record}")


@probatum.command()
@click.argument("name", metavar="STUDY")
def expectations(name: str) -> None:
    """Write the Great Expectations suites that the protocol implies."""
    from probatum.cohort.suites import write_suites

    folder = Path("expectations") / name
    write_suites(load_protocol(_folder(name) / "protocol.yaml"), folder)
    click.echo(f"wrote {folder}")


@probatum.command()
@click.argument("name", metavar="STUDY")
def summary(name: str) -> None:
    """What was found, which criteria were met, and where to look."""
    from probatum.report.summary import summary_text

    _folder(name)
    click.echo(summary_text(Path(), name), nl=False)


@probatum.command()
@click.argument("name", metavar="STUDY")
def status(name: str) -> None:
    """Where a study stands: captured, due, looks, incidents, gates, and who must sign."""
    from probatum.report.status import status_text

    _folder(name)
    click.echo(status_text(Path(), name), nl=False)


@probatum.group()
def keys() -> None:
    """Keys: to sign checkpoints of a record with, and to make pseudonyms with."""


@keys.command("new")
@click.argument("purpose", type=click.Choice(["checkpoints", "pseudonyms"]))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def keys_new(purpose: str, file: Path) -> None:
    """Make a key in FILE, which only you may read; refused inside a repository.

    For checkpoints FILE.pub is made too, and is given to everybody who may want to check; name
    FILE to capture in PROBATUM_CHECKPOINT_KEY. A key for pseudonyms never leaves the site that
    makes them: whoever has it can tell a person's pseudonym, and without it a person cannot
    get the same one again.
    """
    if purpose == "checkpoints":
        from probatum.ledger.signing import SigningKey

        made = SigningKey.generate()
        made.write(file)
        click.echo(f"wrote {file} and {file}.pub; the key is known as {made.public.id.short}")
    else:
        from probatum.cohort.keyed_pseudonyms import PseudonymKey

        PseudonymKey.generate().write(file)
        click.echo(f"wrote {file}")


@probatum.command()
@click.argument("name", metavar="STUDY")
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="CSV file with an identifier of each person; it is only read.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="CSV file to write, with pseudonyms; refused where there is one.",
)
@click.option("--column", required=True, help="Column of the identifiers.")
@click.option(
    "--key",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="Key for pseudonyms, made by `probatum keys new pseudonyms`.",
)
def pseudonymise(name: str, source: Path, into: Path, column: str, key: Path) -> None:
    """Give every person of a file the pseudonym that the study knows them by.

    The same person gets the same pseudonym in every file, from whoever has the same key; the
    column of identifiers is gone. Hand the result over to the inbox.
    """
    from probatum.cohort.keyed_pseudonyms import PseudonymKey
    from probatum.cohort.keyed_pseudonyms import pseudonymise as replace

    id_column = load_protocol(_folder(name) / "protocol.yaml").population.id_column
    rows = replace(
        source,
        into,
        column=column,
        into_column=id_column,
        study=name,
        key=PseudonymKey.read(key),
    )
    click.echo(f"wrote {rows:,} rows to {into}, with {id_column} for {column}")


@probatum.command("drift-page")
@click.argument("name", metavar="STUDY")
def drift_page(name: str) -> None:
    """Make Evidently's interactive page; it is never the same twice, so it stays in var/."""
    from probatum.stages.drift import write_interactive_page

    _folder(name)
    path = Path("var") / name / "drift.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_interactive_page(name, path)
    click.echo(f"wrote {path}")


@probatum.command()
@click.argument("name", metavar="STUDY")
def reproduce(name: str) -> int:
    """Derive everything again in a clean copy, and say of each output if it is the same."""
    from probatum.report.reproduction import reproduce as derive_again
    from probatum.report.reproduction import reproduction_text

    protocol = load_protocol(_folder(name) / "protocol.yaml")
    found = derive_again(
        Path(),
        name,
        resolution=protocol.resolution,
        progress=lambda line: click.echo(line, err=True),
    )
    click.echo(reproduction_text(found), nl=False)
    return 0 if all(comparison.agrees for comparison in found) else 1


@probatum.command()
@click.argument("bundle", type=click.Path(path_type=Path))
def verify(bundle: Path) -> None:
    """Check a folder or zip handed over: every hash, every claim, the ledger's chain."""
    from probatum.report.verification import verify as check

    found = check(bundle)
    click.echo(
        f"verified {bundle}: {found.files} files, {found.claims} claims, "
        f"{found.entries} ledger entries; study {found.study}, grade {found.grade}\n"
        f"manifest sha256 {found.manifest_sha256}"
    )


class _Later(click.Group):
    """Commands whose libraries are loaded once one of them is asked for."""

    def __init__(self, module: str, **settings: Any) -> None:
        """Name the module; the group in it has the name of this one."""
        super().__init__(**settings)
        self._module = module

    def _group(self) -> click.Group:
        group: click.Group = getattr(import_module(self._module), str(self.name))
        return group

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._group().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self._group().get_command(ctx, cmd_name)


@probatum.group(cls=_Later, module="probatum.stat")
def stat() -> None:
    """Statistics of clinical validation, of a CSV file with a line for each patient."""


@probatum.group(cls=_Later, module="probatum.ledger_commands")
def ledger() -> None:
    """The record of a study: check it, copy it out, prove that one prediction was there.

    The live record is var/STUDY/ledger.sqlite, or on the PostgreSQL server whose address is in
    the environment variable PROBATUM_LEDGER.
    """


if __name__ == "__main__":
    main()
