"""A protocol says all it promises, or says of every mistake where it stands."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probatum.errors import ProtocolError
from probatum.study.endpoint import Criterion
from probatum.study.population import Role
from probatum.study.reading import check_protocol, load_protocol
from probatum.study.schema import schema_text

ROOT = Path(__file__).parents[2]
SOUND = ROOT / "tests/assets/small-study/protocol.yaml"
BROKEN = sorted((ROOT / "tests/assets/protocols").glob("*.yaml"))
MARK = "# <- the defect"


@pytest.mark.parametrize("path", sorted(ROOT.glob("studies/*/protocol.yaml")), ids=str)
def test_every_study_of_the_project_has_a_sound_protocol(path):
    assert check_protocol(path) == ()
    assert load_protocol(path).study.id == path.parent.name


def test_there_are_at_least_twenty_broken_protocols():
    assert len(BROKEN) >= 20


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_protocol_is_reported_where_it_is_broken(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    expected, found = (line.split(": ", 1)[1].split("  #")[0] for line in lines[:2])
    [problem] = check_protocol(path)
    assert problem.line == next(n for n, line in enumerate(lines, 1) if MARK in line)
    assert expected in problem.expected
    assert found in problem.found
    with pytest.raises(ProtocolError, match=f"{path.name}:{problem.line}: "):
        load_protocol(path)


def test_all_mistakes_are_reported_at_once_in_the_order_of_their_lines(tmp_path):
    text = SOUND.read_text(encoding="utf-8")
    text = text.replace("qubits: 4", "qubits: 3").replace("[2003]", "[2002]")
    text = text.replace("horizon_days: 365", "horizon_days: soon")
    path = tmp_path / "protocol.yaml"
    path.write_text(text, encoding="utf-8")
    problems = check_protocol(path)
    assert [problem.place for problem in problems] == [
        "population.partitions.evaluation",
        "outcome.horizon_days",
        "model.index.qubits",
    ]
    assert [problem.line for problem in problems] == sorted(p.line for p in problems)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"study: [unclosed", "expected YAML"),
        (b"study: \xff\xfe", "expected UTF-8"),
        (b"- a list", "expected a mapping of sections"),
        (b"", "expected a mapping of sections"),
    ],
)
def test_a_file_that_is_no_protocol_at_all_is_refused_in_one_sentence(tmp_path, content, said):
    path = tmp_path / "protocol.yaml"
    path.write_bytes(content)
    with pytest.raises(ProtocolError, match=said):
        load_protocol(path)


def test_a_missing_file_is_refused_by_name(tmp_path):
    with pytest.raises(ProtocolError, match=r"nothing\.yaml"):
        load_protocol(tmp_path / "nothing.yaml")


def test_a_protocol_cannot_be_changed_once_read():
    protocol = load_protocol(SOUND)
    with pytest.raises(ValueError, match="frozen"):
        protocol.study.title = "another"


def test_leaks_are_never_known_at_baseline():
    protocol = load_protocol(SOUND)
    leaks = {column.name for column in protocol.columns_with(Role.LEAK)}
    assert leaks == {column.name for column in protocol.columns_known_at("follow_up")}
    assert not leaks & {name for feature in protocol.model.features for name in feature.columns}


def test_the_committed_schema_is_the_one_the_types_imply():
    committed = (ROOT / "studies/protocol.schema.json").read_text(encoding="utf-8")
    assert committed == schema_text(), "run: probatum study schema --write"
    assert json.loads(committed)["additionalProperties"] is False


finite = st.floats(-5, 5)


@given(lower=finite, width=st.floats(0, 5), goal=finite)
def test_a_wider_interval_never_meets_a_criterion_that_a_narrower_one_missed(
    lower, width, goal
):
    criterion = Criterion(lower_bound_above=goal)
    if not criterion.is_met(lower, lower + width):
        assert not criterion.is_met(lower - 1, lower + width + 1)


def test_a_bound_exactly_at_the_goal_does_not_meet_it():
    assert not Criterion(lower_bound_above=0.75).is_met(0.75, 0.8)
    assert not Criterion(interval_within=(0.7, 1.3)).is_met(0.7, 1.2)
    assert Criterion(interval_within=(0.7, 1.3)).is_met(0.71, 1.29)
