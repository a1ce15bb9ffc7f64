"""The forms of a chart's pages: what a timeline is narrowed by, and the patient's own details."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carefolio.base import clock
from carefolio.base.clock import DAY, MICROSECONDS
from carefolio.portal.chart.kinds import ASIDE, NAMES
from carefolio.portal.look.forms import FIRST_YEAR, DateField, Form, Option
from carefolio.portal.words.wrongs import WRONGS
from carefolio.records.timeline import NO_HOSPITAL, Holdings
from carefolio.workflows.oversight.rules import LONGEST_TEXT, OF_LOOKS, OF_RECORDS, Complaint, Wrong

NOBODY = "none"
"""Stands in addresses for what no hospital sent."""
_PLACE = "Organization/"

_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def day_start(day: date, zone: tzinfo = UTC) -> int:
    """The first microsecond of a day."""
    return int(datetime.combine(day, time(), zone).timestamp()) * MICROSECONDS


class DayInput(forms.DateInput):
    """A day in one box, with the browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")

    def format_value(self, value: Any) -> str | None:
        """What is no day cannot stand in such a box: a browser would only complain to its console."""
        shown = super().format_value(value)
        return shown if shown and _DAY.fullmatch(shown) else None


def day_field(label: Any) -> forms.DateField:
    """A day that a list begins or ends with."""
    return forms.DateField(
        label=label,
        required=False,
        widget=DayInput(),
        error_messages={"invalid": gettext_lazy("Enter a real date, like 27 3 1985")},
    )


class FilterForm(Form):
    """What a timeline is narrowed by: kind, hospital, days. Only kinds and hospitals that hold something."""

    all_optional = True
    kind = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    hospital = forms.ChoiceField(label=gettext_lazy("Hospital"), required=False)
    since = day_field(gettext_lazy("From"))
    until = day_field(gettext_lazy("To"))

    def offer(self, holdings: Holdings, names: Mapping[str, str]) -> None:
        """Put the choices in place, with how many records each has."""
        aside = any(key in holdings.kinds for key in ASIDE)
        every = _("All about health") if aside else _("All records")
        kinds = [(key, f"{_(NAMES[key])} ({count})") for key, count in holdings.kinds.items()]
        places = sorted((_place(one, names), one, count) for one, count in holdings.hospitals.items())
        self.fields["kind"].choices = [("", every), *kinds]  # type: ignore[attr-defined]
        self.fields["hospital"].choices = [  # type: ignore[attr-defined]
            ("", _("All hospitals")),
            *((short(one), f"{name} ({count})") for name, one, count in places),
        ]


def _place(reference: str, names: Mapping[str, str]) -> str:
    if reference == NO_HOSPITAL:
        return _("Written by people, not hospitals")
    return names.get(reference, "") or _("Another hospital")


def short(reference: str) -> str:
    """A hospital in an address."""
    return reference.removeprefix(_PLACE) if reference else NOBODY


class Narrowed:
    """What an address asks a timeline for. What makes no sense is left out; the form says so to who typed it."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.kind = given.get("kind", "") if given.get("kind", "") in NAMES else ""
        place = given.get("hospital", "")
        self.hospital = {"": None, NOBODY: frozenset({NO_HOSPITAL})}.get(place, frozenset({_PLACE + place}))
        self.since = _day(given.get("since", ""))
        self.until = _day(given.get("until", ""))
        self.any = any(given.get(name) for name in ("kind", "hospital", "since", "until"))

    @property
    def low(self) -> int | None:
        """The first microsecond that counts."""
        return None if self.since is None else day_start(self.since)

    @property
    def high(self) -> int | None:
        """The last microsecond that counts."""
        return None if self.until is None else day_start(self.until) + DAY - 1


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


LOOK, RECORD = "look", "record"
_TELL: Mapping[str, tuple[Sequence[Wrong], Any]] = {
    LOOK: (OF_LOOKS, gettext_lazy("An auditor reads this. Leave out what is private about your health")),
    RECORD: (OF_RECORDS, gettext_lazy("Say what is wrong, and what is right. Who wrote the record reads this")),
}


class ComplaintForm(Form):
    """What is wrong with a look or with a record."""

    asks: ClassVar = {"what": gettext_lazy("what is wrong"), "text": gettext_lazy("what you write")}

    what = forms.ChoiceField(label=gettext_lazy("What is wrong?"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("In your own words"),
        required=False,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea({"rows": 5}),
    )

    def __init__(self, *args: Any, about: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wrongs, hint = _TELL[about]
        self.fields["what"].choices = [(one.value, WRONGS[one]) for one in wrongs]  # type: ignore[attr-defined]
        self.fields["text"].help_text = str(hint)

    @property
    def complaint(self) -> Complaint:
        """What they said."""
        return Complaint(Wrong(self.cleaned_data["what"]), self.cleaned_data["text"])


def _number() -> forms.DecimalField:
    return forms.DecimalField(
        label=gettext_lazy("Value"),
        max_digits=18,
        widget=forms.TextInput({"inputmode": "decimal", "class": "w-10"}),
        error_messages={"invalid": gettext_lazy("The value must be a number, like 71.5")},
    )


class OwnForm(Form):
    """What a patient wrote themselves; ``stands`` is what the record holds, and only that is asked for."""

    asks: ClassVar = {"title": gettext_lazy("what it is"), "value": gettext_lazy("the value")}

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    title = forms.CharField(label=gettext_lazy("What is it?"), max_length=200)
    value = _number()
    part0 = _number()
    part1 = _number()
    words = forms.CharField(label=gettext_lazy("In words"), max_length=LONGEST_TEXT)
    day = DateField(label=gettext_lazy("Which day was it?"), help_text=gettext_lazy("For example, 27 3 2026"))
    note = forms.CharField(
        label=gettext_lazy("Note"), required=False, max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 4})
    )

    def __init__(
        self, *args: Any, stands: Mapping[str, Any], unit: str, labels: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.stands = stands
        for name, label in labels.items():
            self.fields[name].label = label
        for name in set(self.fields) - set(stands):
            del self.fields[name]
        if unit and "value" in self.fields:
            self.fields["value"].label = _("Value in {unit}").format(unit=unit)

    def clean_day(self) -> date:
        """Nobody measures tomorrow; a day that starts earlier somewhere else is let through."""
        day: date = self.cleaned_data["day"]
        if day > clock.moment(clock.now() + DAY).date():
            raise ValidationError(_("The day must be today or earlier"))
        return day


SEXES: Sequence[tuple[str, Any]] = (
    ("female", gettext_lazy("Female")),
    ("male", gettext_lazy("Male")),
    ("other", Option(gettext_lazy("Another"), hint=gettext_lazy("Neither of the two"))),
    ("unknown", gettext_lazy("I do not want to say")),
)


def _line(label: Any, most: int, complete: str, *, required: bool = False, hint: Any = "") -> forms.CharField:
    widget = forms.TextInput({"autocomplete": complete})
    return forms.CharField(label=label, max_length=most, required=required, help_text=hint, widget=widget)


class DetailsForm(Form):
    """The patient's own details, as far as these are theirs to write. ``version`` is the one that they looked at."""

    asks: ClassVar = {"born": gettext_lazy("your date of birth"), "sex": gettext_lazy("your sex")}

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    given = _line(gettext_lazy("First names"), 120, "given-name", required=True)
    family = _line(gettext_lazy("Family name"), 80, "family-name", required=True)
    born = DateField(
        label=gettext_lazy("Date of birth"), help_text=gettext_lazy("For example, 27 3 1985"), birthday=True
    )
    sex = forms.ChoiceField(label=gettext_lazy("Sex"), choices=SEXES, widget=forms.RadioSelect)
    street = _line(gettext_lazy("Street and number"), 120, "street-address")
    city = _line(gettext_lazy("Town or city"), 80, "address-level2")
    area = _line(gettext_lazy("County or state"), 80, "address-level1")
    postcode = _line(gettext_lazy("Postcode"), 20, "postal-code")
    country = _line(gettext_lazy("Country"), 60, "country-name")
    phone = _line(gettext_lazy("Phone number"), 40, "tel")
    contact = _line(
        gettext_lazy("Whom to call in an emergency"),
        120,
        "off",
        hint=gettext_lazy("Somebody you trust: their full name"),
    )
    relation = _line(
        gettext_lazy("Who they are to you"), 60, "off", hint=gettext_lazy("Like mother, partner or friend")
    )
    contact_phone = _line(gettext_lazy("Their phone number"), 40, "off")

    def clean_born(self) -> date:
        """Nobody is born tomorrow."""
        born: date = self.cleaned_data["born"]
        if born > clock.moment(clock.now()).date() or born.year < FIRST_YEAR:
            raise ValidationError(_("Your date of birth must be in the past"))
        return born

    def clean(self) -> dict[str, Any]:
        """A number to call belongs to somebody."""
        given = self.cleaned_data
        if (given.get("contact_phone") or given.get("relation")) and not given.get("contact"):
            self.add_error("contact", _("Enter the name of the person to call"))
        return given
