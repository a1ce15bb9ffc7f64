"""The walk of a verification over all entries: what each one says by itself and against the one before it."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from carefolio.base.clock import MINUTE, SECOND
from carefolio.base.keys import Keyring
from carefolio.ledger.daily import daily_root_of
from carefolio.ledger.diagnose import Steps
from carefolio.ledger.entry import Entry, Kind, SealedEntry, differences, differing, unseal
from carefolio.ledger.report import Findings
from carefolio.ledger.restoration import Restoration, restoration_of
from carefolio.ledger.tree import Frontier

_BACK_ALLOWED = MINUTE
"""µs that an entry may be dated before an earlier one: it is dated when sealed, and waits to be placed."""


class Mark(NamedTuple):
    """A root that the first ``size`` entries have to give, and who says so."""

    size: int
    root: bytes
    said_by: str


class Walk:
    """Takes the entries one after the other, in the order of their numbers; keeps none of them.

    ``trees`` holds the frontier at each size in ``marks``; ``whole`` turns false with the first entry that is
    missing, since nothing can be said about the tree from there on; ``changed`` says that single entries were
    found changed. ``daily`` is what the log says of itself once a day.
    """

    def __init__(
        self,
        keyring: Keyring,
        findings: Findings,
        marks: set[int],
        on_entry: Callable[[int, Entry], None] | None = None,
    ) -> None:
        self.frontier = Frontier()
        self.trees = {0: Frontier()} if 0 in marks else {}
        self.whole = True
        self.changed = False
        self.count = 0
        self.latest = 0
        self.latest_seq = 0
        self.steps = Steps()
        self.restores: list[Restoration] = []
        self.daily: list[Mark] = []
        self.remarks: list[str] = []
        self._keyring = keyring
        self._findings = findings
        self._marks = marks
        self._on_entry = on_entry
        self._previous = 0
        self._behind = False
        self._next = 1
        self._keyless: dict[int, int] = {}
        self._erased: set[int] = set()

    def take(self, seq: int, columns: Sequence[Any]) -> None:
        """The next entry: its number and its other columns in the order of ``SealedEntry``."""
        self.count += 1
        self._check_number(seq)
        sealed = SealedEntry(*columns)
        entry = self._open(seq, sealed)
        if entry:
            self._check_time(seq, entry)
            self._note_special(seq, entry)
            if self._on_entry:
                self._on_entry(seq, entry)
        self.frontier.append(sealed.leaf)
        if self.frontier.size in self._marks:
            self.trees[self.frontier.size] = self.frontier.copy()

    def finish(self) -> None:
        """Judge what only the whole log can tell: entries without a key must belong to an erased chart."""
        for owner, seq in self._keyless.items():
            if owner not in self._erased:
                text = f"Entry {seq} cannot be opened: the key of its owner {owner} is missing."
                self._findings.add(seq, text)

    def _check_number(self, seq: int) -> None:
        if seq < 1:
            self._findings.add(seq, f"Entry {seq} does not belong to the log: its number was changed.")
            self.whole = False
            return
        if seq != self._next:
            last = seq - 1
            missing = f"Entry {last} was" if last == self._next else f"Entries {self._next} to {last} were"
            self._findings.add(self._next, f"{missing} deleted.")
            self.whole = False
        self._next = seq + 1

    def _open(self, seq: int, sealed: SealedEntry) -> Entry | None:
        try:
            key = self._keyring.of(sealed.owner)
        except KeyError:
            self._keyless.setdefault(sealed.owner, seq)
            return None
        try:
            entry, leaf = unseal(sealed, key)
        except ValueError as problem:
            self._changed(seq, str(problem))
            return None
        changed = differences(sealed, entry, leaf)
        if changed:
            self._changed(seq, differing(changed))
        return entry

    def _changed(self, seq: int, words: str) -> None:
        self.changed = True
        self._findings.add(seq, f"Entry {seq} was changed: {words}.")

    def _check_time(self, seq: int, entry: Entry) -> None:
        if entry.time < self._previous:
            self.steps.add(self._previous - entry.time, seq)
        self._previous = entry.time
        if entry.kind is Kind.CLOCK and entry.time < self.latest:
            self.remarks.append(f"Entry {seq} says that the clock was set back.")
            self.latest = 0
        if entry.time >= self.latest:
            self.latest, self.latest_seq = entry.time, seq
        behind = self.latest - entry.time
        if behind > _BACK_ALLOWED and not self._behind:
            # Told once, not for all the entries that follow until the times have caught up.
            text = f"Entry {seq} is dated {behind // SECOND} s before entry {self.latest_seq}"
            self._findings.add(seq, f"{text}: the clock was set back, or entries were exchanged.")
        self._behind = behind > _BACK_ALLOWED

    def _note_special(self, seq: int, entry: Entry) -> None:
        if entry.kind is Kind.CHART_ERASED:
            self._erased.add(entry.content["owner"])
        elif entry.kind is Kind.RESTORE:
            self._note_restore(restoration_of(seq, entry))
        elif entry.kind is Kind.DAILY_ROOT:
            self._note_daily(seq, Mark(*daily_root_of(entry), f"entry {seq}"))

    def _note_restore(self, restore: Restoration) -> None:
        self.restores.append(restore)
        told = (restore.to_size, restore.to_root)
        if self.whole and told != (restore.seq - 1, self.frontier.root()):
            self._not_in_front(restore.seq, f"restored log of {restore.to_size}")

    def _note_daily(self, seq: int, mark: Mark) -> None:
        if mark.size == self.frontier.size:
            self.trees[mark.size] = self.frontier.copy()
            self.daily.append(mark)
        elif self.whole:
            self._not_in_front(seq, f"log of {mark.size}")

    def _not_in_front(self, seq: int, log: str) -> None:
        text = f"Entry {seq} tells of a {log} entries, which is not the log in front of it."
        self._findings.add(seq, text)
