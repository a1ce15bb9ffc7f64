"""Finding a doctor in the directory: by code, name, speciality or place; only those who see patients here."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from carefolio.base.failures import absent
from carefolio.base.ids import normal_code
from carefolio.consent.principal import Role
from carefolio.fhir.json import parse
from carefolio.fhir.kinds import literal
from carefolio.identity.profile import NOTHING_SAID, Profile, profile_in
from carefolio.records.door import Door, Handling
from carefolio.records.entries import Caller
from carefolio.search.texts import words
from carefolio.workflows.scheduling.schedules import plan_of
from carefolio.workflows.scheduling.sheets import account_of, schedule_id, search

Resource = dict[str, Any]

MOST: Final = 30
"""A page that has found so many looks no further."""
_LOOKED_AT: Final = 50
_PAGES: Final = 20
"""So many of the directory are looked at together, and so often for one page."""
_AT_ONCE: Final = 200
_ACCOUNTS: Final = 1_000
_TURNS: Final = 5
"""So many doctors are looked at together, and so often for one page, for those whose accounts have another name than
the directory: pages show the account's.
"""
_AMONG_ACCOUNTS: Final = b"accounts/"
"""Begins a cursor behind the directory's end: the number of the account after which one looks on."""


@dataclass(frozen=True, slots=True)
class Doctor:
    """A doctor as the directory tells of them; ``keeps_hours``: something can be booked with them here."""

    reference: str
    name: str
    speciality: str = ""
    place: str = ""
    hospital: str = ""
    keeps_hours: bool = False

    @property
    def id(self) -> str:
        """Of ``Practitioner/id``."""
        return self.reference.partition("/")[2]


@dataclass(frozen=True, slots=True)
class Sought:
    """What is known of the doctor who is looked for; ``speciality`` is a code of SPECIALITIES. Of ``name`` its words
    count: where there is none, only dashes say, no name is looked for.
    """

    name: str = ""
    speciality: str = ""
    place: str = ""


class Found(NamedTuple):
    """Doctors who fit, and the cursor from which on there may be more, "" where all were looked at."""

    doctors: list[Doctor]
    next: str


async def find(door: Door, caller: Caller, sought: Sought, cursor: str = "") -> Found:
    """Doctors who keep hours here and fit all that is given, by name on each page. However large the directory is, one
    page looks at a part of it: at those with such a name, else at those who keep hours, one after the other. Where it
    ends, one looks on among the accounts, for those whom it calls otherwise.
    """
    after = _account_in(door, caller, cursor)
    if after:
        return await _among_accounts(door, caller, sought, after)
    found: dict[str, tuple[str, Profile]] = {}
    shown, after = await _of_shown_name(door, caller, sought)
    first = {} if cursor else shown
    for _ in range(_PAGES):
        candidates, cursor = await _candidates(door, caller, sought, cursor)
        candidates = first | {one: name for one, name in candidates.items() if one not in shown}
        first = {}
        profiles = await _profiles(door, caller, list(candidates))
        found |= {one: (candidates[one], profiles[one]) for one in candidates if _fits(profiles[one], sought)}
        if not cursor or len(found) >= MOST:
            break
    return Found(await _told(door, caller, found), cursor or _cursor(door, caller, after))


async def _among_accounts(door: Door, caller: Caller, sought: Sought, after: int) -> Found:
    """Those whose accounts come later and are called so, but for those whom the directory calls so too."""
    found: dict[str, tuple[str, Profile]] = {}
    for _ in range(_TURNS):
        shown, after = await _of_shown_name(door, caller, sought, after)
        ids = ",".join(one.partition("/")[2] for one in shown)
        told = await search(door, caller, "Practitioner", [*_named(sought), ("_id", ids)]) if ids else []
        others = [one for one in shown if one not in {each.row.reference for each in told}]
        profiles = await _profiles(door, caller, others)
        found |= {one: (shown[one], profiles[one]) for one in others if _fits(profiles[one], sought)}
        if not after or len(found) >= MOST:
            break
    return Found(await _told(door, caller, found), _cursor(door, caller, after))


def _account_in(door: Door, caller: Caller, cursor: str) -> int:
    """After which account this cursor looks on, 0 for one of the directory's, or none."""
    opened = door.finder.cursors.open(caller.principal.account, cursor) if cursor else b""
    return int(opened.removeprefix(_AMONG_ACCOUNTS)) if opened.startswith(_AMONG_ACCOUNTS) else 0


def _cursor(door: Door, caller: Caller, after: int) -> str:
    """To look on after this account, "" where all were looked at."""
    return door.finder.cursors.seal(caller.principal.account, _AMONG_ACCOUNTS + b"%d" % after) if after else ""


async def _told(door: Door, caller: Caller, found: Mapping[str, tuple[str, Profile]]) -> list[Doctor]:
    """What a page tells of them, by name."""
    names = await _hospitals(door, caller, {profile.hospital for _, profile in found.values()})
    kept = sorted(found.items(), key=lambda one: (one[1][0], one[0]))
    return [_doctor(one, name, profile, names, keeps=True) for one, (name, profile) in kept]


async def _of_shown_name(door: Door, caller: Caller, sought: Sought, after: int = 0) -> tuple[dict[str, str], int]:
    """Those who keep hours and are called so on pages, with their names, whatever the directory calls them; and after
    which account others may come, 0 for none. Nobody where the directory is not asked for a name.
    """
    if not _named(sought):
        return {}, 0
    doctors, following = await asyncio.to_thread(_accounts, door, words(sought.name), after)
    ids = [schedule_id(door, one) for one in doctors]
    schedules = [parse(one.body) for one in await _of_ids(door, caller, "Schedule", ids)]
    return _keepers(door, schedules, sought), following


def _accounts(door: Door, wanted: Sequence[str], after: int) -> tuple[list[str], int]:
    """The next whose accounts are called so, as many as a page tells of, and the number of the last that was looked
    at, 0 where there are no more.
    """
    accounts = door.parts.accounts.some_of_role(door.parts.database, Role.DOCTOR, _ACCOUNTS, after)
    found: list[str] = []
    for one in accounts:
        if all(_begins(one.name, word) for word in wanted):
            found.append(one.person)
        if len(found) >= MOST:
            return found, one.number
    return found, accounts[-1].number if len(accounts) == _ACCOUNTS else 0


def _named(sought: Sought) -> list[tuple[str, str]]:
    """What the directory is asked for: a letter alone would be half of everybody."""
    return [("name", one) for one in words(sought.name) if len(one) > 1]


async def _candidates(door: Door, caller: Caller, sought: Sought, cursor: str) -> tuple[dict[str, str], str]:
    """The next doctors who may fit and keep hours here, with their names, and the cursor after them."""
    named = _named(sought)
    type_ = "Practitioner" if named else "Schedule"
    more = [("_page", cursor)] if cursor else []
    pairs = [*named, ("_sort", "_id"), ("_count", str(_LOOKED_AT)), *more]
    _query, findings = await door.search(caller, type_, pairs, Handling())
    matches = [parse(one.body) for one in findings.matches]
    if named:
        ids = [schedule_id(door, f"Practitioner/{one['id']}") for one in matches]
        matches = [parse(one.body) for one in await _of_ids(door, caller, "Schedule", ids)]
    following = findings.following
    after = door.finder.cursors.seal(caller.principal.account, following) if following else ""
    return _keepers(door, matches, sought), after


def _keepers(door: Door, schedules: Iterable[Resource], sought: Sought) -> dict[str, str]:
    """The doctors whose hours these are, whom one can book and who are called so, with their names."""
    accounts = {one: account_of(door, one) for one in (_keeper(door, each) for each in schedules) if one}
    return {
        one: account.name
        for one, account in accounts.items()
        if account is not None and _is_called(account.name, sought.name)
    }


async def doctor(door: Door, caller: Caller, id_: str) -> Doctor:
    """One doctor who sees patients here; raises absent for anybody else."""
    reference = f"Practitioner/{id_}"
    account = account_of(door, reference)
    if account is None:
        raise absent()
    profile = (await _profiles(door, caller, [reference]))[reference]
    names = await _hospitals(door, caller, {profile.hospital})
    hours = await _of_ids(door, caller, "Schedule", [schedule_id(door, reference)])
    keeps = any(_keeper(door, parse(one.body)) == reference for one in hours)
    return _doctor(reference, account.name, profile, names, keeps=keeps)


def by_code(door: Door, typed: str) -> str:
    """The id of the doctor with this code; empty when there is none."""
    code = normal_code(typed)
    account = door.parts.accounts.of_code(door.parts.database, code) if code else None
    known = account_of(door, account.person) if account else None
    return known.person.partition("/")[2] if known else ""


def _keeper(door: Door, schedule: Resource) -> str:
    """The doctor whose hours these are, if something can be booked; "" for a Schedule from elsewhere."""
    doctor = next((literal(one) for one in schedule.get("actor", [])), "")
    if schedule["id"] != schedule_id(door, doctor):
        return ""
    plan = plan_of(schedule)
    return doctor if plan.active and (plan.hours or plan.extra) else ""


async def _profiles(door: Door, caller: Caller, doctors: Sequence[str]) -> dict[str, Profile]:
    """What the directory says of each; of several posts the one with a speciality."""
    found = dict.fromkeys(doctors, NOTHING_SAID)
    for start in range(0, len(doctors), _AT_ONCE):
        asked = ",".join(doctors[start : start + _AT_ONCE])
        for one in await search(door, caller, "PractitionerRole", [("practitioner", asked)]):
            post = parse(one.body)
            reference, profile = literal(post.get("practitioner")), profile_in({}, post)
            if reference in found and not found[reference].speciality:
                found[reference] = profile
    return found


async def _hospitals(door: Door, caller: Caller, references: Iterable[str]) -> dict[str, str]:
    ids = sorted(one.partition("/")[2] for one in references if one)
    found = [parse(one.body) for one in await _of_ids(door, caller, "Organization", ids)]
    return {f"Organization/{one['id']}": str(one.get("name", "")) for one in found}


async def _of_ids(door: Door, caller: Caller, type_: str, ids: Sequence[str]) -> list[Any]:
    found: list[Any] = []
    for start in range(0, len(ids), _AT_ONCE):
        found += await search(door, caller, type_, [("_id", ",".join(ids[start : start + _AT_ONCE]))])
    return found


def _doctor(reference: str, name: str, profile: Profile, hospitals: dict[str, str], *, keeps: bool) -> Doctor:
    hospital = hospitals.get(profile.hospital, "")
    return Doctor(reference, name, profile.speciality_name, profile.place, hospital, keeps)


def _fits(profile: Profile, sought: Sought) -> bool:
    place = " ".join(sought.place.split()).casefold()
    return sought.speciality in ("", profile.speciality) and place in profile.place.casefold()


def _is_called(name: str, wanted: str) -> bool:
    """Whether every letter that was typed alone begins a word of the name: longer words the directory looks for."""
    return all(_begins(name, word) for word in words(wanted) if len(word) == 1)


def _begins(name: str, word: str) -> bool:
    """Whether a word of the name begins so."""
    return any(one.startswith(word) for one in words(name))
