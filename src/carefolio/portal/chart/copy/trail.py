"""Who looked, in the copy: a page for people and a table for programs, made in one go through the trail."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from django.template.loader import get_template
from django.utils.translation import gettext as _

from carefolio.base.clock import instant
from carefolio.portal.chart.copy.book import File
from carefolio.portal.words.trail import StepTold, Viewpoint, told_step
from carefolio.records.trail import Step

Steps = Callable[[], Iterator[list[Step]]]
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS: Final = ("number", "time", "who", "what happened", "reason", "allowed by", "records")


@dataclass(slots=True)
class Looked:
    """The list of who looked. The table waits compressed while the page is made."""

    view: Viewpoint
    count: int = 0
    _table: Any = field(default_factory=zlib.compressobj)
    _packed: list[bytes] = field(default_factory=list)

    def files(self, steps: Steps) -> Iterator[File]:
        """The page, then the table."""
        yield "who-looked.html", self._page(steps)
        yield "who-looked.csv", self._csv()

    def _page(self, steps: Steps) -> Iterator[bytes]:
        yield _part("head", {"title": _("Who looked")})
        self._keep(_line(_COLUMNS))
        for some in steps():
            told = [told_step(step, self.view) for step in some]
            self.count += len(told)
            self._keep("".join(_line(row) for row in map(_row, told)))
            yield _part("steps", {"steps": told})
        yield _part("foot", {})

    def _keep(self, text: str) -> None:
        self._packed.append(self._table.compress(text.encode()))

    def _csv(self) -> Iterator[bytes]:
        unpack = zlib.decompressobj()
        for piece in [*self._packed, self._table.flush()]:
            yield unpack.decompress(piece)
        yield unpack.flush()


def _part(name: str, context: dict[str, Any]) -> bytes:
    return get_template(f"chart/copy/{name}.html").render(context).encode()


def _row(told: StepTold) -> list[str]:
    records = " ".join(f"{type_}/{id_}" for type_, id_ in told.targets)
    why = " ".join(part for part in (told.why, told.reason) if part)
    return [str(told.seq), instant(told.moment), told.who, told.sentence, why, told.allowed, records]


def _line(cells: Any) -> str:
    """A line of the table; what a spreadsheet would take for a formula is made text."""
    out = io.StringIO()
    csv.writer(out).writerow(f"'{cell}" if cell.startswith(_FORMULAS) else cell for cell in cells)
    return out.getvalue()
