"""Reading entries back: one by its number, or those of a chart or of an account, the newest first."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from carefolio.base.database import Reader, Snapshot, Transaction
from carefolio.base.failures import absent
from carefolio.base.keys import Keyring
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
"""So many entries are looked at for one page, and those that are read together with the last of them."""


class Page(NamedTuple):
    """Entries with their numbers, the newest first; the number before which the list goes on, 0 where it ends; and how
    many were left out, as those of an erased chart are, which nobody can open any more. For their sake a list may go
    on behind a page that is not full.
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


def entries_of(database: Reader, keyring: Keyring, owner: int, before: int = NEWEST, count: int = 100) -> Page:
    """Up to ``count`` entries of a chart or shelf with numbers below ``before``.

    Raises:
        Tampered: one of them was changed.
    """
    return _page(database, keyring, (_OF_OWNER, owner), before, count)


def entries_by(database: Reader, keyring: Keyring, actor: int, before: int = NEWEST, count: int = 100) -> Page:
    """Up to ``count`` entries of what an account did, with numbers below ``before``.

    Raises:
        Tampered: one of them was changed.
    """
    return _page(database, keyring, (_BY_ACTOR, actor), before, count)


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


def break_glass_entries(database: Reader, keyring: Keyring, before: int = NEWEST, count: int = 100) -> Page:
    """Up to ``count`` entries of emergency access to any chart, with numbers below ``before``.

    Raises:
        Tampered: one of them was changed.
    """
    return _page(database, keyring, (_BREAK_GLASS,), before, count)


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


def _page(database: Reader, keyring: Keyring, which: tuple[str, *tuple[int, ...]], before: int, count: int) -> Page:
    """The page of a statement and what it is about. One more than wanted tells whether the list goes on."""
    sql, *about = which
    found: list[tuple[int, Entry]] = []
    looked_at = 0
    while looked_at < LOOKED_AT:
        rows = database.read(sql, (*about, before, count + 1))
        looked_at += len(rows)
        found += _opened(rows, keyring)
        if len(found) > count:
            return Page(found[:count], found[count - 1][0], looked_at - len(found))
        if len(rows) <= count:
            return Page(found, 0, looked_at - len(found))
        before = rows[-1][0]
    return Page(found, before, looked_at - len(found))


def _opened(rows: list[tuple[Any, ...]], keyring: Keyring) -> list[tuple[int, Entry]]:
    found = []
    for seq, *columns in rows:
        sealed = SealedEntry(*columns)
        try:
            key = keyring.of(sealed.owner)
        except KeyError:
            continue
        found.append((seq, open_entry(sealed, key)))
    return found
