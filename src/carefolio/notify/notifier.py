"""Tell an account something: a notice in the portal and an e-mail, both in the transaction of what happened."""

from __future__ import annotations

import threading

from carefolio.base.database import Transaction
from carefolio.base.keys import Keyring
from carefolio.notify.mails import Mails
from carefolio.notify.notices import NewNotice, Notices
from carefolio.notify.reminders import Reminders
from carefolio.notify.texts import letter_of


class Notifier:
    """Writes notices and queues e-mails; ``bell`` rings when there may be one to send."""

    def __init__(self, keyring: Keyring, public_url: str) -> None:
        self.notices = Notices(keyring)
        self.reminders = Reminders(keyring)
        self.mails = Mails(keyring)
        self.bell = threading.Event()
        self._public_url = public_url

    def put(self, tx: Transaction, new: NewNotice, email: str | None) -> None:
        """Write the notice, and queue the e-mail of its kind for an account that has an address."""
        self.notices.put(tx, new)
        letter = letter_of(new.kind, self._public_url, new.about)
        if email and letter is not None:
            self.mail(tx, email, *letter)

    def mail(self, tx: Transaction, to: str, subject: str, text: str) -> None:
        """Queue an e-mail that no notice goes with."""
        self.mails.put(tx, to, subject, text)
        self.bell.set()
