"""The groups that people know their records by: name, one line on what is in it, and the icon."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.typenames import TYPE_NAMES, type_name

ASKED: Final = (
    *("problems", "allergies", "medicines", "results", "measurements", "vaccinations", "visits"),
    *("procedures", "reports", "plans", "history", "details", "bills", "other"),
)
"""The keys, in the order in which people look for them."""

_KINDS: Final[Mapping[str, tuple[str, str, str]]] = {
    "problems": ("Problems", "What you have or had, from asthma to a sprained ankle.", "heart"),
    "allergies": ("Allergies", "What you do not tolerate, and what it does to you.", "alert"),
    "medicines": ("Medicines", "What you were prescribed, what you take and what you were given.", "pill"),
    "results": ("Test results", "What laboratories found in blood and other samples.", "flask"),
    "measurements": ("Measurements", "Weight, blood pressure and what else is measured at a visit.", "gauge"),
    "vaccinations": ("Vaccinations", "Which vaccines you had, and when.", "syringe"),
    "visits": ("Visits", "When you saw somebody, and what is booked.", "calendar"),
    "procedures": ("Procedures", "What was done: operations, treatments and devices.", "tool"),
    "reports": ("Reports and letters", "Reports, letters, scans and messages.", "document"),
    "plans": ("Plans and goals", "What you and your care team want to reach, and who does what.", "target"),
    "history": ("Family and social history", "What runs in the family, and how you live.", "people"),
    "details": ("Personal details", "Your name, address and whom to call.", "person"),
    "bills": ("Bills", "What care cost, and what the insurer paid.", "coin"),
    "other": ("Other", "All that fits nowhere else.", "box"),
}
SOCIAL_HISTORY: Final = "social-history"
LABORATORY: Final = "laboratory"
VITAL_SIGNS: Final = "vital-signs"
_OBSERVED: Final = {
    "results": (LABORATORY, "imaging", "procedure", "therapy"),
    "measurements": (VITAL_SIGNS, "exam", "survey", "activity"),
    "history": (SOCIAL_HISTORY,),
}
"""Which Observations are in a group, by their category."""


class Kind(NamedTuple):
    """A group: ``holds`` are its types, each with the category that narrows it or None for all of the type."""

    key: str
    name: str
    explanation: str
    icon: str
    holds: tuple[tuple[str, str | None], ...]


def kinds() -> list[Kind]:
    """All groups, in the language that is spoken now."""
    return [kind(key) for key in ASKED]


def kind(key: str) -> Kind:
    """One group; that of all else for a key that is none."""
    known = key if key in _KINDS else "other"
    name, explanation, icon = _KINDS[known]
    return Kind(known, _(name), _(explanation), icon, _holds(known))


def kind_of(type_: str, category: str = "") -> str:
    """The key of the group that a record is in, by its type and, for Observations, its category's code."""
    if type_ == "Observation":
        return next((key for key, codes in _OBSERVED.items() if category in codes), "results")
    return type_name(type_).group


def _holds(key: str) -> tuple[tuple[str, str | None], ...]:
    types = [(type_, None) for type_, name in TYPE_NAMES.items() if name.group == key and type_ != "Observation"]
    return (*types, *(("Observation", code) for code in _OBSERVED.get(key, ())))
