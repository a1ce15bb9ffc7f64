"""What doctors type: a patient's code, what they ask for and why, an emergency's reason."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, ClassVar, Final

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from carefolio.base.failures import Failure
from carefolio.portal.asking.contracts import PURPOSE_NAMES
from carefolio.portal.asking.listing import Line
from carefolio.portal.look.forms import CodeField, DateField, Form, Option
from carefolio.portal.words.dates import Calendar
from carefolio.portal.words.failures import said
from carefolio.portal.words.kinds import kinds
from carefolio.portal.words.typenames import type_name
from carefolio.workflows.sharing import rules
from carefolio.workflows.sharing.rules import Terms

WHOLE, PARTS = "whole", "parts"
ME, HOSPITAL = "me", "hospital"
ON_A_DAY: Final = "day"
USUAL: Final = "30 days"
LONGEST_EMERGENCY_TEXT: Final = 2_000
_DAYS: Final[Mapping[str, int]] = {"1 day": 1, "1 week": 7, USUAL: 30}
_MONTHS: Final[Mapping[str, int]] = {"6 months": 6, "1 year": 12}
_MONTHS_A_YEAR: Final = 12
_OF_TERMS: Final = (
    ("kind of record", "kinds"),
    ("single record", "records"),
    ("whole health record", "kinds"),
    ("hospital", "hospitals"),
    ("first day", "until"),
    ("ends", "ends"),
    ("to end", "ends"),
    ("2 years", "ends"),
    ("purpose", "purpose"),
)
"""Which field each of sharing's sentences on terms is about, by words in it."""
EMERGENCY_REASONS: Final = (
    ("unconscious", _("The patient is unconscious or cannot answer")),
    ("life-threatening", _("Life or a limb is in danger, and there is no time to ask")),
    ("confused", _("The patient is confused and cannot decide")),
    ("child-alone", _("A child or somebody in care, and nobody who may decide can be reached")),
    ("other", _("Another emergency")),
)
EMERGENCY_SYSTEM: Final = "https://carefolio.org/fhir/CodeSystem/emergency-reason"


@dataclass(frozen=True, slots=True)
class Offered:
    """What a request's form offers: kinds with counts (every kind where none is known or held), hospitals and single
    records by reference.
    """

    calendar: Calendar
    today: date
    kinds: Mapping[str, int] | None = None
    hospitals: Mapping[str, str] = field(default_factory=dict)
    records: Sequence[tuple[str, str]] = ()
    own_hospital: str = ""


class FindForm(Form):
    """By the code that the patient tells."""

    typed = CodeField(
        label=_("Patient code"), prefix="PAT", help_text=_("Spaces, dashes and small letters do not matter")
    )
    asks: ClassVar = {"typed": _("a patient code")}


class ListFilter(Form):
    """What of the list of records is looked at."""

    all_optional = True
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)
    hospital = forms.ChoiceField(label=_("Hospital"), required=False)

    def __init__(self, lines: Sequence[Line], hospitals: Mapping[str, str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="filter_%s", **kwargs)
        held = {line.kind for line in lines}
        years = sorted({line.year for line in lines if line.year != "0"}, reverse=True)
        senders = {line.hospital for line in lines if line.hospital}
        _choose(self, "kind", [("", _("Everything")), *((one.key, one.name) for one in kinds() if one.key in held)])
        _choose(self, "year", [("", _("All years")), *((year, year) for year in years)])
        known = sorted((name, reference) for reference, name in hospitals.items() if reference in senders)
        _choose(self, "hospital", [("", _("All hospitals")), *((reference, name) for name, reference in known)])


class AskForm(Form):
    """What is asked for, of when and from whom, how long, for whom, and why."""

    asks: ClassVar = {"what": _("what you ask for"), "reason": _("why you ask"), "lasts": _("how long")}

    what = forms.ChoiceField(
        label=_("What do you ask for?"),
        widget=forms.RadioSelect,
        choices=[
            (WHOLE, Option(_("The whole record"), hint=_("All there is now, and what is added later"))),
            (PARTS, Option(_("Only what I tick here"), hint=_("Patients grant less more readily"))),
        ],
    )
    kinds = forms.MultipleChoiceField(label=_("Kinds of records"), required=False, widget=forms.CheckboxSelectMultiple)
    records = forms.MultipleChoiceField(label=_("Single records"), required=False, widget=forms.CheckboxSelectMultiple)
    hospitals = forms.MultipleChoiceField(
        label=_("Only from these hospitals"),
        help_text=_("Tick none for all. Single records count wherever they come from"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    since = DateField(label=_("Only records from this day on"), required=False)
    until = DateField(label=_("Only records up to this day"), required=False)
    lasts = forms.ChoiceField(label=_("How long do you need access?"))
    ends = DateField(
        label=_("Last day of access"), help_text=_("Only if you chose a day of your own above"), required=False
    )
    whom = forms.ChoiceField(label=_("Who will have access?"), widget=forms.RadioSelect)
    adds = forms.BooleanField(
        label=_("Ask to add records, too"), help_text=_("What you add stays in the patient's record"), required=False
    )
    purpose = forms.ChoiceField(label=_("Purpose"), choices=list(PURPOSE_NAMES.items()))
    reason = forms.CharField(
        label=_("Why do you ask?"),
        help_text=_("The patient reads this, word for word, and decides by it. Plain words help"),
        max_length=rules.LONGEST_REASON,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, offered: Offered, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        self._offer_records()
        _choose(self, "hospitals", sorted(offered.hospitals.items(), key=lambda pair: pair[1]))
        _choose(self, "lasts", [*self._durations(), (ON_A_DAY, _("Until a day of my own choice"))])
        own = offered.own_hospital
        mine = [(ME, Option(_("I alone")))]
        _choose(self, "whom", [*mine, (HOSPITAL, Option(own, hint=_("All who treat there")))] if own else mine)

    def _offer_records(self) -> None:
        held = self.offered.kinds
        some = [one for one in kinds() if not held or one.key in held or one.key in self._given("kinds")]
        told = [(one.key, Option(one.name, records=held.get(one.key) if held else None)) for one in some]
        _choose(self, "kinds", told)
        known = dict(self.offered.records)
        picked = dict.fromkeys(self._given("records"))
        _choose(self, "records", [(one, known.get(one) or _named(one)) for one in picked])

    def _given(self, name: str) -> list[str]:
        if isinstance(self.data, QueryDict):
            return self.data.getlist(name)
        return list(self.initial.get(name) or [])

    def _durations(self) -> list[tuple[str, str]]:
        day = self.offered.calendar.day
        spans = {"1 day": now_("1 day"), "1 week": now_("1 week"), USUAL: now_("30 days")}
        spans |= {"6 months": now_("6 months"), "1 year": now_("1 year")}
        until = now_("%(span)s, until %(day)s")
        return [
            (key, until % {"span": words, "day": day(last_day(key, self.offered.today).isoformat())})
            for key, words in spans.items()
        ]

    def clean(self) -> dict[str, Any]:
        """Refuse here what sharing would refuse, beside the field that it is about."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("lasts") == ON_A_DAY and not cleaned.get("ends") and "ends" not in self.errors:
            self.add_error("ends", now_("Enter the last day of access"))
        if not self.errors:
            try:
                rules.refuse_terms(self.terms(), self.offered.today)
                rules.refuse_reason(cleaned["reason"])
            except Failure as failure:
                for issue in failure.issues:
                    self.add_error(_field_of(issue.text), said(issue.text))
        return cleaned

    def terms(self) -> Terms:
        """What the contract would open."""
        given = self.cleaned_data
        whole = given["what"] == WHOLE
        own = given["lasts"] == ON_A_DAY
        return Terms(
            whole=whole,
            categories=frozenset(() if whole else given["kinds"]),
            records=frozenset(() if whole else given["records"]),
            hospitals=frozenset(given["hospitals"]),
            since=given["since"],
            until=given["until"],
            ends=given["ends"] if own else last_day(given["lasts"], self.offered.today),
            zone=self.offered.calendar.zone,
            purpose=given["purpose"],
            correct=given["adds"],
        )

    @property
    def for_hospital(self) -> bool:
        """Whether all who treat at the doctor's hospital are to have access."""
        return bool(self.cleaned_data["whom"] == HOSPITAL)


class EmergencyForm(Form):
    """Why a chart has to be opened without being asked, and that its consequences are known."""

    asks: ClassVar = {"why": _("what the emergency is"), "words": _("what happened")}
    why = forms.ChoiceField(label=_("What is the emergency?"), widget=forms.RadioSelect, choices=EMERGENCY_REASONS)
    words = forms.CharField(
        label=_("What happened?"),
        help_text=_("The patient and the auditors read this, word for word"),
        max_length=LONGEST_EMERGENCY_TEXT,
        widget=forms.Textarea({"rows": 3}),
    )
    understood = forms.BooleanField(
        label=_("This is an emergency, and I will answer for opening this record"),
        error_messages={"required": _("Tick the box to say that this is an emergency")},
    )


def last_day(lasts: str, today: date) -> date:
    """The last day of access, counted from today."""
    if lasts in _DAYS:
        return today + timedelta(days=_DAYS[lasts])
    months = today.month - 1 + _MONTHS[lasts]
    year, month = today.year + months // _MONTHS_A_YEAR, months % _MONTHS_A_YEAR + 1
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def kept_in(form: Form, draft: QueryDict) -> dict[str, Any]:
    """A draft as what a form holds at first."""
    empty: MultiValueDict[str, UploadedFile[Any]] = MultiValueDict()
    return {
        name: one.widget.value_from_datadict(draft, empty, name)
        for name, one in form.fields.items()
        if not one.widget.value_omitted_from_data(draft, empty, name)
    }


def _choose(form: forms.Form, name: str, choices: Sequence[tuple[str, Any]]) -> None:
    chosen = form.fields[name]
    assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - the form says so a few lines above
    chosen.choices = list(choices)


def _named(reference: str) -> str:
    word = type_name(reference.partition("/")[0]).one
    return word[:1].upper() + word[1:]


def _field_of(sentence: str) -> str | None:
    return next((name for words, name in _OF_TERMS if words in sentence), None)
