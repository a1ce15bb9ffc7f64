"""Sessions in Django's table, sealed: they hold the token by which the door knows the person."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as Database
from django.contrib.sessions.serializers import JSONSerializer

from carefolio.portal.accounts.sealing import seal, unseal

_PURPOSE = b"session"


class SessionStore(Database):
    """Django's own, with what it stores sealed."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        """The stored form."""
        return b64encode(seal(JSONSerializer().dumps(session_dict), _PURPOSE)).decode()

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """What was stored; nothing for what was not sealed here."""
        plain = unseal(b64decode(session_data), _PURPOSE)
        found: dict[str, Any] = JSONSerializer().loads(plain) if plain is not None else {}
        return found
