"""What the list of who looked is narrowed by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta, tzinfo
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carefolio.ledger.entry import Kind
from carefolio.portal.chart.forms import day_field, day_start
from carefolio.portal.look.forms import Form
from carefolio.portal.words.trail import sort_of

SORTS: Final[Mapping[str, Any]] = MappingProxyType(
    {
        "read": gettext_lazy("Reading"),
        "write": gettext_lazy("Changes"),
        "contract": gettext_lazy("Sharing"),
        "emergency": gettext_lazy("Emergencies"),
        "report": gettext_lazy("What you told us"),
        "refused": gettext_lazy("Refused"),
    }
)


class TrailFilter(Form):
    """Who, what, when."""

    all_optional = True
    who = forms.ChoiceField(label=gettext_lazy("Who"), required=False)
    sort = forms.ChoiceField(
        label=gettext_lazy("What"), required=False, choices=[("", gettext_lazy("All but refusals")), *SORTS.items()]
    )
    since = day_field(gettext_lazy("From"))
    until = day_field(gettext_lazy("To"))

    def offer(self, people: Iterable[tuple[str, str]], me: str) -> None:
        """Put the people in place: those who did something, and the reader, whose own reading is left out else."""
        others = sorted({one for one in people if one[0] != me}, key=lambda one: one[1].casefold())
        choices = [("", _("Everybody but me")), (me, _("Me")), *others]
        self.fields["who"].choices = choices  # type: ignore[attr-defined]


class Narrowed:
    """What an address asks the list for, its days on the reader's calendar; what makes no sense is left out."""

    def __init__(self, given: Mapping[str, str], zone: tzinfo) -> None:
        self.who = given.get("who", "")[:80]
        self.sort = given.get("sort", "") if given.get("sort", "") in SORTS else ""
        since, until = _day(given.get("since", "")), _day(given.get("until", ""))
        self._low = day_start(since, zone) if since else None
        self._high = day_start(until + timedelta(days=1), zone) if until and until < date.max else None
        self.any = bool(self.who or self.sort or since or until)

    @property
    def refusals(self) -> bool:
        """Whether what was refused is asked for: it would bury what was read."""
        return self.sort == "refused"

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of steps that are asked for."""
        return frozenset(kind for kind in Kind if self.sort in ("", sort_of(kind)))

    def refused(self, given: Mapping[str, str]) -> str:
        """The address of what was refused, to the same people in the same time."""
        kept = {name: value for name, value in given.items() if name in ("who", "since", "until") and value}
        return f"?{urlencode(kept | {'sort': 'refused'})}"

    def within(self, time: int) -> bool:
        """Whether a moment (µs UTC) lies between the days."""
        return (self._low is None or time >= self._low) and (self._high is None or time < self._high)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
