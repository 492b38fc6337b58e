"""The tree is RFC 9162's, and its proofs prove what they say and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.errors import LedgerError
from probatum.ledger.merkle import (
    EMPTY,
    Growing,
    combined,
    consistency,
    consistent,
    included,
    inclusion,
    leaf_hash,
    node_hash,
    root,
)

EIGHT = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""
Leaves and the roots over the first 1 to 8 of them: the test data of the reference code of
Certificate Transparency (google/certificate-transparency, merkletree tests).
"""


def of(leaves):
    """The hash of any full subtree of a list of leaves."""
    hashes = [leaf_hash(leaf) for leaf in leaves]
    return lambda level, place: combined(hashes[place << level : (place + 1) << level])


def by_definition(leaves):
    """RFC 9162, section 2.1.1, as it is written there."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaf_hash(leaves[0])
    k = max(1 << power for power in range(20) if 1 << power < len(leaves))
    return node_hash(by_definition(leaves[:k]), by_definition(leaves[k:]))


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_agree_with_certificate_transparency(size):
    tree = Growing()
    for leaf in EIGHT[:size]:
        tree.add(leaf_hash(leaf))
    assert root(size, of(EIGHT)).hex() == tree.root().hex() == ROOTS[size - 1]


def test_proofs_agree_with_certificate_transparency():
    """Of the same test data: the first leaf of eight, and from six leaves to eight."""
    path = inclusion(0, 8, of(EIGHT))
    assert [step.hex()[:8] for step in path] == ["96a296d2", "5f083f0a", "6b47aaf2"]
    path = consistency(6, 8, of(EIGHT))
    assert [step.hex()[:8] for step in path] == ["0ebc5d34", "ca854ea1", "d37ee418"]


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert Growing().root() == root(0, of([])) == EMPTY
    assert EMPTY.hex().startswith("e3b0c442")


LEAVES = st.lists(st.binary(max_size=3), min_size=1, max_size=80)


@given(LEAVES)
def test_the_root_is_that_of_the_definition(leaves):
    assert root(len(leaves), of(leaves)) == by_definition(leaves)


@given(LEAVES, st.data())
def test_a_leaf_is_proved_where_it_is_and_nowhere_else(leaves, data):
    size = len(leaves)
    place = data.draw(st.integers(0, size - 1))
    path, top = inclusion(place, size, of(leaves)), root(size, of(leaves))
    assert included(leaf_hash(leaves[place]), place, size, path, top)
    assert len(path) <= (size - 1).bit_length()
    assert not included(leaf_hash(b"another leaf"), place, size, path, top)
    assert not included(leaf_hash(leaves[place]), size, size, path, top)
    assert not included(leaf_hash(leaves[place]), place, size, [*path, top], top)
    if path:
        assert not included(leaf_hash(leaves[place]), place, size, path[:-1], top)
        turned = data.draw(st.integers(0, len(path) - 1))
        wrong = [*path[:turned], bytes(32), *path[turned + 1 :]]
        assert not included(leaf_hash(leaves[place]), place, size, wrong, top)


@given(LEAVES, st.data())
def test_a_longer_list_is_proved_to_begin_with_a_shorter_and_with_no_other(leaves, data):
    size = len(leaves)
    earlier = data.draw(st.integers(1, size))
    old, new = root(earlier, of(leaves)), root(size, of(leaves))
    path = consistency(earlier, size, of(leaves))
    assert consistent(earlier, old, size, new, path)
    assert not consistent(earlier, leaf_hash(b"another list"), size, new, path)
    if earlier < size:
        assert not consistent(earlier, old, size, bytes(32), path)
        assert not consistent(earlier, old, size, new, path[:-1])
        assert not consistent(earlier, old, size, new, [*path, new])


@pytest.mark.parametrize("place", [-1, 8])
def test_a_leaf_that_is_not_there_has_no_proof(place):
    with pytest.raises(LedgerError, match="expected a place below 8"):
        inclusion(place, 8, of(EIGHT))


@pytest.mark.parametrize("earlier", [0, 9])
def test_a_list_that_is_not_shorter_has_no_proof(earlier):
    with pytest.raises(LedgerError, match="expected 1 to 8 leaves"):
        consistency(earlier, 8, of(EIGHT))
