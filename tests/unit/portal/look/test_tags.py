"""The template tags: icons, tags, initials, error summaries, dates on the reader's clock."""

from datetime import date
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from django import forms

from carefolio.base import clock
from carefolio.portal.look import icons
from carefolio.portal.look.forms import DateField, Form
from carefolio.portal.look.templatetags.look import TONES, initials

MARCH = 1_709_543_700_000_000
DUBLIN = SimpleNamespace(locale=Locale("en", "IE"), zone=ZoneInfo("Europe/Dublin"))


class Sample(Form):
    hidden = forms.CharField(widget=forms.HiddenInput)
    born = DateField(label="Date of birth")
    which = forms.ChoiceField(label="Which?", widget=forms.RadioSelect, choices=[("a", "A")])
    name = forms.CharField(label="Name")

    def clean(self):
        raise forms.ValidationError("These do not fit together")


def test_the_error_summary_leads_to_each_field(draw):
    html = draw("{% error_summary form %}", form=Sample({}))
    assert "There is a problem" in html
    assert '<a href="#id_born_0">Enter date of birth</a>' in html
    assert '<a href="#id_which_0">Choose an answer</a>' in html
    assert '<a href="#id_name">Enter name</a>' in html
    assert '<a href="#id_born_0">These do not fit together</a>' in html
    assert html.count("<li>") == 5
    assert 'tabindex="-1"' in html


def test_without_errors_there_is_no_summary(draw):
    assert draw("{% error_summary form other %}", form=Sample(), other="").strip() == ""


def test_the_words_of_an_error_are_the_same_in_the_summary_and_at_the_field(draw):
    form = Sample({})
    summary, page = draw("{% error_summary form %}", form=form), str(form)
    for words in ("Enter date of birth", "Choose an answer", "Enter name"):
        assert words in summary
        assert words in page


def test_icons_are_silent_and_unknown_ones_an_error(draw):
    assert 'aria-hidden="true"' in draw('{% icon "bell" %}')
    with pytest.raises(KeyError):
        draw('{% icon "nothing" %}')


def test_every_kind_and_state_has_an_icon_that_exists(draw):
    assert set(icons.KINDS.values()) <= set(icons.ICONS)
    assert {sign for _words, _tone, sign in TONES.values() if sign} <= set(icons.ICONS)
    assert draw('{% kind_icon "Basic" %}') == draw('{% icon "document" %}')


def test_a_tag_says_its_state_in_words(draw):
    assert draw('{% tag "proposed" %}') == '<span class="tag tag-due">Needs your answer</span>'
    assert ">Shared</span>" in draw('{% tag "active" "Shared" %}')
    assert draw("{% tag state %}", state="on <hold>") == '<span class="tag">on &lt;hold&gt;</span>'


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Dr Amara Okafor", "AO"),
        ("Maria da Silva", "MS"),
        ("Plato", "P"),
        ("", "?"),
        ("Prof. Lin Wei", "LW"),
        ("4 4", "?"),
    ],
)
def test_initials(name, letters):
    assert initials(name) == letters


def test_an_avatar_keeps_its_colour(draw):
    assert draw('{% avatar "Lin Wei" %}') == draw('{% avatar "Lin Wei" %}')
    assert "avatar-large" in draw('{% avatar "Lin Wei" "large" %}')


def test_dates_are_told_on_the_reader_s_clock(draw):
    assert draw("{% moment at %}", at=MARCH, visitor=DUBLIN) == "4 March 2024 at 09:15 (Dublin time)"
    assert draw("{% day at %}", at=MARCH, visitor=DUBLIN) == "4 March 2024"
    assert draw("{% day at %}", at=date(2024, 3, 4), visitor=DUBLIN) == "4 March 2024"
    assert draw("{% day at %}", at="2024-03") == "March 2024"
    assert draw("{% ago at %}", at=clock.now()) == "just now"


def test_forms_are_marked_for_drafts_and_for_being_sent_once(draw):
    assert draw('{% draft_form "ask" %}') == 'data-draft="ask"'
    first, second = draw("{% once %}"), draw("{% once %}")
    assert first.startswith('<input type="hidden" name="once" value="')
    assert first != second


def test_details_are_folded_away(draw):
    html = draw('{% more "Why?" %}<p>So.</p>{% endmore %}{% help_panel %}<p>Thus.</p>{% endhelp_panel %}')
    assert "Why?</summary><div><p>So.</p></div>" in html
    assert "Help with this page</summary><div><p>Thus.</p></div>" in html
