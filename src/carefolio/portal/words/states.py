"""Status codes of FHIR in words; "" for what is as a reader expects: final, active, done."""

from __future__ import annotations

from typing import Final

from carefolio.portal.words.translate import gettext as _

MISTAKE: Final = "entered-in-error"
_ORDINARY: Final = frozenset(
    {"final", "active", "completed", "finished", "available", "current", "fulfilled", "generated", "full", "issued"}
)
_WORDS: Final = {
    "accepted": "Accepted",
    "aborted": "Stopped",
    "achieved": "Reached",
    "amended": "Corrected",
    "appended": "Added to later",
    "arrived": "Arrived",
    "balanced": "Paid",
    "billed": "Billed",
    "booked": "Booked",
    "cancelled": "Cancelled",
    "checked-in": "Arrived",
    "corrected": "Corrected",
    "declined": "Declined",
    "draft": "Draft",
    "ended": "Ended",
    "entered-in-error": "Entered by mistake",
    "failed": "Failed",
    "in-progress": "In progress",
    "inactive": "Not in use now",
    "intended": "Planned",
    "no-show": "Missed",
    "noshow": "Missed",
    "not-done": "Not done",
    "not-taken": "Not taken",
    "on-hold": "Paused",
    "onleave": "On leave",
    "partial": "Partly ready",
    "pending": "Waiting",
    "planned": "Planned",
    "preliminary": "Not final yet",
    "preparation": "Being prepared",
    "proposed": "Suggested",
    "ready": "Ready",
    "received": "Received",
    "registered": "Ordered, no result yet",
    "rejected": "Refused",
    "requested": "Asked for",
    "retired": "No longer used",
    "revoked": "Withdrawn",
    "scheduled": "Planned",
    "stopped": "Stopped",
    "superseded": "Replaced by a newer one",
    "suspended": "Paused",
    "triaged": "Waiting",
    "unknown": "Status not recorded",
    "unavailable": "Not available",
    "waitlist": "On the waiting list",
}


def status_word(code: str) -> str:
    """The status in words; a code that is not known here is told as it is, with its hyphens as spaces."""
    if code in _ORDINARY or not code:
        return ""
    return _(_WORDS[code]) if code in _WORDS else code.replace("-", " ").capitalize()
