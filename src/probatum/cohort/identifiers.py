"""What may identify a person: the eighteen identifiers of HIPAA Safe Harbor, seen in text.

Each kind lists the words that betray it in a column's name, and the forms that betray it in a
cell. This finds what has a recognisable form. It cannot find a rare diagnosis, a nickname or a
number whose meaning is known elsewhere only; a person must still look.

References
----------
45 CFR 164.514(b)(2)(i), letters (A) to (R).
"""

import re
from dataclasses import dataclass
from itertools import pairwise

from probatum.cohort.given_names import GIVEN_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """One of the eighteen kinds, and how it shows in a table."""

    letter: str
    name: str
    column_words: frozenset[str]
    forms: tuple[re.Pattern[str], ...] = ()

    def shows_in(self, cell: str) -> bool:
        """Whether a cell has a form of this kind."""
        if self.letter == "A" and _is_name(cell):
            return True
        return any(form.search(cell) for form in self.forms)

    def is_named_by(self, column: str) -> bool:
        """Whether a column's name says that it holds this kind.

        Examples
        --------
        >>> by_letter("F").is_named_by("homeEmail")
        True
        """
        spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", column)
        words = re.findall(r"[a-z]+", spaced.lower())
        joined = {"".join(words), *words, *(a + b for a, b in pairwise(words))}
        return not joined.isdisjoint(self.column_words)


def _is_name(cell: str) -> bool:
    if re.search(r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? [A-Z][a-z]+", cell):
        return True
    word = r"[A-Z][A-Za-z'’-]+"
    pairs = re.findall(rf"\b(?=({word}),? (?:[A-Z]\.? )?({word}))", cell)
    return any(part.lower() in GIVEN_NAMES for pair in pairs for part in pair)


def _kind(letter: str, name: str, words: str, *forms: str) -> Identifier:
    compiled = tuple(re.compile(form) for form in forms)
    return Identifier(
        letter=letter, name=name, column_words=frozenset(words.split()), forms=compiled
    )


_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_STREET = r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Boulevard|Blvd|Way|Court|Ct)\b"
_NUMBER = r"\s*(?:no\.?|number|#|:)*\s*(?=[A-Z0-9-]*[0-9])[A-Z0-9-]{5,}"

SAFE_HARBOR = (
    _kind("A", "name", "name surname forename firstname lastname givenname initials maiden"),
    _kind(
        "B",
        "place smaller than a state",
        "address street city town county zip zipcode postcode postal parish precinct latitude "
        "longitude geocode",
        r"^\s*\d{5}\s*$",
        r"\b\d{5}-\d{4}\b",
        r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b",
        rf"\b\d{{1,5}} (?:[NSEW]\.? )?[A-Z][A-Za-z]+ {_STREET}",
    ),
    _kind(
        "C",
        "date, or age over 89",
        "date dob birthday birthdate dod deathdate admission discharge timestamp",
        r"\b(?:18|19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?!\d)",
        r"\b\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2})\b",
        r"^\s*(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\s*$",
        rf"(?i)\b\d{{1,2}}\.? {_MONTH},? \d{{2,4}}\b",
        rf"(?i)\b{_MONTH} \d{{1,2}},? \d{{2,4}}\b",
        r"(?i)\b(?:9\d|1[01]\d)[ -]*(?:years?[ -]*old|y/?o)\b",
        r"(?i)\bage[d:]? *(?:9\d|1[01]\d)\b",
    ),
    _kind(
        "D",
        "telephone number",
        "phone telephone tel mobile cell",
        r"\(?\b\d{3}\)?[ .-]\d{3}[ .-]\d{4}\b",
        r"\+\d[\d .()-]{7,}\d",
    ),
    _kind("E", "fax number", "fax telefax", r"(?i)\bfax\b.*\d{5}"),
    _kind("F", "e-mail address", "email mail", r"[^\s@,;]+@[^\s@,;]+\.[A-Za-z]{2,}"),
    _kind("G", "social security number", "ssn socialsecurity", r"\b\d{3}-\d{2}-\d{4}\b"),
    _kind(
        "H",
        "medical record number",
        "mrn medicalrecord recordnumber chart nhs hospitalnumber",
        r"(?i)\bmrn\b.*\d",
        r"^\s*\d{6,10}\s*$",
    ),
    _kind(
        "I",
        "health plan number",
        "beneficiary policy insurance memberid medicare medicaid",
        rf"(?i)\b(?:policy|member|beneficiary|medicare|medicaid){_NUMBER}",
    ),
    _kind("J", "account number", "account iban", rf"(?i)\b(?:account|acct|iban){_NUMBER}"),
    _kind(
        "K",
        "certificate or licence number",
        "licence license certificate passport",
        rf"(?i)\b(?:licen[cs]e|certificate|passport){_NUMBER}",
    ),
    _kind(
        "L",
        "vehicle identifier",
        "vin plate vehicle",
        r"\b(?=[A-HJ-NPR-Z]*\d)(?=\d*[A-HJ-NPR-Z])[A-HJ-NPR-Z0-9]{17}\b",
        rf"(?i)\b(?:plate|vin){_NUMBER}",
    ),
    _kind(
        "M",
        "device identifier",
        "serial imei udi deviceid macaddress",
        rf"(?i)\b(?:serial|imei|udi){_NUMBER}",
        r"\b(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}\b",
    ),
    _kind("N", "web address", "url website homepage", r"(?i)\b(?:https?://|www\.)\S"),
    _kind(
        "O",
        "network address",
        "ip ipaddress",
        r"\b(?:\d{1,3}\.){3}\d{1,3}\b",
        r"\b(?:[0-9A-Fa-f]{1,4}:){4,7}[0-9A-Fa-f]{1,4}\b",
    ),
    _kind("P", "biometric identifier", "fingerprint voiceprint iris retina genome biometric"),
    _kind(
        "Q",
        "photograph",
        "photo photograph portrait image picture",
        r"(?i)\.(?:jpe?g|png|tiff?|heic|dcm)\b",
    ),
    _kind(
        "R",
        "other unique number or code",
        "uuid guid barcode",
        r"(?i)\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b",
    ),
)


def by_letter(letter: str) -> Identifier:
    """The kind under a letter of the rule."""
    return next(kind for kind in SAFE_HARBOR if kind.letter == letter)
