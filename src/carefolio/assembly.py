"""The only place that creates the parts and joins them."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from a2wsgi import WSGIMiddleware

from carefolio.api.app import Application
from carefolio.base import clock
from carefolio.base.database import Database, Transaction, run
from carefolio.base.database.notes import MOVING, Moved, moved_to
from carefolio.base.database.sqlite import SqliteDatabase
from carefolio.base.failures import Failure, broken
from carefolio.base.keys import PLATFORM, Keyring, make_root_key, read_root_key
from carefolio.base.keystore import KeyStore, Unreadable
from carefolio.base.rounds import keep_doing, tried
from carefolio.base.settings import Settings
from carefolio.blobs.choose import opened_blobs
from carefolio.blobs.port import Blobs
from carefolio.edge.clients import People, Programs
from carefolio.edge.forms import Forms
from carefolio.edge.gate import Gate, Inner
from carefolio.edge.limits import PEOPLE, PROGRAMS
from carefolio.edge.refusals import for_people, for_programs
from carefolio.identity import tokens
from carefolio.identity.accounts import Accounts
from carefolio.identity.tokens import Tokens
from carefolio.ledger.checkpoint import Checkpointer
from carefolio.ledger.entry import Tampered
from carefolio.ledger.log import Log
from carefolio.ledger.restoration import record_restore
from carefolio.ledger.waiting import WaitingLog
from carefolio.notify.notifier import Notifier
from carefolio.notify.post import Postman
from carefolio.notify.senders.choose import sender_of
from carefolio.records import orphans
from carefolio.records.charts import Charts
from carefolio.records.door import Door
from carefolio.records.parts import Parts
from carefolio.signal.app import Signal
from carefolio.store import owners
from carefolio.store.owners import Owner
from carefolio.workflows.payments import tasks as payments
from carefolio.workflows.payments.providers.choose import provider_of
from carefolio.workflows.reviewing import tasks as ratings

LOG = logging.getLogger("carefolio")
_CHECKPOINT_SECONDS = 0.8
PAGE_THREADS = PEOPLE.in_work
"""How many pages are made at once; they wait for the event loop most of the time."""
UNGATED = frozenset({"/healthz", "/readyz"})
"""Balancers ask for these: an endpoint that is busy is alive and ready, and must not be taken for a dead one."""
API_PATHS = frozenset({"fhir", "healthz", "readyz", "metrics", ".well-known", "ledger"})
"""First words of the addresses that programs use; all others are pages."""
_EXPIRY_SECONDS = 60.0
_COUNT_SECONDS = 24 * 3600.0
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
        """Sign the log's end, then ``leave``."""
        try:
            self.sign()
        finally:
            self.leave()

    def sign(self) -> None:
        """Sign the log's end; where everything was moved away, it is signed there and no more here."""
        if not moved_to(self.database):
            self.checkpointer.make()

    def leave(self) -> None:
        """Finish what was submitted, let go of the files; nothing is signed."""
        self.database.close()
        self.keyring.close()


def open_carefolio(
    settings: Settings, *, create: bool = False, serving: bool = False, moving: bool = False
) -> Carefolio:
    """Open the installation in ``settings.data``; with ``create`` make a new one where there is none.

    A lost keys file, another root key, keys that belong to other data: each is refused with a sentence. So is data that
    was moved elsewhere, unless it is opened for ``moving``.
    """
    there = holds_data(settings)
    if create and not there:
        _create_keys(settings)
    if not there and not create:
        raise broken(f"There is no Carefolio in {settings.data}. Start one with 'carefolio serve'.")
    keyring = open_keys(settings)
    if not there and keyring.remembered() is not None:
        raise broken(f"There are keys in {settings.shown_keys} but no data. Put it back with 'carefolio restore'.")
    database, log = open_store(settings, serving=serving)
    _join_installation(database, keyring, settings, moving=moving)
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


def holds_data(settings: Settings) -> bool:
    """Whether there is an installation's data where the settings say."""
    if settings.postgres:
        return bool(_postgres().holds_tables(settings.postgres))
    return settings.database.exists()


def open_store(settings: Settings, *, serving: bool = False) -> tuple[Database, Log]:
    """The store that the settings name, and the log that fits it."""
    if settings.postgres:
        opened: Database = _postgres().PostgresDatabase(settings.postgres)
        return opened, WaitingLog()
    return SqliteDatabase(settings.database, background_checkpoints=serving), Log()


def _postgres() -> ModuleType:
    """Loaded where PostgreSQL is used: who has SQLite needs no driver for it."""
    return import_module("carefolio.base.database.postgres")


def application(carefolio: Carefolio) -> Application:
    """The ASGI application over an opened installation."""
    return Application(carefolio.door, carefolio.settings.region, carefolio.settings.public_url)


class Site:
    """Programs and people at one address: the first word of the path tells them apart, and each have their gate. What
    their browsers say to each other in a call has no gate and bounds of its own.
    """

    def __init__(
        self, settings: Settings, api: Application, pages: Inner, signal: Signal, holder: Callable[[str], str]
    ) -> None:
        region, proxies = settings.region, settings.trusted_proxies
        self._api = api
        self._signal = signal
        programs = Programs(holder, proxies)
        self.programs = Gate(PROGRAMS, api, programs, for_programs(region), programs.before)
        people, refuse = People(proxies), for_people(region)
        self.people = Gate(PEOPLE, Forms(pages, people, refuse), people, refuse)

    def __call__(self, scope: Any, receive: Any, send: Any) -> Awaitable[None]:
        """Answer one request. A socket stays for an hour, and has bounds of its own."""
        if scope["type"] == "websocket":
            return self._signal(scope, receive, send)
        path = scope["path"]
        if scope["type"] != "http" or path in UNGATED:
            return self._api(scope, receive, send)
        if path[1:].partition("/")[0] in API_PATHS:
            return self.programs(scope, receive, send)
        return self.people(scope, receive, send)


def site(carefolio: Carefolio, loop: asyncio.AbstractEventLoop, *, demo: bool = False) -> Site:
    """The API and the people's pages over an opened installation; to be made before the loop serves."""
    made = _portal().portal(carefolio.settings, carefolio.door, loop, demo=demo)
    pages: Any = WSGIMiddleware(made, workers=PAGE_THREADS)  # its types name the messages one by one
    holder = carefolio.door.parts.tokens.holder_lately
    signal = Signal(carefolio.door, carefolio.settings.public_url, alone=not carefolio.settings.postgres)
    return Site(carefolio.settings, application(carefolio), pages, signal, holder)


def sign_ins(carefolio: Carefolio) -> ModuleType:
    """What the operator's console does with sign-ins: ``carefolio.portal.accounts.console``."""
    made: ModuleType = _portal().console(carefolio.settings, carefolio.keyring)
    return made


def move_sign_ins(carefolio: Carefolio, target: Settings) -> int:
    """Carry people's sign-ins into the store of ``target``; how many rows that were."""
    moved: int = _portal().move_sign_ins(carefolio.settings, carefolio.keyring, target)
    return moved


def _portal() -> ModuleType:
    """Django takes a third of a second to load: who only writes a token does not wait for it."""
    return import_module("carefolio.portal.wsgi")


def keep_checkpoints(carefolio: Carefolio, stop: threading.Event, end: Callable[[Failure], None]) -> threading.Thread:
    """Sign and remember the log's end about once a second until ``stop``, on a thread of its own. Where everything was
    moved elsewhere, or the log has come not to extend what the keys remember, nobody may serve it any more: what would
    be acknowledged stood on another branch. Then ``end`` is told why, once.
    """

    def make() -> bool:
        try:
            if there := moved_to(carefolio.database):
                raise Moved(carefolio.settings.shown_database, there)  # noqa: TRY301 - told as what Tampered tells
            carefolio.checkpointer.make()
        except (Moved, Tampered) as why:
            LOG.error("this server ends: %s", why.sentence)  # noqa: TRY400 - the sentence says all
            end(why)
            return True
        return False

    return keep_doing("ledger", make, ("the ledger's checkpoint could not be made: %s", _CHECKPOINT_SECONDS), stop)


def keep_telling(
    carefolio: Carefolio, stop: threading.Event, daily: Callable[[], None] = lambda: None
) -> list[threading.Thread]:
    """Deliver e-mails, and every minute tell of contracts that end by themselves and of what is due, and ask about
    payments, until ``stop``; three threads: a service that is slow or away keeps nobody's reminder waiting. What has to
    be done ``daily`` the start has done already: it is done a day later.
    """
    postman = Postman(carefolio.database, carefolio.door.parts.notifier, sender_of(carefolio.settings))
    post = threading.Thread(target=postman.keep_delivering, args=(stop,), name="post", daemon=True)
    post.start()
    due, words = clock.now() + clock.DAY, "what is due could not be told: %s"

    def watch() -> None:
        nonlocal due
        tried(carefolio.door.expiry.run, words)
        if clock.now() >= due:
            due = clock.now() + clock.DAY
            tried(daily, "what is done every day could not be done: %s")
        carefolio.door.reminding.run()

    asked = ("payments could not be asked about: %s", _EXPIRY_SECONDS)
    return [
        post,
        keep_doing("expiry", watch, (words, _EXPIRY_SECONDS), stop),
        keep_doing("payments", lambda: finish_payments(carefolio, stop), asked, stop),
    ]


def finish_payments(carefolio: Carefolio, stop: threading.Event) -> None:
    """Ask about payments whose message did not come, until ``stop``."""
    run(carefolio.database, payments.finish(carefolio.door, provider_of(carefolio.settings), stop.is_set))


def keep_counting(carefolio: Carefolio, stop: threading.Event) -> threading.Thread:
    """Work out the doctors' ratings, now and every day until ``stop``, on a thread of its own."""
    how = ("ratings could not be counted: %s", _COUNT_SECONDS)
    return keep_doing("ratings", lambda: run(carefolio.database, ratings.count(carefolio.door, stop.is_set)), how, stop)


def keep_sweeping(carefolio: Carefolio, stop: threading.Event) -> threading.Thread:
    """Delete attachments that no record names, now and every six hours until ``stop``, on a thread of its own."""

    def sweep() -> None:
        swept = orphans.sweep(carefolio.door.parts, stop.is_set)
        if swept:
            LOG.info("attachments that no record names were deleted: %d", swept)

    return keep_doing("sweep", sweep, ("attachments that no record names could not be swept: %s", _SWEEP_SECONDS), stop)


def _create_keys(settings: Settings) -> None:
    """If we crash in between there is a root key without keys, or keys that remember nothing: both are taken up again.
    Where there are keys, a root key that is missing is lost, and no new one stands in for it.
    """
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not settings.key_file.exists() and not _holds_keys(settings):
        _make_root_key(settings)
    Keyring.create(_key_place(settings), read_root_key(settings.key_file))


def _holds_keys(settings: Settings) -> bool:
    """Whether there are keys already, perhaps another machine's, that a new root key would not open."""
    place = _key_place(settings)
    if isinstance(place, Path):
        return place.exists()
    with closing(place):
        return place.platform("region") is not None


def open_keys(settings: Settings) -> Keyring:
    """The keys alone; raises a Failure that says why they cannot be used."""
    root = read_root_key(settings.key_file)
    return Keyring.open(_key_place(settings), root)


def _key_place(settings: Settings) -> Path | KeyStore:
    """Where the settings keep them; one that cannot be reached is told of."""
    if not settings.keys_postgres:
        return settings.keys
    store = import_module("carefolio.base.keystore.postgres")
    try:
        opened: KeyStore = store.KeyDatabase(settings.keys_postgres)
    except Unreadable:
        raise broken(f"The keys' database {settings.shown_keys} cannot be opened.") from None
    return opened


def _make_root_key(settings: Settings) -> None:
    try:
        make_root_key(settings.key_file)
    except FileExistsError:  # another process starts here at the same time and was first
        return
    LOG.warning("A new root key was made: %s. Keep a copy of it apart from the data.", settings.key_file)


def _join_installation(database: Database, keyring: Keyring, settings: Settings, *, moving: bool) -> None:
    """Data and keys name the same store, or the data is new and is bound to these keys now."""

    def work(tx: Transaction) -> str:
        found = tx.one("SELECT value FROM installation WHERE name = 'store'")
        if found is not None:
            return str(found[0])
        tx.execute("INSERT INTO installation VALUES ('store', ?)", (keyring.store,))
        owners.add(tx, Owner(PLATFORM, "platform", "platform", 1, None, 0), None)
        return keyring.store

    if not moving and (there := moved_to(database)):
        database.close()
        raise Moved(settings.shown_database, there)
    if database.one("SELECT 1 FROM installation WHERE name = ?", (MOVING,)) is not None:
        raise _refused(database, "A move into this database is not finished: run 'carefolio move' again.")
    found = database.one("SELECT value FROM installation WHERE name = 'store'")
    store = found[0] if found else database.write_now(work)
    newest = database.one("SELECT max(number) FROM owner")
    if store != keyring.store:
        raise _refused(
            database, f"The keys in {settings.shown_keys} belong to other data than {settings.shown_database}."
        )
    if newest is not None and newest[0] > keyring.newest():
        older = f"The keys in {settings.shown_keys} are older than the data: some charts have no key in them."
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
