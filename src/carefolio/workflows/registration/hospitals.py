"""What admins do with hospitals: see who sends records, add one, give its systems another token, end them; and add the
pharmacists of a pharmacy.
"""

from __future__ import annotations

from dataclasses import dataclass

from carefolio.base.database import Transaction
from carefolio.base.failures import absent, conflict
from carefolio.consent.principal import Role
from carefolio.identity import tokens
from carefolio.identity.accounts import Account
from carefolio.ledger.entry import Kind
from carefolio.records.directory import directory_record
from carefolio.records.door import Door
from carefolio.records.figures import charts_written, last_write
from carefolio.workflows.registration import actions, rules
from carefolio.workflows.registration.actions import Hospital
from carefolio.workflows.registration.rules import NewHospital, NewPharmacist
from carefolio.workflows.registration.telling import Actor, by_admin, tell


@dataclass(frozen=True, slots=True)
class Sender:
    """A hospital on the list: its account, what kind it is in a word, to how many charts it has written, when last (µs
    UTC, 0 for never or long ago), and whether it is a pharmacy, where pharmacists work.
    """

    account: Account
    type: str
    charts: int
    last_write: int
    is_pharmacy: bool


def list_hospitals(door: Door, by: Account) -> list[Sender]:
    """All hospitals, the oldest first."""
    by_admin(door, by)
    return [_sender(door, account) for account in door.parts.accounts.of_role(door.parts.database, Role.HOSPITAL)]


def add_hospital(door: Door, by: Account, new: NewHospital) -> Hospital:
    """Add a hospital; the token of its systems is in the answer and is shown this once."""
    return actions.add_hospital(door, new, by_admin(door, by))


def add_pharmacist(door: Door, by: Account, pharmacy: str, new: NewPharmacist) -> Account:
    """Add somebody who hands out at a pharmacy; their licence waits to be looked at, like that of a doctor who signed
    up. Raises absent where there is no such pharmacy.
    """
    actor = by_admin(door, by)
    if not rules.is_pharmacy(directory_record(door.parts, pharmacy)):
        raise absent()
    added = actions.add_person(door, new.person(pharmacy), new.profile(), actor)
    return actions.find_account(door, door.parts.database, added.account)


def issue_token(door: Door, by: Account, organization: str) -> str:
    """Another token for a hospital's systems, which holds until it is revoked; shown this once."""
    actor = by_admin(door, by)

    def work(tx: Transaction) -> str:
        account = _hospital(door, tx, actor, organization)
        if account.suspended:
            raise conflict("This hospital's account is suspended; lift that first.")
        token = tokens.issue(tx, account.number, tokens.NEVER)
        content = {"account": account.number, "expires": None} | tokens.said(tx, token)
        tell(door, tx, Kind.TOKEN_ISSUED, actor.account, actor.marks() | content)
        return token

    return door.parts.database.write_now(work)


def revoke_tokens(door: Door, by: Account, organization: str) -> int:
    """End all tokens of a hospital's systems; answers how many there were."""
    actor = by_admin(door, by)

    def work(tx: Transaction) -> int:
        account = _hospital(door, tx, actor, organization)
        ended = tokens.revoke_all(tx, account.number)
        tell(door, tx, Kind.TOKEN_REVOKED, actor.account, actor.marks() | {"account": account.number, "tokens": ended})
        return ended

    return door.parts.database.write_now(work)


def _hospital(door: Door, tx: Transaction, actor: Actor, organization: str) -> Account:
    actor.check(door, tx)
    account = door.parts.accounts.of_hospital(tx, organization)
    if account is None:
        raise absent()
    return account


def _sender(door: Door, account: Account) -> Sender:
    organization, database = directory_record(door.parts, account.organization), door.parts.database
    return Sender(
        account,
        next((one["text"] for one in organization.get("type", []) if one.get("text")), ""),
        charts_written(database, account.hospital),
        last_write(database, account.number),
        rules.is_pharmacy(organization),
    )
