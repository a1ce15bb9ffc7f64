"""/style: every element that pages are made of, with a word on when to use it."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from carefolio.portal.gate import open_to_all
from carefolio.portal.look import samples
from carefolio.portal.look.forms import CodeField, DateField, Form, OneTimeCodeField, Option
from carefolio.portal.look.icons import ICONS


class SampleForm(Form):
    """One field of every kind."""

    asks: ClassVar = {"born": _("your date of birth"), "why": _("why you ask"), "how_long": _("how long")}

    name = forms.CharField(
        label=_("Full name"),
        help_text=_("As it stands on your passport"),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    email = forms.EmailField(label=_("E-mail address"), widget=forms.EmailInput({"autocomplete": "email"}))
    born = DateField(label=_("Date of birth"), help_text=_("For example, 27 3 1985"), birthday=True)
    code = CodeField(
        label=_("Patient code"), prefix="PAT", help_text=_("It begins with PAT. Your patient can read it out to you")
    )
    once = OneTimeCodeField(label=_("Code from your app"), help_text=_("6 numbers, spaces do not matter"))
    password = forms.CharField(label=_("Password"), widget=forms.PasswordInput({"autocomplete": "current-password"}))
    what = forms.MultipleChoiceField(
        label=_("What would you like to share?"),
        help_text=_("Choose all that you want to share"),
        widget=forms.CheckboxSelectMultiple,
        choices=[
            ("tests", Option(_("Test results"), hint=_("Blood tests and other measurements"), records=182)),
            ("medicines", Option(_("Medicines"), records=14)),
            ("vaccines", Option(_("Vaccines"), hint=_("Immunisations"), records=1)),
        ],
    )
    how_long = forms.ChoiceField(
        label=_("For how long?"),
        widget=forms.RadioSelect,
        choices=[
            ("3", _("3 months")),
            ("12", Option(_("1 year"), hint=_("You can end it at any time"))),
            ("0", _("Until I end it")),
        ],
    )
    hospital = forms.ChoiceField(
        label=_("Hospital"), required=False, choices=[("", _("All hospitals")), ("n", _("Northgate Hospital"))]
    )
    why = forms.CharField(label=_("Why do you ask?"), max_length=300, widget=forms.Textarea({"rows": 4}))
    letter = forms.FileField(label=_("A letter or a picture"), required=False)
    agree = forms.BooleanField(label=_("I have read what this means"), help_text=_("You can change your mind later"))


class SampleFilter(Form):
    """What a list is narrowed by."""

    all_optional = True
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("Everything")), ("t", _("Test results"))], required=False)
    at = forms.ChoiceField(
        label=_("Hospital"), choices=[("", _("All hospitals")), ("n", _("Northgate Hospital"))], required=False
    )


@open_to_all
def style(request: HttpRequest) -> HttpResponse:
    """Show every element; a form that is sent comes back with what is wrong with it."""
    sent = request.method == "POST"
    form = SampleForm(request.POST, request.FILES) if sent else SampleForm(initial={"born": date(1985, 3, 27)})
    context = {
        "form": form,
        "filter": SampleFilter(auto_id="filter_%s"),
        "icons": sorted(ICONS),
        "states": samples.STATES,
        "timeline": samples.TIMELINE,
        "facts": samples.FACTS,
        "columns": samples.COLUMNS,
        "rows": samples.ROWS,
        "tabs": samples.TABS,
        "tasks": samples.TASKS,
    }
    return render(request, "look/style.html", context)
