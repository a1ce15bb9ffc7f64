"""Contracts as the doctor is shown them: dense, with where they stand and what can be done next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from carefolio.base import clock
from carefolio.base.failures import Failure
from carefolio.notify.notices import Notice, NoticeKind
from carefolio.portal.visitor import Visitor
from carefolio.portal.words.dates import Calendar
from carefolio.portal.words.kinds import kind
from carefolio.portal.words.told import Reader
from carefolio.records.announce import SOON
from carefolio.records.directory import directory_record
from carefolio.workflows.sharing.categories import CATEGORIES
from carefolio.workflows.sharing.describe import Contract, State, human_name
from carefolio.workflows.sharing.rules import Terms

_FIRST_VERSION_AFTER_ASKING: Final = 2
_NOTICES_READ: Final = 200
_STATES: Final[Mapping[State, tuple[str, Promise]]] = {
    State.PROPOSED: ("asked", gettext_lazy("Waiting")),
    State.ACTIVE: ("active", gettext_lazy("Granted")),
    State.UPCOMING: ("active", gettext_lazy("Starts later")),
    State.EXPIRED: ("expired", gettext_lazy("Ran out")),
    State.REJECTED: ("rejected", gettext_lazy("Refused")),
    State.INACTIVE: ("inactive", gettext_lazy("Ended")),
    State.POWERLESS: ("inactive", gettext_lazy("Has no effect")),
}
"""The tag of each state, and its words."""
PURPOSE_NAMES: Final[Mapping[str, Promise]] = {
    "TREAT": gettext_lazy("Treatment"),
    "ETREAT": gettext_lazy("Emergency treatment"),
    "HPAYMT": gettext_lazy("Payment"),
    "HOPERAT": gettext_lazy("Running the service"),
    "HRESCH": gettext_lazy("Research"),
    "PUBHLTH": gettext_lazy("Public health"),
    "PATRQT": gettext_lazy("The patient's own request"),
}
"""What a doctor calls the purposes that sharing knows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A contract's line. ``action``: "change" while it waits, "end" while it holds, "ask" when it is over, "" else."""

    contract: Contract
    name: str
    what: str
    tag: str
    words: str
    mine: bool
    action: str

    @property
    def patient(self) -> str:
        """The patient's id."""
        return self.contract.patient.reference.partition("/")[2]

    @property
    def chart(self) -> str:
        """The chart's address."""
        return f"/charts/{self.patient}/"

    @property
    def ends(self) -> int | None:
        """When it ends by itself, µs UTC."""
        return self.contract.ends

    @property
    def ends_soon(self) -> bool:
        """Whether that is within the days of which both sides are told."""
        ends = self.contract.ends
        return self.contract.state is State.ACTIVE and ends is not None and ends - clock.now() <= SOON


def notices_of(visitor: Visitor) -> list[Notice]:
    """The doctor's newest notices. They tell who ended a contract: nobody is told what they did themselves."""
    parts = visitor.reach.door.parts
    number = visitor.account.number if visitor.account else 0
    return parts.notifier.notices.of_account(parts.database, number, count=_NOTICES_READ)


def entries(visitor: Visitor, contracts: Iterable[Contract], names: Mapping[str, str]) -> list[Entry]:
    """Lines for contracts; ``names`` of patients by reference, where they are known better."""
    some = list(contracts)
    ended = {
        str(one.about.get("consent", "")).partition("/")[2]
        for one in (notices_of(visitor) if any(each.state is State.INACTIVE for each in some) else ())
        if one.kind is NoticeKind.WITHDRAWN
    }
    return [_entry(visitor, one, names, withdrawn=one.id in ended) for one in some]


def reader_of(visitor: Visitor, names: Mapping[str, str] | None = None) -> Reader:
    """How this doctor is told things."""
    return Reader(str(visitor.locale), visitor.zone.key, "doctor", names or {})


def calendar_of(visitor: Visitor) -> Calendar:
    """How this doctor is told dates."""
    return reader_of(visitor).calendar


def directory_names(visitor: Visitor, references: Iterable[str]) -> dict[str, str]:
    """What hospitals and people are called; the directory belongs to no patient."""
    names = {}
    for reference in sorted(set(references)):
        try:
            names[reference] = human_name(directory_record(visitor.reach.door.parts, reference))
        except Failure:
            continue
    return {reference: name for reference, name in names.items() if name}


def terms_lines(visitor: Visitor, terms: Terms, names: Mapping[str, str]) -> list[str]:
    """What a contract opens, a line for each thing that narrows it."""
    lines = [_("The whole record")] if terms.whole else []
    lines += [kind(key).name for key in CATEGORIES if key in terms.categories]
    if terms.records:
        count = len(terms.records)
        lines.append(ngettext("%(n)d single record", "%(n)d single records", count) % {"n": count})
    if terms.hospitals:
        told = ", ".join(names.get(one, _("one hospital")) for one in sorted(terms.hospitals))
        lines.append(_("Only from %(hospitals)s") % {"hospitals": told})
    period = {"start": terms.since and terms.since.isoformat(), "end": terms.until and terms.until.isoformat()}
    dated = calendar_of(visitor).period(period, short=True)
    if dated:
        lines.append(_("Only dated %(when)s") % {"when": dated})
    return lines


def _entry(visitor: Visitor, contract: Contract, names: Mapping[str, str], *, withdrawn: bool) -> Entry:
    mine = contract.asker.reference == visitor.person
    tag, words = _STATES[contract.state]
    said = str(words)
    if contract.state is State.INACTIVE:
        said = _ended(contract, mine=mine, withdrawn=withdrawn)
    hospitals = directory_names(visitor, contract.terms.hospitals)
    what = ", ".join(terms_lines(visitor, contract.terms, hospitals)) or _("Nothing")
    name = names.get(contract.patient.reference) or contract.patient.name or _("A patient")
    return Entry(contract, name, what, tag, said, mine, _action(contract, mine=mine))


def _ended(contract: Contract, *, mine: bool, withdrawn: bool) -> str:
    if withdrawn:
        return _("Withdrawn by the patient")
    if mine and contract.version == _FIRST_VERSION_AFTER_ASKING:
        return _("Taken back")
    return _("Ended by you") if mine else _("Ended")


def _action(contract: Contract, *, mine: bool) -> str:
    if contract.state is State.PROPOSED:
        return "change" if mine else ""
    if contract.state in (State.ACTIVE, State.UPCOMING):
        return "end"
    return "ask" if contract.state in (State.EXPIRED, State.REJECTED, State.INACTIVE) else ""
