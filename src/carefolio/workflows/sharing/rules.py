"""Sharing's pure part: what may be asked for and given, and the FHIR Consent that it becomes.

A free reason has no element of its own in R4's Consent: there is no ``note``, ``policyRule`` names a rule and
``purpose`` is a code. An extension inside a provision would have to be understood by whoever decides on it, so the
reason stands in one of the Consent itself, where it changes nothing about what the contract opens. So does why a
request was refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from types import MappingProxyType
from typing import Any, Final
from zoneinfo import ZoneInfo

from carefolio.base.clock import moment
from carefolio.base.failures import conflict, malformed
from carefolio.base.sentences import sentence
from carefolio.consent import vocabulary as words
from carefolio.fhir.dates import interval
from carefolio.fhir.references import split
from carefolio.workflows.sharing.categories import CATEGORIES, provisions
from carefolio.workflows.sharing.denials import denying

Resource = dict[str, Any]

REASON: Final = "https://carefolio.org/fhir/StructureDefinition/contract-reason"
"""Extension of a Consent: why its asker wants access, in their own words (valueString)."""
REFUSAL: Final = "https://carefolio.org/fhir/StructureDefinition/contract-refusal"
"""Extension of a Consent: why the patient refused, in their own words (valueString)."""
PURPOSES: Final = MappingProxyType(
    {
        "TREAT": "treatment",
        "ETREAT": "emergency treatment",
        "HPAYMT": "payment",
        "HOPERAT": "running the service",
        "HRESCH": "research",
        "PUBHLTH": "public health",
        "PATRQT": "the patient's own request",
    }
)
"""Purposes of use that can be asked for, https://terminology.hl7.org/ValueSet-v3-PurposeOfUse.html."""
LONGEST_DAYS: Final = 731
"""A contract made on pages holds 2 years at the most."""
LONGEST_REASON: Final = 1_000
MOST_SINGLE: Final = 200
_TERMS = "http://terminology.hl7.org/CodeSystem/"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract opens. ``whole``: all records, else those of ``categories`` and the single ``records``.

    ``hospitals`` (who sent) and ``since``, ``until`` (clinical date, inclusive) narrow all but single records, and are
    empty for all. ``ends``: the last day on which it holds, to its end on the clock of ``zone`` (``Europe/Dublin``),
    None for no end. ``correct``: records may be added, too.
    """

    whole: bool = False
    categories: frozenset[str] = frozenset()
    records: frozenset[str] = frozenset()
    hospitals: frozenset[str] = frozenset()
    since: date | None = None
    until: date | None = None
    ends: date | None = None
    zone: str = "UTC"
    purpose: str = words.TREATMENT
    correct: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """What a doctor asks a patient for; ``patient`` is a patient code or ``Patient/id``."""

    patient: str
    terms: Terms
    reason: str
    for_hospital: bool = False
    name: str = ""
    """What the doctor calls the patient, where they ask by id and know."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a patient answers with, or offers: the terms as they want them; the purpose asked for stays."""

    terms: Terms


def refuse_terms(terms: Terms, today: date) -> None:
    """Raise what is wrong with the terms, for whoever typed them."""
    problems = [text for text, wrong in _problems(terms, today) if wrong]
    if problems:
        raise malformed(problems[0])


def _problems(terms: Terms, today: date) -> Iterator[tuple[str, bool]]:
    nothing = not (terms.whole or terms.categories or terms.records)
    yield "Choose at least one kind of record.", nothing
    yield (
        "Choose the whole health record or parts of it, not both.",
        terms.whole and bool(terms.categories or terms.records),
    )
    yield "There is no such kind of record.", not terms.categories <= CATEGORIES.keys()
    yield sentence("Choose {most} single records at the most.", most=MOST_SINGLE), len(terms.records) > MOST_SINGLE
    yield "A single record is named as Type/id.", not all(map(_is_literal, terms.records))
    yield "A hospital is named as Organization/id.", not all(_is_a(one, "Organization") for one in terms.hospitals)
    yield "The records' first day is after their last.", bool(terms.since and terms.until and terms.since > terms.until)
    yield "Choose a day on which the access ends.", terms.ends is None
    yield "The access has to end today or later.", terms.ends is not None and terms.ends < today
    last = today + timedelta(days=LONGEST_DAYS)
    yield "Access can be given for 2 years at the most.", terms.ends is not None and terms.ends > last
    yield "There is no such purpose.", terms.purpose not in PURPOSES


def refuse_reason(reason: str) -> None:
    """Raise when no reason is given, or a novel."""
    if not reason.strip():
        raise malformed("Say why you ask: the patient decides by it.")
    if len(reason) > LONGEST_REASON:
        raise malformed(sentence("A reason has {most} characters at the most.", most=LONGEST_REASON))


def proposal(patient: Resource, actor: Resource, ask: Ask, today: date) -> Resource:
    """The Consent by which a doctor asks; ``patient`` and ``actor`` are References. Raises what cannot be asked for."""
    refuse_terms(ask.terms, today)
    refuse_reason(ask.reason)
    return _consent(patient, actor, ask.terms, today) | {
        "status": "proposed",
        "extension": [{"url": REASON, "valueString": ask.reason.strip()}],
    }


def offer(patient: Resource, actor: Resource, narrowing: Narrowing, today: date) -> Resource:
    """The Consent by which a patient gives access without being asked."""
    refuse_terms(narrowing.terms, today)
    return _consent(patient, actor, narrowing.terms, today) | {"status": "active"}


def narrowed(asked: Resource, narrowing: Narrowing | None, today: date) -> Resource:
    """The Consent that answers a request or changes a contract: the same actors and purposes, whatever it denies, and
    the terms that the patient wants; None: as it was asked for. Raises a conflict where it gives nobody anything: terms
    cannot say that.
    """
    if narrowing is None:
        return asked | {"status": "active"}
    refuse_terms(narrowing.terms, today)
    before = asked.get("provision", {})
    actors = _actors(before)
    if not actors:
        raise conflict("This only keeps people out. You can end it, and not change it here.")
    provision = provision_of(actors, narrowing.terms)
    if "purpose" in before:
        provision["purpose"] = before["purpose"]
    provision["period"] |= _kept(before.get("period", {}), narrowing.terms)
    return asked | {"status": "active", "provision": denying(provision, before)}


def _kept(period: Resource, terms: Terms) -> Resource:
    """Its start, and its end where the day stays the same: on another clock that day may end hours later, and nobody
    chose that.
    """
    same = "end" in period and last_day(interval(period["end"])[1], ZoneInfo(terms.zone)) == terms.ends
    return {name: period[name] for name in ("start", "end") if name in period and (same or name == "start")}


def last_day(ends: int, zone: tzinfo) -> date:
    """The day in which something ends (µs UTC) on a zone's clock."""
    try:
        return moment(ends).astimezone(zone).date()
    except OverflowError:  # at the calendar's very end, where no zone can move it
        return moment(ends).date()


def _actors(provision: Resource) -> list[Resource]:
    """Everybody to whom a provision, or one inside it, may permit something: whoever is kept out by one that is no
    permit is not let in by new terms.
    """
    permits = [one for one in provision.get("provision", []) if one.get("type") == "permit"]
    if provision.get("type") != "permit" and not permits:
        return []
    found = list(provision.get("actor", []))
    for inner in permits:
        found += [one for one in _actors(inner) if one not in found]
    return found


def refused(asked: Resource, why: str) -> Resource:
    """The Consent that turns a request down, with the patient's words if they have any."""
    others = [one for one in asked.get("extension", []) if one.get("url") != REFUSAL]
    if why.strip():
        others.append({"url": REFUSAL, "valueString": why.strip()[:LONGEST_REASON]})
    answer = asked | {"status": "rejected", "extension": others}
    return answer if others else {name: value for name, value in answer.items() if name != "extension"}


def _consent(patient: Resource, actor: Resource, terms: Terms, today: date) -> Resource:
    role = {"coding": [{"system": f"{_TERMS}v3-ParticipationType", "code": "IRCP", "display": "information recipient"}]}
    return {
        "resourceType": "Consent",
        "status": "proposed",
        "scope": {"coding": [{"system": words.CONSENT_SCOPE, "code": words.PRIVACY}]},
        "category": [{"coding": [{"system": "http://loinc.org", "code": "59284-0", "display": "Consent Document"}]}],
        "patient": patient,
        "dateTime": today.isoformat(),
        "policyRule": {"coding": [{"system": f"{_TERMS}v3-ActCode", "code": "OPTIN"}]},
        "provision": provision_of([{"role": role, "reference": actor}], terms),
    }


def provision_of(actors: list[Resource], terms: Terms) -> Resource:
    """The root provision. With parts, it has no type of its own and only frames what the permits inside it open."""
    frame: Resource = {"actor": actors}
    if terms.ends:
        frame["period"] = {"end": last_second(terms.ends, ZoneInfo(terms.zone))}
    actions = ("access", "correct") if terms.correct else ("access",)
    frame["action"] = [{"coding": [{"system": words.CONSENT_ACTION, "code": code}]} for code in actions]
    frame["purpose"] = [{"system": f"{_TERMS}v3-ActReason", "code": terms.purpose}]
    if terms.whole:
        return {"type": "permit"} | frame | _narrowing(terms)
    parts = [one | _narrowing(terms) for key in CATEGORIES if key in terms.categories for one in provisions(key)]
    return frame | {"provision": [*parts, *_single(terms.records)]}


def last_second(day: date, zone: tzinfo) -> str:
    """The last second of a day on a zone's clock, as a FHIR dateTime in UTC."""
    following = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    return f"{following - timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"


def _narrowing(terms: Terms) -> Resource:
    """What narrows every part but the single records."""
    found: Resource = {}
    days = {"start": terms.since, "end": terms.until}
    if terms.since or terms.until:
        found["dataPeriod"] = {name: day.isoformat() for name, day in days.items() if day}
    if terms.hospitals:
        found["extension"] = [
            {"url": words.SOURCE_HOSPITAL, "valueReference": {"reference": one}} for one in sorted(terms.hospitals)
        ]
    return found


def _single(records: Iterable[str]) -> Iterator[Resource]:
    data = [{"meaning": "instance", "reference": {"reference": one}} for one in sorted(records)]
    if data:
        yield {"type": "permit", "data": data}


def widened(before: Terms, after: Terms) -> bool:
    """Whether terms open anything beyond others, as far as one can tell by looking: for a word to the patient."""
    less = (
        (
            before.whole
            or (not after.whole and after.categories <= before.categories and after.records <= before.records)
        )
        and (not before.hospitals or (bool(after.hospitals) and after.hospitals <= before.hospitals))
        and (before.since is None or (after.since is not None and after.since >= before.since))
        and _no_later(before.until, after.until)
        and _no_later(before.ends, after.ends)
    )
    return not less or (after.correct and not before.correct)


def _no_later(limit: date | None, day: date | None) -> bool:
    return limit is None or (day is not None and day <= limit)


def same_request(one: Resource, other: Resource) -> bool:
    """Whether two requests ask for the same, for the same reason: the second came of pressing twice."""
    return all(one.get(name) == other.get(name) for name in ("patient", "provision", "extension"))


def ended(consent: Resource) -> Resource:
    """The contract, over."""
    return consent | {"status": "inactive"}


def conflict_of(status: str) -> str:
    """Why an answer comes too late, in a sentence."""
    return _TOO_LATE.get(status, "This request cannot be answered any more.")


_TOO_LATE: Final = MappingProxyType(
    {
        "proposed": "This is a request that has no answer yet.",
        "active": "This access has been given already.",
        "rejected": "This request has been refused already.",
        "inactive": "This access has ended, or the request was taken back.",
        "entered-in-error": "This request was taken back.",
    }
)


def _is_literal(reference: str) -> bool:
    return split(reference).kind == "literal"


def _is_a(reference: str, type_: str) -> bool:
    return _is_literal(reference) and reference.startswith(f"{type_}/")
