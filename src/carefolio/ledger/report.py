"""What verification found."""

from base64 import b64encode
from dataclasses import dataclass, field
from operator import itemgetter

from carefolio.ledger.restoration import Restoration

_SENTENCES_KEPT = 100


@dataclass(slots=True)
class Findings:
    """What is wrong: about a hundred sentences with the entry each concerns, and the first entry of all."""

    kept: list[tuple[int, str]] = field(default_factory=list)
    count: int = 0
    first: int | None = None

    def __bool__(self) -> bool:
        return self.count > 0

    def add(self, seq: int, sentence: str) -> None:
        """Something is wrong from entry ``seq`` on."""
        self.count += 1
        earliest = self.first is None or seq < self.first
        if earliest:
            self.first = seq
        if earliest or len(self.kept) < _SENTENCES_KEPT:
            self.kept.append((seq, sentence))


@dataclass(slots=True)
class Report:
    """The outcome: ``entries`` read and their ``root``, what is wrong, and what is right but worth showing.

    ``restores`` are the restored backups that the log tells of, ``remarks`` further sentences of that kind.
    """

    entries: int
    root: bytes
    findings: Findings
    restores: list[Restoration]
    remarks: list[str]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    @property
    def first(self) -> int | None:
        """The number of the first entry that is wrong."""
        return self.findings.first

    @property
    def problems(self) -> list[str]:
        """What is wrong, a sentence each, the earliest entry first, and how many more there are."""
        kept = self.findings.kept
        more = self.findings.count - len(kept)
        sentences = [text for _, text in sorted(kept, key=itemgetter(0))]
        return [*sentences, *([f"There are {more} more."] if more else [])]

    @property
    def root_text(self) -> str:
        """The root in base64."""
        return b64encode(self.root).decode()

    def add(self, seq: int, sentence: str) -> None:
        """Something outside the log does not agree with entry ``seq``."""
        self.findings.add(seq, sentence)
