"""From a browser's session to the visitor of a page.

1. Django says who signed in. An idle or overlong session ends here (automatic log-off, 45 CFR 164.312(a)(2)(iii)).
2. Staff need a second factor: until they gave one they are nobody to the pages, and get no token.
3. The door knows the session by a token of its own, issued with the sign-in's entry in the ledger. If we crash between
   the two, a token is left that nobody holds; it ends by itself.
4. The door says whether the token still holds: a suspension works on the next request.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

from allauth.account.authentication import get_authentication_records
from babel import Locale
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest
from django.utils.translation import activate, get_language

from carefolio.base import clock
from carefolio.base.failures import Failure
from carefolio.consent.principal import Role
from carefolio.identity.accounts import Account
from carefolio.portal.accounts.models import SignIn
from carefolio.portal.accounts.sessions import TOKEN as TOKEN
from carefolio.portal.reach import Reach, reach_of
from carefolio.portal.visitor import Visitor
from carefolio.portal.words import zones
from carefolio.workflows.registration import sessions

LONGEST_SECONDS = 12 * 60 * 60
IDLE_SECONDS = {Role.PATIENT: 30 * 60}
IDLE_STAFF_SECONDS = 15 * 60
_NOTED_EVERY_SECONDS = 60
SEEN, FACTOR, UNITS = "seen", "second-factor", "units"
_UTC = ZoneInfo("UTC")


def admit(request: HttpRequest) -> Visitor:
    """Who is looking at the page."""
    reach = reach_of(request)
    visitor = Visitor(
        reach=reach,
        locale=_locale(request),
        zone=_zone(request),
        request_id=request.request_id,  # type: ignore[attr-defined]  # set by the outermost middleware
    )
    user = request.user
    if not isinstance(user, SignIn) or user.account is None:
        return visitor
    account = reach.door.parts.accounts.of_number(reach.door.parts.database, user.account)
    idle = account is not None and _is_over(request, Role(account.role))
    if account is None or account.email != user.email or account.suspended or idle:
        leave(request, idle=idle)
        return visitor
    token = _token(request, reach, account)
    if token and _holds(reach, visitor, token, account):
        visitor.account, visitor.token = account, token
        visitor.units = str(request.session.get(UNITS, ""))
        visitor.unseen = reach.door.parts.notifier.notices.unseen(reach.door.parts.database, account.number)
    elif token:
        leave(request)
    return visitor


def leave(request: HttpRequest, *, idle: bool = False) -> None:
    """End the session here and at the door."""
    token = request.session.get(TOKEN)
    if token:
        sessions.close_session(reach_of(request).door, token, idle=idle)
    logout(request)


def stays(request: HttpRequest) -> None:
    """They are still there: idling counts from now."""
    request.session[SEEN] = clock.now() // clock.SECOND


def signs_out_at(request: HttpRequest, role: Role) -> int:
    """When the session ends by itself if nothing more happens, in milliseconds since 1970 UTC."""
    seen = int(request.session.get(SEEN, clock.now() // clock.SECOND))
    return (seen + IDLE_SECONDS.get(role, IDLE_STAFF_SECONDS)) * 1000


def gave_second_factor(request: HttpRequest) -> bool:
    """Whether a code was given in this session."""
    user = request.user
    if not isinstance(user, SignIn):
        return False
    records = get_authentication_records(request, user)
    return request.session.get(FACTOR) == user.pk or any(record.get("method") == "mfa" for record in records)


def _token(request: HttpRequest, reach: Reach, account: Account) -> str:
    token: str | None = request.session.get(TOKEN)
    if token is None:
        factor = gave_second_factor(request)
        if Role(account.role) is not Role.PATIENT and not factor:
            return ""
        token = sessions.open_session(reach.door, account.number, second_factor=factor, seconds=LONGEST_SECONDS)
        request.session[TOKEN] = token
    return token


def _holds(reach: Reach, visitor: Visitor, token: str, account: Account) -> bool:
    """Whether the door knows the token, and as this account's."""
    try:
        return reach.door.admit(token, visitor.request_id).principal.account == account.number
    except Failure:
        return False


def _is_over(request: HttpRequest, role: Role) -> bool:
    """Whether nobody has been there for too long; notes about once a minute that somebody is."""
    now = clock.now() // clock.SECOND
    seen = request.session.get(SEEN)
    if seen is not None and now - seen > IDLE_SECONDS.get(role, IDLE_STAFF_SECONDS):
        return True
    if seen is None or now - seen > _NOTED_EVERY_SECONDS:
        request.session[SEEN] = now
    return False


def _locale(request: HttpRequest) -> Locale:
    """What they chose, else what their browser asks for."""
    chosen = request.user.language if isinstance(request.user, SignIn) else ""
    if chosen in dict(settings.LANGUAGES):
        activate(chosen)
    language = (get_language() or "en-gb").partition("-")
    return Locale(language[0], language[2].upper() or None)


def _zone(request: HttpRequest) -> ZoneInfo:
    """What they chose, else what their browser said, else UTC."""
    chosen = request.user.zone if isinstance(request.user, SignIn) else ""
    for name in (chosen, request.COOKIES.get("zone", "")):
        if name in zones.ALL:
            return ZoneInfo(name)
    return _UTC
