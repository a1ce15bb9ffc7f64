"""What this folder adds to the pages of visits."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from carefolio.consent.principal import Role
from carefolio.portal.visits.parts import Part, offer
from carefolio.workflows.payments.rules import PAID_AHEAD


class PaymentsConfig(AppConfig):
    """A visit is paid for when it is booked, or billed."""

    name = "carefolio.portal.payments"

    def ready(self) -> None:
        """Offer both to whom they are for."""
        offer(
            Part(
                lambda visitor, seen: visitor.role is Role.PATIENT and seen.visit.status in PAID_AHEAD,
                _("Pay for this visit"),
                "/payments/visits/{id}/",
                "card",
            )
        )
        offer(
            Part(
                lambda visitor, seen: visitor.role is Role.DOCTOR and seen.visit.status not in ("pending", "cancelled"),
                _("Write a bill"),
                "/payments/visits/{id}/bill/",
                "card",
            )
        )
