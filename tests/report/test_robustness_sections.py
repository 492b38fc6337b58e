"""What was tried elsewhere is printed as it came out, whatever the verdict is."""

import io
import re

import pypdf
import pytest

from probatum.report.bundle import bundle
from tests.report.building import (
    PROTOCOL,
    TEMPLATES,
    altered,
    envelope,
    made_up,
    results,
    the_bundle,
)

FILE = "evidence/robustness/robustness.json"


def words(files, name):
    """The text of a page as a reader sees it."""
    html = files[f"{name}.html"].decode()
    bare = re.sub(r"<(script|style|svg).*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", bare))


def with_verdict(verdict):
    """The made-up study with another verdict on the advantage."""

    def change(document):
        document["results"]["advantage"]["verdict"] = verdict

    return bundle(altered(made_up(), FILE, change), TEMPLATES)


@pytest.mark.parametrize(
    ("verdict", "opening"),
    [
        ("advantage", "An advantage was shown."),
        ("equivalence", "Equivalence was shown."),
        ("disadvantage", "A disadvantage was shown."),
        ("not shown", "No advantage was shown."),
    ],
)
def test_each_verdict_is_printed_as_plainly_as_the_others(verdict, opening):
    files = with_verdict(verdict)
    for name in ("advantage", "technical-file"):
        assert words(files, name).count(opening) == 1
    assert f"over logistic regression: {verdict}" in words(files, "index")


def test_the_coverage_that_was_kept_is_printed_beside_the_one_promised():
    told = words(the_bundle(), "technical-file")
    assert "95% was promised" in told
    assert "Everyone94.3% (95% CI 89.5% to 97.0%)" in told
    assert "With the event88.2%" in told


LOOK = (
    b"\nprior_looks:\n  - {date: '2026-01-02', partition: evaluation, "
    b"what: One AUC was printed, consequence: Nothing was changed}\n"
)


def pages(files):
    return pypdf.PdfReader(io.BytesIO(files["advantage.pdf"])).pages


def test_the_honest_page_is_one_page_with_all_that_may_stand_on_it():
    longer = b"The margin of the non-inferiority endpoint, " + b"for as long as it takes, " * 8
    said = PROTOCOL.replace(
        b"reason: The margin of the non-inferiority endpoint", b"reason: '" + longer + b"'"
    )
    assert said != PROTOCOL
    assert len(pages(bundle(made_up(protocol=said + LOOK), TEMPLATES))) == 1


def test_a_circuit_that_joins_no_qubits_is_said_to_be_its_own_control():
    assert "joins no qubits" in words(the_bundle(), "advantage")


def of_the_kernel(**change):
    """The honest page of the made-up study with another kernel."""

    def changed(document):
        document["results"]["kernel"] |= change

    return words(
        bundle(altered(made_up(), "models/training.json", changed), TEMPLATES), "advantage"
    )


def test_the_geometric_difference_is_printed_with_what_it_is_read_at():
    page = of_the_kernel()
    assert "from the nearest of 8 radial kernels is 2.7" in page
    assert "(training error 0.04)" in page
    assert "on no outcome is that classical kernel's error bound more" in page
    assert "outcomes exist that" in of_the_kernel(geometric_difference=40.0)


def test_a_geometric_difference_that_could_not_be_read_is_not_passed_over():
    page = of_the_kernel(geometric_difference=None, geometric_difference_training=None)
    assert "From none of the 8 radial kernels tried could" in page


def test_the_best_candidates_with_and_without_entanglement_stand_side_by_side():
    page = words(the_bundle(), "advantage")
    assert "best of 4 that join qubits reached a cross-validated AUC of 0.693" in page


def test_what_was_seen_before_the_plan_was_fixed_is_said_beside_the_verdict():
    files = bundle(made_up(protocol=PROTOCOL + LOOK), TEMPLATES)
    page = words(files, "advantage")
    assert "On 1 occasion something was seen of these data" in page
    assert "One AUC was printed" in words(files, "technical-file")
    assert "What was known before?" not in words(the_bundle(), "advantage")


def test_a_control_without_entanglement_is_printed_with_its_difference():
    area = {
        "value": 0.71, "lower": 0.66, "upper": 0.76, "level": 0.95, "n": 157,
        "method": "DeLong", "se": 0.02,
    }  # fmt: skip

    def change(document):
        ablation = {"identical": False, "auc": area, "auc_difference": {**area, "lower": -0.1}}
        document["results"]["advantage"]["ablation"] = ablation

    page = words(bundle(altered(made_up(), FILE, change), TEMPLATES), "advantage")
    assert "nothing that joins its qubits" in page
    assert "joins no qubits, so" not in page


def test_every_scenario_stands_in_the_technical_file():
    page = words(the_bundle(), "technical-file")
    found = results("robustness")
    for row in found["scenarios"]:
        assert row["name"] in page
    for device in found["devices"]:
        assert device["device"] in page
    for task in found["tasks"]:
        assert task["job_type"] in page


@pytest.mark.parametrize("status", ["not planned", "not yet performed", "closed"])
def test_a_stage_without_results_leaves_no_silent_hole(status):
    empty = envelope("robustness", {}, status=status, reason="nobody asked")
    files = bundle(made_up(without=["evidence/robustness"], **{FILE: empty}), TEMPLATES)
    assert f"{status.capitalize()}. nobody asked" in words(files, "technical-file")
    assert "Nothing is stated about an advantage" in words(files, "advantage")


def test_cost_is_called_an_estimate():
    assert "Nothing was run on hardware: estimates for" in words(the_bundle(), "advantage")


def moment(device, day, score, change, **more):
    """A device as one calibration found it."""
    return {
        "device": device, "kind": "noisy simulator", "calibrated_at": f"{day}T05:00:00+00:00",
        "runs": 2, "mean_score": score, "change": change, "shots_per_second": 90.0,
        "change_error": None if change is None else 0.012,
        "tasks": [{"task": "ghz on 3 qubits", "score": score}],
        "calibration": {
            "t1_seconds": 1.4e-4, "t2_seconds": 7e-5, "readout_error": 0.03,
            "two_qubit_error": 0.011,
        },
        **more,
    }  # fmt: skip


def standing(**more):
    """A backend over all its benchmarks."""
    return {
        "backend": "ibm_oslo", "kind": "hardware", "runs": 2, "repeats": 24,
        "mean_score": 0.715, "mean_spread": 0.021, "latency_seconds": 7.5,
        "queue_seconds": 6.25, "shots_per_second": 90.0, "cost": 12.5, "currency": "EUR",
        **more,
    }  # fmt: skip


def with_history(*moments, backends=None):
    """The made-up study with benchmarks that were captured."""
    backends = [standing()] if backends is None else backends

    def change(document):
        document["results"]["device_history"] = {
            "benchmarks": 5,
            "backends": list(backends),
            "moments": list(moments),
        }

    return bundle(altered(made_up(), FILE, change), TEMPLATES)


def test_without_a_benchmark_no_change_of_a_device_is_stated():
    assert "No benchmark has been captured yet" in words(the_bundle(), "technical-file")


def test_a_device_is_shown_calibration_by_calibration():
    files = with_history(
        moment("ibm_oslo", "2026-03-01", 0.81, None, kind="hardware"),
        moment("ibm_oslo", "2026-03-08", 0.62, -0.19, kind="hardware"),
        moment("fake_manila", "2024-05-27", 0.77, None),
    )
    page = words(files, "technical-file")
    assert "The mean score changed most on ibm_oslo: by −0.190" in page
    assert "with the calibration of 2026-03-08" in page
    assert "hardware is the device itself" in page
    assert "ibm_oslohardware2026-03-0120.810first" in page.replace(" ", "")
    assert "−0.190±0.012" in page.replace(" ", "")


def test_what_a_backend_gave_how_fast_and_at_what_price_stands_in_one_row():
    page = words(
        with_history(
            backends=[
                standing(),
                standing(
                    backend="exact", kind="exact", queue_seconds=None, cost=None, currency=None
                ),
            ]
        ),
        "technical-file",
    ).replace(" ", "")
    assert "ibm_oslohardware20.7150.0217.56.259012.50EUR" in page
    assert "exactexact20.7150.0217.5none90none" in page
    assert "Eachdevice,calibrationbycalibration" not in page  # nothing calibrated was run


def test_what_the_standard_tasks_would_take_on_each_device_is_printed():
    page = words(the_bundle(), "technical-file").replace(" ", "")
    for row in results("robustness")["task_devices"]:
        start = f"{row['device']}{row['tasks']}{row['mean_score']:.3f}"
        assert start in page


def test_one_calibration_shows_no_change_yet():
    page = words(
        with_history(moment("fake_manila", "2024-05-27", 0.77, None)), "technical-file"
    )
    assert "no change can be shown yet" in page


def test_a_gap_in_a_calibration_is_a_gap_and_no_zero():
    unknown = {"t1_seconds": None, "t2_seconds": None, "readout_error": None,
               "two_qubit_error": None}  # fmt: skip
    page = words(
        with_history(moment("d", "2024-05-27", 0.77, None, calibration=unknown)),
        "technical-file",
    )
    assert "notestimablenotestimablenotestimablenonestated" in page.replace(" ", "")


def test_an_explanation_says_in_which_direction_and_hides_small_groups():
    page = words(the_bundle(), "technical-file").replace(" ", "")
    assert "Ageabove74year227.08" in page
    assert "SerumvitaminDmissing5toofewtobetold" in page


def test_what_may_differ_in_a_counterfactual_is_printed_with_its_range_and_unit():
    page = words(the_bundle(), "technical-file").replace(" ", "")
    assert "Usualgaitspeed,m/s0.711.623" in page
    assert "betweenthequantiles0.05and0.95" in page
    assert "1for4,2for0" in page


def test_without_a_counterfactual_no_distance_is_stated():
    def change(document):
        told = document["results"]["explanations"]["counterfactuals"]
        told |= {"found": 0, "median_distance": None, "none_within_plausible_ranges": 6}

    page = words(bundle(altered(made_up(), FILE, change), TEMPLATES), "technical-file")
    assert "The fewest entries that suffice" not in page
    assert "Each value is plausible by itself" in page
