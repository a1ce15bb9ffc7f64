"""How often a sign-in may fail, so that nobody guesses passwords and nobody locks out anybody else.

A device that signed in to an account before carries a signed mark of it and is counted by itself. All others are
counted together for each account, and together for each address they come from: whoever guesses from outside uses up
only what strangers may try, never what the person's own device may. An address of this machine is a proxy's, behind
which everybody is: it is not counted, or one guesser would keep all new devices out. Links that set a new password are
counted likewise; one too many is not sent, and the page does not tell.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from carefolio.portal.accounts.addresses import client_of

COOKIE = "carefolio-device"
_SALT = "carefolio.device"
_YEAR_SECONDS = 365 * 24 * 60 * 60
_MOST_MARKS = 8


@dataclass(frozen=True, slots=True)
class Bound:
    """At the most ``count`` failures in ``seconds``."""

    count: int
    seconds: int


OWN_DEVICE = Bound(20, 10 * 60)
ACCOUNT = Bound(10, 10 * 60)
ADDRESS = Bound(100, 10 * 60)
LINKS = Bound(5, settings.PASSWORD_RESET_TIMEOUT)


def may_try(request: HttpRequest, email: str) -> bool:
    """Whether another try is let through."""
    return all(cache.get(key, 0) < bound.count for key, bound in _counted(request, email))


def may_mail(request: HttpRequest, email: str) -> bool:
    """Whether another link may be sent; counts it. Links hold as long as they are counted: whoever has one asked for
    too often by strangers finds one that works in their mailbox.
    """
    mark, address = _mark(email), client_of(request)
    counted = [(f"links/account/{mark}", LINKS)]
    if mark in _marks(request):
        counted = [(f"links/device/{_device(request)}/{mark}", LINKS)]
    elif not _is_ours(address):
        counted.append((f"links/address/{address}", ADDRESS))
    if any(cache.get(key, 0) >= bound.count for key, bound in counted):
        return False
    _count(counted)
    return True


def failed(request: HttpRequest, email: str) -> None:
    """Count a failure."""
    _count(_counted(request, email))


def _count(counted: list[tuple[str, Bound]]) -> None:
    for key, bound in counted:
        cache.add(key, 0, bound.seconds)
        try:
            cache.incr(key)
        except ValueError:  # it ran out between the two
            cache.set(key, 1, bound.seconds)


def remember(request: HttpRequest, response: HttpResponse, email: str) -> None:
    """Mark the device as one that signed in to this account, with all its factors."""
    mark = _mark(email)
    marks = [mark, *(one for one in _marks(request) if one != mark)][:_MOST_MARKS]
    response.set_cookie(
        _cookie(),
        signing.dumps(marks, salt=_SALT),
        max_age=_YEAR_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def signed_in(request: HttpRequest, email: str) -> None:
    """They got in from here: ``remember`` is due when the answer leaves."""
    request.known_device = email  # type: ignore[attr-defined]  # read by the middleware


def _counted(request: HttpRequest, email: str) -> list[tuple[str, Bound]]:
    mark = _mark(email)
    if mark in _marks(request):
        return [(f"attempts/device/{_device(request)}/{mark}", OWN_DEVICE)]
    counted = [(f"attempts/account/{mark}", ACCOUNT)]
    address = client_of(request)
    return counted if _is_ours(address) else [*counted, (f"attempts/address/{address}", ADDRESS)]


def _device(request: HttpRequest) -> str:
    return sha256(request.COOKIES[_cookie()].encode()).hexdigest()


def _is_ours(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


def _cookie() -> str:
    return ("__Host-" if settings.SESSION_COOKIE_SECURE else "") + COOKIE


def _marks(request: HttpRequest) -> list[str]:
    try:
        found = signing.loads(request.COOKIES.get(_cookie(), ""), salt=_SALT, max_age=_YEAR_SECONDS)
    except signing.BadSignature:
        return []
    return [str(one) for one in found]


def _mark(email: str) -> str:
    return sha256(email.strip().lower().encode()).hexdigest()[:32]
