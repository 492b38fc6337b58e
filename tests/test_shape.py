"""The house stands as drawn: walls, floors, and a sign on every door."""

import ast
import re
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import grimp
import pytest
import yaml

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
SOURCES = [p for top in ("src", "flows", "tasks") for p in (ROOT / top).rglob("*.py")]
EVERY = [*SOURCES, *(p for top in ("tests", "benchmarks") for p in (ROOT / top).rglob("*.py"))]
STAGES = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
BANNED = {"utils", "helpers", "common", "core", "base", "manager"}


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


@cache
def imports():
    return grimp.build_graph("probatum", cache_dir=None)


def test_the_import_walls_hold():
    done = subprocess.run(
        [BIN / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("stage", sorted(STAGES))
def test_the_deps_of_a_stage_cover_what_it_imports(stage):
    deps = [ROOT / dep for dep in STAGES[stage]["do"]["deps"] if dep.startswith("src/")]
    module = f"probatum.stages.{stage}"
    needed = {module, *imports().find_upstream_modules(module)}
    missing = sorted(name for name in needed if not covered(name, deps))
    assert not missing, f"dvc.yaml, stage {stage}: add deps that hold {missing}"


def covered(module, deps):
    file = (ROOT / "src").joinpath(*module.split("."))
    if (file / "__init__.py").exists():
        return True  # a package's own file holds its sentence and what it offers, and no code
    return any(dep == file.with_suffix(".py") or dep in file.parents for dep in deps)


def test_package_files_hold_their_sentence_what_they_offer_and_no_code():
    for file in (ROOT / "src").rglob("__init__.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        name, [_, *rest] = file.relative_to(ROOT), tree.body
        assert ast.get_docstring(tree), f"{name} lacks its sentence"
        offered = [word.asname or word.name for line in rest[:-1] for word in line.names]
        for line in rest[:-1]:
            assert isinstance(line, ast.ImportFrom), f"{name} holds code"
        if rest:
            said = ast.literal_eval(rest[-1].value)
            assert sorted(said) == sorted(offered), f"{name} offers other words than it imports"


def test_every_study_is_derived():
    derived = next(
        v["studies"] for v in yaml.safe_load(read("dvc.yaml"))["vars"] if "studies" in v
    )
    assert sorted(derived) == sorted(
        p.parent.name for p in ROOT.glob("studies/*/protocol.yaml")
    )


def test_the_wheel_holds_probatum_alone(tmp_path):
    subprocess.run(
        [BIN / "hatchling", "build", "-t", "wheel", "-d", tmp_path],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    [wheel] = tmp_path.glob("*.whl")
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"probatum"}


def test_the_lock_has_hashes_and_no_addresses():
    text = read("requirements.lock")
    pinned = re.findall(r"^[A-Za-z0-9_.-]+==", text, flags=re.M)
    blocks = re.split(r"^(?=[A-Za-z0-9_.-]+==)", text, flags=re.M)
    assert len(pinned) > 100
    assert all("--hash=sha256:" in block for block in blocks if "==" in block.split("\n")[0])
    assert not re.search(r"://|--index-url|--find-links|file:", text)


def test_the_readme_tells_what_the_gate_runs():
    commands = re.findall(r"^\s*(make \w+)", read("README.md"), flags=re.M)
    assert commands[:2] == ["make evidence", "make test"]
    assert re.search(r"^make test$", read(".ci/run"), flags=re.M)


def commands():
    from probatum.cli import probatum

    for name, command in probatum.commands.items():
        yield from (
            (f"{name} {sub}" for sub in getattr(command, "commands", {}))
            if hasattr(command, "commands")
            else [name]
        )


def test_every_command_is_documented():
    page = read("docs/commands.md")
    targets = re.findall(r"^([a-z-]+):.*##", read("Makefile"), flags=re.M)
    spoken = [f"probatum {name}" for name in commands()] + [f"make {name}" for name in targets]
    flows = [
        f"python -m flows.{p.stem}"
        for p in (ROOT / "flows").glob("*.py")
        if "__main__" in p.read_text(encoding="utf-8")
    ]
    missing = [command for command in spoken + flows if f"`{command}" not in page]
    assert not missing, f"docs/commands.md does not explain {missing}"


@pytest.mark.parametrize("path", EVERY, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_file_has_one_subject_and_fits_the_eye(path):
    text = path.read_text(encoding="utf-8")
    assert text.startswith(('"""', 'r"""')), "the first line is the file's subject"
    assert len(text.splitlines()) <= 300, "split it: it has lost its one subject"
    assert path.stem not in BANNED
    assert not path.stem.endswith(("_task", "_flow"))


def test_flows_do_not_defer_their_annotations():
    for path in (ROOT / "flows").glob("*.py"):
        assert "from __future__ import annotations" not in path.read_text(encoding="utf-8")


def test_nothing_that_travels_is_pickled():
    for path in SOURCES:
        assert not re.search(
            r"^\s*(import|from) (pickle|cloudpickle|dill|joblib\.dump)",
            path.read_text(encoding="utf-8"),
            flags=re.M,
        ), path


def test_the_library_knows_no_study():
    names = {p.parent.name for p in ROOT.glob("studies/*/protocol.yaml")}
    columns = {"kappa", "lambda_", "creatinine", "mgus", "flc_grp", "futime"}
    for path in [p for p in SOURCES if p.parent.name != "flows"]:
        code = re.sub(r'"""(.|\n)*?"""', "", path.read_text(encoding="utf-8"))
        cohens = {"kappa"} if path.parent.name == "agreement" else set()
        found = [
            word
            for word in (names | columns) - cohens
            if re.search(rf"\b{re.escape(word)}\b", code)
        ]
        assert not found, f"{path.relative_to(ROOT)} knows {found}"
