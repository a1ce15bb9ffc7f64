"""What the ledger is told when somebody changes how they sign in."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.dispatch import receiver
from django.http import HttpRequest

from carefolio.portal.accounts import admission, attempts
from carefolio.portal.accounts.models import SignIn
from carefolio.portal.reach import reach_of
from carefolio.workflows.registration import sessions
from carefolio.workflows.registration.sessions import Factor

_FACTORS = {Authenticator.Type.TOTP: Factor.APP, Authenticator.Type.RECOVERY_CODES: Factor.RECOVERY_CODES}


@receiver([password_changed, password_set])
def _password_changed(request: HttpRequest, user: SignIn, **_more: Any) -> None:
    _changed(request, user, Factor.PASSWORD)


@receiver(password_reset)
def _password_reset(request: HttpRequest, user: SignIn, **_more: Any) -> None:
    """Whoever reads the mail of an address could be anybody: all sessions end, and the second factor is still asked.
    This device is known from now on: guesses from elsewhere do not keep its owner out.
    """
    attempts.signed_in(request, user.email)
    if user.account is not None:
        sessions.note_recovery(reach_of(request).door, user.account)


@receiver([authenticator_added, authenticator_reset])
def _factor_added(request: HttpRequest, user: SignIn, authenticator: Authenticator, **_more: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        request.session[admission.FACTOR] = user.pk  # a code of the new app was given to get here
    _changed(request, user, _FACTORS[Authenticator.Type(authenticator.type)])


@receiver(authenticator_removed)
def _factor_removed(request: HttpRequest, user: SignIn, authenticator: Authenticator, **_more: Any) -> None:
    request.session.pop(admission.FACTOR, None)
    _changed(request, user, _FACTORS[Authenticator.Type(authenticator.type)], removed=True)


@receiver(authenticator_used)
def _factor_used(
    request: HttpRequest, user: SignIn, authenticator: Authenticator, reauthenticated: bool, **_more: Any
) -> None:
    """A recovery code stands in for a phone that is lost, or stolen: the sessions that it may still have end."""
    is_recovery = authenticator.type == Authenticator.Type.RECOVERY_CODES
    if is_recovery and not reauthenticated and user.account is not None:
        sessions.note_recovery(reach_of(request).door, user.account)


@receiver(authentication_failed)
def _code_refused(request: HttpRequest, user: SignIn, **_more: Any) -> None:
    sessions.note_failed(reach_of(request).door, user.account or 0)


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, user: SignIn, **_more: Any) -> None:
    attempts.signed_in(request, user.email)
    admission.stays(request)
    request.session.pop(admission.TOKEN, None)
    request.session.pop(admission.FACTOR, None)


def _changed(request: HttpRequest, user: SignIn, factor: Factor, *, removed: bool = False) -> None:
    if user.account is None:
        return
    keep = request.session.get(admission.TOKEN) or ""
    sessions.note_factor_changed(reach_of(request).door, user.account, factor, removed=removed, keep=keep)
