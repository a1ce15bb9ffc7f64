"""What this folder adds to the pages of visits."""

from __future__ import annotations

from functools import partial

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from carefolio.consent.principal import Role
from carefolio.portal.payments.telling import is_by_card
from carefolio.portal.visitor import Visitor
from carefolio.portal.visits.parts import Part, offer
from carefolio.workflows.payments.rules import PAID_AHEAD
from carefolio.workflows.scheduling.reading import Seen


class PaymentsConfig(AppConfig):
    """A visit is paid for when it is booked, or billed."""

    name = "carefolio.portal.payments"

    def ready(self) -> None:
        """Offer each to whom they are for."""
        for by_card, words in ((True, _("Pay for this visit")), (False, _("Get the bill for this visit"))):
            offer(Part(partial(_is_paid_ahead, card=by_card), words, "/payments/visits/{id}/", "card"))
        offer(
            Part(
                lambda visitor, seen: visitor.role is Role.DOCTOR and seen.visit.status not in ("pending", "cancelled"),
                _("Write a bill"),
                "/payments/visits/{id}/bill/",
                "card",
            )
        )


def _is_paid_ahead(visitor: Visitor, seen: Seen, *, card: bool) -> bool:
    """Whether the patient may have its bill now, where cards are taken or where they are not."""
    is_theirs = visitor.role is Role.PATIENT and seen.visit.status in PAID_AHEAD
    return is_theirs and is_by_card(visitor) == card
