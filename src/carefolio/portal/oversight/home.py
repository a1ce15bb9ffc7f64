"""What needs attention, for the home page of admins and auditors and for the first page of oversight.

``context`` is for ``{% include "oversight/home_part.html" %}``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carefolio.base import clock
from carefolio.consent.principal import Role
from carefolio.portal.oversight.answers import acting
from carefolio.portal.oversight.signs import is_disk_full, mails_of
from carefolio.portal.oversight.watching import watch_of
from carefolio.portal.visitor import visitor_of
from carefolio.portal.words.dates import Calendar
from carefolio.workflows.oversight.watch import Health, Ledger, Verification
from carefolio.workflows.registration import admission


@dataclass(frozen=True, slots=True)
class Tile:
    """One thing to look after; ``state`` is a tag's, "" where nothing is to be done."""

    address: str
    icon: str
    words: str
    detail: str
    state: str = ""
    state_words: str = ""


def context(request: HttpRequest) -> dict[str, object]:
    """The tiles for who is looking; nothing for anybody but admins and auditors."""
    visitor = visitor_of(request)
    if visitor.role not in (Role.ADMIN, Role.AUDITOR):
        return {"tiles": []}
    return {"tiles": list(_tiles(request))}


def _tiles(request: HttpRequest) -> Iterator[Tile]:
    by = acting(request)
    watch = watch_of(request)
    if by.role == Role.ADMIN:
        yield _waiting(request)
        yield Tile(reverse("oversight:hospitals"), "hospital", _("Hospitals"), _("Who sends records, and their tokens"))
    yield Tile(
        reverse("oversight:emergencies"),
        "alert",
        _("Emergency access"),
        _("Who opened a chart without a permission, and why"),
    )
    yield Tile(reverse("oversight:reports"), "message", _("Reports"), _("What patients say is wrong"))
    yield _ledger(watch.ledger(by))
    yield _mails(request)
    yield _disk(watch.health(by))


def _waiting(request: HttpRequest) -> Tile:
    visitor = visitor_of(request)
    found = admission.waiting(visitor.reach.door, acting(request))
    address = reverse("oversight:queue")
    if not found:
        return Tile(address, "people", _("People to verify"), _("Nobody waits"))
    dated = [one.since for one in found if one.since]
    calendar = Calendar(str(visitor.locale), visitor.zone.key)
    since = calendar.relative(min(dated), clock.now()) if dated else ""
    detail = _("The first asked {since}").format(since=since) if since else _("Look at their licences")
    words = ngettext("{n} person to verify", "{n} people to verify", len(found)).format(n=len(found))
    return Tile(address, "people", words, detail, "due", _("To do"))


def _ledger(ledger: Ledger) -> Tile:
    address = reverse("oversight:ledger")
    entries = ngettext("{n} entry", "{n} entries", ledger.entries).format(n=f"{ledger.entries:,}")
    state, words = verification_tag(ledger.verification)
    return Tile(address, "shield", _("Ledger"), entries, state, words)


def verification_tag(found: Verification | None) -> tuple[str, str]:
    """How the last verification stands: a tag's state and its words."""
    if found is None:
        return "", _("Not checked since the start")
    if not found.ended:
        return "new", _("Being checked")
    return ("verified", _("Everything holds")) if found.ok else ("error", _("Problems found"))


def _mails(request: HttpRequest) -> Tile:
    mails = mails_of(visitor_of(request).reach)
    address = reverse("oversight:health") + "#mails"
    if mails.given_up:
        words = ngettext("{n} e-mail did not leave", "{n} e-mails did not leave", mails.given_up)
        return Tile(address, "message", _("E-mails"), words.format(n=mails.given_up), "error")
    if mails.some_due:
        return Tile(address, "message", _("E-mails"), _("Some are due now"))
    return Tile(address, "message", _("E-mails"), _("None is due now"))


def _disk(health: Health) -> Tile:
    detail = _("{free} of {total} are free").format(
        free=filesizeformat(health.disk_free), total=filesizeformat(health.disk_total)
    )
    full = is_disk_full(health)
    address = reverse("oversight:health")
    return Tile(address, "pulse", _("Disk"), detail, "error" if full else "", _("Nearly full") if full else "")
