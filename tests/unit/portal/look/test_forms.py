"""The form renderer and the fields: labels, hints, errors in plain words, and what people may type."""

from datetime import date

import pytest
from django import forms
from django.utils.datastructures import MultiValueDict

from carefolio.base.ids import new_code
from carefolio.portal.look.forms import CodeField, DateField, Form, OneTimeCodeField, Option, options


class Details(Form):
    asks = {"born": "your date of birth"}  # noqa: RUF012

    name = forms.CharField(label="Full name", help_text="As on your passport", max_length=20)
    born = DateField(label="Date of birth", birthday=True)
    note = forms.CharField(label="Note", required=False, max_length=10, widget=forms.Textarea)
    agree = forms.BooleanField(label="I agree", help_text="You can change your mind")


class Question(Form):
    question = True
    how_long = forms.ChoiceField(
        label="For how long?",
        widget=forms.RadioSelect,
        choices=[("1", "1 year"), ("0", Option("Until I end it", hint="We remind you", records=2))],
    )


def sent(form, **data):
    return form(MultiValueDict({name: value if isinstance(value, list) else [value] for name, value in data.items()}))


def errors(form):
    return {name: [str(words) for words in found] for name, found in form.errors.items()}


def test_a_line_has_label_hint_and_input_tied_together():
    html = str(Details())
    assert '<label for="id_name">Full name' in html
    assert 'id="id_name_helptext">As on your passport' in html
    assert 'aria-describedby="id_name_helptext"' in html
    assert "required" not in html


def test_an_error_stands_at_its_field_with_the_word_error_for_those_who_listen():
    html = str(sent(Details))
    assert '<span class="hidden">Error: </span>Enter full name' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_messages_are_plain_and_name_what_is_asked():
    found = errors(sent(Details, name="x" * 21, born_day="30", born_month="2", born_year="1985", note="y" * 11))
    assert found == {
        "name": ["Full name must have 20 characters or fewer"],
        "born": ["Enter a real date, like 27 3 1985"],
        "note": ["Note must have 10 characters or fewer"],
        "agree": ["Tick the box to go on"],
    }
    assert errors(sent(Details))["born"] == ["Enter your date of birth"]


def test_signs_that_cannot_be_kept_are_said_so():
    assert errors(sent(Details, name="a\x00b"))["name"] == ["Full name has signs in it that cannot be kept"]


def test_a_field_s_own_words_are_kept():
    class Own(Form):
        name = forms.CharField(label="Name", error_messages={"required": "Say who you are"})

    assert errors(sent(Own)) == {"name": ["Say who you are"]}


def test_other_kinds_of_fields_have_plain_words_too():
    class Others(Form):
        mail = forms.EmailField(label="E-mail")
        count = forms.IntegerField(label="NHS visits", min_value=1)
        which = forms.ChoiceField(label="Which one?", choices=[("a", "A")])

    assert errors(sent(Others, mail="x", count="0", which="b")) == {
        "mail": ["Enter an e-mail address in full, like name@example.org"],
        "count": ["NHS visits must be 1 or more"],
        "which": ["Choose one of the answers on this page"],
    }
    assert errors(sent(Others)) == {
        "mail": ["Enter e-mail"],
        "count": ["Enter NHS visits"],
        "which": ["Choose an answer"],
    }
    assert errors(sent(Others, count="many"))["count"] == ["NHS visits must be a number, like 12"]


def test_the_one_question_of_a_page_is_its_heading():
    html = str(Question())
    assert "<legend><h1>For how long?</h1>" in html
    assert "We remind you" in html
    assert "(2 records)" in html
    assert 'aria-describedby="id_how_long_error"' in str(sent(Question))


def test_what_may_stay_empty_says_so():
    html = str(Details())
    assert html.count("(optional)") == 1

    class Narrowing(Form):
        all_optional = True
        kind = forms.CharField(required=False)

    assert "(optional)" not in str(Narrowing())


def test_a_text_area_counts_and_takes_what_is_pasted():
    html = str(Details())
    assert 'data-limit="10"' in html
    assert "maxlength" not in html[html.index("<textarea") :]
    assert "You can write up to 10 characters" in html
    assert 'aria-describedby="id_note_count"' in html


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("27", "3", "1985"), date(1985, 3, 27)),
        ((" 27 ", "03", "1985"), date(1985, 3, 27)),
        (("29", "2", "2024"), date(2024, 2, 29)),
    ],
)
def test_a_date_is_what_its_three_boxes_say(typed, said):
    assert DateField().clean(list(typed)) == said


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        (("27", "", "1985"), "incomplete"),
        (("29", "2", "2023"), "invalid"),
        (("27", "3", "85"), "invalid"),
        (("x", "3", "1985"), "invalid"),
        (("1", "1", "9" * 5000), "invalid"),
        (("²", "1", "1985"), "invalid"),
        (("", "", ""), "required"),
    ],
)
def test_other_dates_are_refused(typed, code):
    with pytest.raises(forms.ValidationError) as refusal:
        DateField().clean(list(typed))
    assert refusal.value.code == code


def test_a_date_s_boxes_are_labelled_filled_and_kept():
    html = str(Details(initial={"born": date(1985, 3, 27)}))
    assert '<label for="id_born_0">Day</label>' in html
    assert 'autocomplete="bday-year"' in html
    assert 'value="1985"' in html
    assert 'value="99"' in str(sent(Details, born_day="99"))


def test_a_date_has_changed_when_its_day_has():
    field = DateField()
    assert not field.has_changed(date(1985, 3, 27), ["27", "03", "1985"])
    assert field.has_changed(date(1985, 3, 27), ["28", "3", "1985"])
    assert field.has_changed(None, ["x", "3", "1985"])


def test_a_code_may_be_typed_in_many_ways():
    code = new_code("PAT")
    field = CodeField(prefix="PAT")
    for typed in (code, code.lower(), code.replace("-", " "), code.replace("-", ""), code[4:], f" {code} "):
        assert field.clean(typed) == code
    assert CodeField(prefix="PAT", required=False).clean("") == ""


def test_a_wrong_code_or_somebody_else_s_is_refused_in_words():
    code = new_code("PAT")
    wrong = code[:-1] + ("A" if code[-1] != "A" else "B")
    with pytest.raises(forms.ValidationError, match="one of its letters or numbers is wrong"):
        CodeField(prefix="PAT").clean(wrong)
    with pytest.raises(forms.ValidationError, match="must begin with PAT"):
        CodeField(prefix="PAT").clean(new_code("DOC"))


def test_a_code_from_an_app_may_have_spaces():
    assert OneTimeCodeField().clean("123 456") == "123456"


def test_choices_that_hold_nothing_are_left_out():
    assert [(value, str(label)) for value, label in options([("a", "A", 2), ("b", "B", 0)])] == [("a", "A")]


def test_short_lines_are_short():
    class Short(Form):
        house = forms.CharField(max_length=4)
        town = forms.CharField(max_length=200)

    html = str(Short())
    assert 'class="w-4"' in html
    assert html.count('class="w-') == 1
