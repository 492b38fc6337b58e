"""A reader with a mouse, a keyboard or a finger can ask any number where it comes from."""

import re

import pytest

from probatum.report.bundle import write
from tests.chromium import CHROMIUM, launched
from tests.report.building import TEMPLATES, the_bundle

PAGES = ("technical-file", "ethics-summary", "model-card", "quality", "datasheet", "index")
STYLE = (TEMPLATES / "shared/style.css").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The made-up study's bundle, on disk."""
    place = tmp_path_factory.mktemp("bundle")
    write(place, the_bundle())
    return place


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """A browser, where there is one."""
    if not CHROMIUM.exists():
        pytest.skip("there is no Chromium here")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = launched(playwright, tmp_path_factory.mktemp("home"))
        yield started
        started.close()


@pytest.fixture
def opened(browser, folder):
    """Opens a page of the bundle and notes whatever went wrong or was asked of elsewhere."""
    contexts = []

    def open_page(name, **options):
        context = browser.new_context(**{"viewport": {"width": 1200, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        page.wrong = []
        page.on("console", lambda message: page.wrong.append(message.text))
        page.on("pageerror", lambda error: page.wrong.append(str(error)))
        page.on(
            "request",
            lambda request: request.url.startswith("file:") or page.wrong.append(request.url),
        )
        page.goto(f"file://{folder}/{name}.html")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [390, 768, 1280])
def test_a_page_fits_any_screen_and_asks_nothing_of_the_network(opened, name, width):
    page = opened(name, viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.wrong == []


@pytest.mark.browser
def test_pointing_at_a_number_shows_where_it_comes_from(opened):
    page = opened("technical-file")
    page.hover("main td a.claim >> nth=0")
    page.wait_for_selector("#card:not([hidden])")
    card = page.inner_text("#card")
    assert "evidence/small-study/retrospective/performance.json" in card
    assert "dvc repro retrospective@small-study" in card
    assert re.search(r"\b[0-9a-f]{64}\b", card)
    assert "rehearsal" in card


@pytest.mark.browser
def test_the_keyboard_reaches_a_number_and_escape_closes_its_card(opened):
    page = opened("technical-file")
    page.focus("main a.claim >> nth=0")
    assert page.is_visible("#card")
    page.keyboard.press("Escape")
    assert not page.is_visible("#card")


@pytest.mark.browser
def test_a_tap_opens_the_card_and_a_tap_elsewhere_closes_it(opened):
    page = opened("ethics-summary", has_touch=True, viewport={"width": 768, "height": 900})
    page.tap("main a.claim >> nth=0")
    assert page.is_visible("#card")
    page.tap("h1")
    assert not page.is_visible("#card")


@pytest.mark.browser
def test_without_scripts_a_number_leads_to_its_line_among_the_sources(opened):
    page = opened("ethics-summary", java_script_enabled=False)
    page.click("main a.claim >> nth=0")
    assert re.search(r"#claim-\d+$", page.url)


def palette(block):
    """The colours that a block of the style sheet names."""
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))


def luminance(colour):
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    """Contrast ratio, WCAG 2.2, success criterion 1.4.3."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


LIGHT = palette(STYLE.split("@media")[0])
DARK = {**LIGHT, **palette(STYLE.split("prefers-color-scheme: dark")[1].split("}")[0])}


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "ground"), ("muted", "ground"), ("link", "ground"), ("muted", "raised"),
        ("good", "ground"), ("bad", "ground"), ("ink", "good-tint"), ("good", "good-tint"),
        ("ink", "bad-tint"), ("bad", "bad-tint"), ("ink", "caution-tint"),
        ("caution", "caution-tint"), ("note", "note-tint"), ("fig-ink", "ground"),
        ("fig-muted", "ground"), ("fig-index", "ground"), ("fig-rival", "ground"),
        ("fig-ink", "fig-good"), ("fig-ink", "fig-warning"), ("fig-paper", "fig-alarm"),
        ("fig-muted", "fig-pale"), ("fig-alarm", "ground"),
    ],
)  # fmt: skip
def test_words_stand_out_from_their_ground(colours, ink, ground):
    assert contrast(colours[ink], colours[ground]) >= 4.5
