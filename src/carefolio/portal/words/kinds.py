"""The groups that people know their records by: sharing's categories, with a line on what is in each, and an icon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from carefolio.portal.words.elements import codings, each, text
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import marked
from carefolio.records.timeline import Slice
from carefolio.workflows.sharing.categories import CATEGORIES

OTHERS: Final = "others"
_CODED_BY: Final = ("category", "code")
_TOLD: Final[Mapping[str, tuple[str, str]]] = {
    "problems": (marked("What you have or had, from asthma to a sprained ankle."), "condition"),
    "allergies": (marked("What you do not tolerate, and what it does to you."), "allergy"),
    "medicines": (marked("What you were prescribed, what you take and what you were given."), "pill"),
    "results": (marked("What laboratories found in blood and other samples."), "flask"),
    "measurements": (marked("Weight, blood pressure and what else is measured at a visit."), "pulse"),
    "pictures": (marked("Pictures of the inside of the body, and what doctors saw in them."), "scan"),
    "vaccinations": (marked("Which vaccines you had, and when."), "vaccine"),
    "visits": (marked("When you saw somebody, and what is booked."), "calendar"),
    "procedures": (marked("What was done: operations, treatments and checks."), "procedure"),
    "reports": (marked("Letters and reports that doctors wrote."), "document"),
    "plans": (marked("What you and your care team want to reach, and who does what."), "list"),
    "messages": (marked("What you and your care team wrote to each other."), "message"),
    "history": (marked("What runs in the family, and how you live."), "people"),
    "findings": (marked("Answers you gave in forms, and what was seen at a check."), "eye"),
    "devices": (marked("What is in or on your body, and what helps you."), "key"),
    "personal": (marked("Your name, address and whom to call."), "person"),
    "bills": (marked("What care cost, and what the insurer paid."), "card"),
    OTHERS: (marked("All that fits nowhere else."), "copy"),
}


class Kind(NamedTuple):
    """A group. ``holds``: which records are in it."""

    key: str
    name: str
    explanation: str
    icon: str
    holds: tuple[Slice, ...]


def kinds() -> list[Kind]:
    """All groups in their order, in the language that is spoken now."""
    return [kind(key) for key in CATEGORIES]


def kind(key: str) -> Kind:
    """One group; that of all else for a key that is none."""
    category = CATEGORIES.get(key) or CATEGORIES[OTHERS]
    explanation, icon = _TOLD.get(category.key, _TOLD[OTHERS])
    return Kind(category.key, _(category.name), _(explanation), icon, category.slices)


def kind_of(resource: Mapping[str, Any]) -> str:
    """The key of the group that a record is in, by its type and codes, as contracts read them."""
    type_ = text(resource, "resourceType")
    codes = {
        f"{system}|{code}"
        for name in _CODED_BY
        for concept in each(resource, name)
        for system, code in codings(concept)
    }
    return next((key for key, one in CATEGORIES.items() if any(_is_in(s, type_, codes) for s in one.slices)), OTHERS)


def _is_in(one: Slice, type_: str, codes: set[str]) -> bool:
    return one.type == type_ and (not one.codes or not one.codes.isdisjoint(codes)) and one.unless.isdisjoint(codes)
