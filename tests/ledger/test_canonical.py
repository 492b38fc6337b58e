"""The same record always has the same bytes."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.errors import LedgerError
from probatum.ledger.canonical import Digest, canonical_bytes, sha256

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False).filter(
        lambda number: not 2.0**53 <= abs(number) < 1e21
    )
    | st.text(st.characters(codec="utf-8")),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(codec="utf-8")), inner)
    ),
    max_leaves=20,
)


def test_canonical_json_gives_the_bytes_of_the_example_in_rfc_8785_section_3_2_2() -> None:
    value = json.loads(
        r'{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],'
        r'"string":"\u20ac$\u000F\u000aA'
        "'"
        r'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}'
    )
    expected = (
        r'{"literals":[null,true,false],'
        r'"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        r'"string":"€$\u000f\nA'
        "'"
        r'B\"\\\\\"/"}'
    )
    assert canonical_bytes(value) == expected.encode()


@given(JSON)
def test_reading_canonical_bytes_and_writing_them_again_changes_nothing(value: object) -> None:
    once = canonical_bytes(value)
    assert canonical_bytes(json.loads(once)) == once


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        2**53,
        [2.0**53],
        "\ud800",
        {"\ud800": 1},
        {1: 2},
        b"",
        object(),
    ],
)
def test_what_json_cannot_hold_exactly_is_refused(value: object) -> None:
    with pytest.raises(LedgerError, match="canonical JSON"):
        canonical_bytes(value)


def test_the_digest_of_abc_is_the_one_in_fips_180_4() -> None:
    assert sha256(b"abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize("text", ["", "ab", "AB" * 32, "ab" * 33, "zz" * 32, "ab" * 32 + "\n"])
def test_text_that_is_no_full_digest_is_refused(text: str) -> None:
    with pytest.raises(LedgerError, match="digest"):
        Digest(text)
