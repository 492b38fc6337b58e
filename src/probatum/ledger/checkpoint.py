"""What an outsider can be shown of a record: how far it went, and that one entry is in it.

A *checkpoint* is a signed statement that a record had so many entries with such a Merkle root.
Whoever keeps one can later tell whether the record was rewritten. A *receipt* is one entry, a
checkpoint, and the few hashes that lead from the one to the other: it proves, without the rest
of the record, that the entry was there when the checkpoint was signed.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from probatum.errors import BrokenChain, LedgerError
from probatum.ledger.canonical import Digest, canonical_bytes
from probatum.ledger.chain import Entry, digest_of
from probatum.ledger.events import instant, written
from probatum.ledger.jsonl import write_records
from probatum.ledger.merkle import included
from probatum.ledger.signing import PublicKey, SigningKey
from probatum.ledger.subtrees import leaf_of
from probatum.ledger.verification import Head

_DOMAIN = "probatum/checkpoint/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How far a record went, signed.

    Attributes
    ----------
    study : str
    size : int, at least 1
        Entries.
    head : Digest
        Of the last of them.
    root : Digest
        Of the Merkle tree over the digests of all of them (RFC 9162).
    at : datetime
        When it was signed, to the second.
    key : Digest
        SHA-256 of the public key.
    signature : bytes
        Ed25519, of `content`.
    """

    study: str
    size: int
    head: Digest
    root: Digest
    at: datetime
    key: Digest
    signature: bytes = b""

    @classmethod
    def sign(
        cls, key: SigningKey, *, study: str, size: int, head: Digest, root: Digest, at: datetime
    ) -> "Checkpoint":
        """The statement, signed with a key."""
        said = cls(study=study, size=size, head=head, root=root, at=at, key=key.public.id)
        return replace(said, signature=key.sign(said.content()))

    @property
    def head_signed(self) -> Head:
        """How far the record went."""
        return Head(self.size, self.head, self.root)

    def content(self) -> bytes:
        """What is signed: domain tag, study, size, head, root and time, as canonical JSON."""
        at = written(self.at)
        return canonical_bytes([_DOMAIN, self.study, self.size, self.head, self.root, at])

    def check(self, key: PublicKey) -> None:
        """Refuse a checkpoint that a key did not sign.

        Raises
        ------
        BrokenChain
            If the signature is another key's, or of other words.
        """
        if self.key != key.id:
            raise BrokenChain(
                f"checkpoint of {self.size} entries — expected the signature of the key "
                f"{key.id.short}…, got one of {self.key.short}… — give the public key it names"
            )
        if not key.has_signed(self.content(), self.signature):
            raise BrokenChain(
                f"checkpoint of {self.size} entries — expected a signature of what it says, "
                "got one of something else — it was altered; ask for it again"
            )

    def as_dict(self) -> dict[str, Any]:
        """The checkpoint as plain JSON values."""
        return {
            "study": self.study,
            "size": self.size,
            "head": self.head,
            "root": self.root,
            "at": written(self.at),
            "key": self.key,
            "signature": self.signature.hex(),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> "Checkpoint":
        """The checkpoint that `as_dict` wrote.

        Raises
        ------
        LedgerError
            If a field is absent, unknown or of an unknown form.
        """
        try:
            return cls(
                study=str(record["study"]),
                size=_whole(record["size"]),
                head=Digest(record["head"]),
                root=Digest(record["root"]),
                at=instant(record["at"]),
                key=Digest(record["key"]),
                signature=_bytes(record["signature"]),
            )
        except (KeyError, TypeError, ValueError, LedgerError) as error:
            raise _unlike("checkpoint", error) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One entry, and the proof that it is in a record that was signed for."""

    entry: Entry
    path: tuple[Digest, ...]
    """RFC 9162 inclusion proof, from the entry up."""
    checkpoint: Checkpoint

    def check(self, key: PublicKey) -> None:
        """Refuse a receipt that does not prove its entry; needs nothing but the public key.

        Raises
        ------
        BrokenChain
            If the entry is not what its digest says, the path does not lead to the root, or the
            checkpoint is not signed by the key or is another study's.
        """
        entry, signed = self.entry, self.checkpoint
        signed.check(key)
        what = f"receipt for entry {entry.seq}"
        if digest_of(entry.seq, entry.previous, entry.event) != entry.digest:
            raise BrokenChain(
                f"{what} — expected the digest of its content, got another — it was altered; "
                "ask for it again"
            )
        path = [bytes.fromhex(step) for step in self.path]
        top = bytes.fromhex(signed.root)
        is_in = included(leaf_of(entry.digest), entry.seq, signed.size, path, top)
        if not is_in or entry.event.study != signed.study:
            raise BrokenChain(
                f"{what} — expected hashes that lead to the root that was signed, got others — "
                "it was altered, or is of another record; ask for it again"
            )

    def as_dict(self) -> dict[str, Any]:
        """The receipt as plain JSON values."""
        return {
            "entry": self.entry.as_dict(),
            "path": list(self.path),
            "checkpoint": self.checkpoint.as_dict(),
        }

    @classmethod
    def from_dict(cls, record: Mapping[str, Any]) -> "Receipt":
        """The receipt that `as_dict` wrote.

        Raises
        ------
        LedgerError
            If a field is absent, unknown or of an unknown form.
        """
        try:
            return cls(
                entry=Entry.from_dict(record["entry"]),
                path=tuple(Digest(step) for step in record["path"]),
                checkpoint=Checkpoint.from_dict(record["checkpoint"]),
            )
        except (KeyError, TypeError) as error:
            raise _unlike("receipt", error) from error


def write_checkpoints(path: Path, checkpoints: Iterable[Checkpoint]) -> None:
    """Write what was signed of a record, one checkpoint a line."""
    write_records(path, (canonical_bytes(one.as_dict()) for one in checkpoints))


def read_checkpoints(path: Path) -> tuple[Checkpoint, ...]:
    """The checkpoints of a file; none where there is no file.

    Raises
    ------
    LedgerError
        If a line is no checkpoint.
    """
    lines = path.read_bytes().splitlines() if path.exists() else []
    return tuple(map(_on_line, lines))


def _on_line(line: bytes) -> Checkpoint:
    try:
        return Checkpoint.from_dict(json.loads(line))
    except ValueError as error:
        raise _unlike("checkpoint", error) from error


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise TypeError
    return value


def _bytes(value: Any) -> bytes:
    found = bytes.fromhex(value)
    if found.hex() != value:  # one spelling only
        raise ValueError
    return found


def _unlike(what: str, error: Exception) -> LedgerError:
    return LedgerError(
        f"{what} — expected exactly the fields of a {what}, got a record with a field absent "
        f"or unreadable ({type(error).__name__}) — ask for it again"
    )
