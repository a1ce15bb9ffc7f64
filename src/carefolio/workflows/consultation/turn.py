"""By which servers two browsers find a way to each other: STUN and TURN, where the operator runs one.

TURN's credentials hold for an hour and name nobody. They are made as coturn's "TURN REST API" takes them
(``use-auth-secret``): the user is the second at which they end, the password its HMAC-SHA1 under the shared secret.
"""

from __future__ import annotations

import hmac
from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from carefolio.base.clock import HOUR, SECOND
from carefolio.base.failures import Failure, broken

HOLDS: Final = HOUR
_LEAST: Final = 16


def servers(urls: Sequence[str], secret: str, now: int) -> list[dict[str, Any]]:
    """What a browser is told (RTCIceServer, https://www.w3.org/TR/webrtc/#rtciceserver-dictionary)."""
    found: list[dict[str, Any]] = []
    plain = [url for url in urls if url.startswith("stun")]
    relays = [url for url in urls if not url.startswith("stun")]
    if plain:
        found.append({"urls": plain})
    if relays and secret:
        user = str((now + HOLDS) // SECOND)
        password = b64encode(hmac.digest(secret.encode(), user.encode(), "sha1")).decode()
        found.append({"urls": relays, "username": user, "credential": password})
    return found


def read_secret(path: Path | None) -> str:
    """The secret shared with the TURN server; raises a Failure that says what is wrong with its file."""
    if path is None:
        return ""
    try:
        if path.stat().st_mode & 0o077:
            raise _unusable(path, f"can be read by others on this machine. Run: chmod 600 {path}")
        secret = path.read_text().strip()
    except (OSError, UnicodeDecodeError):
        raise _unusable(path, "cannot be read.") from None
    if len(secret) < _LEAST:
        raise _unusable(path, f"has to hold a secret of {_LEAST} signs or more.")
    return secret


def _unusable(path: Path, why: str) -> Failure:
    return broken(f"The TURN server's secret {path} {why}")
