"""The port: what paying asks of whoever moves the money. All calls may be made again under the same attempt."""

from __future__ import annotations

from typing import Protocol

from carefolio.base.failures import Category, Failure, Issue
from carefolio.workflows.payments.rules import Answer, Attempt, Way


class Unheard(Failure):
    """Whoever moves the money did not answer (HTTP 503): what they were asked for may be done, or not."""

    def __init__(self, words: str) -> None:
        super().__init__(Category.UNAVAILABLE, Issue("transient", words), retry_after=1)


class Provider(Protocol):
    """Calls wait for the network, on a thread of their own; what cannot be reached raises ``Unheard``."""

    way: Way

    def ask(self, attempt: Attempt, *, unhurried: bool = False) -> Answer:
        """Ask the payer for the money, where that was not done yet; what has become of it. What takes long to find out
        is found out only by whoever is ``unhurried``; for all others it is open.
        """
        ...

    def stop(self, attempt: Attempt) -> Answer:
        """The payer goes another way: nothing is taken from now on, unless it was taken before."""
        ...

    def give_back(self, attempt: Attempt, payment: Attempt) -> Answer:
        """Pay back a part of that payment."""
        ...

    def heard(self, body: bytes, signature: str) -> str:
        """Which attempt a message is about, "" for none of ours; raises for one that is not the provider's own."""
        ...
