"""What doctors, patients and pharmacists fill in."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from carefolio.base import clock
from carefolio.base.failures import Failure
from carefolio.portal.look.forms import DateField, Form
from carefolio.portal.words.failures import said
from carefolio.portal.words.supplies import COUNTED_IN
from carefolio.workflows.prescribing import rules
from carefolio.workflows.prescribing.rules import Party, Wanted

_OF_RULES = (
    ("at a time", "dose"),
    ("hands out", "quantity"),
    ("times", "times"),
    ("every", "every"),
    ("lasts", "days"),
    ("repeated", "repeats"),
    ("valid", "until"),
    ("note", "note"),
)
"""Words of the rules' sentences, and the field that each is about."""
_DIGITS, _PLACES = 9, 3
_UNITS = tuple((key, _(several)) for key, (_one, several) in COUNTED_IN.items())


def _number(label: Any, hint: Any = "", **more: Any) -> forms.DecimalField:
    widget = forms.TextInput({"inputmode": "decimal", "class": "w-4", "autocomplete": "off"})
    return forms.DecimalField(
        label=label, help_text=hint, max_digits=_DIGITS, decimal_places=_PLACES, widget=widget, **more
    )


def _whole(label: Any, hint: Any = "", **more: Any) -> forms.IntegerField:
    widget = forms.TextInput({"inputmode": "numeric", "class": "w-4", "autocomplete": "off"})
    return forms.IntegerField(label=label, help_text=hint, widget=widget, **more)


class PrescribeForm(Form):
    """One medicine: what, how much how often, how long, how much at once."""

    asks: ClassVar = {"medicine": _("the name of the medicine"), "until": _("the last day")}
    medicine = forms.CharField(
        label=_("Medicine and strength"),
        help_text=_("For example, Amoxicillin 500 mg"),
        max_length=rules.LONGEST_NAME,
        widget=forms.TextInput({"autocomplete": "off", "list": "medicines"}),
    )
    dose = _number(_("How much at a time?"))
    unit = forms.ChoiceField(label=_("Counted in"), choices=_UNITS)
    times = _whole(_("How many times?"), min_value=1, max_value=rules.MOST_TIMES)
    every = _whole(_("In how many days?"), _("1 for every day"), min_value=1, max_value=rules.LONGEST_DAYS)
    days = _whole(_("For how many days?"), required=False, min_value=0, max_value=rules.LONGEST_DAYS)
    as_needed = forms.BooleanField(label=_("Only when needed"), required=False)
    quantity = _number(_("How much does the pharmacy hand out?"), _("In the same unit, for one supply"))
    repeats = _whole(_("How often again?"), _("0 for once only"), min_value=0, max_value=rules.MOST_REPEATS)
    until = DateField(label=_("Last day on which it counts"))
    note = forms.CharField(
        label=_("Note to the patient and the pharmacy"),
        required=False,
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, patient: Party, zone: ZoneInfo, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.patient, self.zone = patient, zone

    def clean(self) -> dict[str, Any]:
        """Refuse here what the rules would refuse, beside the field that it is about."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                wanted = self.wanted()
                rules.refuse_wanted(wanted, wanted.day_of(clock.now()))
            except Failure as failure:
                for issue in failure.issues:
                    self.add_error(
                        next((name for words, name in _OF_RULES if words in issue.text), None), said(issue.text)
                    )
        return cleaned

    def wanted(self, because: str = "") -> Wanted:
        """What the doctor prescribes."""
        given = self.cleaned_data
        return Wanted(
            patient=self.patient,
            medicine=given["medicine"],
            dose=given["dose"],
            unit=given["unit"],
            times=given["times"],
            every=given["every"],
            days=given["days"] or 0,
            quantity=given["quantity"],
            repeats=given["repeats"],
            until=given["until"],
            as_needed=given["as_needed"],
            note=given["note"],
            because=because,
            zone=self.zone.key,
        )


class SignForm(Form):
    """Signing; ``because`` is asked for where the patient is allergic."""

    asks: ClassVar = {"because": _("why you prescribe it all the same")}
    because = forms.CharField(
        label=_("Why do you prescribe it all the same?"),
        help_text=_("This is signed with the prescription"),
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea({"rows": 2}),
    )


class FindForm(Form):
    """A pharmacy by its name."""

    all_optional: ClassVar[bool] = True
    name = forms.CharField(label=_("Name of the pharmacy"), required=False, max_length=80)


class SendForm(Form):
    """Which pharmacy."""

    asks: ClassVar = {"pharmacy": _("a pharmacy")}
    pharmacy = forms.ChoiceField(
        label=_("Which pharmacy?"),
        widget=forms.RadioSelect,
        error_messages={
            "invalid_choice": _("This pharmacy cannot open prescriptions at the moment. Choose another one")
        },
    )
    way = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, offered: Sequence[Party], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["pharmacy"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - the form says so a few lines above
        field.choices = [(one.reference, one.name) for one in offered]


class DispenseForm(Form):
    """How much is handed out."""

    asks: ClassVar = {"amount": _("how much you hand out")}
    amount = _number(_("How much do you hand out?"))
    way = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def given(self) -> Decimal:
        """The amount."""
        return Decimal(self.cleaned_data["amount"])


class WhyForm(Form):
    """A reason, for the patient and the doctor."""

    asks: ClassVar = {"why": _("the reason")}
    why = forms.CharField(
        label=_("Why?"),
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("In plain words"),
    )
    way = forms.IntegerField(widget=forms.HiddenInput, required=False)


def version_of(given: Any) -> int:
    """The version that a page showed; 0 for what is none."""
    text = str(given.get("way", "") or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0
