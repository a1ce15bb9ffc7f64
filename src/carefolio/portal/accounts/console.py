"""Sign-ins as the operator's console makes them, and the codes that it tells."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.models import Session
from django.db import connection

from carefolio.base import clock
from carefolio.base.failures import unprocessable
from carefolio.consent.principal import Role
from carefolio.identity.accounts import Account
from carefolio.portal.accounts import signing_up
from carefolio.portal.accounts.models import SignIn
from carefolio.records.door import Door

_CODE_SECONDS = 30


PASSWORD = "an-open-secret-for-the-demo"  # noqa: S105 - printed on the demo's sign-in page, loopback only


def close_unconfirmed(door: Door) -> None:
    """Free the e-mails that nobody confirmed in time. A thread that does it daily keeps no connection meanwhile."""
    try:
        signing_up.close_all_unconfirmed(door)
    finally:
        connection.close()


def make_way(door: Door, email: str) -> None:
    """Free an e-mail that somebody signed up with and did not confirm in time."""
    signing_up.clear(door, email)


def add_sign_in(account: Account, password: str | None, *, second_factor: bool) -> None:
    """A way in for somebody who was just added; ``second_factor``: with an app's secret, whose codes ``code_of`` tells
    until they set up an app of their own.
    """
    sign_in = SignIn.objects.filter(account=account.number).first() or signing_up.add(account, password)
    if second_factor and not _secret(sign_in):
        secret = get_adapter().encrypt(generate_totp_secret())
        Authenticator.objects.create(user=sign_in, type=Authenticator.Type.TOTP, data={"secret": secret})


def end_everybodys_sessions() -> None:
    """Nobody is signed in any more. What was put back as it was before holds sessions that were ended since, and one
    that the door gave no token yet would still get one.
    """
    Session.objects.all().delete()
    UserSession.objects.all().delete()


def code_of(email: str) -> str:
    """The six digits that the second factor of this account shows now (RFC 6238).

    Raises:
        Failure: there is no such sign-in, or it has no second factor.
    """
    sign_in = SignIn.objects.filter(email=email.lower()).first()
    if sign_in is None:
        raise unprocessable("There is no such account here; add it with 'carefolio account add'.")
    secret = _secret(sign_in)
    if not secret:
        raise unprocessable("This account has no second factor; its person sets one up after signing in.")
    return format_hotp_value(hotp_value(secret, clock.now() // clock.SECOND // _CODE_SECONDS))


def _secret(sign_in: SignIn) -> str:
    found = Authenticator.objects.filter(user=sign_in, type=Authenticator.Type.TOTP).first()
    return get_adapter().decrypt(found.data["secret"]) if found else ""


def offer(accounts: Iterable[Account]) -> None:
    """Let everybody sign in as these, the demo's people, with the password that the sign-in page shows."""
    encoded = make_password(PASSWORD)
    for account in accounts:
        add_sign_in(account, None, second_factor=account.role != Role.PATIENT)
        SignIn.objects.filter(account=account.number).update(password=encoded, demo=True)
