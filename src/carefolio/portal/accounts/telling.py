"""What the ledger is told when somebody changes how they sign in."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set, user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.dispatch import receiver
from django.http import HttpRequest

from carefolio.portal.accounts import admission
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
    """Whoever reads the mail of an address could be anybody: all sessions end, and the second factor is still asked."""
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


@receiver(user_logged_in)
def _signed_in(request: HttpRequest, **_more: Any) -> None:
    admission.stays(request)
    request.session.pop(admission.TOKEN, None)
    request.session.pop(admission.FACTOR, None)


def _changed(request: HttpRequest, user: SignIn, factor: Factor, *, removed: bool = False) -> None:
    if user.account is None:
        return
    keep = request.session.get(admission.TOKEN) or ""
    sessions.note_factor_changed(reach_of(request).door, user.account, factor, removed=removed, keep=keep)
