"""Accounts: a person or a hospital's system, its role, and what stands behind it. Names and codes are sealed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from carefolio.base.database import Transaction
from carefolio.base.keys import PLATFORM, Keyring

_COLUMNS = "number, email, role, person, organization, name, code, verified, suspended, shelf, hospital, chart, version"
_NAME = b"account/name"
_CODE = b"account/code"


class Reader(Protocol):
    """A Database or a Transaction."""

    def one(self, sql: str, args: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """The first row."""
        ...


class Lister(Protocol):
    """A Database."""

    def read(self, sql: str, args: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows."""
        ...


@dataclass(frozen=True, slots=True)
class Account:
    """One account. ``shelf``, ``hospital`` and ``chart`` are owner numbers, 0 where there is none."""

    number: int
    email: str | None
    role: str
    person: str
    organization: str
    name: str
    code: str
    verified: bool
    suspended: bool
    shelf: int
    hospital: int
    chart: int
    version: int


@dataclass(frozen=True, slots=True)
class NewAccount:
    """What an account is made of; ``code`` is the doctor's code, patients' codes stand with their charts."""

    email: str | None
    role: str
    name: str
    person: str = ""
    organization: str = ""
    code: str = ""
    verified: bool = False
    shelf: int = 0
    hospital: int = 0
    chart: int = 0


class Accounts:
    """The accounts' table, opened with the platform's key."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def add(self, tx: Transaction, new: NewAccount) -> int:
        """Write a new account and return its number; an e-mail that is taken, in any case, raises Taken."""
        key = self._keyring.of(PLATFORM)
        blind = self._keyring.blind.value(f"code={new.code}") if new.code else None
        row = tx.one(
            "INSERT INTO account (email, role, person, organization, name, code, code_blind, verified,"
            " shelf, hospital, chart) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number",
            (
                new.email and new.email.lower(),
                new.role,
                new.person,
                new.organization,
                key.seal(new.name.encode(), _NAME),
                key.seal(new.code.encode(), _CODE),
                blind,
                new.verified,
                new.shelf,
                new.hospital,
                new.chart,
            ),
        )
        tx.move_epoch()
        assert row is not None  # noqa: S101 - an INSERT always has one
        number: int = row[0]
        return number

    def of_number(self, reader: Reader, number: int) -> Account | None:
        """The account with this number."""
        return self._opened(reader.one(f"SELECT {_COLUMNS} FROM account WHERE number = ?", (number,)))

    def of_email(self, reader: Reader, email: str) -> Account | None:
        """The account that signs in with this e-mail."""
        return self._opened(reader.one(f"SELECT {_COLUMNS} FROM account WHERE email = ?", (email.lower(),)))

    def of_hospital(self, reader: Reader, organization: str) -> Account | None:
        """The account of this hospital's systems."""
        sql = f"SELECT {_COLUMNS} FROM account WHERE organization = ? AND role = 'hospital'"
        return self._opened(reader.one(sql, (organization,)))

    def of_person(self, reader: Reader, person: str) -> Account | None:
        """The account of this ``Patient/id`` or ``Practitioner/id``."""
        return self._opened(reader.one(f"SELECT {_COLUMNS} FROM account WHERE person = ?", (person,)))

    def of_chart(self, reader: Reader, chart: int) -> Account | None:
        """The account of the patient whose chart has this owner number; none for a chart that only hospitals keep."""
        sql = f"SELECT {_COLUMNS} FROM account WHERE chart = ? AND chart <> 0 AND role = 'patient'"
        return self._opened(reader.one(sql, (chart,)))

    def of_code(self, reader: Reader, code: str) -> Account | None:
        """The account of the person with this doctor code, given as it is stored."""
        sql = f"SELECT {_COLUMNS} FROM account WHERE code_blind = ?"
        return self._opened(reader.one(sql, (self._keyring.blind.value(f"code={code}"),)))

    def of_role(self, reader: Reader, role: str) -> Iterator[Account]:
        """The accounts with this role, the oldest first."""
        sql = f"SELECT {_COLUMNS} FROM account WHERE role = ? AND number > ? ORDER BY number LIMIT 1"
        account = self._opened(reader.one(sql, (role, 0)))
        while account is not None:
            yield account
            account = self._opened(reader.one(sql, (role, account.number)))

    def some_of_role(self, reader: Lister, role: str, count: int, after: int = 0) -> list[Account]:
        """Up to ``count`` of them by one query, those with numbers above ``after``."""
        sql = f"SELECT {_COLUMNS} FROM account WHERE role = ? AND number > ? ORDER BY number LIMIT ?"
        found = (self._opened(row) for row in reader.read(sql, (role, after, count)))
        return [one for one in found if one is not None]

    def workplaces(self, reader: Lister, role: str) -> frozenset[str]:
        """The organisations (``Organization/id``) for which somebody of this role works who is verified and not shut
        out. No name is opened for it.
        """
        sql = (
            "SELECT DISTINCT organization FROM account"
            " WHERE role = ? AND verified = 1 AND suspended = 0 AND organization <> ''"
        )
        return frozenset(organization for (organization,) in reader.read(sql, (role,)))

    def change(
        self, tx: Transaction, number: int, *, verified: bool | None = None, suspended: bool | None = None
    ) -> None:
        """Verify or suspend; holds from the next request on, in every process."""
        tx.execute(
            "UPDATE account SET verified = coalesce(?, verified), suspended = coalesce(?, suspended),"
            " version = version + 1 WHERE number = ?",
            (verified, suspended, number),
        )
        tx.move_epoch()

    def release_email(self, tx: Transaction, number: int) -> None:
        """Close the account and let its e-mail be somebody else's."""
        tx.execute("UPDATE account SET email = NULL, suspended = 1, version = version + 1 WHERE number = ?", (number,))
        tx.move_epoch()

    def rename(self, tx: Transaction, number: int, name: str) -> None:
        """Give the account another name."""
        sealed = self._keyring.of(PLATFORM).seal(name.encode(), _NAME)
        tx.execute("UPDATE account SET name = ?, version = version + 1 WHERE number = ?", (sealed, number))
        tx.move_epoch()

    def place(self, tx: Transaction, number: int, organization: str, shelf: int, hospital: int) -> None:
        """Let the person work for an organisation, with its shelf, or ("", their own shelf, 0) for none."""
        tx.execute(
            "UPDATE account SET organization = ?, shelf = ?, hospital = ?, version = version + 1 WHERE number = ?",
            (organization, shelf, hospital, number),
        )
        tx.move_epoch()

    def _opened(self, row: tuple[Any, ...] | None) -> Account | None:
        if row is None:
            return None
        key = self._keyring.of(PLATFORM)
        number, email, role, person, organization, name, code, verified, suspended, shelf, hospital, chart, version = (
            row
        )
        return Account(
            number=number,
            email=email,
            role=role,
            person=person,
            organization=organization,
            name=key.open(name, _NAME).decode(),
            code=key.open(code, _CODE).decode() if code else "",
            verified=bool(verified),
            suspended=bool(suspended),
            shelf=shelf,
            hospital=hospital,
            chart=chart,
            version=version,
        )
