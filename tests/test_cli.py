"""A command does what its help says, or says in one sentence why it cannot."""

import subprocess
import sys
from pathlib import Path

import pytest

from probatum import cli

ROOT = Path(__file__).parents[1]


def probatum(*arguments, cwd=ROOT):
    return subprocess.run(
        [sys.executable, "-c", "from probatum.cli import main; main()", *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_protocols_of_the_project_are_sound():
    done = probatum("study", "check")
    assert done.returncode == 0, done.stderr
    assert "flc-mortality" in done.stdout


def test_a_broken_protocol_is_reported_by_file_and_line(tmp_path):
    folder = tmp_path / "studies/broken"
    folder.mkdir(parents=True)
    broken = ROOT / "tests/assets/protocols/one-qubit-too-few.yaml"
    (folder / "protocol.yaml").write_bytes(broken.read_bytes())
    done = probatum("study", "check", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("studies/broken/protocol.yaml:76: model.index.qubits")
    assert "expected one qubit a feature, 4, found 3" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["study", "nonsense"],
        ["study", "check", "no-such-study"],
        ["study", "check", "../elsewhere"],
        ["summary"],
        ["summary", "no-such-study"],
        ["verify", "no-such-folder"],
        ["ingest", "flc-mortality"],
        ["ingest", "flc-mortality", "--from", "no-such-file"],
        ["reproduce", "no-such-study"],
        ["stat", "nonsense"],
        ["stat", "auc"],
        ["stat", "hosmer-lemeshow", "--data", "README.md"],
    ],
    ids=" ".join,
)
def test_bad_usage_gets_one_sentence_and_a_code(arguments):
    done = probatum(*arguments)
    assert done.returncode == 2
    assert done.stderr.startswith("probatum: ")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr


def test_an_unknown_study_is_answered_with_each_that_is_known_once():
    assert probatum("summary", "no-such-study").stderr.count("flc-mortality") == 1


def commands(group, before=()):
    for name, command in group.commands.items():
        inner = getattr(command, "commands", None)
        yield from commands(command, (*before, name)) if inner else [(*before, name)]


@pytest.mark.parametrize("command", [*commands(cli.probatum)], ids=" ".join)
def test_every_command_has_help_and_stands_in_the_list_of_commands(command):
    assert probatum(*command, "--help").stdout.startswith(
        f"Usage: probatum {' '.join(command)}"
    )
    assert f"| `probatum {' '.join(command)}" in (ROOT / "docs/commands.md").read_text()
