"""Sessions in Django's table, sealed: they hold the token by which the door knows the person. A cookie is its session's
key with a signature, so that nobody gets in with what stands in the table, or in a backup of it.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as Database
from django.contrib.sessions.middleware import SessionMiddleware
from django.contrib.sessions.serializers import JSONSerializer
from django.core import signing
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from carefolio.portal.accounts.database import AWAY
from carefolio.portal.accounts.sealing import seal, unseal

_PURPOSE = b"session"
_SIGNER = "carefolio.session"
COPIED_SECONDS = 60
"""How long a copy is believed: no longer may one outlive a session that was ended while Redis did not answer; and
Redis has forgotten by itself what is older.
"""
TOKEN = "token"  # noqa: S105 - a name, not a token
"""What the door knows the session by. One without it is not copied: a copy that outlived it could open a new one."""


class SessionStore(Database):
    """Django's own, with what it stores sealed. Where there is Redis the sealed form is there too, so that a page needs
    no look into the database for it. A copy that outlives its session opens nothing: the token in it has ended.
    """

    def load(self) -> dict[str, Any]:
        """What was stored; from the copy where there is one."""
        copied = self._copies.recall(self._copy) if self._copies is not None and self.session_key else None
        if copied is not None:
            return self.decode(copied)
        found: dict[str, Any] = super().load()
        if TOKEN in found:
            self._keep(found)
        return found

    def save(self, must_create: bool = False) -> None:
        """Store it, then copy it. Raises UpdateError when it was ended meanwhile; Django says the same of a database
        that is away, which must not be told as an end.
        """
        try:
            super().save(must_create)
        except UpdateError as problem:
            if isinstance(problem.__context__, AWAY):
                raise problem.__context__ from None
            raise
        stored = dict(self.items())
        if TOKEN in stored:
            self._keep(stored)
        elif self._copies is not None:
            self._copies.forget(self._copy)

    def _keep(self, stored: dict[str, Any]) -> None:
        if self._copies is not None and self.session_key:
            self._copies.copy(self._copy, self.encode(stored), COPIED_SECONDS)

    def delete(self, session_key: str | None = None) -> None:
        """Forget the copy, then the session."""
        if self._copies is not None and (key := session_key or self.session_key):
            self._copies.forget(f"session/{key}")
        super().delete(session_key)

    @property
    def _copies(self) -> Any:
        return cache if settings.CAREFOLIO_COPIES_SESSIONS else None

    @property
    def _copy(self) -> str:
        return f"session/{self.session_key}"

    def encode(self, session_dict: dict[str, Any]) -> str:
        """The stored form."""
        return b64encode(seal(JSONSerializer().dumps(session_dict), _PURPOSE)).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """What was stored; nothing for what was not sealed here."""
        plain = unseal(b64decode(session_data), _PURPOSE)
        found: dict[str, Any] = JSONSerializer().loads(plain) if plain is not None else {}
        return found


class Sessions(SessionMiddleware):
    """Django's own, with cookies that are signed."""

    def process_request(self, request: HttpRequest) -> None:
        """Take the session's key out of its cookie; a cookie that was not signed here is none."""
        name = settings.SESSION_COOKIE_NAME
        if name in request.COOKIES:
            try:
                request.COOKIES[name] = signing.Signer(salt=_SIGNER).unsign(request.COOKIES[name])
            except signing.BadSignature:
                del request.COOKIES[name]
        super().process_request(request)

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Sign the cookie that leaves."""
        answer = super().process_response(request, response)
        cookie = answer.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and cookie.value:
            answer.cookies[settings.SESSION_COOKIE_NAME] = signed(cookie.value)
        return answer


def signed(key: str) -> str:
    """The cookie of the session with this key."""
    return signing.Signer(salt=_SIGNER).sign(key)
