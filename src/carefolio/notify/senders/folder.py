"""Without a mail server: each e-mail becomes a file that only this user can read."""

from __future__ import annotations

import os
from pathlib import Path

from carefolio.base import clock
from carefolio.notify.mails import Mail
from carefolio.notify.senders.sender import Undelivered, message_of

_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600


class Folder:
    """Puts e-mails into a folder, one file each, named by time and number."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    def send(self, mail: Mail) -> None:
        """If we crash before the file has its name, what is there is no mail; if after it, it is whole and durable, and
        the same mail written again takes its own place.
        """
        name = f"{clock.moment(mail.queued):%Y%m%dT%H%M%S}-{mail.number}.eml"
        try:
            content = message_of(mail, self._sender).as_bytes()
            self._folder.mkdir(parents=True, exist_ok=True, mode=_PRIVATE_FOLDER)
            self._put(self._folder / name, content)
        except ValueError:
            raise Undelivered("The address is none that a mail can be sent to.", permanent=True) from None
        except OSError as problem:
            raise Undelivered(f"{self._folder}: {problem.strerror}.", permanent=False) from None

    def look(self) -> str:
        """Words on where mails go."""
        above = next(each for each in (self._folder, *self._folder.absolute().parents) if each.exists())
        if not above.is_dir() or not os.access(above, os.W_OK):
            raise Undelivered(f"{above} cannot be written to.", permanent=False)
        return f"no mail server is set: e-mails become files in {self._folder}"

    def _put(self, path: Path, content: bytes) -> None:
        partial = path.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.rename(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
