"""Sound tables of a small made-up study; take one and change the one thing that matters."""

from pathlib import Path

import pandas as pd

from probatum.cohort.suites import suites
from probatum.study.reading import load_protocol

ROOT = Path(__file__).parents[2]
PROTOCOL = load_protocol(ROOT / "tests/assets/small-study/protocol.yaml")
SUITES = suites(PROTOCOL)
AGES = ("62", "67", "71", "78", "83", "88", "90")


def a_baseline(periods=(2001, 2002, 2003), per_cell=2):
    """Text cells: in each period, ``per_cell`` people of each sex and age."""
    rows = [
        {"visit_year": str(period), "age": age, "sex": sex, "gait_speed": "1.05",
         "vitamin_d": "" if age == "62" else "54"}
        for period in periods
        for age in AGES
        for sex in ("F", "M")
        for _ in range(per_cell)
    ]  # fmt: skip
    frame = pd.DataFrame(rows, dtype=object)
    frame.insert(0, "person", [f"small-{number:012x}" for number in range(len(rows))])
    return frame


def a_batch(period=2004):
    """A sound batch of one silent period."""
    return a_baseline(periods=(period,))


def a_followup(baseline):
    """Text cells: everyone of the baseline table followed, every seventh fell."""
    days = ["120" if number % 7 == 0 else "500" for number in range(len(baseline))]
    fell = ["1" if number % 7 == 0 else "0" for number in range(len(baseline))]
    frame = {"person": list(baseline["person"]), "days": days, "fell": fell}
    return pd.DataFrame(frame, dtype=object)


def with_cell(frame, column, value, row=3):
    """The table with one cell changed."""
    changed = frame.copy()
    changed.loc[row, column] = value
    return changed


def with_column(frame, column, value):
    """The table with one more column, the same in each row."""
    return frame.assign(**{column: value})


def csv_file(frame, path):
    """The table as the file it would arrive in."""
    frame.to_csv(path, index=False, lineterminator="\n")
    return path
