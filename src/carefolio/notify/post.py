"""The postman: takes e-mails that are due, one at a time, and hands them to the sender.

1. Take one: a lease in the table, durable before anything is sent, so that no other worker takes it too.
2. Send it.
3. Note what became of it.

If we crash after 1, the mail waits until its lease has run out and is taken again. If we crash between 2 and 3, it has
left and is sent a second time then, under the same Message-ID. No crash loses one.
"""

from __future__ import annotations

import logging
import threading
from functools import partial

from carefolio.base.database import Database
from carefolio.base.logs import where
from carefolio.notify.mails import Mail
from carefolio.notify.notifier import Notifier
from carefolio.notify.senders.sender import Sender, Undelivered

LOG = logging.getLogger("carefolio.notify")
_BECAME = {False: "put off", True: "given up"}
LOOK_SECONDS = 1.0
"""How often to look for what other processes queued; this one's own mails ring the bell."""


class Postman:
    """Delivers what one installation has queued; any number of them may work beside each other."""

    def __init__(self, database: Database, notifier: Notifier, sender: Sender) -> None:
        self._database = database
        self._bell = notifier.bell
        self._mails = notifier.mails
        self._sender = sender

    def deliver_due(self, stop: threading.Event | None = None) -> int:
        """Send everything that is due now, until ``stop``; how many left."""
        left = 0
        while not (stop and stop.is_set()):
            mail = self._database.write_now(self._mails.take) if self._mails.some_due(self._database) else None  # 1
            if mail is None:
                break
            left += self._deliver(mail)
        return left

    def keep_delivering(self, stop: threading.Event) -> None:
        """Deliver until ``stop``: at once when this process queued a mail, and what others queued within a second.

        The bell rings inside the transaction that queues. Taking goes through the same writer, behind it; so a mail
        whose bell was heard is found, if its transaction was committed.
        """
        rung = True
        while not stop.is_set():
            try:
                if rung or self._mails.some_due(self._database):
                    self.deliver_due(stop)
            except Exception as problem:  # noqa: BLE001 - serving goes on; the next second tries again
                LOG.error("e-mails could not be delivered: %s", where(problem))  # noqa: TRY400 - no values
            rung = self._bell.wait(LOOK_SECONDS)
            self._bell.clear()

    def _deliver(self, mail: Mail) -> bool:
        try:
            self._sender.send(mail)  # 2
        except Undelivered as problem:
            work = partial(self._mails.failed, mail=mail, permanent=problem.permanent)
            given_up = self._database.write_now(work)  # 3
            LOG.warning("e-mail %s was %s: %s", mail.number, _BECAME[given_up], problem.sentence)
            return False
        self._database.write_now(partial(self._mails.sent, mail=mail), alone=False)  # 3
        return True
