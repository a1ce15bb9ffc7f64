"""``carefolio check``: is this installation well? A line each, with its fix."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from carefolio.base import clock
from carefolio.base.failures import Failure, broken
from carefolio.base.settings import Settings, read_settings
from carefolio.cli.commands import Exemplified, examples, new_group
from carefolio.cli.late import Late
from carefolio.cli.options import Data, Json, answer

if TYPE_CHECKING:
    from carefolio import assembly
    from carefolio.base.database.sqlite import migrate
    from carefolio.blobs import choose as blobs
    from carefolio.notify.senders import choose, sender
    from carefolio.workflows.consultation import turn
    from carefolio.workflows.payments.providers import choose as paying
else:
    assembly = Late("carefolio.assembly")
    blobs = Late("carefolio.blobs.choose")
    migrate = Late("carefolio.base.database.sqlite.migrate")
    choose = Late("carefolio.notify.senders.choose")
    paying = Late("carefolio.workflows.payments.providers.choose")
    sender = Late("carefolio.notify.senders.sender")
    turn = Late("carefolio.workflows.consultation.turn")

app = new_group()

LEAST_FREE_BYTES = 1 << 30
_GIB = 1 << 30
_OLDEST_CLOCK = 1_700_000_000 * clock.SECOND
"""A clock that shows less was never set: this software did not exist then."""
_CLOCK_AHEAD = 5 * clock.MINUTE
_RECORDS = "SELECT count(*) FROM record"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: how it is, and what to do about it when it is not well."""

    name: str
    ok: bool
    text: str
    fix: str = ""


@app.command(
    "check",
    cls=Exemplified,
    short_help="look at settings, keys, disk, clock, mail, blobs, payments, database and calls",
    epilog=examples(
        "carefolio check",
    ),
)
def check(data: Data = None, json: Json = False) -> None:
    """Looks at settings, keys, disk, clock, mail, blobs, payments, database and calls: a line each, with its fix. Exit
    1 if one is not well.
    """
    try:
        settings = read_settings(data)
    except Failure as failure:
        findings = [Finding("settings", False, failure.sentence, "Mend the environment's CAREFOLIO_* values.")]
    else:
        findings = [_settings(settings), *(_look(name, look, settings) for name, look in _LOOKS.items())]
    is_well = all(finding.ok for finding in findings)
    answer(
        {"ok": is_well, "checks": [asdict(each) for each in findings]}, "\n".join(map(_line, findings)), as_json=json
    )
    if not is_well:
        wrong = [finding.name for finding in findings if not finding.ok]
        raise broken(f"Not well: {', '.join(wrong)}.")


def _line(finding: Finding) -> str:
    line = f"{'ok ' if finding.ok else 'NOT'} {finding.name}: {finding.text}"
    return f"{line}\n    fix: {finding.fix}" if finding.fix else line


def _look(name: str, look: Callable[[Settings], Finding], settings: Settings) -> Finding:
    try:
        return look(settings)
    except Failure as failure:
        return Finding(name, False, failure.sentence, _FIXES[name])
    except (OSError, sqlite3.Error) as problem:
        return Finding(name, False, f"{problem}.", _FIXES[name])


def _settings(settings: Settings) -> Finding:
    return Finding(
        "settings", True, f"data in {settings.data}, region {settings.region}, reached at {settings.public_url}"
    )


def _keys(settings: Settings) -> Finding:
    keyring = assembly.open_keys(settings)
    try:
        known = keyring.newest()
    finally:
        keyring.close()
    (newest,) = _asked(settings, "SELECT max(number) FROM owner")
    if newest > known:
        raise broken("The keys are older than the data: newer charts have none.")
    return Finding("keys", True, f"the root key opens {settings.shown_keys}")


def _disk(settings: Settings) -> Finding:
    folder = next(each for each in (settings.data.absolute(), *settings.data.absolute().parents) if each.exists())
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE_BYTES:
        raise broken(f"Only {free / _GIB:.1f} GiB are free at {settings.data}.")
    return Finding("disk", True, f"{free / _GIB:.1f} GiB free at {settings.data}")


def _clock(settings: Settings) -> Finding:
    now = clock.now()
    (newest,) = _asked(settings, "SELECT max(time) FROM entry WHERE seq > (SELECT max(seq) - 100 FROM entry)")
    if now < _OLDEST_CLOCK or now + _CLOCK_AHEAD < (newest or 0):
        raise broken(f"The clock says {clock.instant(now)}, which is before the newest entry of the ledger.")
    return Finding("clock", True, clock.instant(now))


def _mail(settings: Settings) -> Finding:
    try:
        return Finding("mail", True, choose.sender_of(settings).look())
    except sender.Undelivered as problem:
        raise broken(problem.sentence) from None


def _blobs(settings: Settings) -> Finding:
    store = blobs.blobs_of(settings)
    store.look()
    return Finding("blobs", True, f"long attachments are kept in {store.place}")


def _payments(settings: Settings) -> Finding:
    way = paying.provider_of(settings).way
    words = {"offline": "at the desk or by transfer", "stripe": "by card at Stripe, at the desk or by transfer"}
    return Finding("payments", True, f"people pay {words[way]}")


def _database(settings: Settings) -> Finding:
    if settings.postgres:
        (records,) = _asked(settings, _RECORDS)  # a schema that is newer than this program is refused there
        return Finding("database", True, f"{settings.shown_database} is in order, {records} records")
    with closing(_reading(settings.database)) as connection:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        (records,) = connection.execute(_RECORDS).fetchone()
    if found != "ok":
        raise broken(f"{settings.database} is damaged: {found}.")
    if version > migrate.migrations()[-1][0]:
        raise broken(f"{settings.database} was made by a newer Carefolio.")
    return Finding("database", True, f"{settings.database} is in order, {records} records")


def _asked(settings: Settings, sql: str) -> tuple[Any, ...]:
    """The one row of a look into the data, whichever store it is in."""
    if settings.postgres:
        if not assembly.holds_data(settings):
            raise broken(f"There is nothing of ours in {settings.shown_database}.")
        database, _ = assembly.open_store(settings)
        with closing(database):
            return database.one(sql) or ()
    with closing(_reading(settings.database)) as connection:
        row: tuple[Any, ...] = connection.execute(sql).fetchone()
        return row


def _reading(path: Path) -> sqlite3.Connection:
    if not path.exists():
        raise broken(f"There is no database {path}.")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA query_only = 1")
    return connection


def _calls(settings: Settings) -> Finding:
    turn.read_secret(settings.turn_secret_file)
    if not settings.turn_urls:
        return Finding("calls", True, "video calls find their way without a TURN server: not out of every network")
    return Finding("calls", True, f"video calls find their way by {', '.join(settings.turn_urls)}")


_LOOKS: dict[str, Callable[[Settings], Finding]] = {
    "keys": _keys,
    "disk": _disk,
    "clock": _clock,
    "mail": _mail,
    "blobs": _blobs,
    "payments": _payments,
    "database": _database,
    "calls": _calls,
}
_FIXES = {
    "keys": "Put your copy of the keys in place with 'carefolio keys restore'; start a new installation with 'serve'.",
    "disk": "Free some space, or move the data folder to a larger disk.",
    "clock": "Set the machine's clock (timedatectl set-ntp true); start a new installation with 'carefolio serve'.",
    "mail": "Mend CAREFOLIO_SMTP_URL or the mail server; without the setting, e-mails become files in the data folder.",
    "blobs": "Mend CAREFOLIO_BLOBS_URL, mount its disk or open its bucket to us; 'carefolio serve' makes a new folder.",
    "calls": "Mend CAREFOLIO_TURN_SECRET_FILE: the secret of your TURN server, in a file that only this user can read.",
    "payments": "Mend CAREFOLIO_STRIPE_KEY_FILE and CAREFOLIO_STRIPE_WEBHOOK_SECRET_FILE, or leave both out.",
    "database": "Put a backup in place with 'carefolio restore'; start a new installation with 'carefolio serve'.",
}
