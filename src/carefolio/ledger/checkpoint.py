"""Checkpoints: the log's end, signed, published in the database and remembered beside the keys.

Making one is a security procedure; its steps stand at the blocks that do them:

1. Read what the keys remember, before the head: a checkpoint that another process makes in between is then
   never mistaken for a log that was cut.
2. Read the head. The entries under it are committed, so no checkpoint runs ahead of what is on disk.
3. The log must extend the tree that the keys remember, or hold the entry of the restore that accounts for the
   difference. Otherwise nothing is signed or overwritten: the memory beside the keys is the evidence.
   Where everything was moved elsewhere, that is all: the log goes on there, and an entry or a signature here would
   begin a second branch of it. Whether it was is read in the transactions that read the head and that append, and the
   note of it is made by one that is alone: if it comes later, what was read or appended was moved as well.
   Once a day the log is then told to say of itself what it is, and we begin anew.
4. Sign, and publish in the database in the place of the one before, unless another process published a newer one.
   If we crash here, the database publishes a newer one than the keys know: nothing is wrong, and step 5 is made up
   for the next time.
5. Remember beside the keys, unless they know a newer one. What they know is published already, so a published
   checkpoint that is missing, or older than theirs, was taken away.
"""

from carefolio.base import clock
from carefolio.base.database import Database, Transaction
from carefolio.base.database.notes import moved_to
from carefolio.base.keys import Keyring
from carefolio.ledger.daily import append_daily_root, is_due
from carefolio.ledger.entry import Tampered
from carefolio.ledger.log import Head, Log, parse_head, read_head, roots_at
from carefolio.ledger.note import sign_checkpoint
from carefolio.ledger.restoration import find_restoration
from carefolio.ledger.tree import Frontier

_PUBLISHED = "SELECT size FROM checkpoint"
_FRONTIER = "SELECT iif(typeof(frontier) = 'blob', frontier, NULL) FROM checkpoint WHERE size = ?"
_PUBLISH = """
    INSERT INTO checkpoint (one, size, note, frontier) VALUES (1, ?, ?, ?)
    ON CONFLICT (one) DO UPDATE SET size = excluded.size, note = excluded.note, frontier = excluded.frontier
    WHERE excluded.size > checkpoint.size
"""
_NO_CHAIN = -1


class Checkpointer:
    """Makes the checkpoints of one process: once a second in a server, after each write elsewhere.

    Used from one thread at a time, never the writer's own.
    """

    def __init__(self, database: Database, keyring: Keyring, log: Log) -> None:
        self._database = database
        self._keyring = keyring
        self._log = log
        self._confirmed: tuple[int, bytes, int] | None = None

    def make(self) -> str | None:
        """Make a checkpoint of the log as it is, if it grew; answers the newest note, None for an empty log.

        Raises:
            Tampered: the log does not extend the one that the keys remember.
        """
        remembered = self._keyring.remembered()  # 1
        head, published, left = self._database.write_now(self._look, alone=False)  # 2
        size, root = head.frontier.size, head.frontier.root()
        if remembered:
            self._require_extension(head, remembered[0], remembered[1])  # 3
        if left or not size:
            return remembered[2] if remembered else None
        if (
            published != size
            and is_due(self._database.one, clock.now())
            and self._database.write_now(self._append_daily_root)
        ):
            return self.make()
        self._confirmed = (size, root, head.chain)
        known = remembered is not None and (size, root) == remembered[:2]
        note = remembered[2] if remembered and known else sign_checkpoint(self._keyring, size, root)  # 4
        if published != size:
            row = (size, note, head.frontier.to_bytes())
            self._database.write_now(lambda tx: tx.execute(_PUBLISH, row), alone=False)
        if not known:
            self._keyring.remember_checkpoint(size, root, note, remembered[1] if remembered else None)  # 5
        return note

    def _look(self, tx: Transaction) -> tuple[Head, int | None, bool]:
        # Through the writer, since the chain of heads is known there; done when its group is committed.
        row = tx.one(_PUBLISHED)
        left = bool(moved_to(tx))
        # Of one that was left nothing is placed any more, and no head is in the chain of another.
        head = Head(read_head(tx), _NO_CHAIN) if left else self._log.head(tx)
        return head, row[0] if row else None, left

    def _append_daily_root(self, tx: Transaction) -> bool:
        return not moved_to(tx) and append_daily_root(tx, self._keyring, self._log)

    def _require_extension(self, head: Head, size: int, root: bytes) -> None:
        if self._confirmed == (size, root, head.chain):
            return  # all that came since was appended by this process, to exactly the tree it confirmed
        if self._extends(head.frontier, size, root) or self._restored(head.frontier, size, root):
            return
        raise Tampered(
            f"The log holds {head.frontier.size} entries and does not extend the {size} that the checkpoint "
            "beside the keys says: entries were removed or exchanged. 'carefolio ledger verify' tells more."
        )

    def _extends(self, head: Frontier, size: int, root: bytes) -> bool:
        if head.size < size:
            return False
        base = self._frontier_at(size, root)
        roots = roots_at(self._database, base, {size, head.size})
        return roots[size] == root and roots[head.size] == head.root()

    def _frontier_at(self, size: int, root: bytes) -> Frontier:
        """The published frontier of the remembered tree, believed for its root; else an empty one."""
        row = self._database.one(_FRONTIER, (size,))
        try:
            frontier = parse_head(row[0]) if row else Frontier()
        except Tampered:
            return Frontier()
        return frontier if (frontier.size, frontier.root()) == (size, root) else Frontier()

    def _restored(self, head: Frontier, size: int, root: bytes) -> bool:
        found = find_restoration(self._database, self._keyring, size, root)
        if found is None or found.to_size != found.seq - 1:
            return False
        roots = roots_at(self._database, Frontier(), {found.to_size, head.size})
        return roots[found.to_size] == found.to_root and roots[head.size] == head.root()
