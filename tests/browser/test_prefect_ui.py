"""The UI as a person meets it: start the study, see it complete, sign where a run waits."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright
from stand_in import ROLES, recorded

from tests.chromium import CHROMIUM, launched

PATIENCE = 30_000
"""Milliseconds; every wait ends as soon as what it waits for is there."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.prefect,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no Chromium at {CHROMIUM}"),
]


@pytest.fixture
def page(served, tmp_path):
    """A page in a headless Chromium; whatever it asks of another machine is an error."""
    asked = []
    with sync_playwright() as playwright:
        browser = launched(playwright, tmp_path)
        page = browser.new_page(viewport={"width": 1300, "height": 1000})
        page.set_default_timeout(PATIENCE)
        page.on("request", lambda request: asked.append(request.url))
        yield page
        browser.close()
    addresses = [urlsplit(url.removeprefix("blob:")) for url in asked]
    abroad = {a.netloc for a in addresses if a.scheme != "data"} - {urlsplit(served.ui).netloc}
    assert asked
    assert abroad == set()


def start(page, served, deployment):
    """Press Run, Quick run, Run on a deployment's page; then open the run."""
    page.goto(f"{served.ui}/deployments")
    page.get_by_role("link", name=deployment).click()
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text("Quick run").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("textarea")).to_have_value(served.study)
    created = press(page, dialog, "Run", "**/create_flow_run")
    page.goto(f"{served.ui}/runs/flow-run/{created['id']}")


def await_state(page, state, seconds=90):
    """Look at the run's page again until it shows a state."""
    for _ in range(seconds // 3):
        if page.locator(".state-badge").filter(has_text=state).count():
            return
        page.wait_for_timeout(2000)
        page.reload()
        page.locator(".state-badge").first.wait_for()
    raise AssertionError(f"the run never showed {state}")


def sign(page, role, name):
    """Press Resume and fill in the form."""
    page.get_by_role("button", name="Resume").click()
    form = page.get_by_role("dialog")
    expect(form).to_contain_text(f"signature of the {role}")
    field(form, "Decision").fill("approve")
    field(form, "Printed Name").fill(name)
    assert press(page, form, "Submit", "**/resume")["status"] == "ACCEPT"


def press(page, dialog, button, asks):
    """Press a dialog's button once it has settled; what the server answers."""
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(1000)
    with page.expect_response(asks) as answer:
        dialog.get_by_role("button", name=button, exact=True).click()
    expect(dialog).to_be_hidden(timeout=PATIENCE)
    return answer.value.json()


def field(form, label):
    """Where one field of a form is filled in."""
    return form.locator(".schema-form-property").filter(has_text=label).last.locator("textarea")


def test_a_study_is_started_seen_complete_and_signed_in_the_ui(page, served):
    start(page, served, "whatever-is-due")
    await_state(page, "Completed")
    expect(page.get_by_text("check the data against the protocol").first).to_be_attached()

    start(page, served, "write-and-sign")
    for role in ROLES:
        await_state(page, "Suspended")
        sign(page, role, "Ada Lovelace")
        page.wait_for_timeout(1000)
    await_state(page, "Completed")
    signed = recorded(served.home, served.study, "signed")
    assert [event.payload["role"] for event in signed] == list(ROLES)
