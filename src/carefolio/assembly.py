"""The only place that creates the parts and joins them."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType
from typing import Any

from a2wsgi import WSGIMiddleware

from carefolio.api.app import Application
from carefolio.base.database import Database, Transaction
from carefolio.base.failures import Failure, broken
from carefolio.base.keys import PLATFORM, Keyring, make_root_key, read_root_key
from carefolio.base.logs import where
from carefolio.base.settings import Settings
from carefolio.blobs.choose import opened_blobs
from carefolio.blobs.port import Blobs
from carefolio.identity import tokens
from carefolio.identity.accounts import Accounts
from carefolio.identity.tokens import Tokens
from carefolio.ledger.checkpoint import Checkpointer
from carefolio.ledger.log import Log
from carefolio.ledger.restoration import record_restore
from carefolio.notify.notifier import Notifier
from carefolio.notify.post import Postman
from carefolio.notify.senders.choose import sender_of
from carefolio.records import orphans
from carefolio.records.charts import Charts
from carefolio.records.door import Door
from carefolio.records.parts import Parts
from carefolio.store import owners
from carefolio.store.owners import Owner

LOG = logging.getLogger("carefolio")
_CHECKPOINT_SECONDS = 0.8
PAGE_THREADS = 12
"""How many pages are made at once; they wait for the event loop most of the time."""
API_PATHS = frozenset({"fhir", "healthz", "readyz", "metrics", ".well-known", "ledger"})
"""First words of the addresses that programs use; all others are pages."""
_EXPIRY_SECONDS = 60.0
_SWEEP_SECONDS = 6 * 3600.0
RESTORED = "restored"
"""The installation's note that a backup was put back and its entry in the ledger is still owed."""


@dataclass(slots=True)
class Carefolio:
    """One opened installation."""

    settings: Settings
    database: Database
    keyring: Keyring
    log: Log
    accounts: Accounts
    door: Door
    checkpointer: Checkpointer

    @property
    def blobs(self) -> Blobs:
        """Where long attachments are."""
        return self.door.parts.blobs

    def close(self) -> None:
        """Sign the log's end, finish what was submitted, let go of the files."""
        self.checkpointer.make()
        self.database.close()
        self.keyring.close()


def open_carefolio(settings: Settings, *, create: bool = False, serving: bool = False) -> Carefolio:
    """Open the installation in ``settings.data``; with ``create`` make a new one where there is none.

    A lost keys file, another root key, keys that belong to other data: each is refused with a sentence.
    """
    if create and not settings.database.exists():
        _create_keys(settings)
    if not settings.database.exists() and not create:
        raise broken(f"There is no Carefolio in {settings.data}. Start one with 'carefolio serve'.")
    keyring = Keyring.open(settings.keys, read_root_key(settings.key_file))
    if not settings.database.exists() and keyring.remembered() is not None:
        raise broken(f"There are keys in {settings.keys} but no data. Put it back with 'carefolio restore'.")
    database = Database(settings.database, background_checkpoints=serving)
    _join_installation(database, keyring, settings)
    log = Log()
    _finish_restore(database, keyring, log)
    accounts = Accounts(keyring)
    parts = Parts(
        database=database,
        keyring=keyring,
        blobs=opened_blobs(settings),
        log=log,
        accounts=accounts,
        tokens=Tokens(database, accounts),
        charts=Charts(database, keyring, accounts),
        notifier=Notifier(keyring, settings.public_url),
        region=settings.region,
        base=f"{settings.public_url}/fhir",
        mark=orphans.mark_of(database),
    )
    return Carefolio(settings, database, keyring, log, accounts, Door(parts), Checkpointer(database, keyring, log))


def application(carefolio: Carefolio) -> Application:
    """The ASGI application over an opened installation."""
    return Application(carefolio.door, carefolio.settings.region, carefolio.settings.public_url)


class Site:
    """Programs and people at one address: the first word of the path tells them apart."""

    def __init__(self, api: Application, pages: WSGIMiddleware) -> None:
        self._api = api
        self._pages = pages

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"][1:].partition("/")[0] in API_PATHS:
            return self._api(scope, receive, send)

        async def received() -> Any:
            return await receive()  # a2wsgi asks for a coroutine, Granian gives a future

        return self._pages(scope, received, send)


def site(carefolio: Carefolio, loop: asyncio.AbstractEventLoop, *, demo: bool = False) -> Site:
    """The API and the people's pages over an opened installation; to be made before the loop serves."""
    made = _portal().portal(carefolio.settings, carefolio.door, loop, demo=demo)
    return Site(application(carefolio), WSGIMiddleware(made, workers=PAGE_THREADS))


def sign_ins(carefolio: Carefolio) -> ModuleType:
    """What the operator's console does with sign-ins: ``carefolio.portal.accounts.console``."""
    made: ModuleType = _portal().console(carefolio.settings, carefolio.keyring)
    return made


def _portal() -> ModuleType:
    """Django takes a third of a second to load: who only writes a token does not wait for it."""
    return import_module("carefolio.portal.wsgi")


def keep_checkpoints(carefolio: Carefolio, stop: threading.Event) -> threading.Thread:
    """Sign and remember the log's end about once a second until ``stop``, on a thread of its own."""

    def run() -> None:
        while not stop.wait(_CHECKPOINT_SECONDS):
            try:
                carefolio.checkpointer.make()
            except Exception as problem:  # noqa: BLE001 - serving goes on; the next second tries again
                LOG.error("the ledger's checkpoint could not be made: %s", where(problem))  # noqa: TRY400 - no values

    thread = threading.Thread(target=run, name="ledger", daemon=True)
    thread.start()
    return thread


def keep_telling(carefolio: Carefolio, stop: threading.Event) -> list[threading.Thread]:
    """Deliver e-mails, and every minute tell of contracts that end by themselves, until ``stop``; two threads."""
    postman = Postman(carefolio.database, carefolio.door.parts.notifier, sender_of(carefolio.settings))

    def watch() -> None:
        while True:
            try:
                carefolio.door.expiry.run()
            except Exception as problem:  # noqa: BLE001 - serving goes on; the next minute tries again
                LOG.error("contracts that ended could not be told: %s", where(problem))  # noqa: TRY400 - no values
            if stop.wait(_EXPIRY_SECONDS):
                return

    threads = [
        threading.Thread(target=postman.keep_delivering, args=(stop,), name="post", daemon=True),
        threading.Thread(target=watch, name="expiry", daemon=True),
    ]
    for thread in threads:
        thread.start()
    return threads


def keep_sweeping(carefolio: Carefolio, stop: threading.Event) -> threading.Thread:
    """Delete attachments that no record names, now and every six hours until ``stop``, on a thread of its own."""

    def run() -> None:
        while True:
            try:
                swept = orphans.sweep(carefolio.door.parts, stop.is_set)
                if swept:
                    LOG.info("attachments that no record names were deleted: %d", swept)
            except Exception as problem:  # noqa: BLE001 - serving goes on; the next round tries again
                LOG.error("attachments that no record names could not be swept: %s", where(problem))  # noqa: TRY400
            if stop.wait(_SWEEP_SECONDS):
                return

    thread = threading.Thread(target=run, name="sweep", daemon=True)
    thread.start()
    return thread


def _create_keys(settings: Settings) -> None:
    """If we crash in between there is a root key without keys, or keys that remember nothing: both are taken up again.
    Where there are keys, a root key that is missing is lost, and no new one stands in for it.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not settings.key_file.exists() and not settings.keys.exists():
        _make_root_key(settings)
    Keyring.create(settings.keys, read_root_key(settings.key_file))


def _make_root_key(settings: Settings) -> None:
    try:
        make_root_key(settings.key_file)
    except FileExistsError:  # another process starts here at the same time and was first
        return
    LOG.warning("A new root key was made: %s. Keep a copy of it apart from the data.", settings.key_file)


def _join_installation(database: Database, keyring: Keyring, settings: Settings) -> None:
    """Data and keys name the same store, or the data is new and is bound to these keys now."""

    def work(tx: Transaction) -> str:
        found = tx.one("SELECT value FROM installation WHERE name = 'store'")
        if found is not None:
            return str(found[0])
        tx.execute("INSERT INTO installation VALUES ('store', ?)", (keyring.store,))
        owners.add(tx, Owner(PLATFORM, "platform", "platform", 1, None, 0), None)
        return keyring.store

    found = database.one("SELECT value FROM installation WHERE name = 'store'")
    store = found[0] if found else database.write_now(work)
    newest = database.one("SELECT max(number) FROM owner")
    if store != keyring.store:
        raise _refused(database, f"The keys in {settings.keys} belong to other data than {settings.database}.")
    if newest is not None and newest[0] > keyring.newest():
        older = f"The keys in {settings.keys} are older than the data: some charts have no key in them."
        raise _refused(database, f"{older} Put newer ones back with 'carefolio keys restore'.")


def _refused(database: Database, sentence: str) -> Failure:
    database.close()
    return broken(sentence)


def _finish_restore(database: Database, keyring: Keyring, log: Log) -> None:
    """A restored backup owes the ledger an entry that says so, and tokens that were revoked since it was taken must
    not hold again: all of them end. If we crash between the two writes, the entry is written twice, and both are true;
    nobody is let in before the second.
    """
    found = database.one("SELECT value FROM installation WHERE name = ?", (RESTORED,))
    if found is None:
        return
    record_restore(database, keyring, log, found[0])
    database.write_now(_end_tokens)


def _end_tokens(tx: Transaction) -> None:
    tokens.revoke_everybodys(tx)
    tx.execute("DELETE FROM installation WHERE name = ?", (RESTORED,))
