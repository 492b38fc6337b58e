"""The eighteen identifiers of Safe Harbor are seen where text shows them, never repeated."""

import pytest

from probatum.cohort.deidentification import findings, refuse_identifiers, shown_ids
from probatum.cohort.identifiers import SAFE_HARBOR, by_letter
from probatum.errors import IdentifierFound
from tests.cohort.building import PROTOCOL, a_baseline, with_cell, with_column

CELLS = {
    "A": ["Mary Miller", "MILLER, Mary", "seen by Dr. Okafor", "Mr Brown"],
    "B": ["55901", "55901-1234", "SW1A 2AA", "12 Elm Street", "4 N. Broadway Ave"],
    "C": ["1997-03-12", "12/03/1997", "12.3.97", "19970312", "12 March 1997", "aged 93",
          "97-year-old"],
    "D": ["555-123-4567", "(507) 284-2511", "+44 20 7946 0958"],
    "E": ["fax 50728425"],
    "F": ["mary@example.org"],
    "G": ["123-45-6789"],
    "H": ["MRN 0012", "00123456"],
    "I": ["member no. AB-12345"],
    "J": ["account 12345678"],
    "K": ["licence no. D1234-5678"],
    "L": ["1HGCM82633A004352", "plate ABC-1234"],
    "M": ["serial SN12345", "00:1A:2B:3C:4D:5E"],
    "N": ["https://example.org/p/7", "www.example.org"],
    "O": ["192.168.0.17", "2001:0db8:85a3:0000:0000:8a2e:0370:7334"],
    "Q": ["face_07.jpg"],
    "R": ["123e4567-e89b-12d3-a456-426614174000"],
}  # fmt: skip

COLUMNS = {
    "A": "surname", "B": "zip_code", "C": "date_of_birth", "D": "homePhone", "E": "fax",
    "F": "e-mail", "G": "SSN", "H": "medical_record_no", "I": "policy", "J": "account",
    "K": "passport", "L": "licensePlate", "M": "device_id", "N": "homepage",
    "O": "ip_address", "P": "fingerprint", "Q": "photo", "R": "uuid",
}  # fmt: skip


@pytest.mark.parametrize(
    ("letter", "cell"), [(letter, cell) for letter, cells in CELLS.items() for cell in cells]
)
def test_a_cell_that_identifies_is_seen_and_not_repeated(letter, cell):
    found = findings(with_column(a_baseline(), "remark", cell), PROTOCOL)
    assert letter in {finding.letter for finding in found}
    assert cell not in " ".join(map(str, found))


@pytest.mark.parametrize("letter", COLUMNS)
def test_a_column_whose_name_identifies_is_seen(letter):
    assert by_letter(letter).is_named_by(COLUMNS[letter])


def test_all_eighteen_kinds_are_known():
    assert "".join(kind.letter for kind in SAFE_HARBOR) == "ABCDEFGHIJKLMNOPQR"
    assert set(COLUMNS) == {kind.letter for kind in SAFE_HARBOR}


@pytest.mark.parametrize(
    "cell",
    [
        "External Causes", "Injury and Poisoning", "Ill Defined", "Type 2 Diabetes", "C50.9",
        "I21", "4.5 mg/dL", "Stage IIIA", "NYHA 3", "120/80", "2 of 5", "1997", "aged 71",
    ],
)  # fmt: skip
def test_clinical_text_is_left_alone(cell):
    assert findings(with_column(a_baseline(), "remark", cell), PROTOCOL) == ()


def test_a_sound_table_shows_no_identifier():
    assert findings(a_baseline(), PROTOCOL) == ()
    refuse_identifiers(a_baseline(), PROTOCOL, "baseline")


def test_an_identifier_is_refused_by_kind_and_place():
    spoilt = with_cell(a_baseline(), "vitamin_d", "mary@example.org")
    with pytest.raises(IdentifierFound, match=r"\(F\) e-mail address in 1 rows of vitamin_d"):
        refuse_identifiers(spoilt, PROTOCOL, "baseline")


def test_an_unknown_column_is_called_by_its_position():
    [finding] = findings(with_column(a_baseline(), "Mary's mail", "m@example.org"), PROTOCOL)[
        :1
    ]
    assert finding.column == "column 7"


def test_an_id_that_is_no_pseudonym_is_shown_as_its_line():
    ids = shown_ids(with_cell(a_baseline(), "person", "Mary Miller", row=0), PROTOCOL)
    assert ids[:2] == ("line 2", "small-000000000001")


def test_a_pseudonym_made_of_digits_is_no_telephone_number():
    table = with_cell(a_baseline(), "person", "small-507284251100")
    assert findings(table, PROTOCOL) == ()
