"""Once a day the log says of itself how long it was and which root it gave, so that a later fault can be dated.

Only the newest checkpoint is published: an older one beside it would be a row that could be taken away. What the log
says of itself is an entry like any other, and every checkpoint after it covers it.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable

from carefolio.base.clock import DAY
from carefolio.base.database import Row, Transaction
from carefolio.base.keys import PLATFORM, Keyring
from carefolio.ledger.entry import Entry, Kind, seal_entry
from carefolio.ledger.log import Log

# From the last time on, or from the log's beginning. Whatever somebody put there is read as a number.
_SINCE = """
    SELECT coalesce(
        (SELECT CAST(time AS BIGINT) FROM entry WHERE kind = 96 ORDER BY seq DESC LIMIT 1),
        (SELECT CAST(time AS BIGINT) FROM entry WHERE seq = 1))
"""


def append_daily_root(tx: Transaction, keyring: Keyring, log: Log) -> bool:
    """Append the entry if the last one is a day old, and tell whether it was; the log of the first day has none. The
    transaction writes alone: nothing comes between the log that it speaks of and the entry itself.

    Raises:
        Tampered: the head is missing or damaged.
    """
    if not is_due(tx.one, tx.now):
        return False
    head = log.head(tx).frontier
    content = {"size": head.size, "root": b64encode(head.root()).decode()}
    log.append_numbered(tx, [seal_entry(Entry(tx.now, Kind.DAILY_ROOT, PLATFORM, 0, content), keyring.of(PLATFORM))])
    return True


def is_due(one: Callable[[str], Row | None], now: int) -> bool:
    """Whether the last one is a day old at ``now`` (µs UTC); ``one`` asks for a row."""
    row = one(_SINCE)
    since = row[0] if row else None
    return since is not None and now - since >= DAY


def daily_root_of(entry: Entry) -> tuple[int, bytes]:
    """What an opened DAILY_ROOT entry says: the size and the root of the log in front of it."""
    return entry.content["size"], b64decode(entry.content["root"])
