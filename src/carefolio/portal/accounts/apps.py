"""Tells Django what this folder is called."""

from django.apps import AppConfig


class Accounts(AppConfig):
    """Sign-ins and sessions."""

    name = "carefolio.portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Connect what the ledger is told of."""
        from carefolio.portal.accounts import telling  # noqa: F401, PLC0415 - models exist from here on, as Django says
