"""To a mail server (RFC 5321), encrypted from the start (smtps) or as soon as the server offers it (STARTTLS)."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from urllib.parse import parse_qs, unquote, urlsplit

from carefolio.notify.mails import Mail
from carefolio.notify.senders.sender import Undelivered, message_of

STEP_SECONDS = 15.0
"""How long the server may take for one step of the conversation."""
_SMTPS_PORT, _SMTP_PORT = 465, 587
_PERMANENT = 500
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NO_ADDRESS = "The address is none that this server can send to."
_UNDERSTOOD = (smtplib.SMTPException, OSError)


class Smtp:
    """Sends through one mail server: ``smtp://user:password@host:port`` or ``smtps://…``, as the settings checked it.

    ``?from=address`` names the sender where it is not ``sender``; ``context`` says which certificates are trusted.
    """

    def __init__(self, url: str, sender: str, context: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(url)
        self._encrypted = parts.scheme == "smtps"
        self._host = parts.hostname or ""
        self._port = parts.port or (_SMTPS_PORT if self._encrypted else _SMTP_PORT)
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._sender = parse_qs(parts.query).get("from", [sender])[0]
        self._context = context or ssl.create_default_context()

    def send(self, mail: Mail) -> None:
        """Hand the mail to the server. If we crash before its last answer, nobody knows whether it took the mail.

        What is refused about this mail (its recipient, its content) is permanent; what is wrong with the server, the
        password or the way there is not: somebody will mend it, and the mail then leaves.
        """
        try:
            message = message_of(mail, self._sender)
        except ValueError:
            raise Undelivered(_NO_ADDRESS, permanent=True) from None
        try:
            with self._connected() as server:
                _hand_over(server, message)
        except _UNDERSTOOD as problem:
            raise Undelivered(self._said(problem), permanent=False) from None

    def look(self) -> str:
        """Talk to the server up to where a mail would begin."""
        try:
            with self._connected() as server:
                server.noop()
        except _UNDERSTOOD as problem:
            raise Undelivered(self._said(problem), permanent=False) from None
        return f"{self._host}:{self._port} takes e-mails from {self._sender}"

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        server = self._open()
        try:
            server.ehlo_or_helo_if_needed()
            if not self._encrypted and server.has_extn("starttls"):
                server.starttls(context=self._context)
                server.ehlo()
            if self._user:
                self._sign_in(server)
            yield server
        finally:
            with suppress(*_UNDERSTOOD):
                server.quit()

    def _open(self) -> smtplib.SMTP:
        if self._encrypted:
            return smtplib.SMTP_SSL(self._host, self._port, timeout=STEP_SECONDS, context=self._context)
        return smtplib.SMTP(self._host, self._port, timeout=STEP_SECONDS)

    def _sign_in(self, server: smtplib.SMTP) -> None:
        """A password leaves this machine encrypted or not at all."""
        if not isinstance(server.sock, ssl.SSLSocket) and self._host not in _LOOPBACK:
            raise smtplib.SMTPException("the server offers no encryption, and a password is not sent without")
        server.login(self._user, self._password)

    def _said(self, problem: Exception) -> str:
        """What went wrong, without what a server may repeat of addresses."""
        code = getattr(problem, "smtp_code", None)
        words = f"it answered {code}" if code else getattr(problem, "strerror", None) or str(problem)
        return f"The mail server {self._host}:{self._port} cannot be used: {words}."


def _hand_over(server: smtplib.SMTP, message: EmailMessage) -> None:
    """The part of the conversation that is about this mail."""
    try:
        server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refused:
        code = max(code for code, _ in refused.recipients.values())
        raise Undelivered(f"The recipient was refused ({code}).", permanent=code >= _PERMANENT) from None
    except smtplib.SMTPDataError as refused:
        code = refused.smtp_code
        raise Undelivered(f"The mail was refused ({code}).", permanent=code >= _PERMANENT) from None
    except (UnicodeError, smtplib.SMTPNotSupportedError):  # an address beyond ASCII, and a server that knows no other
        raise Undelivered(_NO_ADDRESS, permanent=True) from None
