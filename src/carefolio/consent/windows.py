"""Arithmetic of windows: two that must both hold, one with exceptions, one and what it leaves.

A Window joins its fields with *and*, the values of a field with *or*, and its exceptions with *unless*. That
is enough for every boolean combination: what must hold besides, and does not fit into the fields, becomes an
exception with an exception ("unless it is anything but that").
"""

from __future__ import annotations

from typing import Final, TypeVar

from carefolio.base.filters import Window

_T = TypeVar("_T")

ANYTHING: Final = Window()
"""Every record."""
_BEFORE_TIME: Final = -(2**62)
DATED: Final = Window(since=_BEFORE_TIME)
"""Every record that has a clinical time."""
UNDATED: Final = Window(unless=(DATED,))
"""Every record without one: no narrowing by time matches these, so what denies a period has to name them."""


def both(one: Window, other: Window) -> Window:
    """What both let through; rule and contract are the first one's, where it has any."""
    codes, rest = _either(one.codes, other.codes)
    participants, others = _either(one.participants, other.participants)
    extra: tuple[Window, ...] = ()
    if rest is not None:
        extra += (but(Window(codes=rest)),)
    if others is not None:
        extra += (but(Window(participants=others)),)
    return Window(
        owners=common(one.owners, other.owners),
        kinds=common(one.kinds, other.kinds),
        records=common(one.records, other.records),
        authors=common(one.authors, other.authors),
        hospitals=common(one.hospitals, other.hospitals),
        codes=codes,
        since=_latest(one.since, other.since),
        until=_earliest(one.until, other.until),
        labels=common(one.labels, other.labels),
        participants=participants,
        unless=one.unless + other.unless + extra,
        contract=one.contract or other.contract,
        rule=one.rule or other.rule,
    )


def but(window: Window) -> Window:
    """Everything except what the window lets through."""
    return Window(unless=(window,))


def placed(window: Window, owner: int, exceptions: tuple[Window, ...]) -> Window:
    """The window inside one chart, with further exceptions."""
    return Window(
        frozenset({owner}),
        window.kinds,
        window.records,
        window.authors,
        window.hospitals,
        window.codes,
        window.since,
        window.until,
        window.labels,
        window.participants,
        window.unless + exceptions,
        window.contract,
        window.rule,
    )


def spans_everything(window: Window) -> bool:
    """Whether nothing but the confidentiality label narrows it."""
    return Window(labels=window.labels, contract=window.contract, rule=window.rule) == window


def common(one: frozenset[_T] | None, other: frozenset[_T] | None) -> frozenset[_T] | None:
    """The values that two narrowings leave; None: not narrowed."""
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _either(
    one: frozenset[str] | None, other: frozenset[str] | None
) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    """A record may have several codes, so two demands on them cannot become one: the field, the rest."""
    if one is None or other is None or one == other:
        return (other if one is None else one), None
    return one, other


def _latest(one: int | None, other: int | None) -> int | None:
    return max((t for t in (one, other) if t is not None), default=None)


def _earliest(one: int | None, other: int | None) -> int | None:
    return min((t for t in (one, other) if t is not None), default=None)
