"""The head of a chart's pages: whose it is, what may be seen of it and why, and the ways on from there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from carefolio.base import clock
from carefolio.portal.chart.names import Names
from carefolio.portal.chart.reading import Frame
from carefolio.portal.visitor import Visitor
from carefolio.portal.words.dates import Calendar
from carefolio.portal.words.elements import human_name, text
from carefolio.portal.words.plain import lowered
from carefolio.workflows.registration.actions import chart_code
from carefolio.workflows.sharing.categories import CATEGORIES
from carefolio.workflows.sharing.describe import Contract

_SEXES = MappingProxyType(
    {"male": gettext_noop("male"), "female": gettext_noop("female"), "other": gettext_noop("other sex")}
)


@dataclass(frozen=True, slots=True)
class Head:
    """What ``chart/head.html`` shows. ``own``: it is the visitor's own chart."""

    id: str
    own: bool
    name: str
    details: tuple[str, ...]
    code: str
    access: tuple[str, ...]
    emergency: bool
    prescribes: bool
    """Whether the reader may prescribe: they may add medicines here."""
    tabs: tuple[dict[str, Any], ...]

    @property
    def called(self) -> str:
        """Their name; "this patient" where it may not be seen."""
        return self.name or _("this patient")


def head_of(visitor: Visitor, frame: Frame, names: Names, here: str) -> Head:
    """The head; ``here`` is the name of the tab that the page is under."""
    own = visitor.chart_id == frame.id
    calendar = Calendar(str(visitor.locale), visitor.zone.key)
    name = human_name(frame.patient) or next((one.patient.name for one in frame.contracts if one.patient.name), "")
    code = chart_code(visitor.reach.door, visitor.account) if own and visitor.account else ""
    return Head(
        id=frame.id,
        own=own,
        name=name,
        details=tuple(_details(frame, calendar)),
        code=code,
        access=() if own else tuple(_access(frame, name, names, calendar)),
        emergency=frame.emergency,
        prescribes=not own and visitor.reach.door.may_add(visitor.caller(), f"Patient/{frame.id}", "MedicationRequest"),
        tabs=tuple(_tabs(frame.id, here, own=own, adds=here == "add" or may_add(visitor, frame))),
    )


def may_add(visitor: Visitor, frame: Frame) -> bool:
    """Whether pages offer to add records: in one's own chart, and where a contract lets one. The door decides."""
    return visitor.chart_id == frame.id or any(one.terms.correct for one in frame.contracts)


def _details(frame: Frame, calendar: Calendar) -> Iterator[str]:
    """Age, sex and birthday, as far as the Patient may be seen."""
    born = text(frame.patient, "birthDate")
    death = text(frame.patient, "deceasedDateTime")
    if death or frame.patient.get("deceasedBoolean") is True:
        yield _("died {day}").format(day=calendar.day(death)).strip() if death else _("has died")
    elif age := calendar.age(born, clock.now()):
        yield age
    if sex := _SEXES.get(text(frame.patient, "gender"), ""):
        yield _(sex)
    if day := calendar.day(born):
        yield _("born {day}").format(day=day)


def _access(frame: Frame, name: str, names: Names, calendar: Calendar) -> Iterator[str]:
    """What a reader who is not the patient sees of this chart, and what allows it."""
    who = name or _("this patient")
    if frame.emergency:
        yield _("You opened this record in an emergency. You can read all of it for 60 minutes, and add nothing.")
    for contract in frame.contracts:
        yield " ".join(_contract(contract, who, names, calendar))
    if not frame.emergency and not frame.contracts:
        yield _("You see what you or your hospital wrote about {name}.").format(name=who)


def _contract(contract: Contract, who: str, names: Names, calendar: Calendar) -> Iterator[str]:
    terms = contract.terms
    what = _what(contract)
    sentence = _("You see what {name} shared: {what}").format(name=who, what=what)
    if terms.hospitals:
        places = [names.get(one, "") or _("one hospital") for one in sorted(terms.hospitals)]
        sentence = _("{sentence} from {hospitals}").format(sentence=sentence, hospitals=_listed(places))
    yield sentence + "."
    since, until = (calendar.day(day.isoformat()) if day else "" for day in (terms.since, terms.until))
    if since and until:
        yield _("Only records from {since} to {until}.").format(since=since, until=until)
    elif since or until:
        yield (_("Only records since {day}.") if since else _("Only records until {day}.")).format(day=since or until)
    end = _("It holds until {day}.").format(day=calendar.last_day(contract.ends)) if contract.ends else ""
    yield end or _("It holds until {name} ends it.").format(name=who)
    yield _("You may read and add records.") if terms.correct else _("You may read, and not add.")


def _what(contract: Contract) -> str:
    """What it opens; one that no page makes is described as the whole record, which is more than it may open."""
    if not contract.exact:
        return _("parts of the health record, with limits of their own")
    return _("the whole health record") if contract.terms.whole else _listed(_parts(contract)) or _("nothing for now")


def _parts(contract: Contract) -> list[str]:
    terms = contract.terms
    found = [lowered(_(CATEGORIES[key].name)) for key in CATEGORIES if key in terms.categories]
    if terms.records:
        single = _("1 single record") if len(terms.records) == 1 else _("{n} single records")
        found.append(single.format(n=len(terms.records)))
    return found


def _listed(words: list[str]) -> str:
    """Words in a row: "a, b and c"."""
    if len(words) <= 1:
        return "".join(words)
    return _("{first} and {last}").format(first=", ".join(words[:-1]), last=words[-1])


def _tabs(id_: str, here: str, *, own: bool, adds: bool) -> Iterator[dict[str, Any]]:
    shown = [("timeline", _("Timeline"), "list", "chart:timeline"), ("trends", _("Trends"), "trend", "chart:trends")]
    if adds:
        shown.append(("add", _("Add"), "add", "charting:index"))
    shown.append(("search", _("Search"), "search", "charting:search"))
    if own:
        shown += [
            ("details", _("Your details"), "person", "chart:details"),
            ("download", _("Download"), "download", "chart:download"),
        ]
    for key, words, icon, name in shown:
        yield {"address": reverse(name, args=[id_]), "words": words, "icon": icon, "current": key == here}
