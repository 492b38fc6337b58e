"""The files of a bundle, read from a folder or straight from a zip, and never written out."""

import stat
import zipfile
from pathlib import Path, PurePosixPath

from probatum.errors import VerificationFailure

LARGEST = 512 * 1024 * 1024
"""Bytes a bundle may unpack to; more is not a bundle but an attack or an accident."""


def contents(path: Path) -> dict[str, bytes]:
    """Every file by its path inside the bundle.

    Raises
    ------
    VerificationFailure
        If there is no bundle, or it holds a path that leads outside, a link, a file twice, or
        more than `LARGEST` bytes.
    """
    if path.is_dir():
        return _of_folder(path)
    if not path.is_file() or not zipfile.is_zipfile(path):
        raise VerificationFailure(
            f"{path} — expected a folder or a zip file, got neither — name the bundle"
        )
    return _of_zip(path)


def _of_folder(folder: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            raise _refused(name, "a file", "a link")
        if path.is_file():
            found[name] = path.read_bytes()
    return found


def _of_zip(path: Path) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    with zipfile.ZipFile(path) as archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if sum(member.file_size for member in members) > LARGEST:
            raise _refused(path.name, "a bundle of the usual size", "far more")
        for member in members:
            _check(member)
            if member.filename in found:
                raise _refused(member.filename, "each file once", "it twice")
            try:
                found[member.filename] = archive.read(member)
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
                raise _refused(member.filename, "a readable file", "a damaged one") from error
    return _below_common_folder(found)


def _check(member: zipfile.ZipInfo) -> None:
    name = member.filename
    parts = PurePosixPath(name).parts
    leads_outside = name.startswith("/") or ".." in parts or "\\" in name or ":" in parts[0]
    if leads_outside:
        raise _refused(name, "a path inside the bundle", "one that leads outside")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise _refused(name, "a file", "a link")


def _below_common_folder(found: dict[str, bytes]) -> dict[str, bytes]:
    """A zip of a folder has the folder's name before each path; take it away."""
    tops = {name.split("/")[0] for name in found}
    if "manifest.json" in found or len(tops) != 1:
        return found
    (top,) = tops
    return {name.removeprefix(f"{top}/"): content for name, content in found.items()}


def _refused(what: str, expected: str, got: str) -> VerificationFailure:
    return VerificationFailure(f"{what} — expected {expected}, got {got} — ask for a good copy")
