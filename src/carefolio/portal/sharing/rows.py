"""What a contract opens, line by line, as a summary list: what, from whom, of when, how long, why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carefolio.portal.words.contracts import Agreement, agreement
from carefolio.portal.words.kinds import kind
from carefolio.portal.words.told import Reader
from carefolio.records.timeline import Holdings
from carefolio.workflows.sharing.categories import CATEGORIES
from carefolio.workflows.sharing.describe import Contract

NOTHING_HELD = Holdings({}, {}, 0)


@dataclass(frozen=True, slots=True)
class Row:
    """One line. ``field``: that of the form in which it is chosen; ``change``: where it is changed."""

    name: str
    value: str = ""
    lines: tuple[str, ...] = ()
    field: str = ""
    change: str = ""

    @classmethod
    def of(cls, name: str, lines: tuple[str, ...], field: str = "") -> Row:
        """One line of one or more values."""
        return cls(name, lines[0], field=field) if len(lines) == 1 else cls(name, lines=lines, field=field)

    @property
    def said(self) -> tuple[str, ...]:
        """All that it says."""
        return self.lines or (self.value,)


@dataclass(frozen=True, slots=True)
class View:
    """What is known for the rows: who reads, how much the chart holds, and what single records are called."""

    reader: Reader
    held: Holdings = NOTHING_HELD
    titles: Mapping[str, str] = field(default_factory=dict)


def rows(contract: Contract, view: View) -> list[Row]:
    """A contract line by line."""
    told = agreement(contract, view.reader)
    found = [Row.of(_("What"), _what(contract, view), "categories")]
    if contract.terms.whole or contract.terms.categories:
        found += [*_narrowing(told), _sensitive(told)]
    return [*found, *_rest(told)]


def with_changes(shown: Sequence[Row], address: str) -> list[Row]:
    """The same with links to the form at this address."""
    return [replace(row, change=f"{address}#id_{row.field}" if row.field else "") for row in shown]


def changed(before: Sequence[Row], after: Sequence[Row]) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """What is not as it was: the line's name, what it said, what it says."""
    old, new = ({row.name: row.said for row in some} for some in (before, after))
    names = dict.fromkeys([*old, *new])
    return [(name, old.get(name, ()), new.get(name, ())) for name in names if old.get(name) != new.get(name)]


def records(count: int) -> str:
    """How many records."""
    return ngettext("{n} record", "{n} records", count).format(n=count)


def _what(contract: Contract, view: View) -> tuple[str, ...]:
    terms, held = contract.terms, view.held
    narrowed = bool(terms.hospitals or terms.since or terms.until)
    if terms.whole:
        whole = _("All of your health record, now {records}") if held.total and not narrowed else ""
        found = [(whole or _("All of your health record")).format(records=records(held.total))]
    else:
        found = [
            _counted(key, held, narrowed=narrowed)
            for key in CATEGORIES
            if held.kinds.get(key, 0) and _in(key, contract)
        ]
        empty = [kind(key).name for key in CATEGORIES if not held.kinds.get(key, 0) and _in(key, contract)]
        if empty:
            found.append(_("Nothing is there yet, but asked for too: {kinds}").format(kinds=", ".join(empty)))
    found += [view.titles.get(one) or _("One record that you cannot see") for one in sorted(terms.records)]
    if terms.whole or terms.categories:
        found.append(_("Also what is added later, until the access ends"))
    return tuple(found) or (_("Nothing"),)


def _in(key: str, contract: Contract) -> bool:
    return key in contract.terms.categories


def _counted(key: str, held: Holdings, *, narrowed: bool) -> str:
    words = _("{kind} (up to {records})") if narrowed else _("{kind} ({records})")
    return words.format(kind=kind(key).name, records=records(held.kinds.get(key, 0)))


def _narrowing(told: Agreement) -> list[Row]:
    hospitals = told.hospitals or (_("All hospitals"),)
    dated = told.dated[:1].upper() + told.dated[1:] if told.dated else _("Records of any date")
    return [
        Row.of(_("From which hospitals"), hospitals, "hospitals"),
        Row(_("From when"), dated, field="since"),
    ]


def _sensitive(told: Agreement) -> Row:
    words = _("Yes, those too") if told.with_sensitive else _("No, they stay hidden")
    return Row(_("Records marked as sensitive"), words)


def _rest(told: Agreement) -> list[Row]:
    until = _("Until {day}").format(day=told.until) if told.until else _("It has no end date")
    started = (_("From {day}").format(day=told.starts),) if told.starts else ()
    return [
        Row.of(_("How long"), (*started, until), "ends"),
        Row(_("Why"), _("For {why}").format(why=told.why)),
        Row(_("May they add records?"), _may_add(told), field="correct"),
    ]


def _may_add(told: Agreement) -> str:
    return _("Yes, they may read and add records") if told.may_add else _("No, they may only read")
