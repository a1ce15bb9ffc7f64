"""Restoring a backup makes the log shorter than the checkpoint beside the keys: this says so inside the log.

Whoever can write to the database alone cannot make such an entry, since it is sealed under the platform's
key, and one found in an older copy names another checkpoint than the one that the keys remember now.
"""

from base64 import b64decode, b64encode
from typing import NamedTuple

from carefolio.base.database import Database, Reader, Transaction
from carefolio.base.keys import PLATFORM, Keyring
from carefolio.ledger.entry import Entry, Kind, SealedEntry, open_entry, seal_entry
from carefolio.ledger.log import Log

_RESTORES = "SELECT seq, time, kind, owner, actor, body, leaf FROM entry WHERE kind = ? ORDER BY seq DESC"


class Restoration(NamedTuple):
    """A backup was restored: the log that was there (size, root), the one that took its place, and by whom.

    ``seq`` and ``time`` (µs) are those of the entry that says so; ``from_size`` is 0
    when the keys remembered nothing.
    """

    seq: int
    time: int
    from_size: int
    from_root: bytes
    to_size: int
    to_root: bytes
    by: str

    def accounts_for(self, size: int, root: bytes) -> bool:
        """Whether this is why the log does not reach the checkpoint that the keys remember."""
        return (self.from_size, self.from_root) == (size, root)


def record_restore(database: Database, keyring: Keyring, log: Log, by: str, actor: int = 0) -> int:
    """Append the entry that a restored database needs; answers its number.

    If we crash before this, the log does not reach the keys' checkpoint and is refused: restore again. If we
    crash after it, the keys still remember the lost log, but the entry accounts for that: the next checkpoint
    puts it right. ``by`` says who restored, for people; ``actor`` is their account's number, 0
    at the console.
    """
    size, root, _ = keyring.remembered() or (0, b"", "")

    def work(tx: Transaction) -> int:
        head = log.head(tx).frontier
        content = {
            "from_size": size,
            "from_root": b64encode(root).decode(),
            "to_size": head.size,
            "to_root": b64encode(head.root()).decode(),
            "by": by,
        }
        entry = Entry(tx.now, Kind.RESTORE, PLATFORM, actor, content)
        return log.append_numbered(tx, [seal_entry(entry, keyring.of(PLATFORM))])

    return database.write_now(work)


def restoration_of(seq: int, entry: Entry) -> Restoration:
    """What an opened RESTORE entry says."""
    told = entry.content
    roots = b64decode(told["from_root"]), b64decode(told["to_root"])
    return Restoration(seq, entry.time, told["from_size"], roots[0], told["to_size"], roots[1], told["by"])


def find_restoration(database: Reader, keyring: Keyring, size: int, root: bytes) -> Restoration | None:
    """The entry that accounts for a log which does not reach the checkpoint (size, root), if there is one.

    Raises:
        Tampered: such an entry was changed.
    """
    for seq, *columns in database.read(_RESTORES, (int(Kind.RESTORE),)):
        sealed = SealedEntry(*columns)
        found = restoration_of(seq, open_entry(sealed, keyring.of(PLATFORM)))
        if found.accounts_for(size, root):
            return found
    return None
