"""The platform's signs of life in words: each figure, and a sentence where somebody has to do something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carefolio.consent.principal import Role
from carefolio.portal.oversight.labels import ROLES
from carefolio.portal.reach import Reach
from carefolio.workflows.oversight.watch import Health

LEAST_FREE = 0.1
"""Of the disk; below it, somebody has to make room."""
MOST_WAL_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Mails:
    """E-mails: how many were given up, whether some are due now, whether a mail server is set at all."""

    given_up: int
    some_due: bool
    has_server: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """A line of a summary list, with a sentence on what to do, "" for nothing."""

    name: str
    value: str
    todo: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Figures that belong together; ``id`` is where links lead."""

    id: str
    title: str
    figures: tuple[Figure, ...]


def mails_of(reach: Reach) -> Mails:
    """How it stands with e-mails."""
    mails, database = reach.door.parts.notifier.mails, reach.door.parts.database
    return Mails(mails.given_up(database), mails.some_due(database), bool(reach.settings.smtp_url))


def is_disk_full(health: Health) -> bool:
    """Whether little of the disk is left."""
    return health.disk_free < health.disk_total * LEAST_FREE


def groups(health: Health, mails: Mails, since: str) -> list[Group]:
    """All figures; ``since`` says when this process started."""
    return [
        Group("machine", _("Machine"), tuple(_machine(health))),
        Group("mails", _("E-mails"), tuple(_mails(mails))),
        Group("software", _("Software"), tuple(_software(health, since))),
        Group("records", _("Records"), tuple(_records(health))),
        Group("files", _("Sizes on disk"), tuple(_files(health))),
        Group("people", _("Accounts"), tuple(_people(health.people))),
    ]


def todo(found: list[Group]) -> list[str]:
    """What somebody has to do, of all figures."""
    return [figure.todo for group in found for figure in group.figures if figure.todo]


def _machine(health: Health) -> Iterator[Figure]:
    free = _("{free} of {total} ({percent} %)").format(
        free=filesizeformat(health.disk_free),
        total=filesizeformat(health.disk_total),
        percent=round(100 * health.disk_free / max(1, health.disk_total)),
    )
    full = _("The disk is nearly full. Make room, or move the data folder to a larger disk.")
    yield Figure(_("Free disk"), free, full if is_disk_full(health) else "")
    memory = filesizeformat(health.memory) if health.memory else _("The system does not say")
    yield Figure(_("Memory used"), memory)


def _files(health: Health) -> Iterator[Figure]:
    names = {
        "database": _("Records and ledger"),
        "wal": _("Write-ahead log"),
        "keys": _("Keys"),
        "accounts": _("Sign-ins and sessions"),
        "mail": _("E-mails kept as files"),
    }
    long = _(
        "A program that reads for very long keeps the database from tidying up. Restart Carefolio at a quiet time."
    )
    for name, size in health.sizes.items():
        is_long = name == "wal" and size > MOST_WAL_BYTES
        yield Figure(names.get(name, name), filesizeformat(size), long if is_long else "")


def _people(people: dict[str, int]) -> Iterator[Figure]:
    missing = {
        Role.ADMIN: _("There is one admin only. Add another, so that somebody can act when this one cannot."),
        Role.AUDITOR: _("There is no auditor: only admins look at emergency access. Add one."),
    }
    for role, name in ROLES.items():
        count = people.get(role.value, 0)
        few = (role is Role.ADMIN and count == 1) or (role is Role.AUDITOR and not count)
        yield Figure(str(name), f"{count:,}", missing[role] if few else "")


def _records(health: Health) -> Iterator[Figure]:
    yield Figure(_("Charts"), f"{health.figures.charts:,}")
    yield Figure(_("Records"), f"{health.figures.records:,}")
    yield Figure(_("Entries of the ledger"), f"{health.figures.entries:,}")


def _mails(mails: Mails) -> Iterator[Figure]:
    yield Figure(_("Due now"), _("Some") if mails.some_due else _("None"))
    lost = ngettext(
        "{n} e-mail could not be delivered. Check the mail server's address and password.",
        "{n} e-mails could not be delivered. Check the mail server's address and password.",
        mails.given_up,
    ).format(n=mails.given_up)
    yield Figure(_("Given up"), f"{mails.given_up:,}", lost if mails.given_up else "")
    files = _("No mail server is set: e-mails become files in the data folder, and nobody gets them.")
    yield Figure(_("Mail server"), _("Set") if mails.has_server else _("Not set"), "" if mails.has_server else files)


def _software(health: Health, since: str) -> Iterator[Figure]:
    yield Figure(_("Version"), health.version)
    yield Figure(_("Region"), health.region)
    yield Figure(_("Running since"), since)
