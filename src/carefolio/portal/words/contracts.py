"""Access contracts in plain words: who, what, from which hospitals, until when, why; short sentences, from sharing's
own description of a Consent. What that description could not follow is told as the most that it can open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from carefolio.base import clock
from carefolio.consent.vocabulary import NORMAL
from carefolio.portal.words.elements import Record, text
from carefolio.portal.words.kinds import kind
from carefolio.portal.words.other import told_other
from carefolio.portal.words.plain import lowered
from carefolio.portal.words.states import brief
from carefolio.portal.words.told import Draft, Reader
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import marked, ngettext
from carefolio.workflows.sharing.categories import CATEGORIES
from carefolio.workflows.sharing.describe import Contract, Party, State, Version, contract_of

_PURPOSES: Final[Mapping[str, str]] = marked(
    {
        "TREAT": "your treatment",
        "ETREAT": "an emergency",
        "BTG": "an emergency",
        "HPAYMT": "payment",
        "HOPERAT": "running the service",
        "HRESCH": "research",
        "PATRQT": "your own request",
        "FAMRQT": "your family's request",
        "PUBHLTH": "public health",
        "CAREMGT": "planning your care",
        "COVERAGE": "your insurance",
        "HLEGAL": "legal reasons",
    }
)
_STATES: Final[Mapping[State, str]] = marked(
    {
        State.PROPOSED: "Waiting for your answer",
        State.ACTIVE: "In force",
        State.UPCOMING: "Starts later",
        State.EXPIRED: "Ran out",
        State.REJECTED: "You said no",
        State.INACTIVE: "Ended",
        State.POWERLESS: "Has no effect",
    }
)
_OPENINGS: Final[Mapping[State, tuple[str, str]]] = marked(
    {
        State.PROPOSED: (
            "{who} asks to read all of your health record.",
            "{who} asks to read parts of your health record.",
        ),
        State.ACTIVE: ("{who} may read all of your health record.", "{who} may read parts of your health record."),
        State.UPCOMING: ("{who} may soon read all of your health record.", "{who} may soon read parts of it."),
        State.EXPIRED: ("{who} could read all of your health record.", "{who} could read parts of your health record."),
        State.REJECTED: ("{who} asked to read all of your health record.", "{who} asked to read parts of it."),
        State.INACTIVE: (
            "{who} could read all of your health record.",
            "{who} could read parts of your health record.",
        ),
        State.POWERLESS: ("This names {who}, and opens nothing.", "This names {who}, and opens nothing."),
    }
)
_LISTED_AT_ONCE: Final = 4
"""More kinds of records than these are told in the list alone: a sentence is short."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """One contract in words. "" and () where it does not narrow.

    ``kinds``: names of the groups that it opens. ``records``: ``Type/id`` of those named singly.
    """

    state: str
    who: tuple[str, ...]
    is_whole: bool
    kinds: tuple[str, ...]
    records: tuple[str, ...]
    hospitals: tuple[str, ...]
    dated: str
    starts: str
    until: str
    why: str
    reason: str
    refusal: str
    may_add: bool
    with_sensitive: bool
    sentences: tuple[str, ...]

    @property
    def paragraph(self) -> str:
        """The whole of it."""
        return " ".join(self.sentences)


def agreement(contract: Contract, reader: Reader) -> Agreement:
    """A contract in words; hospitals and people by ``reader.names``, else as the contract calls them."""
    terms, calendar = contract.terms, reader.calendar
    kinds = tuple(kind(key).name for key in CATEGORIES if key in terms.categories)
    hospitals = tuple(reader.names.get(one) or _("one hospital") for one in sorted(terms.hospitals))
    told: dict[str, Any] = {
        "state": _(_STATES[contract.state]),
        "who": tuple(_called(party, reader) for party in contract.actors),
        "is_whole": terms.whole,
        "kinds": kinds,
        "records": tuple(sorted(terms.records)),
        "hospitals": tuple(dict.fromkeys(hospitals)),
        "dated": calendar.period({"start": _iso(terms.since), "end": _iso(terms.until)}),
        "starts": "" if contract.starts is None else calendar.day_of(contract.starts),
        "until": "" if contract.ends is None else calendar.last_day(contract.ends),
        "why": _listed([purpose_words(code) for code in sorted(contract.purposes or {terms.purpose})]),
        "reason": contract.reason,
        "refusal": contract.refusal,
        "may_add": terms.correct,
        "with_sensitive": any(label != NORMAL for label in contract.labels),
    }
    return Agreement(**told, sentences=tuple(_sentences(contract, told)))


def purpose_words(code: str) -> str:
    """A purpose of use inside a sentence: "your treatment"."""
    return _(_PURPOSES[code]) if code in _PURPOSES else _("another reason")


def _called(party: Party, reader: Reader) -> str:
    return reader.names.get(party.reference) or party.name or _("somebody")


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _sentences(contract: Contract, told: Mapping[str, Any]) -> list[str]:
    who = _listed(list(told["who"])) or _("Nobody")
    whole, part = _OPENINGS[contract.state]
    is_all = told["is_whole"] and not told["hospitals"] and not told["dated"]
    found = [_(whole if is_all else part).format(who=who)]
    if contract.state is State.POWERLESS:
        return found
    found += _parts(told)
    delegates = _listed(_delegates(contract, told))
    found += [_("{who} may act for you.").format(who=delegates[:1].upper() + delegates[1:])] if delegates else []
    found += [_("They may also add records.")] if told["may_add"] else []
    found += [_("This includes records marked as sensitive.")] if told["with_sensitive"] else []
    found += [_("It also keeps somebody out of some records.")] if contract.denies else []
    found += [] if contract.exact else [_("It may open less than this.")]
    found.append(_("It is for {why}.").format(why=told["why"]))
    return found + _time(contract.state, told)


def _parts(told: Mapping[str, Any]) -> list[str]:
    """Which records."""
    kinds, records, found = told["kinds"], told["records"], []
    if len(kinds) > _LISTED_AT_ONCE:
        found.append(_("These are {n} kinds of records.").format(n=len(kinds)))
    elif kinds:
        found.append(_("These are: {kinds}.").format(kinds=_listed([lowered(one) for one in kinds])))
    if records:
        count = len(records)
        found.append(ngettext("It names {n} single record.", "It names {n} single records.", count).format(n=count))
    if told["hospitals"]:
        found.append(_("Only records from {hospitals} count.").format(hospitals=_listed(list(told["hospitals"]))))
    if told["dated"]:
        found.append(_("Only records {dated} count.").format(dated=told["dated"]))
    return found


def _time(state: State, told: Mapping[str, Any]) -> list[str]:
    if state is State.REJECTED:
        return [_("You said no.")]
    if state is State.INACTIVE:
        return [_("This has ended.")]
    if state is State.EXPIRED:
        return [_("It ran out on {until}.").format(until=told["until"])]
    found = [_("It starts on {day}.").format(day=told["starts"])] if state is State.UPCOMING and told["starts"] else []
    return [*found, _("It ends on {until}.").format(until=told["until"]) if told["until"] else _("It has no end date.")]


def _delegates(contract: Contract, told: Mapping[str, Any]) -> list[str]:
    return [name for name, party in zip(told["who"], contract.actors, strict=True) if party.delegate]


def _listed(words: list[str]) -> str:
    """Words in a row: "a, b and c"."""
    if len(words) <= 1:
        return "".join(words)
    return _("{first} and {last}").format(first=", ".join(words[:-1]), last=words[-1])


def told_consent(record: Record) -> Draft:
    """A Consent as one record among others; one in a shape that sharing cannot read is told like any other record."""
    try:
        contract = contract_of(dict(record.body), Version(1, 0), clock.now())
    except (AttributeError, KeyError, TypeError, ValueError):
        return told_other(record)
    if not contract.actors:
        return told_other(record)
    told = agreement(contract, record.reader)
    draft = Draft(_("Permission for {who}").format(who=_listed(list(told.who))), "")
    draft.sentence = told.sentences[0] if record.patient else f"{draft.title} ({brief(text(record.body, 'status'))})"
    draft.value = told.state
    draft.fact(_("State"), told.state)
    draft.fact(_("In words"), told.paragraph)
    draft.fact(_("Kinds of records"), ", ".join(told.kinds))
    draft.fact(_("Reason given"), told.reason)
    return draft
