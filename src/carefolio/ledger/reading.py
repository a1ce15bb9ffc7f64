"""Reading entries back: one by its number, or those of a chart or of an account, the newest first."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from carefolio.base.database import Reader, Snapshot, Transaction
from carefolio.base.failures import absent
from carefolio.base.keys import Keyring, OwnerKey
from carefolio.ledger.entry import Entry, Kind, SealedEntry, open_entry

_COLUMNS = "SELECT seq, time, kind, owner, actor, body, leaf FROM entry "
_ONE = _COLUMNS + "WHERE seq = ?"
_OF_OWNER = _COLUMNS + "WHERE owner = ? AND seq < ? ORDER BY seq DESC LIMIT ?"
_BY_ACTOR = _COLUMNS + "WHERE actor = ? AND seq < ? ORDER BY seq DESC LIMIT ?"
_ACTORS = (
    "SELECT actor, max(seq) FROM (SELECT actor, seq, kind FROM entry WHERE owner = ? ORDER BY seq DESC LIMIT ?) AS e"
    " WHERE kind IN ({kinds}) GROUP BY actor ORDER BY 2 DESC LIMIT ?"
)
_DONE = "SELECT 1 FROM entry WHERE actor = ? AND kind = ? LIMIT 1"
_WAITING = "SELECT time, kind, owner, actor, body, leaf FROM waiting ORDER BY number"
_BREAK_GLASS = _COLUMNS + "WHERE kind = 41 AND seq < ? ORDER BY seq DESC LIMIT ?"
_REPORTED = _COLUMNS + "WHERE kind = 43 AND seq < ? ORDER BY seq DESC LIMIT ?"
_REPORTED_IN = _COLUMNS + "WHERE kind = 43 AND owner = ? ORDER BY seq DESC"
NEWEST = 2**63 - 1
"""As ``before``: begin with the newest entry."""
LOOKED_AT = 5_000
"""So many entries are looked at for one page."""
_AT_ONCE = 200
_Which = tuple[str, *tuple[int, ...]]
Wanted = Callable[[SealedEntry], bool]
"""Whether an entry is wanted, by what of it can be told without opening it."""


def _any(sealed: SealedEntry) -> bool:
    del sealed
    return True


class Page(NamedTuple):
    """Entries with their numbers, the newest first; the number before which the list goes on, 0 where it ends; and how
    many were left out: those that were not wanted, and those of an erased chart, which nobody can open any more. For
    their sake a list may go on behind a page that is not full.
    """

    entries: list[tuple[int, Entry]]
    before: int
    left_out: int


def entry_at(database: Reader, keyring: Keyring, seq: int) -> Entry:
    """The entry with this number.

    Raises:
        Failure: there is none, or its owner's key was destroyed (ABSENT).
        Tampered: it was changed.
    """
    found = _opened(database.read(_ONE, (seq,)), keyring)
    if not found:
        raise absent()
    return found[0][1]


def entries_of(
    database: Reader, keyring: Keyring, owner: int, before: int = NEWEST, count: int = 100, wanted: Wanted = _any
) -> Page:
    """Up to ``count`` entries of a chart or shelf with numbers below ``before``; those that are not wanted are not
    opened.

    Raises:
        Tampered: one of them was changed.
    """
    return _page(database, keyring, (_OF_OWNER, owner), before, count, wanted)


def entries_by(
    database: Reader, keyring: Keyring, actor: int, before: int = NEWEST, count: int = 100, wanted: Wanted = _any
) -> Page:
    """Up to ``count`` entries of what an account did, with numbers below ``before``; those that are not wanted are not
    opened.

    Raises:
        Tampered: one of them was changed.
    """
    return _page(database, keyring, (_BY_ACTOR, actor), before, count, wanted)


def actors_of(database: Reader, owner: int, kinds: Iterable[Kind], bounds: tuple[int, int]) -> list[int]:
    """The numbers of the accounts by which there are such entries in a chart, the latest first. ``bounds``: among how
    many of the newest entries it looks, and how many accounts it answers at the most.
    """
    numbers, (among, count) = sorted(map(int, kinds)), bounds
    sql = _ACTORS.format(kinds=", ".join("?" * len(numbers)))
    return [int(actor) for actor, _seq in database.read(sql, (owner, among, *numbers, count))]


def has_done(database: Reader, actor: int, kind: Kind) -> bool:
    """Whether there is an entry of this kind by the account."""
    return bool(database.read(_DONE, (actor, int(kind))))


def break_glass_entries(
    database: Reader, keyring: Keyring, before: int = NEWEST, count: int = 100, wanted: Wanted = _any
) -> Page:
    """Up to ``count`` entries of emergency access to any chart, with numbers below ``before``; those that are not
    wanted are not opened.

    Raises:
        Tampered: one of them was changed.
    """
    return _page(database, keyring, (_BREAK_GLASS,), before, count, wanted)


def waiting_entries(moment: Snapshot, keyring: Keyring) -> Iterator[Entry]:
    """The entries that are durable and wait for their place in the log.

    Raises:
        Tampered: one of them was changed.
    """
    for columns in moment.each(_WAITING):
        sealed = SealedEntry(*columns)
        yield open_entry(sealed, keyring.of(sealed.owner))


def report_entries(database: Reader, keyring: Keyring, before: int = NEWEST, count: int = 100) -> Page:
    """Up to ``count`` entries of what patients said is wrong, with numbers below ``before``.

    Raises:
        Tampered: one of them was changed.
    """
    return _page(database, keyring, (_REPORTED,), before, count)


def reports_in(tx: Transaction, keyring: Keyring, owner: int) -> list[tuple[int, Entry]]:
    """What was said to be wrong in one chart, the newest first.

    Raises:
        Tampered: one of the entries was changed.
    """
    return _opened(tx.all(_REPORTED_IN, (owner,)), keyring)


def _page(database: Reader, keyring: Keyring, which: _Which, before: int, count: int, wanted: Wanted = _any) -> Page:
    """The page of a statement and what it is about. One more than wanted tells whether the list goes on."""
    found: list[tuple[int, Entry]] = []
    left_out = 0
    for seq, sealed in _sealed(database, which, before, count + 1):
        key = _key(keyring, sealed.owner) if wanted(sealed) else None
        if key is None:
            left_out += 1
        else:
            found.append((seq, open_entry(sealed, key)))
        if len(found) > count:
            return Page(found[:count], found[count - 1][0], left_out)
        if left_out + len(found) >= LOOKED_AT:
            return Page(found, seq, left_out)
    return Page(found, 0, left_out)


def _sealed(database: Reader, which: _Which, before: int, first: int) -> Iterator[tuple[int, SealedEntry]]:
    """The statement's rows to the last, so many to begin with: mostly these will do."""
    (sql, *about), size = which, first
    while rows := database.read(sql, (*about, before, size)):
        for seq, *columns in rows:
            yield seq, SealedEntry(*columns)
        if len(rows) < size:
            return
        before, size = rows[-1][0], _AT_ONCE


def _key(keyring: Keyring, owner: int) -> OwnerKey | None:
    """None where it was destroyed."""
    try:
        return keyring.of(owner)
    except KeyError:
        return None


def _opened(rows: list[tuple[Any, ...]], keyring: Keyring) -> list[tuple[int, Entry]]:
    found = []
    for seq, *columns in rows:
        sealed = SealedEntry(*columns)
        key = _key(keyring, sealed.owner)
        if key is not None:
            found.append((seq, open_entry(sealed, key)))
    return found
