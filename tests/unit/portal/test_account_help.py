"""Each account page has its help, but those that say one thing and lead on."""

from pathlib import Path

import carefolio.portal.accounts

FOLDER = Path(carefolio.portal.accounts.__file__).parent / "templates"
SAY_ONE_THING = {
    "account_inactive.html",
    "logout.html",
    "password_reset_done.html",
    "password_reset_from_key_done.html",
    "verified_email_required.html",
}


def _has_help(page):
    text = page.read_text(encoding="utf-8")
    return text.count("{% block help %}") == 1 and ("{% help_panel %}" in text or 'class="help"' in text)


def test_each_account_page_has_help():
    without = {one.name for one in FOLDER.rglob("*.html") if not _has_help(one)}
    assert without == SAY_ONE_THING
