"""The script in a browser, with pages drawn here and answers given here: no server, and the test's time."""

from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from django.template import engines

from carefolio.base import clock
from carefolio.consent.principal import Role
from carefolio.portal import look
from carefolio.portal.look import pages
from tests.portal.windows import chromium

STATIC = Path(look.__file__).parent / "static"
SITE = "http://localhost"
FORM = """{% extends "look/base_narrow.html" %}{% load look %}{% block content %}<h1>Ask</h1>
<form method="post" action="/sent/" {% draft_form "ask" %}>{% csrf_token %}{% once %}<label for="why">Why</label>
<input name="why" id="why" autocomplete="off"><input name="code" data-secret autocomplete="username" aria-label="Code">
<input name="secret" id="secret" type="password" aria-label="Secret" autocomplete="current-password">
<button id="send">Send</button></form>{% endblock %}"""
MINUTE = 60_000


@pytest.fixture(scope="module")
def browser():
    with chromium() as running:
        yield running


@pytest.fixture
def site(browser, ask):
    """A page of the browser: ``site.page``, and what was posted: ``site.posted`` as (path, body)."""
    context = browser.new_context(timezone_id="Europe/Dublin", permissions=["clipboard-read", "clipboard-write"])
    site = SimpleNamespace(page=context.new_page(), posted=[], said=[], stays=20 * MINUTE)
    site.page.on("console", lambda message: site.said.append(message.text))
    site.page.on("pageerror", lambda error: site.said.append(str(error)))
    visitor = SimpleNamespace(
        account=object(),
        role=Role.PATIENT,
        name="Maria Silva",
        chart_id="c1",
        locale=Locale("en"),
        zone=ZoneInfo("UTC"),
    )

    def answer(route, request):
        path = request.url.removeprefix(SITE).partition("?")[0]
        if path.startswith("/static/"):
            return route.fulfill(path=STATIC / path.removeprefix("/static/"))
        if request.method == "POST" and path != "/style/":
            site.posted.append((path, request.post_data or ""))
            return route.fulfill(status=204)
        asked = ask(path, {} if request.method == "POST" else None)
        asked.visitor = visitor
        asked.signs_out = clock.now() // 1000 + site.stays
        if path == "/form/":
            return route.fulfill(body=engines["django"].from_string(FORM).render({}, asked), content_type="text/html")
        return route.fulfill(body=pages.style(asked).content, content_type="text/html")

    site.page.route("**/*", answer)
    yield site
    context.close()
    assert site.said == []


def test_a_draft_is_saved_without_what_is_secret(site):
    site.page.clock.install()
    site.page.goto(f"{SITE}/form/")
    site.page.fill("#why", "My knee")
    site.page.fill("[name=code]", "PAT-1")
    site.page.fill("#secret", "hidden")
    with site.page.expect_response(f"{SITE}/drafts/ask/"):
        site.page.clock.run_for(1500)
    ((path, body),) = site.posted
    assert path == "/drafts/ask/"
    assert "My knee" in body
    assert not [word for word in ("PAT-1", "hidden", "csrf", "once") if word in body]
    site.page.get_by_text("Saved. You can finish later.").wait_for()


def test_a_form_is_sent_once(site):
    site.page.goto(f"{SITE}/form/")
    site.page.fill("#why", "My knee")
    site.page.evaluate("document.querySelector('#send').click(); document.querySelector('#send').click()")
    site.page.wait_for_function("document.querySelector('#send').getAttribute('aria-disabled') === 'true'")
    assert [path for path, _body in site.posted] == ["/sent/"]


def test_a_password_can_be_shown(site):
    site.page.goto(f"{SITE}/form/")
    site.page.get_by_role("button", name="Show").click()
    assert site.page.get_attribute("#secret", "type") == "text"
    site.page.get_by_role("button", name="Hide").click()
    assert site.page.get_attribute("#secret", "type") == "password"


def test_menus_close_by_escape_and_by_a_click_elsewhere(site):
    site.page.goto(f"{SITE}/form/")
    menu = site.page.locator(".inside > details.menu")
    menu.locator("summary").click()
    site.page.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    assert site.page.evaluate("document.activeElement.tagName") == "SUMMARY"
    menu.locator("summary").click()
    site.page.locator("h1").click()
    assert menu.get_attribute("open") is None


def test_the_device_s_time_zone_is_told_once(site):
    site.page.goto(f"{SITE}/form/")
    assert {one["name"]: one["value"] for one in site.page.context.cookies()}["zone"] == "Europe/Dublin"


def test_before_the_log_off_people_are_asked_and_may_stay(site):
    site.page.clock.install()
    site.page.goto(f"{SITE}/form/")
    dialog = site.page.get_by_role("dialog")
    site.page.clock.run_for(17 * MINUTE)
    assert not dialog.is_visible()
    site.page.clock.run_for(MINUTE + 1)
    dialog.wait_for()
    with site.page.expect_response(f"{SITE}/accounts/stay/"):
        dialog.get_by_role("button", name="Stay signed in").click()
    dialog.wait_for(state="hidden")
    site.page.clock.run_for(18 * MINUTE + 1)
    dialog.wait_for()


def test_what_is_left_to_write_is_counted(site):
    site.page.goto(f"{SITE}/style/")
    site.page.fill("#id_why", "é" * 299)
    assert site.page.inner_text("#id_why_count") == "Characters left: 1"
    site.page.fill("#id_why", "é" * 302)
    assert site.page.inner_text("#id_why_count") == "Characters too many: 2"


def test_the_error_summary_has_the_focus_and_leads_to_the_field(site):
    site.page.goto(f"{SITE}/style/")
    site.page.get_by_role("button", name="Check this form").click()
    site.page.wait_for_function("document.activeElement.id === 'problem'")
    assert site.page.title().startswith("Error: ")
    site.page.locator("#problem a").filter(has_text="patient code").click()
    assert site.page.evaluate("document.activeElement.id") == "id_code"


def test_a_code_can_be_copied(site):
    site.page.goto(f"{SITE}/style/")
    site.page.get_by_role("button", name="Copy").click()
    site.page.get_by_role("button", name="Copied").wait_for()
    assert site.page.evaluate("navigator.clipboard.readText()") == "PAT-7KQ2M-X9RDT"
