"""What admins do with hospitals: see who sends records, add one, give its systems another token, end them."""

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
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.actions import Hospital
from carefolio.workflows.registration.rules import NewHospital
from carefolio.workflows.registration.telling import Actor, by_admin, tell


@dataclass(frozen=True, slots=True)
class Sender:
    """A hospital on the list: its account, what kind it is in a word, to how many charts it has written, and when last
    (µs UTC, 0 for never or long ago).
    """

    account: Account
    type: str
    charts: int
    last_write: int


def list_hospitals(door: Door, by: Account) -> list[Sender]:
    """All hospitals, the oldest first."""
    by_admin(door, by)
    database = door.parts.database
    return [
        Sender(
            account,
            _type(door, account.organization),
            charts_written(database, account.hospital),
            last_write(database, account.number),
        )
        for account in door.parts.accounts.of_role(database, Role.HOSPITAL)
    ]


def add_hospital(door: Door, by: Account, new: NewHospital) -> Hospital:
    """Add a hospital; the token of its systems is in the answer and is shown this once."""
    return actions.add_hospital(door, new, by_admin(door, by))


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


def _type(door: Door, organization: str) -> str:
    types = directory_record(door.parts, organization).get("type", [])
    return next((one["text"] for one in types if one.get("text")), "")
