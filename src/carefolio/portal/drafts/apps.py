"""Tells Django what this folder is called."""

from django.apps import AppConfig


class Drafts(AppConfig):
    """Half-filled forms."""

    name = "carefolio.portal.drafts"
    label = "drafts"
