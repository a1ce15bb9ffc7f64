"""What this folder adds to the pages of visits."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from carefolio.base import clock
from carefolio.consent.principal import Role
from carefolio.portal.visitor import Visitor
from carefolio.portal.visits.parts import Part, offer
from carefolio.workflows.charting.rules import lets_write
from carefolio.workflows.scheduling.reading import Seen


class Charting(AppConfig):
    """A visit's doctor writes in the chart."""

    name = "carefolio.portal.charting"

    def ready(self) -> None:
        """A visit's page leads there, as long as the visit lets its doctor write."""
        offer(Part(_lets_write, _("Add to the health record"), "/charts/{patient}/add/", "add"))


def _lets_write(visitor: Visitor, seen: Seen) -> bool:
    return visitor.role is Role.DOCTOR and lets_write(seen.visit, clock.now())
