"""The texts stand in one place, and a translation of them is what a page says."""

import gettext as standard

import pytest
from babel.messages.pofile import read_po, write_po

from carefolio.portal.words.translate import gettext, languages_in, ngettext, speaking
from scripts.catalogue import CATALOGUES, compile_below, gathered

PAGES, MAILS = CATALOGUES


@pytest.mark.parametrize("folder", CATALOGUES, ids=lambda one: one.name)
def test_the_catalogue_holds_the_texts_as_they_are(folder):
    assert (folder / "locale" / CATALOGUES[folder]).read_bytes() == gathered(folder), "run `make texts`"


def test_texts_come_from_code_templates_and_letters():
    pages, mails = gathered(PAGES).decode(), gathered(MAILS).decode()
    assert 'msgid "There is a problem"' in pages, "a template's tag"
    assert 'msgid "Language"' in pages, "a form's label"
    assert 'msgid "%(count)s record"\nmsgid_plural "%(count)s records"' in pages, "a template's plural"
    assert 'msgid "Hello,"' in mails


def test_a_translation_is_found_and_spoken(tmp_path):
    """German for two texts: the language stands in the list, and is spoken inside its block alone."""
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (PAGES / "locale" / "django.pot").open("rb") as source:
        catalogue = read_po(source, locale="de")
    catalogue["Language"].string = "Sprache"
    catalogue["%(count)s record"].string = ("%(count)s Eintrag", "%(count)s Einträge")
    with (folder / "django.po").open("wb") as target:
        write_po(target, catalogue)
    assert languages_in(tmp_path) == []
    assert compile_below(tmp_path) == [folder / "django.po"]
    assert languages_in(tmp_path) == [("de", "Deutsch")]
    with speaking(standard.translation("django", tmp_path, ["de"])):
        assert gettext("Language") == "Sprache"
        assert ngettext("%(count)s record", "%(count)s records", 2) == "%(count)s Einträge"
        assert gettext("There is a problem") == "There is a problem", "what is not translated yet stays English"
    assert gettext("Language") == "Language"
