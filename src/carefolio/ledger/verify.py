"""Verification of the whole log: every entry, the tree over them, and every checkpoint, in one pass.

1. Read what the keys remember, then the published checkpoint, then the head: in this order whatever is
   appended meanwhile can only make the log longer than the checkpoints say, and the published one newer.
2. Read all entries up to the last one of that moment, in pages, in their order: no gap, each one opened under
   its owner's key, every column equal to what was sealed, the leaf worked out anew, the times not going back.
3. Grow the tree from the leaves and compare it, at each size that was signed or that the log says of itself once
   a day, with the root that was told.
4. Compare it with the head, and the log's length and the published checkpoint with what the keys remember; a
   restore that the log itself tells of accounts for a difference, and is shown.
"""

from collections.abc import Callable
from typing import NamedTuple

from carefolio.base.clock import MINUTE, now
from carefolio.base.database import Reader
from carefolio.base.keys import Keyring
from carefolio.ledger.diagnose import exchanged
from carefolio.ledger.entry import Entry, Tampered
from carefolio.ledger.log import parse_head
from carefolio.ledger.note import read_checkpoint, sign_checkpoint
from carefolio.ledger.report import Findings, Report
from carefolio.ledger.tree import Frontier
from carefolio.ledger.walk import Mark, Walk

# Whoever tampers may store any type in any column: another type than ours reads as nothing.
_CHECKPOINT = """
    SELECT
        iif(typeof(size) = 'integer', size, 0),
        CAST(note AS BLOB),
        iif(typeof(frontier) = 'blob', frontier, zeroblob(0))
    FROM checkpoint ORDER BY one
"""
# One statement sees one moment: a head that is not the newest entry's was rolled back, not overtaken.
_END = """
    SELECT
        (SELECT size FROM ledger_head WHERE typeof(size) = 'integer'),
        (SELECT frontier FROM ledger_head WHERE typeof(frontier) = 'blob'),
        max(seq)
    FROM entry
"""
_PAGE = 256
_ENTRIES = """
    SELECT
        seq,
        iif(typeof(time) = 'integer', time, NULL),
        iif(typeof(kind) = 'integer', kind, NULL),
        iif(typeof(owner) = 'integer', owner, NULL),
        iif(typeof(actor) = 'integer', actor, NULL),
        iif(typeof(body) = 'blob', body, NULL),
        iif(typeof(leaf) = 'blob', leaf, zeroblob(0))
    FROM entry WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?
"""
_BEFORE_ALL = -(2**63)
_AHEAD_ALLOWED = MINUTE
"""µs that the newest entry may be dated after the present."""


class Memory(NamedTuple):
    """What is to be compared with the entries, read before them.

    ``is_published`` tells whether there is a published checkpoint at all, be it one that holds or not.
    """

    keys: Mark | None
    published: Mark | None
    is_published: bool
    head: Mark | None
    last: int


def verify_log(
    database: Reader,
    keyring: Keyring,
    progress: Callable[[int, int], None] | None = None,
    on_entry: Callable[[int, Entry], None] | None = None,
) -> Report:
    """Verify the log; ``progress(entries done, of all)`` is called for each page of entries.

    ``on_entry(number, entry)`` is called for each entry that could be opened, in their order, with what was
    truly sealed, so that others can compare their rows with it in the same pass; what they find they add to
    the report by ``Report.add``.
    """
    findings = Findings()
    memory = _remember(database, keyring, findings)  # 1
    marks = _marks(memory)
    walk = Walk(keyring, findings, {mark.size for mark in marks}, on_entry)
    _read(database, walk, memory.last, progress)  # 2
    walk.finish()
    marks = _without_accounted(marks, memory.keys, walk)  # 4
    _judge_length(memory, marks, findings)
    if memory.keys in marks:
        _judge_published(memory, memory.keys, findings)
    if walk.whole:
        _judge_roots(database, sorted([*marks, *walk.daily], key=_size), walk, findings)  # 3
    if walk.latest > now() + _AHEAD_ALLOWED:
        findings.add(walk.latest_seq, f"Entry {walk.latest_seq} is dated in the future.")
    return Report(walk.count, walk.frontier.root(), findings, walk.restores, walk.remarks)


def _remember(database: Reader, keyring: Keyring, findings: Findings) -> Memory:
    remembered = keyring.remembered()
    keys = Mark(remembered[0], remembered[1], "the checkpoint beside the keys") if remembered else None
    published = None
    row = database.one(_CHECKPOINT)
    if row:
        size, note, frontier = row
        try:
            published = _published(size, note, frontier, keyring)
        except ValueError as problem:
            findings.add(size, f"The checkpoint of {size} entries was changed: {problem}.")
    size, stored, last = database.read(_END)[0]
    try:
        frontier = parse_head(stored)
        head = Mark(frontier.size, frontier.root(), "the ledger's head")
    except Tampered as problem:
        head = None
        findings.add((last or 0) + 1, problem.sentence)
    if head and head.size != size:
        findings.add((last or 0) + 1, "The ledger's head was changed: its two sizes differ.")
    return Memory(keys, published, row is not None, head, last or 0)


def _published(size: int, note: bytes, frontier: bytes, keyring: Keyring) -> Mark:
    told = read_checkpoint(note.decode(), keyring.public)
    if told.size != size:
        raise ValueError(f"it was signed for {told.size} entries")
    if note.decode() != sign_checkpoint(keyring, told.size, told.root):
        raise ValueError("its note holds more or less than what was signed")
    kept = Frontier.from_bytes(frontier)
    if (kept.size, kept.root()) != (size, told.root):
        raise ValueError("its frontier does not give the signed root")
    return Mark(size, told.root, f"the signed checkpoint of {size} entries")


def _marks(memory: Memory) -> list[Mark]:
    """All roots to compare with, the smaller tree first; of one size the signed ones before the head's."""
    marks = (memory.published, memory.keys, memory.head)
    return sorted((mark for mark in marks if mark), key=_size)


def _size(mark: Mark) -> int:
    return mark.size


def _read(database: Reader, walk: Walk, last: int, progress: Callable[[int, int], None] | None) -> None:
    after = _BEFORE_ALL
    while rows := database.read(_ENTRIES, (after, last, _PAGE)):
        for seq, *columns in rows:
            walk.take(seq, columns)
        after = rows[-1][0]
        if progress:
            progress(walk.count, last)


def _without_accounted(marks: list[Mark], keys: Mark | None, walk: Walk) -> list[Mark]:
    """The marks without the one of a log that was lost, where a restore accounts for it."""
    if keys is None or not any(restore.accounts_for(keys.size, keys.root) for restore in walk.restores):
        return marks
    walk.remarks.append("The next checkpoint beside the keys will take the restore into account.")
    return [mark for mark in marks if mark is not keys]


def _judge_length(memory: Memory, marks: list[Mark], findings: Findings) -> None:
    last, head = memory.last, memory.head
    if head and head.size < last:
        findings.add(head.size + 1, f"The ledger's head was rolled back to {head.size} of {last} entries.")
    longest = max(marks, key=_size, default=None)
    if longest and longest.size > last:
        findings.add(
            last + 1,
            f"Entries {last + 1} to {longest.size} are gone, cut off at the end or removed before it: "
            f"{longest.said_by} counts {longest.size} entries, the log {last}.",
        )


def _judge_published(memory: Memory, keys: Mark, findings: Findings) -> None:
    """What the keys remember was published before, and only a newer one takes its place."""
    if not memory.is_published:
        text = f"The published checkpoint was deleted: it counted {keys.size} entries or more."
        findings.add(keys.size, text)
    elif memory.published and memory.published.size < keys.size:
        text = f"The published checkpoint was exchanged for an older one, of {memory.published.size} entries: "
        findings.add(keys.size, f"{text}{keys.said_by} counts {keys.size}.")


def _judge_roots(database: Reader, marks: list[Mark], walk: Walk, findings: Findings) -> None:
    intact = Frontier()
    for mark in marks:
        tree = walk.trees.get(mark.size)
        if tree is None:
            continue  # longer than the log: judged by its length
        if tree.root() == mark.root:
            intact = tree
        else:
            _tell(database, intact, mark, walk, findings)
            return


def _tell(database: Reader, intact: Frontier, mark: Mark, walk: Walk, findings: Findings) -> None:
    if mark.size == intact.size:
        text = f"{mark.said_by.capitalize()} was changed: the entries are those that were signed."
        findings.add(mark.size, text)
        return
    first = intact.size + 1
    whole = f"Entries {first} to {mark.size} do not give the root that {mark.said_by} says"
    if walk.changed:
        # The tree is wrong because of the entries that were found changed, so look no further.
        first = min((seq for seq, _ in findings.kept if first <= seq <= mark.size), default=first)
        found = None
    else:
        found = exchanged(database, intact, mark.size, mark.root, walk.steps.after(intact.size))
    if found:
        findings.add(found.seq, f"{found.text} {whole}.")
    else:
        findings.add(first, f"{whole}: at least one was changed, exchanged, added or removed.")
