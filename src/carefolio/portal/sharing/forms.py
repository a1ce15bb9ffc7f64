"""The forms of sharing: what somebody may see, single records, a word to the doctor, whom to give access."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from carefolio.portal.look.forms import CodeField, DateField, Form, Option, Text
from carefolio.workflows.sharing.rules import LONGEST_DAYS, LONGEST_REASON, MOST_SINGLE, Terms

WHOLE, ALL, OTHER = "whole", "all", "other"
_LONGEST_VERSION = len("2147483647")
"""More digits than any version has: neither Python nor the database counts on without end."""
Choices = list[tuple[str, Option]]


@dataclass(frozen=True, slots=True)
class Offered:
    """What can be chosen. ``asked``: a request's terms, which an answer stays inside; None where nobody asked.

    ``ends``: days (ISO) on which the access may end. ``today`` bounds the day that is typed,
    on the clock of ``zone``.
    """

    today: date
    zone: str = "UTC"
    categories: Choices = field(default_factory=list)
    hospitals: Choices = field(default_factory=list)
    records: Choices = field(default_factory=list)
    ends: Choices = field(default_factory=list)
    asked: Terms | None = None

    @property
    def latest(self) -> date:
        """The last day on which the access may end."""
        longest = self.today + timedelta(days=LONGEST_DAYS)
        return min(longest, self.asked.ends) if self.asked and self.asked.ends else longest


class AccessForm(Form):
    """What both ways of choosing ask: how long, and whether records may be added. ``version``: of the contract that
    was shown.
    """

    all_optional = True
    version = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    ends = forms.ChoiceField(label=_("How long may they see this?"), widget=forms.RadioSelect)
    last_day = DateField(
        label=_("Which day is the last?"), help_text=_("Only if you chose another day above"), required=False
    )
    correct = forms.BooleanField(
        label=_("They may also add records"),
        help_text=_("For example a letter or a test result. You see what they add."),
        required=False,
    )
    asks: ClassVar[Mapping[str, Text]] = {
        "ends": _("how long they may see this"),
        "records": _("at least one record"),
        "categories": _("what they may see"),
    }

    def __init__(self, offered: Offered, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        self._choose("ends", [*offered.ends, (OTHER, Option(_("Until another day")))])
        if offered.asked and not offered.asked.correct:
            del self.fields["correct"]

    def _choose(self, name: str, choices: Choices) -> None:
        chosen = self.fields[name]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - declared so above
        chosen.choices = choices

    def clean(self) -> dict[str, Any]:
        """The day on which it ends is one that may be chosen."""
        given = super().clean() or self.cleaned_data
        if given.get("ends") == OTHER and "last_day" not in self.errors:
            self._check_day(given.get("last_day"))
        return given

    def _check_day(self, day: date | None) -> None:
        if day is None:
            self.add_error("last_day", str(_("Enter the last day")))
        elif day < self.offered.today:
            self.add_error("last_day", str(_("The last day must be today or later")))
        elif day > self.offered.latest:
            words = str(_("The last day must be {day} or earlier"))
            self.add_error("last_day", words.format(day=f"{self.offered.latest:%-d %-m %Y}"))

    def ends_on(self) -> date:
        """The last day that was chosen."""
        given: str = self.cleaned_data["ends"]
        chosen: date = self.cleaned_data["last_day"] if given == OTHER else date.fromisoformat(given)
        return chosen


class ChooseForm(AccessForm):
    """Kinds of records, from which hospitals, of when, how long."""

    categories = forms.MultipleChoiceField(
        label=_("What may they see?"),
        help_text=_("Choose all that you want to share. What is added later is shared too."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    records = forms.MultipleChoiceField(
        label=_("Which single records may they see?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    hospitals = forms.MultipleChoiceField(
        label=_("From which hospitals?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    since = DateField(
        label=_("Only records from this day on"), help_text=_("Leave this empty for all dates"), required=False
    )
    until = DateField(
        label=_("Only records up to this day"), help_text=_("Leave this empty for all dates"), required=False
    )
    field_order = ("categories", "records", "hospitals", "since", "until", "ends", "last_day", "correct", "version")

    def __init__(self, offered: Offered, *args: Any, **kwargs: Any) -> None:
        super().__init__(offered, *args, **kwargs)
        for name in ("categories", "records", "hospitals"):
            choices: Choices = getattr(offered, name)
            if choices:
                self._choose(name, choices)
            else:
                del self.fields[name]
        if not offered.categories:
            for name in ("hospitals", "since", "until"):
                self.fields.pop(name, None)

    def clean(self) -> dict[str, Any]:
        """At least one thing; everything or parts of it; hospitals where kinds are chosen; days in their order."""
        given = super().clean()
        chosen, singles, hospitals = (given.get(name, []) for name in ("categories", "records", "hospitals"))
        if not chosen and not singles and not self.errors.keys() & {"categories", "records"}:
            first = "categories" if "categories" in self.fields else "records"
            self.add_error(first, str(_("Choose what they may see")))
        if WHOLE in chosen and (len(chosen) > 1 or singles):
            self.add_error("categories", str(_("Choose all of your record or parts of it, not both")))
        if chosen and "hospitals" in self.fields and "hospitals" not in self.errors:
            self._check_hospitals(hospitals)
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", str(_("This day must not be before the first day")))
        return given

    def _check_hospitals(self, hospitals: list[str]) -> None:
        if not hospitals:
            self.add_error("hospitals", str(_("Choose at least one hospital, or all of them")))
        elif ALL in hospitals and len(hospitals) > 1:
            self.add_error("hospitals", str(_("Choose all hospitals or some of them, not both")))

    def terms(self) -> Terms:
        """What was chosen, inside what was asked for."""
        given, asked = self.cleaned_data, self.offered.asked or Terms()
        chosen = frozenset(given.get("categories", []))
        hospitals = frozenset(given.get("hospitals", [])) if chosen else frozenset()
        since, until = (given.get("since"), given.get("until")) if chosen else (None, None)
        return Terms(
            whole=WHOLE in chosen,
            categories=chosen - {WHOLE},
            records=frozenset(given.get("records", [])),
            hospitals=asked.hospitals if hospitals <= {ALL} else hospitals,
            since=max(filter(None, (since, asked.since)), default=None),
            until=min(filter(None, (until, asked.until)), default=None),
            ends=self.ends_on(),
            zone=self.offered.zone,
            correct=bool(given.get("correct")),
        )


class RecordsForm(AccessForm):
    """Single records, and how long."""

    records = forms.MultipleChoiceField(
        label=_("Which records may they see?"),
        help_text=_("Only the records that you tick. Nothing that comes later."),
        widget=forms.CheckboxSelectMultiple,
    )
    field_order = ("records", "ends", "last_day", "correct", "version")

    def __init__(self, offered: Offered, *args: Any, **kwargs: Any) -> None:
        super().__init__(offered, *args, **kwargs)
        self._choose("records", offered.records)

    def clean_records(self) -> list[str]:
        """Not too many."""
        chosen: list[str] = self.cleaned_data["records"]
        if len(chosen) > MOST_SINGLE:
            words = str(_("Choose {most} records at the most")).format(most=MOST_SINGLE)
            raise forms.ValidationError(words)
        return chosen

    def terms(self) -> Terms:
        """What was chosen."""
        given = self.cleaned_data
        return Terms(
            records=frozenset(given["records"]),
            ends=self.ends_on(),
            zone=self.offered.zone,
            correct=bool(given.get("correct")),
        )


class KindForm(Form):
    """Which kind of records to choose from."""

    all_optional = True
    kind = forms.ChoiceField(label=_("Kind of record"), required=False)

    def __init__(self, kinds: Choices, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["kind"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - declared so above
        chosen.choices = [("", _("The newest of all kinds")), *kinds]


class RefuseForm(Form):
    """A word to the doctor."""

    version = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    why = forms.CharField(
        label=_("Would you like to tell them why?"),
        help_text=_("They will read this. You need not say anything."),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )
    asks: ClassVar[Mapping[str, Text]] = {"why": _("what you tell them")}


class VersionForm(Form):
    """A button, and the version of the contract that stood above it."""

    version = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)


class GiveForm(Form):
    """Whom to give access: a doctor by code, or a hospital."""

    all_optional = True
    whom = forms.ChoiceField(
        label=_("Who is it?"),
        widget=forms.RadioSelect,
        choices=[("doctor", _("A doctor")), ("hospital", _("A hospital"))],
    )
    code = CodeField(
        label=_("The doctor's code"),
        prefix="DOC",
        help_text=_("Only for a doctor. The code begins with DOC, and the doctor can tell you"),
        required=False,
        max_length=40,
    )
    hospital = forms.ChoiceField(label=_("The hospital"), help_text=_("Only for a hospital"), required=False)
    asks: ClassVar[Mapping[str, Text]] = {"whom": _("a doctor or a hospital")}

    def __init__(self, hospitals: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["hospital"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - declared so above
        chosen.choices = [("", _("Choose a hospital")), *hospitals]

    def clean(self) -> dict[str, Any]:
        """The code of a doctor, or the hospital: whichever goes with the answer."""
        given = super().clean() or self.cleaned_data
        if given.get("whom") == "doctor" and not given.get("code") and "code" not in self.errors:
            self.add_error("code", str(_("Enter the doctor's code")))
        if given.get("whom") == "hospital":
            self.errors.pop("code", None)
            if not given.get("hospital") and "hospital" not in self.errors:
                self.add_error("hospital", str(_("Choose a hospital of the list")))
        return given


def version_of(given: Mapping[str, Any]) -> int:
    """The version that a form brought along; 0, which nothing has, where it brought nonsense."""
    text = str(given.get("version", ""))
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST_VERSION else 0
