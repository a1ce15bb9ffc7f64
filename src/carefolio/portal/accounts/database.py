"""Where sign-ins, sessions and counts are kept: a file of their own beside SQLite, in PostgreSQL their own schema."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from types import ModuleType
from typing import Any

from django.db import InterfaceError, OperationalError

from carefolio.base.settings import Settings

SCHEMA = "portal"
AWAY = (OperationalError, InterfaceError)
"""What Django raises where the database does not answer."""
_GATE = 7_305_002
_PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
_MOST_COUNTS = 100_000
"""What is counted must not be pushed out by somebody who makes up e-mails to try."""


def sign_in_database(settings: Settings) -> dict[str, Any]:
    """Django's description of it (https://docs.djangoproject.com/en/5.2/ref/settings/#databases)."""
    if not settings.postgres:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(settings.accounts.absolute()),
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": _PRAGMAS},
            "CONN_MAX_AGE": None,
        }
    parts: dict[str, Any] = import_module("psycopg.conninfo").conninfo_to_dict(settings.postgres)
    named = {setting: parts.pop(part, "") for setting, part in _NAMES.items()}
    return named | {
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": _CUT_OFF | parts | {"options": f"-c search_path={SCHEMA}", "connect_timeout": 2},
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,  # a page that comes after the database was restarted finds a new connection
    }


_CUT_OFF = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}
"""A host that is cut off counts as gone; the last is in milliseconds."""
_NAMES = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


def counts_of(settings: Settings) -> dict[str, Any]:
    """Django's description of where counts are: in memory for one process, in Redis or in a table for several."""
    if settings.redis_url:
        return {
            "BACKEND": "carefolio.portal.accounts.counts_in_redis.Redis",
            "LOCATION": settings.redis_url,
            "KEY_PREFIX": "carefolio",
        }
    if settings.postgres:
        return {"BACKEND": "carefolio.portal.accounts.counts.Table"}
    return {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": _MOST_COUNTS},
    }


def watch_over(connection: Any) -> None:
    """Whoever waits for an answer on this connection of Django's is told when the server has fallen silent."""
    if connection.vendor == "postgresql":
        _silence().WATCH.over(connection.connection)


def _silence() -> ModuleType:
    """Loaded where PostgreSQL is used: who has SQLite needs no driver for it."""
    return import_module("carefolio.base.database.postgres.silence")


@contextmanager
def one_migration(settings: Settings) -> Iterator[None]:
    """Nobody else brings the tables up to date meanwhile, on whichever machine; nobody else may read the file."""
    if not settings.postgres:
        yield
        settings.accounts.chmod(0o600)
        return
    with import_module("psycopg").connect(settings.postgres, autocommit=True, connect_timeout=2) as connection:
        _silence().WATCH.over(connection)
        connection.execute("SELECT pg_advisory_lock(%s)", (_GATE,))
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        yield
