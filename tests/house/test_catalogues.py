"""The texts stand in one place, and a translation of them is what a page says."""

import ast
import gettext as standard

import pytest
from babel.messages.pofile import read_po, write_po

from carefolio.base.failures import Category, Failure, Issue
from carefolio.base.sentences import sentence
from carefolio.portal.words.failures import reason, said, sentences_of
from carefolio.portal.words.translate import gettext, languages_in, ngettext, speaking
from scripts.catalogue import CATALOGUES, MARK, REFUSING, compile_below, gathered

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


def test_sentences_of_workflows_stand_there_too():
    """Whole ones, and patterns whose values are put in afterwards."""
    pages = gathered(PAGES).decode()
    assert 'msgid "This time is not free any more. Choose another one."' in pages, "a constant"
    assert 'msgid "The doctor cancelled this prescription."' in pages, "in a table"
    assert 'msgid "A reason has {most} letters at the most."' in pages, "a pattern"
    assert "Whether this can still be done" not in pages, "a docstring"


def test_words_in_tables_stand_there_too():
    """Marked where the table stands, or taken from a table that is made of rows or is a workflow's."""
    pages = gathered(PAGES).decode()
    for told, where in (
        ("Booked", "a status"),
        ("You have an appointment: {name}.", "a sentence"),
        ("X-ray", "one word for several codes"),
        ("You had this visit: {name}.", "a sentence"),
        ("High blood pressure", "a plain name"),
        ("how hard your blood pushes on your arteries", "what it shows"),
        ("an underactive thyroid", "what a medicine is for"),
        ("Which day was it?", "a form's day"),
        ("Long-term blood sugar (HbA1c)", "a question"),
        ("The larger number", "its hint"),
        ("A positive", "an answer"),
        ("Obesity class I: BMI 30 to 34.9", "a hint to a doctor"),
        ("Bills and insurance", "a group of records"),
    ):
        assert f'msgid "{told}"' in pages, where
    assert 'msgid "visit"\nmsgid_plural "visits"' in pages, "a type's name"
    assert 'msgid "condition"' not in pages, "an icon's name"


def test_a_table_whose_words_are_translated_is_marked():
    """What ``_(TABLE[code])`` looks for stands in the catalogue only where the table says so."""
    found = [
        f"{path.name}: {name}"
        for path in sorted((PAGES / "words").rglob("*.py"))
        for name in _unmarked(ast.parse(path.read_text("utf-8")))
    ]
    assert found == []


def _unmarked(tree):
    made = {one.target.id: ast.unparse(one.value) for one in tree.body if isinstance(one, ast.AnnAssign) and one.value}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "_":
            looked_up = [one.id for one in ast.walk(call.args[0]) if isinstance(one, ast.Name) and one.id in made]
            yield from (one for one in looked_up if not made[one].startswith((f"{MARK}(", "{word: Use(")))


def test_no_sentence_of_a_workflow_is_made_where_no_translation_can_be_found():
    """``sentence("… {most} …", most=MOST)`` in place of an f-string."""
    found = [
        f"{path.name}:{one.lineno}"
        for path in sorted(REFUSING[PAGES][0].rglob("*.py"))
        for one in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(one, ast.JoinedStr) and _reads_like_a_sentence(one)
    ]
    assert found == []


def _reads_like_a_sentence(joined):
    first, last = (getattr(part, "value", "") for part in (joined.values[0], joined.values[-1]))
    parts = isinstance(first, str) and isinstance(last, str)
    return parts and first[:1].isupper() and " " in first and last[-1:] == "."


def test_a_page_says_a_failure_in_its_language():
    german = standard.NullTranslations()
    words = {"Give {least} to {most}.": "Gib {least} bis {most}.", "It is late.": "Es ist spät."}
    german.gettext = lambda message: words.get(message, message)
    failure = Failure(Category.CONFLICT, Issue("x", sentence("Give {least} to {most}.", least=1, most=5)))
    failure.issues += (Issue("x", "It is late.", "Patient.name"), Issue("x", "Not yet."))
    assert reason(failure) == "Give 1 to 5. It is late. Not yet."
    assert failure.sentence == "Give 1 to 5. It is late. (Patient.name) Not yet."
    with speaking(german):
        assert sentences_of(failure) == ["Gib 1 bis 5.", "Es ist spät.", "Not yet."]
        assert said(failure.issues[0].text) == "Gib 1 bis 5."


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
