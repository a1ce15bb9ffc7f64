"""When somebody chooses what may be seen: to answer a request, to change a contract, to give access unasked.

Each knows its addresses, what can be chosen in it, the contract that would come of it, and how that is done.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from carefolio.base import clock
from carefolio.base.failures import absent, conflict
from carefolio.fhir.json import parse
from carefolio.portal.chart.names import Names, reader_of
from carefolio.portal.look.forms import Option
from carefolio.portal.sharing.forms import ALL, WHOLE, Choices, Offered
from carefolio.portal.sharing.rows import View
from carefolio.portal.sharing.who import Who, who, whom
from carefolio.portal.visitor import Visitor
from carefolio.portal.words.kinds import kind
from carefolio.portal.words.records import told
from carefolio.records.door import Door
from carefolio.records.timeline import Holdings
from carefolio.workflows.sharing import actions, rules
from carefolio.workflows.sharing.categories import CATEGORIES, SLICES
from carefolio.workflows.sharing.describe import Contract, Party, State, Version, contract_of
from carefolio.workflows.sharing.rules import Narrowing, Terms

Resource = dict[str, Any]

_UTC = ZoneInfo("UTC")
_AT_ONCE = 100
_MONTHS = (1, 3, 12, 24)
_MONTHS_A_YEAR = 12


class Kind(StrEnum):
    """Why somebody chooses."""

    REQUEST = "requests"
    CHANGE = "change"
    GIVE = "give"


@dataclass(frozen=True, slots=True)
class Occasion:
    """One of them. ``contract`` and ``consent``: what is answered or changed; None and empty where nobody asked.
    ``base``: the address below which its pages are.
    """

    kind: Kind
    base: str
    people: list[Who]
    names: Names
    contract: Contract | None = None
    consent: Resource | None = None
    zone: ZoneInfo = _UTC
    """On whose clock days are counted."""

    @property
    def version(self) -> int:
        """Of the contract, 0 for none."""
        return self.contract.version if self.contract else 0

    @property
    def terms(self) -> Terms | None:
        """What was asked for, or holds now."""
        if self.contract is None:
            return None
        return replace(self.contract.terms, ends=self.contract.last_day(self.zone), zone=self.zone.key)

    def address(self, page: str, key: str = "") -> str:
        """Of a page of this occasion: "choose", "records" or "check"."""
        inner = "" if page == "choose" and self.kind is not Kind.REQUEST else f"{page}/"
        return self.base + inner + (f"{key}/" if key else "")

    def preview(self, visitor: Visitor, terms: Terms) -> Contract:
        """The contract that would come of these terms, read from the very Consent that would be written."""
        narrowing, today = Narrowing(terms), today_of(self.zone)
        if self.contract is not None and self.consent is not None:
            made = rules.narrowed(self.consent, narrowing, today)
        else:
            party = {"reference": self.people[0].reference, "display": self.people[0].name}
            made = rules.offer({"reference": visitor.person}, party, narrowing, today)
        return contract_of(made, Version(self.version, clock.now()), clock.now())

    def done(self, visitor: Visitor, terms: Terms, version: int) -> str:
        """Do it; answers the contract's id."""
        narrowing = Narrowing(terms)
        if self.contract is None:
            return visitor.do(actions.give, self.people[0].reference, narrowing)
        action = actions.grant if self.kind is Kind.REQUEST else actions.change
        visitor.do(action, self.contract.id, version, narrowing)
        return self.contract.id


def request_of(visitor: Visitor, id_: str) -> Occasion:
    """To answer a request; raises absent for one that is not theirs."""
    return _occasion(visitor, Kind.REQUEST, id_, f"/sharing/requests/{id_}/")


def change_of(visitor: Visitor, id_: str) -> Occasion:
    """To change a contract; raises absent for one that is not theirs."""
    return _occasion(visitor, Kind.CHANGE, id_, f"/sharing/{id_}/change/")


def gift_of(visitor: Visitor, type_: str, id_: str) -> Occasion:
    """To give access unasked; raises absent where there is nobody."""
    names = Names(visitor.reach.door.parts)
    reference = f"{type_}/{id_}"
    if type_ not in ("Practitioner", "Organization") or not names.get(reference):
        raise absent()
    party = who(visitor.reach.door, names, Party(reference))
    if not party.verified:
        raise absent()
    return Occasion(Kind.GIVE, f"/sharing/give/{reference}/", [party], names, zone=visitor.zone)


def contract_in(visitor: Visitor, id_: str) -> Contract:
    """One of the visitor's own contracts; raises absent for any other."""
    found = visitor.do(actions.contract, id_)
    if found.patient.reference != visitor.person:
        raise absent()
    return found


def is_open(occasion: Occasion) -> bool:
    """Whether there is still something to choose."""
    if occasion.contract is None:
        return True
    wanted = State.PROPOSED if occasion.kind is Kind.REQUEST else State.ACTIVE
    return occasion.contract.state in (wanted, State.UPCOMING if wanted is State.ACTIVE else wanted)


def view_of(visitor: Visitor, names: Names, *contracts: Contract) -> View:
    """What is known for the rows of these contracts: one look at how much the chart holds, and the single records."""
    reader = reader_of(visitor, names)
    held = visitor.do(Door.counts, visitor.person, SLICES)
    visitor.disclosed = True
    singles = {reference for one in contracts for reference in one.terms.records}
    return View(reader, held, titles(visitor, View(reader), singles))


def titles(visitor: Visitor, view: View, references: Iterable[str]) -> Mapping[str, str]:
    """What single records are called, with their dates."""
    of_type: dict[str, list[str]] = {}
    for type_, _slash, id_ in (one.partition("/") for one in sorted(references)):
        of_type.setdefault(type_, []).append(id_)
    found: dict[str, str] = {}
    for type_, ids in of_type.items():
        for start in range(0, len(ids), _AT_ONCE):
            some = ids[start : start + _AT_ONCE]
            pairs = [("_id", ",".join(some)), ("_count", str(len(some)))]
            page = visitor.search(type_, pairs, outlined=True)
            found |= {f"{type_}/{one['id']}": titled(one, view) for one in page.resources}
    return found


def titled(resource: Resource, view: View) -> str:
    """A record's name and date."""
    words = told(resource, view.reader)
    return f"{words.title}, {words.when}" if words.when else words.title


def offered(occasion: Occasion, view: View) -> Offered:
    """What can be chosen: kinds and hospitals that hold something, inside what was asked for."""
    asked = occasion.terms if occasion.kind is Kind.REQUEST else None
    known = occasion.terms or Terms(whole=True)
    return Offered(
        today=today_of(occasion.zone),
        zone=occasion.zone.key,
        categories=_categories(occasion, known, view.held),
        hospitals=_hospitals(occasion, known, view),
        records=[(one, Option(view.titles[one])) for one in sorted(known.records) if one in view.titles],
        ends=_ends(today_of(occasion.zone), asked, known, view),
        asked=asked,
    )


def prefilled(terms: Terms) -> dict[str, Any]:
    """A contract's terms as the form shows them."""
    return {
        "categories": [WHOLE] if terms.whole else sorted(terms.categories),
        "records": sorted(terms.records),
        "hospitals": sorted(terms.hospitals) or [ALL],
        "since": terms.since,
        "until": terms.until,
        "ends": terms.ends.isoformat() if terms.ends else "",
        "correct": terms.correct,
    }


def today_of(zone: ZoneInfo) -> date:
    """Today, on this clock."""
    return clock.moment(clock.now()).astimezone(zone).date()


def _occasion(visitor: Visitor, sort: Kind, id_: str, base: str) -> Occasion:
    contract = contract_in(visitor, id_)
    visitor.disclosed = True
    consent = parse(visitor.do(Door.outlined, "Consent", id_).body)
    if consent["meta"]["versionId"] != str(contract.version):
        raise conflict(_("This was changed at this very moment. Please load the page again."))
    names = Names(visitor.reach.door.parts)
    return Occasion(sort, base, whom(visitor.reach.door, names, contract), names, contract, consent, visitor.zone)


def _categories(occasion: Occasion, known: Terms, held: Holdings) -> Choices:
    answers = occasion.kind is Kind.REQUEST
    if answers and not known.whole and not known.categories:
        return []
    keys = [key for key in CATEGORIES if known.whole or key in known.categories or not answers]
    kept = frozenset() if answers else known.categories
    found = [
        (key, Option(kind(key).name, hint=kind(key).explanation, records=held.kinds.get(key)))
        for key in keys
        if held.kinds.get(key) or key in kept
    ]
    whole = Option(_("All of my health record"), hint=_("Every kind of record"), records=held.total)
    return [(WHOLE, whole), *found] if known.whole or not answers else found


def _hospitals(occasion: Occasion, known: Terms, view: View) -> Choices:
    asked = known.hospitals if occasion.kind is Kind.REQUEST else frozenset()
    counted = {one: count for one, count in view.held.hospitals.items() if one and (not asked or one in asked)}
    counted |= {one: 0 for one in known.hospitals if one not in counted}
    every = Option(_("All hospitals that they asked for") if asked else _("All hospitals"))
    some = sorted((occasion.names.get(one, _("One hospital")), one) for one in counted)
    return [(ALL, every), *((one, Option(name, records=counted[one] or None)) for name, one in some)]


def _ends(today: date, asked: Terms | None, known: Terms, view: View) -> Choices:
    calendar = view.reader.calendar
    found: dict[date, str] = {}
    if known.ends and known.ends >= today:
        found[known.ends] = _("As they asked: until {day}") if asked else _("As now: until {day}")
    for months in _MONTHS:
        day = later(today, months)
        if asked is None or asked.ends is None or day < asked.ends:
            found.setdefault(day, _told_months(months))
    told = {day.isoformat(): words for day, words in found.items()}
    return [(day, Option(words.format(day=calendar.day(day)))) for day, words in told.items()]


def _told_months(months: int) -> str:
    return {1: _("1 month: until {day}"), 3: _("3 months: until {day}"), 12: _("1 year: until {day}")}.get(
        months, _("2 years: until {day}")
    )


def later(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    ahead = day.month - 1 + months
    year, month = day.year + ahead // _MONTHS_A_YEAR, ahead % _MONTHS_A_YEAR + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
