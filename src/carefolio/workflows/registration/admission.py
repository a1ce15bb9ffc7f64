"""What admins do with people: look at what they say of themselves, shut them out, let them in again, find them.

Each function checks who acts, and looks again inside the transaction: whoever is not named is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from carefolio.base.database import Transaction
from carefolio.base.failures import Failure, absent, conflict, malformed, unprocessable
from carefolio.base.sentences import sentence
from carefolio.consent.principal import Role
from carefolio.identity import people, verifications
from carefolio.identity.accounts import Account
from carefolio.identity.people import Sought
from carefolio.identity.profile import Profile
from carefolio.identity.verifications import LONGEST_REASON, VERIFIABLE, Outcome, Step
from carefolio.records.door import Door
from carefolio.workflows.registration import profiles
from carefolio.workflows.registration.profiles import Decided
from carefolio.workflows.registration.suspension import set_suspended
from carefolio.workflows.registration.telling import Actor, by_admin, settled


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody whose licence waits to be looked at. ``seen`` goes back with the decision; ``since`` in µs UTC, 0 where
    it is not known; ``steps`` is all that happened before, the oldest first.
    """

    account: Account
    profile: Profile
    since: int
    steps: tuple[Step, ...]

    @property
    def seen(self) -> int:
        """The account's version, as it was looked at."""
        return self.account.version


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody on the list of people; ``last_sign_in`` in µs UTC, 0 for never."""

    account: Account
    last_sign_in: int


def waiting(door: Door, by: Account) -> list[Waiting]:
    """Who waits to be verified, the oldest first."""
    by_admin(door, by)
    numbers = verifications.waiting(door.parts.database)
    found = (door.parts.accounts.of_number(door.parts.database, number) for number in numbers)
    return [_waiting(door, account) for account in found if account is not None]


def look(door: Door, by: Account, account: int) -> Waiting:
    """One account as the queue shows it, whether it waits or not; raises absent for one that is not there."""
    by_admin(door, by)
    return _waiting(door, _somebody(door, account))


def verify(door: Door, by: Account, account: int, decided: Decided, *, seen: int) -> None:
    """Decide on what was ``seen``: that a licence holds, or (with a reason) that it does not, or not any more.

    Raises:
        Failure: somebody else decided, or the person changed what they say, since it was seen (CONFLICT).
    """
    actor = by_admin(door, by)
    _refuse_reason(decided.reason, needed=not decided.verified)

    def attempt() -> None:
        found = _somebody(door, account)
        if found.role not in VERIFIABLE:
            raise unprocessable("This account is of a role that is not verified.")
        if found.version != seen:
            raise conflict("This account has changed since you looked at it; look again before you decide.")
        profiles.decide(door, found, actor, decided)

    settled(attempt)


def suspend(door: Door, by: Account, account: int, reason: str) -> None:
    """Shut somebody out from their next request on; sessions end, and other tokens hold again after ``lift``.

    Raises:
        Failure: it is oneself or the last admin (CONFLICT), or is so already.
    """
    _refuse_reason(reason, needed=True)
    _suspend(door, by_admin(door, by), account, reason, suspended=True)


def lift(door: Door, by: Account, account: int, reason: str = "") -> None:
    """Let somebody in again."""
    _refuse_reason(reason, needed=False)
    _suspend(door, by_admin(door, by), account, reason, suspended=False)


def list_people(door: Door, by: Account, sought: Sought) -> list[Listed]:
    """Up to ``sought.count`` + 1 people, the newest account first."""
    by_admin(door, by)
    found = people.find(door.parts.database, door.parts.accounts, sought)
    return [Listed(account, people.last_sign_in(door.parts.database, account.number)) for account in found]


def _somebody(door: Door, number: int) -> Account:
    account = door.parts.accounts.of_number(door.parts.database, number)
    if account is None:
        raise absent()
    return account


def _waiting(door: Door, account: Account) -> Waiting:
    steps = verifications.steps(door.parts.database, door.keyring, account.number)
    asked = [step.time for step in steps if step.outcome is Outcome.ASKED]
    return Waiting(account, profiles.profile_of(door, account), asked[-1] if asked else 0, tuple(steps))


def _suspend(door: Door, by: Actor, number: int, reason: str, *, suspended: bool) -> None:
    def work(tx: Transaction) -> None:
        by.check(door, tx)
        account = door.parts.accounts.of_number(tx, number)
        if account is None:
            raise absent()
        refused = _no_suspension(tx, by, account, suspended=suspended)
        if refused is not None:
            raise refused
        set_suspended(door, tx, by, account, reason, suspended=suspended)

    door.parts.database.write_now(work)


def _no_suspension(tx: Transaction, by: Actor, account: Account, *, suspended: bool) -> Failure | None:
    """Why not, if not."""
    if account.number == by.account:
        return conflict("Nobody shuts themselves out; another admin can.")
    if account.suspended == suspended:
        return conflict("This is so already: somebody else was first.")
    if suspended and account.role == Role.ADMIN and people.admins(tx) == 1:
        return conflict("This is the last admin; add another one first.")
    return None


def _refuse_reason(reason: str, *, needed: bool) -> None:
    if needed and not reason.strip():
        raise malformed("Give a reason.", "reason")
    if len(reason) > LONGEST_REASON:
        raise malformed(sentence("A reason has {most} letters at the most.", most=LONGEST_REASON), "reason")
