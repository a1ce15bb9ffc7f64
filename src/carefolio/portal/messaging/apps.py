"""What this folder adds to the pages of visits."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from carefolio.base import clock
from carefolio.portal.visitor import Visitor
from carefolio.portal.visits.parts import Part, offer
from carefolio.workflows.messaging.rules import is_seen
from carefolio.workflows.scheduling.reading import Seen
from carefolio.workflows.scheduling.sheets import account_of


class Messaging(AppConfig):
    """The two sides of a visit write to each other."""

    name = "carefolio.portal.messaging"

    def ready(self) -> None:
        """A visit's page leads there, as long as the visit lets them."""
        offer(Part(_lets_write, _("Write to {name}"), "/messages/{other}/", "message"))


def _lets_write(visitor: Visitor, seen: Seen) -> bool:
    """To a doctor who is shut out nobody writes."""
    doctor = account_of(visitor.reach.door, seen.visit.doctor.reference)
    return doctor is not None and is_seen([seen.visit], clock.now())
