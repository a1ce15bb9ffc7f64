"""Tells Django what this folder is called."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from carefolio.portal.accounts.database import watch_over


class Accounts(AppConfig):
    """Sign-ins and sessions."""

    name = "carefolio.portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Connect what the ledger is told of, and who looks after connections."""
        from carefolio.portal.accounts import telling  # noqa: F401, PLC0415 - models exist from here on, as Django says

        connection_created.connect(_connected)


def _connected(connection: Any, **_more: Any) -> None:
    watch_over(connection)
