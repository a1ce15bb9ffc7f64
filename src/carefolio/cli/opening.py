"""Opening the installation for one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from carefolio.assembly import RESTORED, Carefolio, open_carefolio, open_keys
from carefolio.base import clock
from carefolio.base.failures import conflict
from carefolio.base.keys import Keyring
from carefolio.base.settings import Settings, read_settings
from carefolio.cli.options import say
from carefolio.records.archive import copying
from carefolio.records.archive.data import noted

AFTER_RESTORE = """\
All tokens have ended, also hospitals': issue new ones with 'carefolio token issue --account E-MAIL' or
'--account Organization/ID'. Contracts stand as they stood in the backup: whatever was granted or withdrawn since has to
be granted or withdrawn again."""


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


@contextmanager
def leaving(settings: Settings) -> Iterator[Carefolio]:
    """The installation that is to be moved elsewhere, or was already. Its log is not signed at the end: from then on
    the other store's is.
    """
    carefolio = open_carefolio(settings, moving=True)
    try:
        yield carefolio
    finally:
        carefolio.leave()


@contextmanager
def opened_keys(settings: Settings) -> Iterator[Keyring]:
    """The keys alone."""
    keyring = open_keys(settings)
    try:
        yield keyring
    finally:
        keyring.close()


def refuse_what_is_there(target: Path, *, replace: bool) -> None:
    """Nothing takes the place of what is there unless that is asked for."""
    if target.exists() and not replace:
        raise conflict(f"{target} is there already; --replace keeps it beside the backup's.")


def put(copy: Path, target: Path) -> None:
    """Put a prepared copy in place; what was there is kept beside it."""
    make_way(target)
    copying.place(copy, target)


def make_way(target: Path) -> None:
    """What is there is kept beside it under another name."""
    if target.exists():
        say(f"What was there is kept as {copying.set_aside(target, _stamp())}.")


def move_aside(folder: Path) -> None:
    """The same for a folder."""
    if folder.exists():
        aside = folder.with_name(f"{folder.name}.replaced-{_stamp()}")
        folder.rename(aside)
        say(f"What was there is kept as {aside}.")


def settle(settings: Settings) -> str:
    """Open what was put back, once data and keys are both there: that writes what it owes the ledger and ends its
    tokens. Answers what the operator has to know or do then, as sentences; raises when the keys do not open the data.
    """
    if not settings.keys.exists():
        return f"There are no keys in {settings.keys} yet: put them back with 'carefolio keys restore SOURCE'."
    if not settings.database.exists():
        return "Next: carefolio restore SOURCE"
    restored = noted(settings.database, RESTORED)
    open_carefolio(settings).close()
    return AFTER_RESTORE if restored else ""


def _stamp() -> str:
    """The present as it stands in a file name."""
    return clock.moment(clock.now()).strftime("%Y%m%dT%H%M%SZ")
