"""The meaning of a Window, and the decision about one record.

What ``holds`` says here is the definition; SQL made from the same windows has to agree row for row. A window
matches a record when every field that is set holds and none of its exceptions matches:

1. ``owners``, ``kinds``, ``authors``, ``hospitals``, ``labels``: the record's value is one of them. Author
   and hospital 0 ("nobody", "no hospital") match only where 0 is named.
2. ``records``: the record's ``Type/id`` is one of them.
3. ``since``, ``until``: the record's clinical time [low, high] overlaps: high ≥ since and low ≤ until. A
   record without a clinical time (low = high = 0) never matches a window in which either is set.
4. ``codes``, ``participants``: the record has at least one of them.
5. ``unless``: no window in it matches (each read by these same rules, its own ``unless`` included).

An empty set matches nothing. No windows: nothing is permitted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from carefolio.base.filters import Window

Texts = frozenset[str] | Callable[[], frozenset[str]]


class Facts(NamedTuple):
    """What has to be known of a record to decide about it; times in µs UTC, 0 and 0 for none.

    ``codes`` and ``participants`` may be functions: they are then called only when a window asks.
    """

    type: str
    id: str
    owner: int
    author: int = 0
    hospital: int = 0
    low: int = 0
    high: int = 0
    label: int = 0
    codes: Texts = frozenset()
    """Each coding of code and category as ``code`` and as ``system|code``."""
    participants: Texts = frozenset()


@dataclass(frozen=True, slots=True)
class Decision:
    """Permit or deny, with the rule and the contract (``Consent/id/_history/n``) that allowed it."""

    permit: bool
    rule: str = ""
    contract: str | None = None
    obligations: tuple[str, ...] = ()


DENIED: Final = Decision(permit=False)


def decide(windows: Iterable[Window], facts: Facts) -> Decision:
    """Permit under the first window that matches the record, else deny."""
    for window in windows:
        if holds(window, facts):
            return _permit(window.rule, window.contract)
    return DENIED


def holds(window: Window, facts: Facts) -> bool:
    """Whether the window matches the record: the five rules at the head of this file, cheap ones first."""
    return (
        (window.owners is None or facts.owner in window.owners)
        and (window.kinds is None or facts.type in window.kinds)
        and (window.labels is None or facts.label in window.labels)
        and (window.records is None or f"{facts.type}/{facts.id}" in window.records)
        and (window.authors is None or facts.author in window.authors)
        and (window.hospitals is None or facts.hospital in window.hospitals)
        and ((window.since is None and window.until is None) or _overlaps(window, facts))
        and (window.codes is None or _names_one(facts.codes, window.codes))
        and (window.participants is None or _names_one(facts.participants, window.participants))
        and not (window.unless and _is_excepted(window.unless, facts))
    )


def _is_excepted(exceptions: Iterable[Window], facts: Facts) -> bool:
    for exception in exceptions:  # noqa: SIM110 - each record of each answer comes by: a generator doubles the price
        if holds(exception, facts):
            return True
    return False


def _overlaps(window: Window, facts: Facts) -> bool:
    if not facts.low and not facts.high:
        return False
    return (window.since is None or facts.high >= window.since) and (window.until is None or facts.low <= window.until)


def _names_one(texts: Texts, wanted: frozenset[str]) -> bool:
    return not wanted.isdisjoint(texts() if callable(texts) else texts)


@lru_cache(maxsize=4096)
def _permit(rule: str, contract: str | None) -> Decision:
    return Decision(permit=True, rule=rule, contract=contract)
