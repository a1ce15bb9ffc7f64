"""Which sender an installation has."""

from __future__ import annotations

from carefolio.base.settings import Settings
from carefolio.notify.senders.folder import Folder
from carefolio.notify.senders.sender import Sender, address_of
from carefolio.notify.senders.smtp import Smtp

FOLDER = "mail"


def sender_of(settings: Settings) -> Sender:
    """Where e-mails go: to the mail server of the settings, else into a folder of the data."""
    address = address_of(settings.public_url)
    return Smtp(settings.smtp_url, address) if settings.smtp_url else Folder(settings.data / FOLDER, address)
