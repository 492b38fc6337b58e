"""Deployed flows on a real server: they run, wait for people, and survive being killed."""

import re
import subprocess
import sys

import pytest
from served import until
from stand_in import ROLES, environment, recorded, runs

pytestmark = pytest.mark.prefect

PROGRAMME = "programme/whatever-is-due"
DOCUMENTS = "technical%20file/write-and-sign"
A_SIGNATURE = {"printed_name": "Ada Lovelace", "meaning": "approval", "decision": "approve"}


def by_hand(served, flow, study):
    """Run a flow from the command line, beside the server."""
    return subprocess.run(
        [sys.executable, "-m", f"flows.{flow}", study],
        cwd=served.home,
        env=environment(PREFECT_HOME=str(served.home / "var/prefect")),
        text=True,
        capture_output=True,
        timeout=120,
    )


@pytest.fixture(scope="module")
def completed(served):
    """A run of the whole programme, from the first stage to the documents."""
    run = served.run(PROGRAMME, "by-rest")
    served.settled(run, "Completed", seconds=150)
    return run


def test_every_flow_is_deployed_and_no_schedule_starts_by_itself(served):
    found = served.post("/deployments/filter")
    assert sorted(d["entrypoint"].rsplit(".", 1)[1] for d in found) == [
        "backend_benchmark",
        "drift_monitoring",
        "programme",
        "retrospective",
        "silent_prospective",
        "technical_file",
    ]
    assert not [s for d in found for s in d["schedules"] if s["active"]]
    assert all(d["description"] and d["tags"] for d in found)


def test_the_whole_programme_completes_by_itself(served, completed):
    assert runs(served.home, "by-rest") == [
        *("quality", "develop", "retrospective", "robustness", "silent", "drift"),
        *("retrospective", "gates", "dossier"),  # the first rests on the cut, which has grown
    ]


def test_a_run_and_its_tasks_have_names_that_a_person_understands(served, completed):
    assert served.get(f"/flow_runs/{completed}")["name"] == "by-rest: programme"
    names = served.task_names(completed)
    assert "check the data against the protocol" in names
    assert "2006-01-01: link the outcomes that have matured" in names
    assert not [name for name in names if re.search(r"-[0-9a-f]{3}$", name)]


def test_a_run_leaves_the_gates_the_drift_and_the_documents_to_look_at(served, completed):
    found = {a["key"]: a for a in served.post("/artifacts/latest/filter")}
    assert "criteria met, awaiting signature" in found["gates-by-rest"]["data"]
    assert "technical-file.html" in found["documents-by-rest"]["data"]
    assert "gait_speed" in found["drift-by-rest"]["data"]


def test_the_ledger_holds_what_was_promised_before_it_was_looked_at(served, completed):
    kinds = [event.kind.value for event in recorded(served.home, "by-rest")]
    assert kinds[:3] == ["protocol_locked", "model_frozen", "results_opened"]


def test_a_second_run_repeats_nothing_waits_for_nobody_and_names_who_has_to_sign(
    served, completed
):
    before = recorded(served.home, "by-rest"), runs(served.home, "by-rest")
    done = by_hand(served, "programme", "by-rest")
    assert done.returncode == 0, done.stderr
    assert (recorded(served.home, "by-rest"), runs(served.home, "by-rest")) == before
    assert "outstanding: the signature of the statistician" in done.stdout
    assert re.search(r"\d s  judge the gates: done in \d+\.\d s", done.stdout)
    assert "prefect" not in done.stdout.lower()


def test_a_signature_is_waited_for_refused_when_invalid_and_recorded_once(served, completed):
    run = served.run(DOCUMENTS, "by-rest")
    for role in ROLES:
        served.settled(run, "Suspended")
        assert served.resume(run, **A_SIGNATURE, role="passer-by")[0] == "REJECT"
        status, why = served.resume(run, **{**A_SIGNATURE, "printed_name": ""}, role=role)
        assert (status, "printed_name" in why or "short" in why) == ("REJECT", True)
        assert served.resume(run, **A_SIGNATURE, role=role) == ("ACCEPT", None)
        until(lambda: served.state(run)[0] != "Suspended", 30)
    served.settled(run, "Completed")
    signed = recorded(served.home, "by-rest", "signed")
    assert [event.payload["role"] for event in signed] == list(ROLES)
    assert {event.who for event in signed} == {"Ada Lovelace"}


def test_what_was_signed_stands_in_the_documents(served, completed):
    rendered = served.home / "reports/rendered/by-rest/technical-file.html"
    assert "Ada Lovelace" in rendered.read_text()


def test_a_stages_refusal_is_the_runs_one_sentence(served):
    pace = served.home / "data/by-hand/pace"
    pace.write_text("refuse")
    run = served.run("retrospective/evaluate", "by-hand")
    served.settled(run, "Failed")
    assert "people — expected 100 or more, got 3 — enrol more people" in served.state(run)[2]
    assert runs(served.home, "by-hand").count("develop") == 1
    pace.write_text("0")


def test_a_live_study_takes_nobody_in_until_its_gate_is_signed(served):
    done = by_hand(served, "programme", "live")
    assert done.returncode == 2
    assert done.stderr.startswith("refused: gate retrospective-to-silent of live — expected it")
    assert recorded(served.home, "live", "batch_received") == []
    assert (served.home / "reports/rendered/live/technical-file.html").exists()


def test_a_run_killed_in_the_middle_is_started_again_and_loses_and_repeats_nothing(served):
    pace = served.home / "data/killed/pace"
    pace.write_text("60")
    first = served.run(PROGRAMME, "killed")
    until(lambda: runs(served.home, "killed") == ["quality", "develop"], 60)
    for member in served.worker():
        member.kill()
    served.process.wait(60)
    assert "worker — expected it to stay" in served.said
    pace.write_text("0")
    served.start()
    assert served.state(first)[0] == "Crashed"
    served.settled(served.run(PROGRAMME, "killed"), "Completed", seconds=150)
    events = [event.id for event in recorded(served.home, "killed")]
    assert len(events) == len(set(events))
    assert len(recorded(served.home, "killed", "results_opened")) == 1
    assert runs(served.home, "killed").count("quality") == 1
