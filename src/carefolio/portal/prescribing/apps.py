"""What this folder adds to the pages of visits."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from carefolio.base import clock
from carefolio.consent.principal import Role
from carefolio.portal.visitor import Visitor
from carefolio.portal.visits.parts import Part, offer
from carefolio.workflows.prescribing.rules import lets_prescribe
from carefolio.workflows.scheduling.reading import Seen


class Prescribing(AppConfig):
    """A visit's doctor prescribes."""

    name = "carefolio.portal.prescribing"

    def ready(self) -> None:
        """A visit's page leads there, as long as the visit lets its doctor prescribe."""
        offer(Part(_lets_prescribe, _("Prescribe"), "/prescriptions/new/{patient}/", "pill"))


def _lets_prescribe(visitor: Visitor, seen: Seen) -> bool:
    return visitor.role is Role.DOCTOR and lets_prescribe(seen.visit, clock.now())
