"""The how-to of the quantum core runs as written and prints what it says."""

import doctest
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs/quantum.md"
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def test_the_quantum_core_does_what_its_page_shows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = doctest.testfile(
        str(PAGE), module_relative=False, optionflags=FLAGS, encoding="utf-8"
    )
    prompts = PAGE.read_text(encoding="utf-8").count(">>> ")
    assert (found.failed, found.attempted) == (0, prompts)
