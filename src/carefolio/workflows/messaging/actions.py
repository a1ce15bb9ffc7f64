"""Messaging's actions, one an intention: all of them through the door.

Both sides of a contract in force, or of a visit, may write to each other. A message has an id that its form brought,
so pressing twice sends it once. Only what was written by these rules is a message: of what hospitals send, or somebody
writes as a record, nobody knows who said it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from carefolio.base import clock
from carefolio.base.failures import Category, Failure, absent, conflict, forbidden
from carefolio.consent.principal import Role
from carefolio.fhir.json import parse
from carefolio.notify.notices import NoticeKind
from carefolio.records import repeat
from carefolio.records.changes import Change, Method
from carefolio.records.door import Door, Handling
from carefolio.records.entries import Caller
from carefolio.records.force import has_force, is_kept
from carefolio.records.mandates import MESSAGING, Telling, Under
from carefolio.records.read import Found
from carefolio.records.visits import Party, Visit, visit_in
from carefolio.workflows.messaging import rules
from carefolio.workflows.messaging.rules import Between, Message, Wish

Resource = dict[str, Any]
Pairs = list[tuple[str, str]]

PAGE = 50
_LOOKED_THROUGH = "500"
_NEWEST = ("_sort", "-date")
_SENT_BEFORE = "Another message was sent from this page before. Send this one again if it is to go too."
_LATE = "This was answered or taken back already."


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything between two people. ``messages`` the newest first, ``next`` the cursor of older ones; ``open``:
    whether they may write to each other now.
    """

    between: Between
    messages: tuple[Message, ...]
    wishes: tuple[Wish, ...]
    next: str
    open: bool


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody whom one exchanges messages with, and the newest one; ``waiting``: what they ask for has no answer."""

    other: Party
    newest: Message | None
    waiting: int


async def correspondents(door: Door, caller: Caller) -> list[Correspondent]:
    """Everybody with whom something was exchanged, the newest first; for whom something waits; and with whom there is a
    visit, so that they may write to each other.
    """
    me = caller.principal.person
    found = [rules.message_of(one) for one in await _both_ways(door, caller, me)]
    wishes = await _wishes(door, caller)
    newest: dict[str, Message] = {}
    for one in sorted(found, key=lambda message: -message.sent):
        newest.setdefault(one.other(me).reference, one)
    others = {reference: one.other(me) for reference, one in newest.items()}
    for wish in wishes:
        other = wish.doctor if wish.patient.reference == me else wish.patient
        others.setdefault(other.reference, other)
    for other in await _met(door, caller):
        others.setdefault(other.reference, other)
    return [
        Correspondent(other, newest.get(reference), sum(_is_between(wish, other) and wish.is_open for wish in wishes))
        for reference, other in others.items()
    ]


async def conversation(door: Door, caller: Caller, other: str, cursor: str = "") -> Conversation:
    """What was exchanged with this ``Type/id``; raises absent where nothing was and nothing may be."""
    between, is_open = await _between(door, caller, other)
    me = caller.principal.person
    pairs: Pairs = [("sender", f"{me},{other}"), ("recipient", f"{me},{other}"), _NEWEST, ("_count", str(PAGE))]
    if cursor:
        pairs.append(("_page", cursor))
    found, following = await _search(door, caller, "Communication", pairs)
    messages = [rules.message_of(parse(one.body)) for one in found if is_kept(one)]
    wishes = [one for one in await _wishes(door, caller) if _is_between(one, between.patient, between.doctor)]
    if not (messages or wishes or is_open):
        raise absent()
    after = door.finder.cursors.seal(caller.principal.account, following) if following else ""
    return Conversation(between, tuple(messages), tuple(wishes), after, is_open)


async def may_write(door: Door, caller: Caller, other: str) -> bool:
    """Whether the caller may write to this ``Type/id`` now."""
    try:
        return (await _between(door, caller, other))[1]
    except Failure as failure:
        if failure.category is not Category.ABSENT:
            raise
        return False


async def send(door: Door, caller: Caller, other: str, text: str, once: str) -> None:
    """Send a message to this ``Type/id``; ``once`` is the id that its form brought. Raises conflict when another text
    was sent under it.
    """
    between = await _writing(door, caller, other)
    me = between.patient if caller.principal.person == between.patient.reference else between.doctor
    made = rules.communication(between, me, text, clock.now())
    change = Change(Method.UPDATE, "Communication", once, made | {"id": once})
    told = _telling(NoticeKind.MESSAGE, between, to=other)
    under = Under(MESSAGING, unmoved=(("Communication", once, 0),), tell=(told,))
    try:
        await door.write(caller, [change], repeat.once(f"message/{once}", other, text), under)
    except Failure as failure:
        raise conflict(_SENT_BEFORE) if repeat.is_other(failure) else failure from None


async def ask_for_document(door: Door, caller: Caller, patient: str, text: str) -> None:
    """A doctor asks a patient for a document."""
    if caller.principal.role is not Role.DOCTOR:
        raise forbidden("Only a doctor asks for documents.")
    between = await _writing(door, caller, patient)
    wanted = rules.task(between, text, clock.now())
    for one in await _wishes(door, caller):
        if one.is_open and one.text == wanted["description"] and _is_between(one, between.patient, between.doctor):
            return
    told = _telling(NoticeKind.DOCUMENT_WANTED, between, to=patient)
    await door.write(caller, [Change(Method.CREATE, "Task", "", wanted)], under=Under(MESSAGING, tell=(told,)))


async def wish(door: Door, caller: Caller, id_: str) -> Wish:
    """What a doctor asks for; raises absent for anybody whom it does not concern."""
    return _ours(await door.read(caller.token, caller.request, "Task", id_))


async def to_answer(door: Door, caller: Caller) -> list[Wish]:
    """What the caller is asked for and has not answered, the newest first."""
    return [one for one in await _wishes(door, caller) if one.is_open]


async def answer(door: Door, caller: Caller, looked_at: tuple[str, int], output: str, *opening: Change) -> None:
    """The patient answers with one of their records, ``Type/id``; they looked at the wish as (id, version). ``opening``
    is the contract that opens it to the doctor. Both are written, or neither: who is told that it was not sent has
    opened nothing.
    """
    await _end(door, caller, looked_at, lambda task: rules.answered(task, output), NoticeKind.DOCUMENT_SENT, opening)


async def refuse(door: Door, caller: Caller, id_: str, version: int) -> None:
    """The patient has no such document, or does not send it."""
    await _end(door, caller, (id_, version), lambda task: rules.ended(task, "rejected"), NoticeKind.DOCUMENT_REFUSED)


async def take_back(door: Door, caller: Caller, id_: str, version: int) -> None:
    """The doctor does not need it any more."""
    await _end(door, caller, (id_, version), lambda task: rules.ended(task, "cancelled"), None)


async def _end(
    door: Door,
    caller: Caller,
    looked_at: tuple[str, int],
    make: Any,
    kind: NoticeKind | None,
    beside: Sequence[Change] = (),
) -> None:
    id_, version = looked_at
    read = await door.read(caller.token, caller.request, "Task", id_)
    found, task = _ours(read), parse(read.body)
    side = found.doctor if kind is None else found.patient
    if caller.principal.person != side.reference:
        raise absent()
    made = make(task)
    if task["status"] == made["status"]:
        return
    if not found.is_open:
        raise conflict(_LATE)
    told = () if kind is None else (_telling(kind, Between(found.patient, found.doctor), to=found.doctor.reference),)
    change = Change(Method.UPDATE, "Task", id_, made, if_match=version)
    await door.write(caller, [change, *beside], under=Under(MESSAGING, tell=told))


def _ours(read: Found) -> Wish:
    found = _wish_in(read)
    if found is None:
        raise absent()
    return found


def _wish_in(read: Found) -> Wish | None:
    """What a doctor asked for by the rules of messaging: a Task that only says so asks for nothing."""
    return rules.wish_of(parse(read.body)) if is_kept(read) else None


async def _writing(door: Door, caller: Caller, other: str) -> Between:
    between, is_open = await _between(door, caller, other)
    if not is_open:
        raise forbidden("You can write to each other while there is a permission or a visit.")
    return between


async def _between(door: Door, caller: Caller, other: str) -> tuple[Between, bool]:
    """The two sides, and whether they may write to each other. Who is neither, or no pair of patient and doctor, finds
    nothing.
    """
    me = caller.principal.person
    sides = (me, other) if me.startswith("Patient/") else (other, me)
    if not (sides[0].startswith("Patient/") and sides[1].startswith("Practitioner/")):
        raise absent()
    account = door.parts.accounts.of_person(door.parts.database, sides[1])
    if account is None or not account.verified or account.suspended:
        raise absent()
    visits = await _visits(door, caller, sides)
    consents = await _consents(door, caller, sides, account.organization)
    now = clock.now()
    is_open = rules.serves(consents, sides[1], account.organization, now) or rules.is_seen(visits, now)
    return Between(Party(sides[0], _patients_name(door, sides[0])), Party(sides[1], account.name)), is_open


def _patients_name(door: Door, patient: str) -> str:
    account = door.parts.accounts.of_person(door.parts.database, patient)
    return account.name if account else ""


async def _visits(door: Door, caller: Caller, sides: tuple[str, str]) -> list[Visit]:
    pairs = [("patient", sides[0]), ("practitioner", sides[1]), ("_count", _LOOKED_THROUGH)]
    found = map(visit_in, (await _search(door, caller, "Appointment", pairs))[0])
    return [one for one in found if one.ours and one.doctor.reference == sides[1]]


async def _met(door: Door, caller: Caller) -> list[Party]:
    """The other sides of the caller's visits, as far as those let them write to each other."""
    me, now = caller.principal.person, clock.now()
    mine = "patient" if me.startswith("Patient/") else "practitioner"
    pairs = [(mine, me), ("_sort", "-date"), ("_count", _LOOKED_THROUGH)]
    found = [visit_in(one) for one in (await _search(door, caller, "Appointment", pairs))[0]]
    seen = [one for one in found if one.ours and rules.is_seen([one], now)]
    return [one.doctor if one.patient.reference == me else one.patient for one in seen]


async def _consents(door: Door, caller: Caller, sides: tuple[str, str], organization: str) -> list[Resource]:
    actors = ",".join(name for name in (sides[1], organization) if name)
    pairs = [("patient", sides[0]), ("actor", actors), ("status", "active"), ("_count", _LOOKED_THROUGH)]
    found = (await _search(door, caller, "Consent", pairs))[0]
    return [parse(one.body) for one in found if has_force(one)]


async def _both_ways(door: Door, caller: Caller, me: str) -> list[Resource]:
    found: list[Found] = []
    for side in ("sender", "recipient"):
        found += (await _search(door, caller, "Communication", [(side, me), _NEWEST, ("_count", _LOOKED_THROUGH)]))[0]
    return [parse(one.body) for one in found if is_kept(one)]


async def _wishes(door: Door, caller: Caller) -> list[Wish]:
    """All that was asked of, or by, the caller."""
    me = caller.principal.person
    side = "owner" if me.startswith("Patient/") else "requester"
    pairs = [(side, me), ("_sort", "-_lastUpdated"), ("_count", _LOOKED_THROUGH)]
    found = (await _search(door, caller, "Task", pairs))[0]
    return [wish for one in found if (wish := _wish_in(one)) is not None]


def _is_between(wish: Wish, *parties: Party) -> bool:
    sides = {wish.patient.reference, wish.doctor.reference}
    return all(one.reference in sides for one in parties)


async def _search(door: Door, caller: Caller, type_: str, pairs: Pairs) -> tuple[Sequence[Found], bytes | None]:
    _, findings = await door.search(caller, type_, pairs, Handling(outlined=True))
    return findings.matches, findings.following


def _telling(kind: NoticeKind, between: Between, to: str) -> Telling:
    """Both sides know each other, so each is told the other's name."""
    sides = {"patient": between.patient, "doctor": between.doctor}
    return Telling(to, kind, {name: {"reference": one.reference, "name": one.name} for name, one in sides.items()})
