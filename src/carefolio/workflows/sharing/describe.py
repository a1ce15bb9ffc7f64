"""A contract as people are shown it: who, what, until when, why; taken from its Consent.

What is shown is never less than what the Consent opens. The terms are guessed from it, a Consent is made again from the
terms, and only when both compile to the same is the description ``exact``. Everything else, made over the API in shapes
that no page makes, is described as what it can be at the most: the whole record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, tzinfo
from enum import StrEnum
from typing import Any, Final, NamedTuple

from carefolio.base import clock
from carefolio.base.filters import Window
from carefolio.consent import contract as compiled
from carefolio.consent import vocabulary as words
from carefolio.consent.contract import Grant, compile_contract
from carefolio.fhir.dates import EARLIEST, LATEST, interval
from carefolio.fhir.kinds import literal, participants
from carefolio.records.timeline import Slice
from carefolio.workflows.sharing.categories import CATEGORIES, provisions
from carefolio.workflows.sharing.denials import without_denials
from carefolio.workflows.sharing.rules import REASON, REFUSAL, Terms, last_day

Resource = dict[str, Any]

_FRAME: Final = ("actor", "period", "purpose", "action", "securityLabel")
_NARROWING: Final = ("dataPeriod", "extension")


class State(StrEnum):
    """Where a contract stands now."""

    PROPOSED = "proposed"
    ACTIVE = "active"
    UPCOMING = "upcoming"
    """Active, and begins later."""
    EXPIRED = "expired"
    """Active or proposed, and past its end."""
    REJECTED = "rejected"
    INACTIVE = "inactive"
    """Withdrawn, ended, or taken back."""
    POWERLESS = "powerless"
    """Stored without force: nobody who may make a contract made it."""


class Party(NamedTuple):
    """Somebody whom a contract names; ``name`` is empty where it is not known."""

    reference: str
    name: str = ""
    delegate: bool = False
    """They act for the patient."""

    @property
    def is_hospital(self) -> bool:
        """An organisation: everybody who works there."""
        return self.reference.startswith("Organization/")


class Version(NamedTuple):
    """What the store knows of a Consent's version: its number, when it was written (µs UTC), whether it has force, and
    the ``Practitioner/id`` or ``Patient/id`` of who made the first one.
    """

    number: int
    written: int
    force: bool = True
    author: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract in full. Moments are µs UTC, None for open ends.

    ``terms`` say what it opens; not ``exact``: at the most. ``denies``: it also, or only, keeps others out. ``labels``
    are the confidentiality labels that it opens (0 normal); single records it opens whatever their label. ``starts``,
    ``ends``: when it holds; ``since``, ``until``: of which time the records are.
    """

    id: str
    version: int
    state: State
    patient: Party
    actors: tuple[Party, ...]
    asker: Party
    terms: Terms
    exact: bool
    denies: bool
    labels: frozenset[int]
    purposes: frozenset[str]
    starts: int | None
    ends: int | None
    since: int | None
    until: int | None
    reason: str
    refusal: str
    changed: int

    def last_day(self, zone: tzinfo) -> date | None:
        """The day in which it ends on a zone's clock; None for no end."""
        return None if self.ends is None else last_day(self.ends, zone)

    def named(self, names: dict[str, str]) -> Contract:
        """The same, with the names of the directory in the place of those that somebody wrote into the Consent."""
        return replace(
            self,
            actors=tuple(one._replace(name=names.get(one.reference, one.name)) for one in self.actors),
            asker=self.asker._replace(name=names.get(self.asker.reference, self.asker.name)),
            patient=self.patient._replace(name=names.get(self.patient.reference, self.patient.name)),
        )


class Group(NamedTuple):
    """All contracts with one person or hospital."""

    party: Party
    contracts: tuple[Contract, ...]


class Described(NamedTuple):
    """A record, as far as a description speaks of records; ``codes`` as contracts read them, ``hospital`` and
    ``reference`` as ``Type/id``.
    """

    type: str
    reference: str
    codes: frozenset[str]
    hospital: str
    low: int
    high: int
    label: int


@dataclass(frozen=True, slots=True)
class _Reading:
    """What was understood of a provision."""

    terms: Terms
    exact: bool
    since: int | None = None
    until: int | None = None


def contract_of(consent: Resource, version: Version, now: int) -> Contract:
    """The description of a Consent's version."""
    found = compile_contract(consent, "", _number)
    reading = _read(consent, found)
    ends = max((grant.end for grant in found.grants), default=found.end)
    starts = min((grant.start for grant in found.grants), default=found.start)
    windows = [window for grant in found.grants for window in grant.reads if window.records is None]
    return Contract(
        id=str(consent.get("id", "")),
        version=version.number,
        state=_state(consent, version.force, (starts, ends), now),
        patient=Party(literal(consent.get("patient")), _display(consent.get("patient"))),
        actors=tuple(_parties(consent, found.grants)),
        asker=Party(version.author),
        terms=reading.terms,
        exact=reading.exact,
        denies=bool(found.denials),
        labels=_labels(windows) if reading.exact else words.LABELS,
        purposes=frozenset().union(*(grant.purposes or () for grant in found.grants)),
        starts=None if starts <= EARLIEST else starts,
        ends=None if ends >= LATEST else ends,
        since=reading.since,
        until=reading.until,
        reason=_words(consent, REASON),
        refusal=_words(consent, REFUSAL),
        changed=version.written,
    )


def by_party(contracts: Iterable[Contract]) -> list[Group]:
    """The contracts by whom they name, in the order in which these come first."""
    groups: dict[str, list[tuple[Party, Contract]]] = {}
    for contract in contracts:
        for party in contract.actors:
            groups.setdefault(party.reference, []).append((party, contract))
    return [Group(pairs[0][0], tuple(contract for _, contract in pairs)) for pairs in groups.values()]


def covers(contract: Contract, record: Described) -> bool:
    """Whether a record is among what the description names."""
    terms = contract.terms
    if record.reference in terms.records:
        return True
    if record.label not in contract.labels or (terms.hospitals and record.hospital not in terms.hospitals):
        return False
    if not _overlaps(contract, record):
        return False
    return terms.whole or any(_is_in(one, record) for key in terms.categories for one in CATEGORIES[key].slices)


def human_name(resource: Resource) -> str:
    """What a person or an organisation is called; empty where that is not said."""
    names = resource.get("name")
    if isinstance(names, str):
        return names
    usual = sorted(names or [], key=lambda name: name.get("use") not in ("official", "usual"))
    for name in usual:
        parts = [*name.get("prefix", []), *name.get("given", []), name.get("family", "")]
        text = name.get("text") or " ".join(part for part in parts if part)
        if text:
            return str(text)
    return ""


# ── what it opens ──


def _read(consent: Resource, found: compiled.Contract) -> _Reading:
    """The terms that say the same as the Consent, or else the widest."""
    if not found.grants:
        return _Reading(Terms(), exact=not found.denials)
    guess = _guessed(consent.get("provision", {}))
    if guess is not None and _meaning(compile_contract(consent | {"provision": guess[1]}, "", _number)) == _meaning(
        found
    ):
        terms = replace(guess[0].terms, **_held(found))
        return replace(guess[0], terms=terms)
    bare = without_denials(consent.get("provision", {}))
    if bare != consent.get("provision"):
        wider = consent | {"provision": bare}
        reading = _read(wider, compile_contract(wider, "", _number))
        return replace(reading, terms=replace(reading.terms, **_held(found)), exact=False)
    return _Reading(Terms(whole=True, **_held(found)), exact=False)


def _held(found: compiled.Contract) -> dict[str, Any]:
    """What the grants say besides which records they open."""
    ends = max(grant.end for grant in found.grants)
    purposes = sorted(frozenset().union(*(grant.purposes or () for grant in found.grants)))
    return {
        "ends": None if ends >= LATEST else clock.moment(ends).date(),
        "correct": any(grant.adds for grant in found.grants),
        "purpose": purposes[0] if purposes else words.TREATMENT,
    }


def _guessed(root: Resource) -> tuple[_Reading, Resource] | None:
    """What a provision seems to say, and the provision that says it; None where no page would make it so."""
    parts = [root] if "type" in root else root.get("provision", [])
    single = [part for part in parts if "data" in part]
    kinds = [part for part in parts if "data" not in part]
    narrowing = {name: kinds[0][name] for name in _NARROWING if kinds and name in kinds[0]}
    cores = [{name: part[name] for name in part if name not in (*_FRAME, *_NARROWING)} for part in kinds]
    whole = cores == [{"type": "permit"}]
    keys = [] if whole else [key for key in CATEGORIES if all(one in cores for one in provisions(key))]
    records = frozenset(literal(data.get("reference")) for part in single for data in part["data"])
    since, until = _bounds(narrowing.get("dataPeriod", {}))
    terms = Terms(
        whole=whole,
        categories=frozenset(keys),
        records=records,
        hospitals=frozenset(literal(one.get("valueReference")) for one in narrowing.get("extension", [])),
        since=None if since is None else clock.moment(since).date(),
        until=None if until is None else clock.moment(until).date(),
    )
    frame = {name: root[name] for name in _FRAME if name in root}
    inner = [one | narrowing for key in keys for one in provisions(key)]
    inner += [{"type": "permit", "data": [_instance(one) for one in sorted(records)]}] if records else []
    made = {"type": "permit"} | narrowing if whole and "type" in root else {"provision": inner}
    return (_Reading(terms, exact=True, since=since, until=until), frame | made) if inner or whole else None


def _instance(reference: str) -> Resource:
    return {"meaning": "instance", "reference": {"reference": reference}}


def _meaning(found: compiled.Contract) -> object:
    """What a Consent opens, in a form in which the order of its parts does not count. Hospitals count by reference."""
    return frozenset(map(_unordered, found.grants)), frozenset(map(_unordered, found.denials))


def _unordered(grant: Grant) -> object:
    unless = frozenset(map(_unordered, grant.unless))
    return (grant.who, grant.purposes, grant.start, grant.end, frozenset(grant.reads), frozenset(grant.adds), unless)


def _number(reference: str) -> int:
    """A number of its own for each reference, the same every time."""
    return int.from_bytes(reference.encode())


def _bounds(period: Resource) -> tuple[int | None, int | None]:
    since = interval(period["start"])[0] if "start" in period else None
    until = interval(period["end"])[1] if "end" in period else None
    return since, until


# ── the rest ──


def _state(consent: Resource, force: bool, holds: tuple[int, int], now: int) -> State:
    status = consent.get("status")
    if not force:
        return State.POWERLESS
    if status in (State.PROPOSED, State.ACTIVE):
        if holds[1] < now:
            return State.EXPIRED
        return State.UPCOMING if status == State.ACTIVE and now < holds[0] else State(status)
    return State.REJECTED if status == State.REJECTED else State.INACTIVE


def _labels(windows: Iterable[Window]) -> frozenset[int]:
    return frozenset().union(*(words.LABELS if window.labels is None else window.labels for window in windows))


def _parties(consent: Resource, grants: Iterable[Grant]) -> Iterator[Party]:
    """Everybody whom it names, as they come."""
    delegates = frozenset().union(*(who.delegates for grant in grants for who in grant.who))
    displays = dict(_displays(consent.get("provision", {})))
    for reference in sorted(participants(consent), key=list(displays).index):
        yield Party(reference, displays[reference], reference in delegates)


def _displays(provision: Resource) -> Iterator[tuple[str, str]]:
    """The actors of a provision and of those inside it, with what it calls them; of two names the last counts."""
    for actor in provision.get("actor", []):
        yield literal(actor.get("reference")), _display(actor.get("reference"))
    for inner in provision.get("provision", []):
        yield from _displays(inner)


def _display(reference: Any) -> str:
    return str(reference.get("display", "")) if isinstance(reference, dict) else ""


def _words(consent: Resource, url: str) -> str:
    """The text of an extension of ours."""
    found = (one.get("valueString") for one in consent.get("extension", []) if one.get("url") == url)
    return next((text for text in found if isinstance(text, str)), "")


def _overlaps(contract: Contract, record: Described) -> bool:
    if contract.since is None and contract.until is None:
        return True
    if not record.low and not record.high:
        return False
    after = contract.since is None or record.high >= contract.since
    return after and (contract.until is None or record.low <= contract.until)


def _is_in(one: Slice, record: Described) -> bool:
    borne = not one.codes or not one.codes.isdisjoint(record.codes)
    return one.type == record.type and borne and one.unless.isdisjoint(record.codes)
