"""The shape that all senders have, and how they say that an e-mail did not leave."""

from __future__ import annotations

from email.message import EmailMessage
from email.utils import formatdate
from typing import Protocol
from urllib.parse import urlsplit

from carefolio.base import clock
from carefolio.notify.mails import Mail


class Undelivered(Exception):  # noqa: N818 - it says what became of the mail
    """The e-mail did not leave. ``permanent``: it never will, however often it is tried. The sentence holds neither
    address nor text.
    """

    def __init__(self, sentence: str, *, permanent: bool) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.permanent = permanent


class Sender(Protocol):
    """One way out."""

    def send(self, mail: Mail) -> None:
        """Return when somebody else answers for the mail, on a disk or at a mail server; else raise Undelivered."""
        ...

    def look(self) -> str:
        """Words on where mails go, if they would get there now; raises Undelivered when they would not."""
        ...


def address_of(public_url: str) -> str:
    """Whom e-mails are from where no setting says it."""
    return f"carefolio@{urlsplit(public_url).hostname or 'localhost'}"


def message_of(mail: Mail, sender: str) -> EmailMessage:
    """The mail as RFC 5322 has it. The same mail has the same Message-ID each time, so that a mailbox that gets it
    twice can tell. Raises ValueError for an address that is none.
    """
    message = EmailMessage()
    message["From"] = f"Carefolio <{sender}>"
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = formatdate(mail.queued / clock.SECOND)
    message["Message-ID"] = f"<{mail.queued}.{mail.number}@{sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message
