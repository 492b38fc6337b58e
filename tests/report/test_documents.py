"""The documents say only what evidence supports, and say first what was not shown."""

import io
import json
import re
from html.parser import HTMLParser
from itertools import pairwise

import pypdf
import pytest

from probatum.errors import ReportError
from probatum.report.bundle import bundle
from probatum.report.claims import Claims
from probatum.report.evidence import Evidence
from probatum.report.templating import Pen, digits_in, literal_text
from tests.report.building import (
    PROTOCOL,
    TEMPLATES,
    altered,
    envelope,
    made_up,
    the_bundle,
)

PAGES = (
    *("technical-file", "ethics-summary", "advantage", "model-card", "quality", "datasheet"),
    "index",
)
RETROSPECTIVE = "evidence/retrospective/performance.json"
NOT_PROSE = {"svg", "script", "style", "code", "header", "footer", "section"}
"""Drawings, machinery, digests, margins, and the list of claims itself."""


class Prose(HTMLParser):
    """The words of a page outside claims, drawings, digests and margins."""

    def __init__(self):
        super().__init__()
        self.words, self.anchored, self.open = [], False, []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        is_aside = (
            tag in NOT_PROSE
            or "data-claim" in attributes
            or attributes.get("class") in ("standing", "dense")
            or "watermark" in (attributes.get("class") or "")
        )
        if self.open or is_aside:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        if not self.open:
            self.words.append(data)


def prose(page):
    reader = Prose()
    reader.feed(page[page.index("<main") : page.index("</main>")])
    return " ".join(reader.words)


def page(files, name):
    return files[f"{name}.html"].decode()


def words(html):
    """The text of a page as a reader sees it."""
    bare = re.sub(r"<(script|style|svg).*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", bare))


def test_the_same_evidence_gives_the_same_bytes():
    assert bundle(made_up(), TEMPLATES) == the_bundle()


@pytest.mark.parametrize("name", PAGES)
def test_no_digit_stands_outside_a_claim(name):
    assert digits_in(prose(page(the_bundle(), name))) == []


def test_no_template_types_a_digit():
    pen = Pen(Claims(made_up()), TEMPLATES, {})
    for path in sorted(TEMPLATES.rglob("*.md")):
        text = literal_text(pen.environment, path.read_text(encoding="utf-8"))
        assert digits_in(text) == [], path


def test_no_template_names_a_study():
    told = {"flc", "mortality", "kappa", "lambda", "creatinine", "fall", "gait", "vitamin"}
    for path in sorted(TEMPLATES.rglob("*.*")):
        found = set(re.findall(r"[a-z]+", path.read_text(encoding="utf-8").lower()))
        assert not found & told, path


def a_pen(tmp_path, text):
    (tmp_path / "one.md").write_text(text, encoding="utf-8")
    evidence = made_up()
    return Pen(Claims(evidence), tmp_path, {"protocol": evidence.node("protocol.yaml")})


@pytest.mark.parametrize(
    "text",
    [
        "{{ nothing }}",
        "{{ protocol.study.phase }}",
        "{{ protocol.model.threshold }}",
        "{{ 1 + 1 }}",
        "{{ 'an AUC of 0.8' }}",
        "{{ stage('retrospective').results.models.oracle.auc | auc }}",
        "{{ stage('robustness').results }}",
        "{{ stage('marketing') }}",
        "{{ 0.8 | auc }}",
    ],
)
def test_a_template_cannot_print_what_no_evidence_holds(tmp_path, text):
    with pytest.raises(ReportError):
        a_pen(tmp_path, text).write("one.md")


def test_what_was_not_shown_comes_first():
    files = bundle(made_up(is_worse=True), TEMPLATES)
    for name, opening in (
        ("technical-file", "Not every primary endpoint was met."),
        ("ethics-summary", "Not everything that was promised has been shown."),
        ("index", "Not every primary endpoint was met."),
    ):
        main = page(files, name).split("<main")[1]
        assert opening in main[: main.index("<table") if "<table" in main else None]
    text = words(page(files, "technical-file"))
    assert "The quantum model ranks people worse than the best classical comparator" in text


def test_no_advantage_is_said_plainly():
    text = words(page(the_bundle(), "technical-file"))
    assert "No advantage of the quantum model was shown." in text
    assert "ranks people better" not in text


def test_a_better_quantum_model_is_said_to_be_better():
    def better(document):
        for row in document["results"]["differences"]:
            row["auc_difference"].update(value=0.03, lower=0.01, upper=0.05)

    files = bundle(altered(made_up(), RETROSPECTIVE, better), TEMPLATES)
    assert "ranks people better than the best" in words(page(files, "technical-file"))


@pytest.mark.parametrize("status", ["not planned", "not yet performed", "closed"])
@pytest.mark.parametrize("stage", ["retrospective", "silent", "drift"])
def test_a_stage_without_results_is_named_as_such(stage, status):
    file = f"evidence/{stage}/{'drift' if stage == 'drift' else 'performance'}.json"
    reason = "nobody opened it"
    empty = envelope(stage, {}, status=status, reason=reason)
    files = bundle(made_up(without=[f"evidence/{stage}/"], **{file: empty}), TEMPLATES)
    text = words(page(files, "technical-file"))
    assert f"{status.capitalize()}. {reason}" in text


def test_a_bundle_can_be_made_before_any_result():
    without = ["evidence/retrospective", "evidence/silent", "evidence/drift", "evidence/gates"]
    files = bundle(made_up(without=[*without, "models/"]), TEMPLATES)
    assert "No result has been produced yet." in words(page(files, "technical-file"))
    assert json.loads(files["manifest.json"])["model_sha256"] is None


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_a_rehearsal_is_watermarked(name):
    assert 'class="watermark"' in page(the_bundle(), name)
    live = {
        path: content.replace(b'"grade": "rehearsal"', b'"grade": "live"')
        for path, content in made_up().files.items()
    }
    files = bundle(Evidence(study="small-study", files=live), TEMPLATES)
    assert 'class="watermark"' not in page(files, name)


def test_the_watermark_is_printed_on_every_sheet_of_a_rehearsal():
    for name in ("technical-file", "ethics-summary"):
        for sheet in pypdf.PdfReader(io.BytesIO(the_bundle()[f"{name}.pdf"])).pages:
            assert "REHEARSAL" in sheet.extract_text()


@pytest.mark.parametrize("name", PAGES)
def test_no_page_refers_to_anything_outside_the_bundle(name):
    html = page(the_bundle(), name)
    assert not re.search(
        r"(https?:)?//[a-z0-9.]+\.[a-z]", re.sub(r"xmlns(:\w+)?=\"[^\"]*\"", "", html)
    )
    targets = re.findall(r'(?:href|src)="([^"#]+)', html)
    assert set(targets) <= the_bundle().keys()
    assert "default-src 'none'" in html


@pytest.mark.parametrize("name", PAGES)
def test_every_way_inside_a_page_leads_somewhere(name):
    html = page(the_bundle(), name)
    ids = re.findall(r'\bid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', html)) <= set(ids)


@pytest.mark.parametrize("name", PAGES)
def test_every_figure_is_described_in_words(name):
    html = page(the_bundle(), name)
    figures = re.findall(r"<svg[^>]*>", html)
    described = [re.search(r'role="img" aria-label="([^"]{40,})"', svg) for svg in figures]
    assert all(described)
    assert html.count("<figure") == len(figures)


@pytest.mark.parametrize("name", PAGES)
def test_headings_do_not_skip_a_level(name):
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", page(the_bundle(), name))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", ["technical-file", "ethics-summary"])
def test_a_printed_document_is_tagged_titled_and_dated_by_the_protocol(name):
    reader = pypdf.PdfReader(io.BytesIO(the_bundle()[f"{name}.pdf"]))
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in catalogue
    assert catalogue["/Lang"] == "en"
    assert reader.metadata.creation_date.strftime("%Y-%m-%d") == "2026-01-15"
    assert "(simulated)" in reader.metadata.title
    assert len(reader.outline) > 4
    assert b"pdfuaid" in the_bundle()[f"{name}.pdf"]


def test_the_ethics_summary_is_two_pages():
    assert len(pypdf.PdfReader(io.BytesIO(the_bundle()["ethics-summary.pdf"])).pages) == 2


def test_the_annex_lists_every_number_of_the_technical_file():
    html = page(the_bundle(), "technical-file")
    stated = set(re.findall(r'<a class="claim[^"]*" href="#claim-(\d+)"', html))
    listed = set(re.findall(r'<tr id="claim-(\d+)"', html))
    assert stated
    assert stated <= listed


def test_a_text_of_the_protocol_cannot_become_markup():
    title = b"title: A <script>alert('x')</script> | *fall* #x $y$ `z`"
    rationale = b"rationale: <img src=x> | {{ 7 }} [l](http://x.y) To try"
    protocol = PROTOCOL.replace(b"title: A fall within a year", title)
    protocol = protocol.replace(b"rationale: To try", rationale)
    files = bundle(made_up(protocol=protocol), TEMPLATES)
    for name in PAGES:
        assert "<script>alert" not in page(files, name)
        assert "<img" not in page(files, name)
    assert "&lt;img src=x&gt; | {{ 7 }} [l](http://x.y) To try" in page(files, "technical-file")
    text = pypdf.PdfReader(io.BytesIO(files["technical-file.pdf"])).pages[0].extract_text()
    assert "<img src=x> | {{ 7 }} [l](http://x.y)" in text


def test_evidence_found_under_another_protocol_is_refused():
    changed = PROTOCOL.replace(b"lower_bound_above: 0.55", b"lower_bound_above: 0.45")
    assert changed != PROTOCOL
    with pytest.raises(ReportError, match="derive its stage again"):
        bundle(made_up(**{"protocol.yaml": changed}), TEMPLATES)
