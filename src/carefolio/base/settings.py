"""Settings: the environment's CAREFOLIO_* values, checked at the start and refused with a sentence."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from carefolio.base.failures import broken

PREFIX = "CAREFOLIO_"
NAMES = (
    "DATA",
    "DATABASE_URL",
    "KEYS_URL",
    "KEY_FILE",
    "BLOBS_URL",
    "REGION",
    "PUBLIC_URL",
    "SMTP_URL",
    "REDIS_URL",
    "TRUSTED_PROXIES",
    "TURN_URL",
    "TURN_SECRET_FILE",
    "STRIPE_KEY_FILE",
    "STRIPE_WEBHOOK_SECRET_FILE",
    "STRIPE_API",
)
_SQLITE = "sqlite:///"
_POSTGRES_PORT = 5432
_POSTGRES = ("postgresql://", "postgres://")
_REGION = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_ICE = re.compile(r"(stuns?|turns?):[A-Za-z0-9.\-\[\]:]+(\?transport=(udp|tcp))?")
_OF_S3 = frozenset({"endpoint", "region", "kms"})
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things are and what this installation is called."""

    data: Path
    database: Path
    """The file of the embedded store; not used where ``postgres`` names another."""
    keys: Path
    """The keys' file; not used where ``keys_postgres`` names another place."""
    key_file: Path
    region: str
    public_url: str
    smtp_url: str = field(default="", repr=False)
    """The mail server, with its password; empty: e-mails become files."""
    postgres: str = field(default="", repr=False)
    """The address of a PostgreSQL database, with its password; empty: the embedded store."""
    keys_postgres: str = field(default="", repr=False)
    """The address of the keys' own PostgreSQL database; empty: a file."""
    redis_url: str = field(default="", repr=False)
    """Where several processes share sessions and counts; empty: in the database."""
    blobs_url: str = ""
    """Where long attachments are; empty: in the data folder."""
    trusted_proxies: int = 0
    """How many proxies of ours a request passes; each adds an address to X-Forwarded-For."""
    turn_urls: tuple[str, ...] = ()
    """STUN and TURN servers that browsers in a call are told of."""
    turn_secret_file: Path | None = field(default=None, repr=False)
    """The file of the secret that is shared with the TURN server."""
    stripe_key_file: Path | None = None
    """Holds the secret key of the account at Stripe; None: people pay at the desk."""
    stripe_webhook_file: Path | None = None
    """Holds the secret with which Stripe signs its messages."""
    stripe_api: str = ""
    """Another address than Stripe's own, for tests."""

    @property
    def accounts(self) -> Path:
        """The portal's own database: credentials and sessions, nothing else."""
        return self.data / "accounts.db"

    @property
    def shown_keys(self) -> str:
        """Where the keys are, for people."""
        return _shown(self.keys_postgres) or str(self.keys)

    @property
    def shown_database(self) -> str:
        """Where the data is, for people."""
        return _shown(self.postgres) or str(self.database)

    @property
    def blobs_folder(self) -> Path | None:
        """The folder of long attachments; None where they are in S3."""
        if not self.blobs_url:
            return self.data / "blobs"
        parts = urlsplit(self.blobs_url)
        return Path(unquote(parts.path)) if parts.scheme == "file" else None

    @property
    def is_loopback(self) -> bool:
        """Whether people reach this installation from this machine only."""
        return urlsplit(self.public_url).hostname in LOOPBACK


def read_settings(
    data: Path | None = None,
    region: str | None = None,
    environ: Mapping[str, str] | None = None,
    listens: str = "http://127.0.0.1:8000",
) -> Settings:
    """Flag before environment before default; raises a Failure for a setting that cannot be used.

    ``listens`` is the address that people reach this installation at when PUBLIC_URL does not say another.
    """
    given = os.environ if environ is None else environ
    values = {name: value for name, value in given.items() if name.startswith(PREFIX) and value}
    _refuse_unknown(values)
    folder = data or Path(values.get(PREFIX + "DATA", "data"))
    url = values.get(PREFIX + "DATABASE_URL", "")
    postgres = url if url.startswith(_POSTGRES) else ""
    keys_url = values.get(PREFIX + "KEYS_URL", "")
    keys_postgres = keys_url if keys_url.startswith(_POSTGRES) else ""
    settings = Settings(
        data=folder,
        database=_sqlite_path((not postgres and url) or None, folder / "carefolio.db", "DATABASE_URL"),
        postgres=_postgres_url(postgres, "DATABASE_URL"),
        keys=_sqlite_path((not keys_postgres and keys_url) or None, folder / "keys" / "keys.db", "KEYS_URL"),
        keys_postgres=_postgres_url(keys_postgres, "KEYS_URL"),
        key_file=Path(values.get(PREFIX + "KEY_FILE", folder / "keys" / "root.key")),
        region=_region(region or values.get(PREFIX + "REGION", "local")),
        public_url=_public_url(values.get(PREFIX + "PUBLIC_URL", listens)),
        smtp_url=_smtp_url(values.get(PREFIX + "SMTP_URL", "")),
        redis_url=_redis_url(values.get(PREFIX + "REDIS_URL", "")),
        blobs_url=_blobs_url(values.get(PREFIX + "BLOBS_URL", "")),
        trusted_proxies=_proxies(values.get(PREFIX + "TRUSTED_PROXIES", "0")),
        **_turn(values.get(PREFIX + "TURN_URL", ""), values.get(PREFIX + "TURN_SECRET_FILE", "")),
        stripe_key_file=_path(values, "STRIPE_KEY_FILE"),
        stripe_webhook_file=_path(values, "STRIPE_WEBHOOK_SECRET_FILE"),
        stripe_api=values.get(PREFIX + "STRIPE_API", "").rstrip("/"),
    )
    same_place = bool(postgres) and _place_of(postgres) == _place_of(keys_postgres)
    if same_place or settings.keys.absolute() == settings.database.absolute():
        raise broken(f"{PREFIX}KEYS_URL names the records' own database; keys are kept in one of their own.")
    return settings


def _shown(url: str) -> str:
    """A database's address without its password."""
    parts = urlsplit(url)
    return url and f"postgresql://{parts.hostname or ''}{f':{parts.port}' if parts.port else ''}{parts.path}"


def at_database(settings: Settings, url: str) -> Settings:
    """The same installation with its data in another store; raises a Failure for an address that cannot be used."""
    postgres = _postgres_url(url, "DATABASE_URL") if url.startswith(_POSTGRES) else ""
    database = settings.database if postgres else _sqlite_path(url, settings.database, "DATABASE_URL")
    return replace(settings, postgres=postgres, database=database)


def _refuse_unknown(values: Mapping[str, str]) -> None:
    unknown = sorted(name for name in values if name.removeprefix(PREFIX) not in NAMES)
    unknown = [name for name in unknown if not name.startswith((PREFIX + "EXTERNAL", PREFIX + "EXAMPLES"))]
    if unknown:
        known = ", ".join(PREFIX + name for name in NAMES)
        raise broken(f"There is no setting {unknown[0]}. The settings are: {known}.")


def _sqlite_path(url: str | None, default: Path, name: str) -> Path:
    if url is None:
        return default
    if not url.startswith(_SQLITE) or len(url) == len(_SQLITE):
        other = " or postgresql://user:password@host/database"
        raise broken(f"{PREFIX}{name} has to look like sqlite:///path/to/file.db{other}.")
    return Path(url.removeprefix(_SQLITE))


def _postgres_url(url: str, name: str) -> str:
    """Libpq's form (https://www.postgresql.org/docs/current/libpq-connect.html), with a database's name."""
    try:
        usable = not url or len(urlsplit(url).path) > 1
    except ValueError:
        usable = False
    if not usable:
        raise broken(f"{PREFIX}{name} has to look like postgresql://user:password@host:5432/carefolio.")
    return url


def _place_of(url: str) -> tuple[str, int, str, str]:
    """Which database an address means, whoever asks."""
    parts = urlsplit(url)
    return (parts.hostname or "", parts.port or _POSTGRES_PORT, parts.path, parse_qs(parts.query).get("host", [""])[0])


def _region(name: str) -> str:
    if not _REGION.fullmatch(name):
        raise broken(f"{PREFIX}REGION may hold small letters, digits and dashes, 32 at most.")
    return name


def _public_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets that do not close, a port that is none
        usable = False
    if not usable:
        raise broken(f"{PREFIX}PUBLIC_URL has to be an http or https address, like https://records.example.org.")
    return url.rstrip("/")


def _smtp_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("smtp", "smtps") and bool(parts.hostname) and parts.port != 0
        query = parse_qs(parts.query, keep_blank_values=True)
        senders = query.pop("from", ["x@y"])
        usable = usable and parts.path in ("", "/") and not query and all(map(_ADDRESS.fullmatch, senders))
    except ValueError:
        usable = False
    if url and not usable:
        raise broken(f"{PREFIX}SMTP_URL has to look like smtp://user:password@mail.example.org:587, or smtps://….")
    return url


def _redis_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        usable = not url or (parts.scheme in ("redis", "rediss", "unix") and bool(parts.hostname or parts.path))
    except ValueError:
        usable = False
    if not usable:
        raise broken(f"{PREFIX}REDIS_URL has to look like redis://cache.example.org:6379/0, or rediss://….")
    return url


def _blobs_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        query = parse_qs(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        usable = _is_folder(parts) if parts.scheme == "file" else _is_bucket(parts, query)
    except ValueError:
        usable = False
    if url and not usable:
        raise broken(
            f"{PREFIX}BLOBS_URL has to look like file:///path/to/folder or s3://bucket/prefix?region=eu-west-2"
            " (also endpoint=https://… and kms=KEY-ID)."
        )
    return url


def _is_folder(parts: SplitResult) -> bool:
    return not parts.netloc and not parts.query and not parts.fragment and len(parts.path) > 1


def _is_bucket(parts: SplitResult, query: Mapping[str, list[str]]) -> bool:
    """A bucket by its name alone (no user, no port) and options of which each has one value."""
    known = query.keys() <= _OF_S3 and all(len(values) == 1 and values[0] for values in query.values())
    endpoint = urlsplit(query.get("endpoint", ["https://s3"])[0])
    reached = endpoint.scheme in ("http", "https") and bool(endpoint.hostname) and endpoint.port != 0
    return parts.scheme == "s3" and bool(_BUCKET.fullmatch(parts.netloc)) and known and reached and not parts.fragment


def _path(values: Mapping[str, str], name: str) -> Path | None:
    return Path(values[PREFIX + name]) if PREFIX + name in values else None


def _proxies(count: str) -> int:
    if not re.fullmatch(r"[0-9]", count):
        raise broken(f"{PREFIX}TRUSTED_PROXIES has to be how many proxies requests pass, 0 to 9.")
    return int(count)


def _turn(urls: str, secret: str) -> dict[str, Any]:
    """RFC 7064 and RFC 7065, several with commas between them."""
    found = tuple(filter(None, (url.strip() for url in urls.split(","))))
    if not all(map(_ICE.fullmatch, found)):
        raise broken(f"{PREFIX}TURN_URL has to look like turn:turn.example.org:3478 or stun:…, with commas between.")
    relays = any(url.startswith("turn") for url in found)
    if relays and not secret:
        raise broken(f"{PREFIX}TURN_URL with a turn: address needs {PREFIX}TURN_SECRET_FILE.")
    if secret and not relays:
        raise broken(f"{PREFIX}TURN_SECRET_FILE needs a turn: address in {PREFIX}TURN_URL.")
    return {"turn_urls": found, "turn_secret_file": Path(secret) if secret else None}


def foreign_environment() -> dict[str, str]:
    """The environment without any setting of ours, for a process that must not touch this installation."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def external_examples() -> Path | None:
    """The folder of outside examples that CAREFOLIO_EXTERNAL names; benchmarks and tests use it where it is there."""
    named = os.environ.get(PREFIX + "EXTERNAL")
    return Path(named) if named else None
