"""Verify accounts and tokens: what an account may do, and whose a token is, against what the ledger says of them.

The role, the person and the verification of an account, whether it is shut out, and its chart follow from the entries
of its account; a token's columns from the digest in the entry of its issue. Not whether it was revoked: that one is
only ever set, by entries that say how many.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from carefolio.base.database import Snapshot
from carefolio.consent.principal import Role
from carefolio.identity.tokens import SAID_COLUMNS, said_of
from carefolio.ledger.entry import Entry, Kind
from carefolio.ledger.report import Report

_ACCOUNTS = "SELECT number, role, person, verified, suspended, chart FROM account"
_TOKENS = f"SELECT {SAID_COLUMNS} FROM token"


class _Standing(NamedTuple):
    """What an account may do; the numbers are as SQLite has them."""

    role: str
    person: str
    verified: int
    suspended: int = 0
    chart: int = 0


class Standings:
    """What the ledger's entries say of accounts and tokens, the last of them for each."""

    def __init__(self) -> None:
        self._accounts: dict[int, tuple[int, _Standing]] = {}
        self._tokens: dict[str, int] = {}

    def note(self, seq: int, entry: Entry) -> None:
        """Take up what an entry says."""
        content = entry.content
        if "token" in content:
            self._tokens[content["token"]] = seq
        if entry.kind is Kind.ACCOUNT_CREATED:
            verified = content.get("verified", content["role"] == Role.HOSPITAL)
            self._accounts[content["account"]] = seq, _Standing(content["role"], content.get("who", ""), int(verified))
        elif entry.kind is Kind.ACCOUNT_LINKED:
            self._change(seq, content, person=content["who"], chart=entry.owner)
        elif entry.kind is Kind.VERIFICATION_CHANGED:
            self._change(seq, content, verified=int(content["verified"]))
        elif entry.kind is Kind.ACCOUNT_SUSPENDED:
            self._change(seq, content, suspended=int(content["suspended"]))

    def judge(self, moment: Snapshot, report: Report) -> None:
        """Compare the tables with it."""
        for number, *columns in moment.each(_ACCOUNTS):
            self._judge_account(number, tuple(columns), report)
        for number, (seq, _) in self._accounts.items():
            report.add(seq, f"Entry {seq}: account {number} was made, but its row was deleted.")
        for row in moment.each(_TOKENS):
            if self._tokens.pop(said_of(row), None) is None:
                text = f"A token of account {row[1]!r} is stored, but no entry says that it was issued as it is"
                report.add(report.entries, f"{text}: it was added or changed.")
        for seq in self._tokens.values():
            report.add(seq, f"Entry {seq}: a token was issued, but its row was deleted or changed.")

    def _change(self, seq: int, content: dict[str, Any], **changes: Any) -> None:
        number = content["account"]
        if number in self._accounts:
            self._accounts[number] = seq, self._accounts[number][1]._replace(**changes)

    def _judge_account(self, number: int, stored: tuple[Any, ...], report: Report) -> None:
        said = self._accounts.pop(number, None)
        if said is None:
            text = f"Account {number} is stored, but no entry says that it was made: it was added."
            report.add(report.entries, text)
            return
        names = [name for name, one, other in zip(_Standing._fields, stored, said[1], strict=True) if one != other]
        if names:
            text = f"Entry {said[0]}: account {number} was changed after it was written, in its {' and '.join(names)}."
            report.add(said[0], text)
