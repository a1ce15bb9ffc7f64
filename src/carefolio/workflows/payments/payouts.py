"""What a doctor earned, month by month. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from carefolio.base import clock
from carefolio.workflows.payments.money import Money
from carefolio.workflows.payments.rules import Attempt, Kind, Outcome


@dataclass(frozen=True, slots=True)
class Month:
    """One month (``2030-05``) of one currency."""

    name: str
    received: Money
    returned: Money

    @property
    def kept(self) -> Money:
        """What is left."""
        return Money(self.received.minor - self.returned.minor, self.received.currency)


def months(attempts: Iterable[Attempt], zone: ZoneInfo) -> list[Month]:
    """The months in which money moved, on the doctor's calendar, the newest first; each currency by itself."""
    sums: dict[tuple[str, str], dict[Kind, int]] = {}
    for one in attempts:
        if one.outcome is Outcome.DONE:
            month = clock.moment(one.settled).astimezone(zone).strftime("%Y-%m")
            kinds = sums.setdefault((month, one.amount.currency), dict.fromkeys(Kind, 0))
            kinds[one.kind] += one.amount.minor
    return [
        Month(name, Money(kinds[Kind.PAYMENT], currency), Money(kinds[Kind.REFUND], currency))
        for (name, currency), kinds in sorted(sums.items(), reverse=True)
    ]
