"""Proofs about a growing list that need only a few digests of it: the trees of RFC 9162.

A tree is known through ``node(level, place)``: the hash over the 2^level leaves that begin at
place times 2^level. Only full ones are asked for, and those never change as the list grows; so
they can be kept, and any root or proof is made from them.
"""

import hashlib
from collections.abc import Callable, Sequence

from probatum.errors import LedgerError

Node = Callable[[int, int], bytes]
"""Hash of the full subtree of a level at a place."""

EMPTY = hashlib.sha256().digest()
"""The root of no leaves."""


def leaf_hash(leaf: bytes) -> bytes:
    r"""Hash of a leaf, :math:`\mathrm{SHA256}(\mathtt{00} \,\Vert\, d)`, 32 bytes.

    References
    ----------
    Laurie B, Messeri E, Stradling R. RFC 9162, Certificate Transparency 2.0, section 2.1.1.
    """
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    r"""Hash of two neighbours, :math:`\mathrm{SHA256}(\mathtt{01} \,\Vert\, l \,\Vert\, r)`.

    References
    ----------
    RFC 9162, section 2.1.1. The tag keeps a node from being passed off as a leaf.
    """
    return hashlib.sha256(b"\x01" + left + right).digest()


def combined(hashes: Sequence[bytes]) -> bytes:
    """Hash over 2^k neighbouring full subtrees of one level.

    Examples
    --------
    >>> a, b = leaf_hash(b"a"), leaf_hash(b"b")
    >>> combined([a, b]) == node_hash(a, b)
    True
    """
    level = list(hashes)
    while len(level) > 1:
        level = [node_hash(*pair) for pair in zip(level[::2], level[1::2], strict=True)]
    return level[0]


def root(size: int, node: Node) -> bytes:
    """Hash over the first ``size`` leaves.

    References
    ----------
    RFC 9162, section 2.1.1 (MTH).

    Examples
    --------
    >>> root(0, lambda level, place: b"") == EMPTY
    True
    """
    return _over(0, size, node) if size else EMPTY


def inclusion(place: int, size: int, node: Node) -> tuple[bytes, ...]:
    """The hashes beside the way from a leaf up to the root over the first ``size``.

    Parameters
    ----------
    place : int, in [0, size)

    Raises
    ------
    LedgerError
        When there is no such leaf.

    References
    ----------
    RFC 9162, section 2.1.3.1 (PATH).
    """
    if not 0 <= place < size:
        raise LedgerError(f"inclusion proof — expected a place below {size}, got {place}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _below(end - start)
        if place < middle:
            path.append(_over(middle, end, node))
            end = middle
        else:
            path.append(_over(start, middle, node))
            start = middle
    return tuple(reversed(path))


def included(leaf: bytes, place: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a path shows that a leaf is at a place below a root over ``size`` leaves.

    Parameters
    ----------
    leaf : bytes
        Its hash, as `leaf_hash` gives it.

    References
    ----------
    RFC 9162, section 2.1.3.2.

    Examples
    --------
    >>> a, b = leaf_hash(b"a"), leaf_hash(b"b")
    >>> included(a, 0, 2, [b], node_hash(a, b)), included(b, 0, 2, [b], node_hash(a, b))
    (True, False)
    """
    if not 0 <= place < size:
        return False
    here, last, found = place, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            found = node_hash(beside, found)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            found = node_hash(found, beside)
        here, last = here >> 1, last >> 1
    return last == 0 and found == root


def consistency(earlier: int, size: int, node: Node) -> tuple[bytes, ...]:
    """The hashes that show the first ``size`` leaves to begin with the first ``earlier``.

    Parameters
    ----------
    earlier : int, in [1, size]

    Raises
    ------
    LedgerError
        When there were no such leaves.

    References
    ----------
    RFC 9162, section 2.1.4.1 (PROOF).
    """
    if not 0 < earlier <= size:
        raise LedgerError(f"consistency proof — expected 1 to {size} leaves, got {earlier}")
    path: list[bytes] = []
    start, end, is_whole = 0, size, True
    while earlier < end:
        middle = start + _below(end - start)
        if earlier <= middle:
            path.append(_over(middle, end, node))
            end = middle
        else:
            path.append(_over(start, middle, node))
            start, is_whole = middle, False
    own = () if is_whole else (_over(start, end, node),)
    return (*own, *reversed(path))


def consistent(earlier: int, old: bytes, size: int, new: bytes, path: Sequence[bytes]) -> bool:
    """Whether a path shows a root over ``size`` leaves to go on from one over ``earlier``.

    References
    ----------
    RFC 9162, section 2.1.4.2.

    Examples
    --------
    >>> a, b = leaf_hash(b"a"), leaf_hash(b"b")
    >>> consistent(1, a, 2, node_hash(a, b), [b])
    True
    """
    if earlier == size:
        return not path and old == new
    if not 0 < earlier < size:
        return False
    hashes = [old, *path] if earlier & (earlier - 1) == 0 else list(path)
    if not hashes:
        return False
    here, last = earlier - 1, size - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    first = second = hashes[0]
    for beside in hashes[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            first, second = node_hash(beside, first), node_hash(beside, second)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            second = node_hash(second, beside)
        here, last = here >> 1, last >> 1
    return last == 0 and first == old and second == new


class Growing:
    """The root of leaves that come one by one, in memory that grows with their logarithm.

    Examples
    --------
    >>> tree = Growing()
    >>> for leaf in (b"a", b"b"):
    ...     tree.add(leaf_hash(leaf))
    >>> tree.size, tree.root() == node_hash(leaf_hash(b"a"), leaf_hash(b"b"))
    (2, True)
    """

    def __init__(self) -> None:
        """Start without a leaf."""
        self.size = 0
        self._full: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        """Take the hash of the next leaf."""
        found, rest = leaf, self.size
        while rest & 1:
            found, rest = node_hash(self._full.pop(), found), rest >> 1
        self._full.append(found)
        self.size += 1

    def root(self) -> bytes:
        """Hash over all leaves so far."""
        return _folded(self._full) if self._full else EMPTY


def _below(size: int) -> int:
    """The largest power of two that is less than a size of two or more."""
    return 1 << ((size - 1).bit_length() - 1)


def _over(start: int, end: int, node: Node) -> bytes:
    """Hash over the leaves from ``start``, a place where a subtree as large may begin."""
    full: list[bytes] = []
    while start < end:
        level = (end - start).bit_length() - 1
        full.append(node(level, start >> level))
        start += 1 << level
    return _folded(full)


def _folded(full: Sequence[bytes]) -> bytes:
    """Hash over full subtrees of falling size."""
    found = full[-1]
    for left in reversed(full[:-1]):
        found = node_hash(left, found)
    return found
