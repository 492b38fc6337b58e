"""Which case ids are pseudonyms, so that they may stand where everyone can read them."""

import re
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from probatum.cohort.given_names import GIVEN_NAMES
from probatum.cohort.identifiers import SAFE_HARBOR

PSEUDONYM = re.compile(r"([a-z][a-z0-9]{0,15}(?:-[a-z0-9]{1,15}){0,3})-[0-9a-f]{12}")
"""The form of a case id: a prefix and twelve hexadecimal characters."""


def are_pseudonyms(ids: "pd.Series[Any]", k: int) -> NDArray[np.bool_]:
    """Which ids may be shown: of the form, no known identifier, under a prefix of many.

    A prefix stands for a study or a site, so it says nothing of anyone if at least ``k`` people
    of the table share it. One that fewer share may be a name; in a table of fewer people it
    must be everyone's, and hold no given name.

    The twelve characters are taken on trust: nothing tells a digest from a padded number.

    Parameters
    ----------
    ids : (n,) Series of text
    k : int
        Smallest number of people who must share what is said of one.

    Examples
    --------
    >>> ids = ["demo-7860f59c7367", "demo-0c4b2d9a1e55", "00123456", "mrn-000000123456"]
    >>> are_pseudonyms(pd.Series(ids), 2).tolist()
    [True, True, False, False]
    """
    prefixes = {case_id: _prefix(case_id) for case_id in map(str, ids.unique())}
    sharing = Counter(prefix for prefix in prefixes.values() if prefix is not None)
    shown = {
        prefix
        for prefix, people in sharing.items()
        if people >= k or (people == len(prefixes) and not _holds_a_name(prefix))
    }
    return np.array([prefixes[str(case_id)] in shown for case_id in ids], dtype=bool)


def _prefix(case_id: str) -> str | None:
    form = PSEUDONYM.fullmatch(case_id)
    if form is None or any(kind.shows_in(case_id) for kind in SAFE_HARBOR):
        return None
    return form[1]


def _holds_a_name(prefix: str) -> bool:
    return not GIVEN_NAMES.isdisjoint(prefix.split("-"))
