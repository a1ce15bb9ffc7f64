"""Status codes of FHIR in words, whole for patients, brief for the lines that doctors read."""

from __future__ import annotations

from typing import Final

from carefolio.portal.words.plain import lowered
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import marked

MISTAKE: Final = "entered-in-error"
_ORDINARY: Final = marked(
    {
        "active": "Active",
        "available": "Available",
        "completed": "Completed",
        "current": "Current",
        "final": "Final",
        "finished": "Finished",
        "fulfilled": "Took place",
        "full": "Complete",
        "generated": "Made",
        "issued": "Issued",
    }
)
"""As a reader expects a record to be."""
_WORDS: Final = marked(
    {
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
)


def status_word(code: str) -> str:
    """The status in words, "" for what is as a reader expects: final, active, done. A code that is not known here is
    told as it is, with its hyphens as spaces.
    """
    if code in _ORDINARY or not code:
        return ""
    return _(_WORDS[code]) if code in _WORDS else code.replace("-", " ").capitalize()


def brief(code: str) -> str:
    """Any status in words as they stand in a doctor's line, "" for none."""
    return lowered(_(_ORDINARY[code]) if code in _ORDINARY else status_word(code))
