"""Page cursors as callers carry them: sealed, since they may hold a name, and bound to one account."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error

from cryptography.exceptions import InvalidTag

from carefolio.base.failures import malformed
from carefolio.base.keys import PLATFORM, Keyring


class Cursors:
    """Seals and opens them under the platform's key."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def seal(self, account: int, cursor: bytes) -> str:
        """The text that goes into a link."""
        sealed = self._keyring.of(PLATFORM).seal(cursor, b"cursor/%d" % account)
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open_number(self, account: int, text: str) -> int:
        """The cursor as a number; raises a Failure (400) as well for one that another kind of page gave."""
        cursor = self.open(account, text)
        if not cursor.isdigit():
            raise malformed("This page link belongs to another address; search again.")
        return int(cursor)

    def open(self, account: int, text: str) -> bytes:
        """The cursor; raises a Failure (400) for a text that was not made here for this account."""
        try:
            sealed = urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
            return self._keyring.of(PLATFORM).open(sealed, b"cursor/%d" % account)
        except (Error, InvalidTag, ValueError):
            raise malformed("This page link is not whole, or was made for somebody else; search again.") from None
