"""What is typed about visits: whom one looks for, what a visit is for, a doctor's hours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from carefolio.identity.specialities import SPECIALITIES
from carefolio.portal.look.forms import CodeField, DateField, Form, Option
from carefolio.portal.visits.words import BOOKING, MODES, wall, weekday_name
from carefolio.portal.words import zones
from carefolio.portal.words.dates import Calendar
from carefolio.workflows.scheduling.rules import (
    LEAST_MINUTES,
    LONGEST_COMMENT,
    MOST_AHEAD,
    MOST_MINUTES,
    OPEN,
    Sort,
)
from carefolio.workflows.scheduling.walls import DAYS_A_WEEK, MINUTES_A_DAY

LONGEST_WHY: Final = 500
_LONGEST_WORD: Final = 80
_HOUR: Final = 60
_WALL = re.compile(r"(\d{1,2})(?:[:.](\d\d))?")
NOTICES: Final = (
    ("0", _("Up to the start")),
    ("60", _("1 hour before")),
    ("120", _("2 hours before")),
    ("720", _("12 hours before")),
    ("1440", _("1 day before")),
    ("2880", _("2 days before")),
    ("10080", _("1 week before")),
)


class SearchForm(Form):
    """Whom somebody looks for."""

    all_optional = True
    name = forms.CharField(label=_("Name"), required=False, max_length=_LONGEST_WORD)
    speciality = forms.ChoiceField(
        label=_("Speciality"), required=False, choices=[("", _("All specialities")), *SPECIALITIES.items()]
    )
    place = forms.CharField(label=_("Town or city"), required=False, max_length=_LONGEST_WORD)


class DoctorCodeForm(Form):
    """By the code that a doctor gave."""

    typed = CodeField(label=_("Doctor code"), prefix="DOC", help_text=_("Your doctor can tell you. It begins with DOC"))
    asks: ClassVar = {"typed": _("a doctor code")}


class BookForm(Form):
    """How they meet, and what it is about."""

    asks: ClassVar = {"mode": _("how you want to meet")}
    mode = forms.ChoiceField(label=_("How do you want to meet?"), widget=forms.RadioSelect)
    comment = forms.CharField(
        label=_("What is it about?"),
        help_text=_("Your doctor reads this before the visit. E-mails do not say it"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea({"rows": 3}),
    )
    knowing = forms.BooleanField(label=_("I know that I have another visit then"), required=False)

    def __init__(
        self,
        modes: Sequence[str],
        *args: Any,
        overlaps: bool = False,
        fees: Mapping[str, str] = MappingProxyType({}),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "mode", [(one, Option(MODES[one], hint=fees.get(one, ""))) for one in modes])
        if len(modes) == 1:  # of several none is taken for granted: a visit of another kind costs something else
            self.fields["mode"].initial = modes[0]
        if not overlaps:
            del self.fields["knowing"]

    @property
    def knows(self) -> bool:
        """Whether they were told of another visit and want this one all the same."""
        return bool(self.cleaned_data.get("knowing"))


class MoveForm(BookForm):
    """The same for another time: what it is about stays."""

    def __init__(self, modes: Sequence[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(modes, *args, **kwargs)
        del self.fields["comment"]


class VersionForm(Form):
    """The version that was looked at, for buttons alone."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class WhyForm(VersionForm):
    """With a word to the other side."""

    why = forms.CharField(
        label=_("A word to them"),
        required=False,
        max_length=LONGEST_WHY,
        widget=forms.Textarea({"rows": 2}),
    )


def _whole(label: Any, **more: Any) -> forms.IntegerField:
    """A whole number, as text: of a field for numbers a browser drops what it cannot read."""
    return forms.IntegerField(label=label, widget=forms.TextInput({"inputmode": "numeric", "class": "w-4"}), **more)


class WallField(forms.CharField):
    """A time of the day, as minutes: "9", "9:30", "09.30", "24:00"."""

    default_error_messages: ClassVar = {"wall": _("Enter a time like 9:30")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", len("09:30"))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """The minute of the day; None for nothing."""
        text = super().clean(value)
        if not text:
            return None
        found = _WALL.fullmatch(text)
        minute = int(found[1]) * _HOUR + int(found[2] or 0) if found else -1
        if not 0 <= minute <= MINUTES_A_DAY or int((found[2] if found else "0") or 0) >= _HOUR:
            raise ValidationError(self.error_messages["wall"], code="wall")
        return minute

    def prepare_value(self, value: Any) -> Any:
        """As people write it."""
        return wall(value) if isinstance(value, int) else value


class SortForm(Form):
    """A stretch of hours: from, to, and what is offered in it."""

    asks: ClassVar = {"begin": _("when the hours begin"), "end": _("when they end"), "modes": _("how you see patients")}
    begin = WallField(label=_("From"), help_text=_("On your clock, like 9:30"))
    end = WallField(label=_("To"))
    minutes = _whole(_("Minutes for each visit"), min_value=LEAST_MINUTES, max_value=MOST_MINUTES, initial=20)
    modes = forms.MultipleChoiceField(
        label=_("How do you see patients?"), widget=forms.CheckboxSelectMultiple, choices=list(MODES.items())
    )
    booking = forms.ChoiceField(
        label=_("How are visits booked?"), widget=forms.RadioSelect, choices=list(BOOKING.items()), initial=OPEN
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def sort(self) -> Sort:
        """What is offered."""
        given = self.cleaned_data
        return Sort(given["minutes"], tuple(given["modes"]), given["booking"])


class HoursForm(SortForm):
    """The same hours on some days of each week."""

    asks: ClassVar = SortForm.asks | {"weekdays": _("the days")}
    weekdays = forms.MultipleChoiceField(label=_("On which days?"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, calendar: Calendar, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["weekdays"])
        _choose(self, "weekdays", [(str(day), weekday_name(day, calendar)) for day in range(DAYS_A_WEEK)])


class ExtraForm(SortForm):
    """Hours of one day more."""

    day = DateField(label=_("On which day?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields(["day"])


class OffForm(Form):
    """Days off."""

    first = DateField(label=_("First day off"))
    last = DateField(label=_("Last day off"), help_text=_("Leave it empty for one day"), required=False)
    begin = WallField(label=_("Off from"), help_text=_("Only for a part of the day, like 13:00"), required=False)
    end = WallField(label=_("Off until"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Both times, or neither."""
        cleaned: dict[str, Any] = super().clean() or {}
        for one, other in (("begin", "end"), ("end", "begin")):
            if cleaned.get(one) is None and cleaned.get(other) is not None and one not in self.errors:
                self.add_error(one, _("Enter both times, or neither"))
        return cleaned


class SettingsForm(Form):
    """The doctor's clock, and how early and late patients book."""

    zone = forms.ChoiceField(label=_("Your clock"), help_text=_("Hours are times on this clock"))
    ahead = _whole(_("How many days ahead can patients book?"), min_value=1, max_value=MOST_AHEAD)
    notice = forms.ChoiceField(label=_("How late can patients book?"), choices=NOTICES)
    active = forms.ChoiceField(
        label=_("Can patients book now?"),
        widget=forms.RadioSelect,
        choices=[
            ("yes", Option(_("Yes"))),
            ("no", Option(_("No, not for now"), hint=_("Visits that are booked stay"))),
        ],
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "zone", [(name, zones.called(name)) for name in (*zones.PLACES, "UTC")])


def _choose(form: forms.Form, name: str, choices: Sequence[tuple[str, Any]]) -> None:
    chosen = form.fields[name]
    assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - the form says so a few lines above
    chosen.choices = list(choices)
