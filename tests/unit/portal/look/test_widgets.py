"""Widgets that are drawn without a template are what Django's templates draw."""

import re

import pytest
from django import forms
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from carefolio.portal.look.forms import Option, Renderer
from carefolio.portal.look.widgets import DRAWN, drawn

ODD = """<b class='x'>"Ben" & Co</b>"""
CHOICES = [
    ("", gettext_lazy("Choose")),
    (7, "Seven"),
    (ODD, ODD),
    ("safe", mark_safe("<b>kept</b>")),
    ("option", Option("An option", hint="More")),
    (ODD, [("in", "Inside"), ("too", ODD)]),
]
WIDGETS = {
    "text": (forms.TextInput({"class": "w-4", "data-secret": True, "data-not": False, "maxlength": 4}), ODD),
    "text without a value": (forms.TextInput(), None),
    "text that is lazy": (forms.TextInput({"placeholder": gettext_lazy("Choose")}), gettext_lazy("Choose")),
    "email": (forms.EmailInput(), "ada@example.org"),
    "number": (forms.NumberInput({"min": 0, "step": 0.5}), 12.5),
    "password": (forms.PasswordInput(), "kept from the page"),
    "hidden": (forms.HiddenInput(), 1234567),
    "checkbox": (forms.CheckboxInput(), True),
    "checkbox that is not ticked": (forms.CheckboxInput(), False),
    "select": (forms.Select({"class": "wide"}, choices=CHOICES), ODD),
    "select of several": (forms.SelectMultiple(choices=CHOICES), ["7", "too"]),
}


def plain(html):
    """Without the white space that HTML does not count."""
    return re.sub(r"\s*\n\s*", "", html)


def by_template(name, widget):
    return Renderer._library.get_template(name).render({"widget": widget})


@pytest.mark.parametrize("called", WIDGETS)
def test_a_widget(called):
    widget, value = WIDGETS[called]
    context = widget.get_context(f"name{ODD}", value, {"id": "id_name"})["widget"]
    ours = drawn(widget.template_name, context)
    assert ours is not None
    assert plain(ours) == plain(by_template(widget.template_name, context))


@pytest.mark.parametrize("kind", [forms.RadioSelect, forms.CheckboxSelectMultiple])
def test_an_option(kind):
    for one in kind(choices=CHOICES).subwidgets("name", ODD, {"id": "id_name"}):
        context = one | {"wrap_label": False}
        assert plain(drawn(one["template_name"], context)) == plain(by_template(one["template_name"], context))
        assert drawn(one["template_name"], one | {"wrap_label": True}) is None


def test_whatever_else_there_is_keeps_its_template():
    assert drawn("django/forms/widgets/textarea.html", {}) is None
    assert {name.rpartition("/")[2] for name in DRAWN} >= {"select.html", "radio_option.html", "hidden.html"}
