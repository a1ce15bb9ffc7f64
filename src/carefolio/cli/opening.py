"""Opening the installation for one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from carefolio.assembly import Carefolio, open_carefolio
from carefolio.base.settings import read_settings
from carefolio.cli.options import say


@contextmanager
def opened(data: Path | None, *, create: bool = False) -> Iterator[Carefolio]:
    """The installation, closed again at the end. With ``create`` a new one is made where there is none."""
    settings = read_settings(data)
    is_new = create and not settings.database.exists()
    carefolio = open_carefolio(settings, create=create)
    if is_new:
        say(f"A new installation was made in {settings.data}.")
    try:
        yield carefolio
    finally:
        carefolio.close()
