"""What can be done from a visit's page. Other folders add theirs, in their app's ``ready``.

    offer(Part(lambda visitor, seen: seen.visit.mode == VIDEO, _("Go to the waiting room"), "/visits/{id}/room/"))

``{id}`` in an address is the visit's, ``{patient}`` the patient's, ``{other}`` that of whom the visitor meets;
``{name}`` in the words is what they are called. A part that is ``urgent`` is the page's first button.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise

from carefolio.portal.visitor import Visitor
from carefolio.portal.visits.words import other_name, other_side
from carefolio.workflows.scheduling.reading import Seen

Condition = Callable[[Visitor, Seen], bool]


@dataclass(frozen=True, slots=True)
class Part:
    """A link: for whom and when, its words, its address, an icon."""

    condition: Condition
    words: str | Promise
    address: str
    icon: str = "arrow"
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A part as a page shows it."""

    words: str
    address: str
    icon: str
    urgent: bool


_PARTS: list[Part] = []


def offer(part: Part) -> None:
    """Let visits' pages show it; once, however often it is offered."""
    if part not in _PARTS:
        _PARTS.append(part)


def links(visitor: Visitor, seen: Seen) -> Iterator[Link]:
    """What this visitor can do with this visit, what is urgent first."""
    if not seen.visit.ours:
        return
    visit, other = seen.visit, other_side(seen.visit, visitor.role)
    ids = (("patient", visit.patient), ("other", other))
    named = {"id": visit.id} | {name: party.reference.partition("/")[2] for name, party in ids}
    name = other_name(visit, visitor.role)
    for one in sorted(_PARTS, key=lambda part: not part.urgent):
        if one.condition(visitor, seen):
            yield Link(str(one.words).format(name=name), one.address.format_map(named), one.icon, one.urgent)
