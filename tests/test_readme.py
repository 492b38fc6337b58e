"""What the README says was found is what the evidence holds."""

import json
from pathlib import Path

ROOT = Path(__file__).parents[1]
BEGIN, END = "<!-- results:", "<!-- end of results -->"


def row(endpoint):
    found = endpoint["estimate"]
    verdict = "met" if endpoint["met"] else "**not met**"
    if endpoint["role"] == "primary" and not endpoint["confirmatory"]:
        verdict += ", descriptive only"
    interval = f"{found['value']:.3f} ({found['lower']:.3f} to {found['upper']:.3f})"
    return f"| {endpoint['id']} | {endpoint['criterion']} | {interval} | {verdict} |"


def test_the_results_in_the_readme_are_those_of_the_evidence():
    evidence = (ROOT / "evidence/flc-mortality/gates.json").read_text(encoding="utf-8")
    rows = [row(endpoint) for endpoint in json.loads(evidence)["results"]["endpoints"]]
    shown = (ROOT / "README.md").read_text(encoding="utf-8").split(BEGIN)[1].split(END)[0]
    wanted = "\n".join(rows)
    assert [line for line in shown.splitlines() if line.startswith("| ")][1:] == rows, wanted
