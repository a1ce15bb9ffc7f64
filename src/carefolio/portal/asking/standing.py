"""Whether a doctor's licence was looked at, and what to do while it was not."""

from __future__ import annotations

from dataclasses import dataclass

from carefolio.identity import verifications
from carefolio.identity.verifications import Outcome
from carefolio.portal.visitor import Visitor


@dataclass(frozen=True, slots=True)
class Standing:
    """``outcome``: what happened last, ``since`` in µs UTC (0: not known), ``reason``: why it was refused or ended."""

    verified: bool
    outcome: str
    since: int = 0
    reason: str = ""


def standing_of(visitor: Visitor) -> Standing:
    """Where the verification of who is looking stands."""
    account = visitor.account
    assert account is not None  # noqa: S101 - the gate let nobody else in
    parts = visitor.reach.door.parts
    steps = verifications.steps(parts.database, parts.keyring, account.number)
    if not steps:
        return Standing(account.verified, (Outcome.VERIFIED if account.verified else Outcome.ASKED).value)
    last = steps[-1]
    return Standing(account.verified, last.outcome.value, last.time, last.reason)
