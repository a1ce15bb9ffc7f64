"""The log where several processes append at once: an entry is durable first, and gets its place in the tree afterwards.

A transaction puts its entries among those that wait. One sequencer at a time moves them into the log, in the order of
their numbers; it holds the row of the head from its first look to its commit, so that no second one can begin at the
same head, whatever became of it: the log never forks, and no commit waits for the tree.

Entries about one chart, a withdrawal among them, keep their order: who moves contracts writes alone, so whoever wrote
before has committed, with smaller numbers, and whoever writes after gets larger ones.

If we crash between the two commits, the entries wait, and the next sequencer, at the start or a moment later elsewhere,
goes on where this one was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from carefolio.base.database import Database, Statement, Transaction
from carefolio.ledger.entry import SealedEntry
from carefolio.ledger.log import Head, Log

PIECE = 4_096
"""Entries that one statement moves."""
_WAIT = "INSERT INTO waiting (time, kind, owner, actor, body, leaf) VALUES (?, ?, ?, ?, ?, ?)"
_DISCLOSE = "SELECT disclose(?, ?, ?, ?, ?, ?, ?)"
_ANY = "SELECT 1 FROM waiting LIMIT 1"
_HEAD = "SELECT frontier FROM ledger_head FOR UPDATE"
_NEXT = "SELECT number, leaf FROM waiting ORDER BY number LIMIT ?"
_MOVE = """
    WITH moved AS (DELETE FROM waiting WHERE number = ANY (?) RETURNING number, time, kind, owner, actor, body, leaf)
    INSERT INTO entry (seq, time, kind, owner, actor, body, leaf)
    SELECT ? + placed.place, time, kind, owner, actor, body, leaf
    FROM moved JOIN unnest(CAST(? AS BIGINT[])) WITH ORDINALITY AS placed(number, place) ON placed.number = moved.number
"""
_SET_HEAD = "UPDATE ledger_head SET size = ?, frontier = ?"


class WaitingLog(Log):
    """The log of one of several processes."""

    def append_many(self, tx: Transaction, groups: Iterable[Sequence[SealedEntry]]) -> None:
        """Let the entries wait, in this order."""
        tx.many(_WAIT, [tuple(entry) for group in groups for entry in group])

    def at_once(self, sealed: Sequence[SealedEntry], epoch: int | None) -> Statement | None:
        """Let them wait, if the epoch is still this one, as a transaction of one statement."""
        columns = list(zip(*sealed, strict=True)) or [()] * len(SealedEntry._fields)
        return Statement(_DISCLOSE, (epoch, *columns))

    def append_numbered(self, tx: Transaction, sealed: Sequence[SealedEntry]) -> int:
        """Place them now, behind all that wait; answers the first one's number. The transaction writes alone."""
        self.append(tx, sealed)
        return self.place(tx).frontier.size - len(sealed) + 1

    def head(self, tx: Transaction) -> Head:
        """The head, once all that waits is placed."""
        return self.place(tx)

    def place(self, tx: Transaction) -> Head:
        """Be the sequencer until this transaction ends, and place what waits.

        Raises:
            Tampered: the head is missing or damaged.
        """
        row = tx.one(_HEAD)
        head = self._seen(row[0] if row else b"")
        while waiting := tx.all(_NEXT, (PIECE,)):
            numbers = [number for number, _ in waiting]
            tx.execute(_MOVE, (numbers, head.frontier.size, numbers))
            head.frontier.extend([leaf for _, leaf in waiting])
        stored = head.frontier.to_bytes()
        if stored != self._left:
            tx.execute(_SET_HEAD, (head.frontier.size, stored))
            self._left = stored
        return head

    def settle(self, database: Database) -> None:
        """Place what waits, if anything does: whoever reads the log reads all that is durable."""
        if database.one(_ANY) is not None:
            database.write_now(self.place, alone=False)
