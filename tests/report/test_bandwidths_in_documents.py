"""The technical file shows what the tuned bandwidth was chosen among."""

from probatum.report.bundle import bundle
from tests.report.building import TEMPLATES, altered, made_up
from tests.report.test_robustness_sections import words


def of_bandwidths(change):
    """The technical file of the made-up study with other bandwidths tried."""

    def changed(document):
        document["results"]["bandwidths"] = change(document["results"]["bandwidths"])

    return words(
        bundle(altered(made_up(), "models/training.json", changed), TEMPLATES), "technical-file"
    )


def test_every_bandwidth_stands_in_the_table_and_the_chosen_one_is_said():
    page = of_bandwidths(lambda rows: rows)
    assert "Every bandwidth the protocol allows" in page
    assert "0.1 (chosen)" in page
    assert "0.05 (chosen)" not in page


def test_bandwidths_that_could_not_be_told_apart_are_said_to_be_so():
    page = of_bandwidths(lambda rows: [])
    assert "could not be told apart" in page
    assert "Every bandwidth the protocol allows" not in page
