"""What needs attention, the ledger's state and the platform's health."""

from __future__ import annotations

from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from carefolio.consent.principal import Role
from carefolio.portal.gate import for_roles
from carefolio.portal.oversight import home, signs
from carefolio.portal.oversight.answers import acting, page
from carefolio.portal.oversight.watching import running_since, watch_of
from carefolio.portal.visitor import visitor_of
from carefolio.portal.words.dates import Calendar
from carefolio.workflows.oversight.watch import Verification

_GROUP = 4
_WHOLE = 100


@for_roles(Role.ADMIN, Role.AUDITOR)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What needs attention."""
    return page(request, "overview.html", home.context(request))


@for_roles(Role.ADMIN, Role.AUDITOR)
@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    """The ledger, its checkpoint, and what the last verification found."""
    found = watch_of(request).ledger(acting(request))
    state, words = home.verification_tag(found.verification)
    fingerprint = sha256(visitor_of(request).reach.door.keyring.public).hexdigest()
    context = {
        "ledger": found,
        "root": _parted(found.root),
        "fingerprint": " ".join(_parted(fingerprint)),
        "verification": found.verification,
        "running": found.verification is not None and not found.verification.ended,
        "percent": _percent(found.verification),
        "state": state,
        "state_words": words,
        "behind": found.entries - found.checkpoint_size,
    }
    return page(request, "ledger.html", context)


@for_roles(Role.ADMIN, Role.AUDITOR)
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Begin a verification; the ledger's page tells how far it is."""
    watch_of(request).verify_now(acting(request))
    return _to("oversight:ledger", "#verification")


@for_roles(Role.ADMIN, Role.AUDITOR)
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """The machine and the data, in numbers."""
    visitor = visitor_of(request)
    since = Calendar(str(visitor.locale), visitor.zone.key).moment(running_since())
    found = signs.groups(watch_of(request).health(acting(request)), signs.mails_of(visitor.reach), since)
    return page(request, "health.html", {"groups": found, "todo": signs.todo(found)})


def _parted(text: str) -> list[str]:
    """A long number in parts, between which a narrow page may break it."""
    return [text[at : at + _GROUP] for at in range(0, len(text), _GROUP)]


def _percent(found: Verification | None) -> int:
    return _WHOLE * found.done // found.total if found and found.total else 0


def _to(name: str, fragment: str) -> HttpResponse:
    response = redirect(name)
    response["Location"] += fragment
    return response
