"""Opening the installation for one command."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from carefolio.assembly import Carefolio, open_carefolio
from carefolio.base import clock
from carefolio.base.failures import broken
from carefolio.base.keys import Keyring, read_root_key
from carefolio.base.settings import Settings, read_settings
from carefolio.cli.options import say
from carefolio.records.archive.data import younger_than_keys


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
def opened_keys(settings: Settings) -> Iterator[Keyring]:
    """The keys alone."""
    keyring = Keyring.open(settings.keys, read_root_key(settings.key_file))
    try:
        yield keyring
    finally:
        keyring.close()


def settle(settings: Settings) -> str:
    """Open what was put back, which writes the entry that it owes the ledger. Answers what it still waits for, as a
    sentence, or nothing; raises when the keys do not open all of the data.
    """
    if not settings.keys.exists():
        return f"There are no keys in {settings.keys} yet: put them back with 'carefolio keys restore SOURCE'."
    carefolio = open_carefolio(settings)
    try:
        locked = younger_than_keys(carefolio.database, carefolio.keyring.newest())
    finally:
        carefolio.close()
    if locked:
        raise broken(
            f"The keys are older than the data: {locked} of its charts and shelves have none."
            " Put newer keys in place with 'carefolio keys restore --replace'."
        )
    return ""


def stamp() -> str:
    """The present as it stands in a file name."""
    return clock.moment(clock.now()).strftime("%Y%m%dT%H%M%SZ")
