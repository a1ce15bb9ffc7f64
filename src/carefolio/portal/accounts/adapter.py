"""Where allauth asks us: how mails leave, what secrets look like at rest, who may try a password once more."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from carefolio.base import clock
from carefolio.consent.principal import Role
from carefolio.portal.accounts import admission, attempts
from carefolio.portal.accounts.addresses import client_of
from carefolio.portal.accounts.models import SignIn
from carefolio.portal.accounts.sealing import seal, unseal
from carefolio.portal.accounts.sessions import SessionStore
from carefolio.portal.reach import reach_of
from carefolio.workflows.registration import sessions

_FACTOR = b"second-factor"


class AccountAdapter(DefaultAccountAdapter):
    """Mails go into the platform's own queue; addresses in them come from the settings, never from the request."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("The e-mail or the password is not right. Check both and try again."),
        "too_many_login_attempts": _("There were too many tries. Wait 10 minutes, or reset your password."),
        "incorrect_password": _("This is not your password. Check it and try again."),
        "enter_current_password": _("This is not your password. Check it and try again."),
        "incorrect_code": _("This code is not right, or it has run out. Enter the newest one."),
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Put the mail into the queue; it leaves within seconds, and survives a restart."""
        request = _request()
        reach = reach_of(request)
        words = context | {"site": reach.settings.public_url, "email": email}
        subject = " ".join(render_to_string(f"{template_prefix}_subject.txt", words).split())
        text = render_to_string(f"{template_prefix}_message.txt", words).strip() + "\n"
        notifier = reach.door.parts.notifier
        reach.door.parts.database.write_now(lambda tx: notifier.mail(tx, email, subject, text))

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """The address that confirms an e-mail."""
        return self._ours(super().get_email_confirmation_url(request, emailconfirmation))

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The address that sets a new password."""
        return self._ours(super().get_reset_password_from_key_url(key))

    def _ours(self, url: str) -> str:
        path = "/" + url.split("://", 1)[1].partition("/")[2]
        return reach_of(_request()).settings.public_url + path

    def get_client_ip(self, request: HttpRequest) -> str:
        """The visitor's address, as the attempts count it."""
        return client_of(request) or str(super().get_client_ip(request))

    def logout(self, request: HttpRequest) -> None:
        """Sign out, here and at the door."""
        admission.leave(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse a try too many."""
        if not attempts.may_try(request, credentials.get("email", "")):
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count it, and let the ledger know."""
        email = credentials.get("email", "")
        attempts.failed(request, email)
        found = SignIn.objects.filter(email=email.lower()).first()
        sessions.note_failed(reach_of(request).door, (found and found.account) or 0)

    def reauthenticate(self, user: AbstractBaseUser, password: str) -> bool:
        """Their password once more, bounded like a sign-in."""
        request, email = _request(), user.get_username()
        if not attempts.may_try(request, email):
            return False
        holds = user.check_password(password)
        if not holds:
            attempts.failed(request, email)
        return holds

    def is_reauthentication_required(self, *, app: str, **_more: Any) -> bool:
        """Whether they are asked for their password or code once more: not within minutes of giving one."""
        del app
        request = _request()
        user = request.user if isinstance(request.user, SignIn) else None
        given = [float(record.get("at", 0)) for record in get_authentication_records(request, user)]
        return clock.now() / clock.SECOND - max(given, default=0.0) > float(REAUTHENTICATION_TIMEOUT)

    def clean_password(self, password: str, user: Any = None) -> str:
        """At least ten letters, and none of the passwords that everybody uses."""
        return str(super().clean_password(password, user))


class FactorAdapter(DefaultMFAAdapter):
    """Second factors are sealed at rest; the picture to scan is ours."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This code is not right, or it has run out. Enter the newest one."),
        "cannot_delete_authenticator": _("Your work needs a code from an app. You can use another app instead."),
    }

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Only a patient goes without one: else a password alone would be enough to set up the next."""
        account = authenticator.user.account
        parts = reach_of(_request()).door.parts
        found = parts.accounts.of_number(parts.database, account) if account is not None else None
        return found is not None and found.role == Role.PATIENT

    def encrypt(self, text: str) -> str:
        """The sealed secret."""
        return b64encode(seal(text.encode(), _FACTOR)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The secret; an empty one, by which no code holds, when it was not sealed here."""
        return (unseal(b64decode(encrypted_text), _FACTOR) or b"").decode()

    def build_totp_svg(self, url: str) -> str:
        """The picture that an app scans."""
        return str(segno.make(url, error="m").svg_inline(scale=4, border=2, svgclass="qr", lineclass="qr-line"))

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        """What an app calls it."""
        return user.get_username()


class SessionsAdapter(DefaultUserSessionsAdapter):
    """A session that is ended from another browser ends at the door as well."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:  # noqa: D102 - says what the class says
        request = _request()
        for one in sessions:
            _close(request, SessionStore(one.session_key).get(admission.TOKEN))
            one.end()


def _close(request: HttpRequest, token: str | None) -> None:
    if token:
        sessions.close_session(reach_of(request).door, token)


def _request() -> HttpRequest:
    request: HttpRequest = context.request
    return request
