"""Keys by which a record's checkpoints are signed: Ed25519, one file each, kept elsewhere.

The private key stays with whoever runs capture, readable by nobody else; the public one is
given to whoever may want to check a proof.
"""

from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from probatum.errors import LedgerError
from probatum.ledger.canonical import Digest, sha256
from probatum.ledger.key_files import read_content, read_secret, write_new


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicKey:
    """What a signature is checked with.

    Examples
    --------
    >>> key = SigningKey.generate()
    >>> key.public.has_signed(b"so it was", key.sign(b"so it was"))
    True
    """

    raw: bytes
    """32 bytes, RFC 8032."""

    @property
    def id(self) -> Digest:
        """SHA-256 of the key, by which a signature names it."""
        return sha256(self.raw)

    def has_signed(self, content: bytes, signature: bytes) -> bool:
        """Whether a signature is this key's, of this content."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, content)
        except InvalidSignature:
            return False
        return True

    def as_pem(self) -> bytes:
        """The key as a file, SubjectPublicKeyInfo (RFC 8410)."""
        return Ed25519PublicKey.from_public_bytes(self.raw).public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    @classmethod
    def read(cls, path: Path) -> "PublicKey":
        """The key in a file.

        Raises
        ------
        LedgerError
            When it holds no public Ed25519 key.
        """
        try:
            found = serialization.load_pem_public_key(read_content(path))
        except ValueError as error:
            raise _no_key(path, "public") from error
        if not isinstance(found, Ed25519PublicKey):
            raise _no_key(path, "public")
        return cls(raw=found.public_bytes_raw())


class SigningKey:
    """A private key; it is never shown, not even by ``repr``."""

    __slots__ = ("_key",)

    def __init__(self, key: Ed25519PrivateKey) -> None:
        """Take over a key; `generate` and `read` make them."""
        self._key = key

    @classmethod
    def generate(cls) -> "SigningKey":
        """A new key, from the system's randomness."""
        return cls(Ed25519PrivateKey.generate())

    @property
    def public(self) -> PublicKey:
        """What its signatures are checked with."""
        return PublicKey(raw=self._key.public_key().public_bytes_raw())

    def sign(self, content: bytes) -> bytes:
        """The signature of a content, 64 bytes; the same each time (RFC 8032)."""
        return self._key.sign(content)

    def write(self, path: Path) -> None:
        """Write the key to a new file that only its owner may read, and ``path``.pub beside it.

        Raises
        ------
        LedgerError
            When there is a file already: a key is never written over.
        """
        private = self._key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        write_new(path, private, 0o600)
        write_new(path.with_name(f"{path.name}.pub"), self.public.as_pem(), 0o644)

    @classmethod
    def read(cls, path: Path) -> "SigningKey":
        """The key in a file.

        Raises
        ------
        LedgerError
            When others may read the file, or it holds no private Ed25519 key.
        """
        try:
            found = serialization.load_pem_private_key(read_secret(path), password=None)
        except (ValueError, TypeError) as error:
            raise _no_key(path, "private") from error
        if not isinstance(found, Ed25519PrivateKey):
            raise _no_key(path, "private")
        return cls(found)


def _no_key(path: Path, kind: str) -> LedgerError:
    return LedgerError(
        f"key {path.name} — expected a {kind} Ed25519 key in PEM, got something else — make "
        "one: probatum keys new checkpoints FILE"
    )
