"""Tells Django what this folder is called, and visits' pages where the room is."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from carefolio.base import clock
from carefolio.portal.visitor import Visitor
from carefolio.portal.visits.parts import Part, offer
from carefolio.workflows.consultation import rules
from carefolio.workflows.scheduling.reading import Seen

_ADDRESS = "/visits/{id}/room/"


class Consultation(AppConfig):
    """The room's pages."""

    name = "carefolio.portal.consultation"
    label = "consultation"

    def ready(self) -> None:
        """A visit's page leads to its room."""
        offer(Part(_opens, _("Join the video visit"), _ADDRESS, "video", urgent=True))
        offer(Part(_was_open, _("The video visit and its notes"), _ADDRESS, "document"))


def _opens(visitor: Visitor, seen: Seen) -> bool:
    del visitor
    return rules.can_join(seen.visit, clock.now())


def _was_open(visitor: Visitor, seen: Seen) -> bool:
    del visitor
    return rules.has_room(seen.visit) and seen.visit.status == "fulfilled"
