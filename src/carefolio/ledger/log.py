"""The log: places sealed entries in the tree, inside the writer's transaction."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from carefolio.base.database import Database, Reader, Statement, Transaction
from carefolio.ledger.entry import SealedEntry, Tampered
from carefolio.ledger.tree import Frontier

# Each statement gives up the interpreter's lock once: a group of entries goes in with as few as possible.
_CHUNKS = (64, 16, 4, 1)
_PAGE = 4096
# SQLite stores any type in any column, and its driver fails on malformed text: no blob reads as nothing.
_HEAD = "SELECT iif(typeof(frontier) = 'blob', frontier, NULL) FROM ledger_head"
_SET_HEAD = "UPDATE ledger_head SET size = ?, frontier = ?"
_LEAVES = """
    SELECT seq, iif(typeof(leaf) = 'blob', leaf, zeroblob(0))
    FROM entry WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?
"""


def _insert(rows: int) -> str:
    columns = "INSERT INTO entry (seq, time, kind, owner, actor, body, leaf) VALUES "
    return columns + ", ".join(["(?, ?, ?, ?, ?, ?, ?)"] * rows)


_INSERTS = tuple((rows, _insert(rows)) for rows in _CHUNKS)


class Head(NamedTuple):
    """The end of the log: its frontier, and the chain of heads that it belongs to.

    Two heads with the same ``chain`` came from one Log, and each append between them began at exactly the
    head that the one before it left: the later tree extends the earlier one, without reading a leaf.
    """

    frontier: Frontier
    chain: int


class Log:
    """The sequencer of one process. Its methods run on the writer's thread, inside its transaction.

    Another process may append too, so the head is read again in each transaction; what this object keeps is
    only used to notice that somebody else moved the head.
    """

    def __init__(self) -> None:
        self._left: bytes | None = None
        self._chain = 0

    def append(self, tx: Transaction, sealed: Sequence[SealedEntry]) -> None:
        """Append the entries in this order.

        Raises:
            Tampered: the head is missing or damaged.
        """
        self.append_many(tx, (sealed,))

    def append_numbered(self, tx: Transaction, sealed: Sequence[SealedEntry]) -> int:
        """The same; answers the number of the first one (numbers start at 1)."""
        first = self.head(tx).frontier.size + 1
        self.append(tx, sealed)
        return first

    def append_many(self, tx: Transaction, groups: Iterable[Sequence[SealedEntry]]) -> None:
        """Append several callers' entries with one look at the head.

        Raises:
            Tampered: the head is missing or damaged.
        """
        frontier = self.head(tx).frontier
        entries = [entry for group in groups for entry in group]
        if entries:
            _place(tx, frontier.size + 1, entries)
            frontier.extend([entry.leaf for entry in entries])
            # A transaction that is rolled back leaves this ahead of the database: the next head differs,
            # a new chain begins, and the next checkpoint reads the leaves instead of trusting the chain.
            self._left = frontier.to_bytes()
            tx.execute(_SET_HEAD, (frontier.size, self._left))

    def head(self, tx: Transaction) -> Head:
        """The head as this transaction sees it.

        Raises:
            Tampered: the head is missing or damaged.
        """
        row = tx.one(_HEAD)
        return self._seen(row[0] if row else b"")

    def at_once(self, sealed: Sequence[SealedEntry], epoch: int | None) -> Statement | None:
        """No: the head is read, and a tree grown, in between."""
        return None

    def settle(self, database: Database) -> None:
        """Nothing waits: each entry is placed when it is written."""

    def _seen(self, stored: bytes) -> Head:
        frontier = parse_head(stored)
        if stored != self._left:
            self._left = stored
            self._chain += 1
        return Head(frontier, self._chain)


def parse_head(stored: bytes) -> Frontier:
    """The frontier in ``ledger_head``.

    Raises:
        Tampered: it is missing or damaged.
    """
    try:
        return Frontier.from_bytes(stored)
    except (ValueError, TypeError):
        raise Tampered("The ledger's head is missing or damaged.") from None


def _place(tx: Transaction, first: int, entries: list[SealedEntry]) -> None:
    at = 0
    for rows, statement in _INSERTS:
        while len(entries) - at >= rows:
            values: list[object] = []
            for seq, entry in enumerate(entries[at : at + rows], first + at):
                values.append(seq)
                values.extend(entry)
            tx.execute(statement, values)
            at += rows


def read_leaves(database: Reader, after: int, upto: int) -> Iterator[bytes]:
    """The leaf hashes of entries ``after`` + 1 … ``upto``, read in pages.

    Raises:
        Tampered: an entry is missing.
    """
    while after < upto:
        rows = database.read(_LEAVES, (after, upto, _PAGE))
        for seq, leaf in rows:
            after += 1
            if seq != after:
                raise Tampered(f"Entry {after} is missing.")
            yield leaf
        if not rows:
            raise Tampered(f"Entry {after + 1} is missing.")


def read_head(database: Reader | Transaction) -> Frontier:
    """The head as of the newest commit.

    Raises:
        Tampered: the head is missing or damaged.
    """
    row = database.one(_HEAD)
    return parse_head(row[0] if row else b"")


def roots_at(database: Reader, base: Frontier, sizes: Iterable[int]) -> dict[int, bytes]:
    """The roots of the trees of these sizes, none smaller than ``base``, from the leaves behind it.

    Raises:
        Tampered: an entry is missing.
    """
    frontier = base.copy()
    roots: dict[int, bytes] = {}
    for size in sorted(sizes):
        frontier.extend(read_leaves(database, frontier.size, size))
        roots[size] = frontier.root()
    return roots
