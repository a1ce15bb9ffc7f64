"""What this folder adds to the pages of visits."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from carefolio.consent.principal import Role
from carefolio.portal.visits.parts import Part, offer


class ReviewingConfig(AppConfig):
    """A visit that was kept is rated."""

    name = "carefolio.portal.reviewing"

    def ready(self) -> None:
        """Offer it to the patient who was there."""
        offer(
            Part(
                lambda visitor, seen: visitor.role is Role.PATIENT and seen.visit.status == "fulfilled",
                _("Rate this visit"),
                "/visits/{id}/rate/",
                "heart",
            )
        )
