"""Carefolio's own icons: strokes on a square sheet of 24, drawn in the colour of the text around them."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType

from django.utils.html import format_html
from django.utils.safestring import SafeString

_MOST_DRAWN = 1_024
"""There are fewer: names and classes stand in templates."""
ICONS = MappingProxyType(
    {
        "add": "M12 5v14M5 12h14",
        "alert": "M12 4 2.8 19.5h18.4zM12 10v4.5M12 17.2v.1",
        "allergy": "M12 21v-8M12 13c0-4-3-6.5-7-6.5C5 11 8 13 12 13ZM12 11c0-4.5 3-7.5 7-7.5 0 5-3 7.5-7 7.5Z",
        "arrow": "M4.5 12h15M13 5.5l6.5 6.5-6.5 6.5",
        "back": "M14.5 5.5 8 12l6.5 6.5",
        "bell": "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 2h-15zM10 21h4",
        "calendar": "M4.5 6.5a1 1 0 0 1 1-1h13a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1h-13a1 1 0 0 1-1-1z"
        "M4.5 10h15M8.5 3v4M15.5 3v4",
        "card": "M3.5 7a1.5 1.5 0 0 1 1.5-1.5h14A1.5 1.5 0 0 1 20.5 7v10a1.5 1.5 0 0 1-1.5 1.5H5A1.5 1.5 0 0 1 3.5"
        " 17zM3.5 10h17M7 15h3",
        "check": "m5 12.5 4.5 4.5L19 7.5",
        "clock": "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM12 7.5V12l3 2",
        "condition": "M3.5 12.5h4l2-6 4 11 2.5-7 1.5 2h3",
        "copy": "M9 9h10.5v10.5H9zM15 9V4.5H4.5V15H9",
        "cross": "m6.5 6.5 11 11m0-11-11 11",
        "document": "M6 3.5h8l4 4v13H6zM14 3.5v4h4M9 12.5h6M9 16h6",
        "doctor": "M6 3.5H4.5v5a4.5 4.5 0 0 0 9 0v-5H12M9 13v2.5a5 5 0 0 0 10 0V13M19 13a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
        "download": "M12 4v11M7 10.5l5 5 5-5M4.5 20h15",
        "eye": "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6Z",
        "flask": "M9.5 3.5v6L4.5 18a1.7 1.7 0 0 0 1.5 2.5h12a1.7 1.7 0 0 0 1.5-2.5l-5-8.5v-6M8 3.5h8M7.5 14.5h9",
        "heart": "M12 20S3.5 15 3.5 9.2A4.6 4.6 0 0 1 12 6.8a4.6 4.6 0 0 1 8.5 2.4C20.5 15 12 20 12 20Z",
        "help": "M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Z"
        "M9.5 9.7a2.6 2.6 0 1 1 3.7 2.3c-.8.4-1.2.9-1.2 1.8M12 16.7v.1",
        "home": "m3.5 11.5 8.5-7.5 8.5 7.5M6 9.5V20h12V9.5M10 20v-5.5h4V20",
        "hospital": "M5 20.5v-16h14v16M2.5 20.5h19M12 7.5v5M9.5 10h5M10 20.5V16h4v4.5",
        "key": "M8 19.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM11.2 11.8l8.3-8.3M16 7l3 3",
        "list": "M8.5 6.5h12M8.5 12h12M8.5 17.5h12M4 6.5h.1M4 12h.1M4 17.5h.1",
        "lock": "M5.5 10.5h13v10h-13zM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5M12 14.5v2",
        "message": "M4 5h16v11.5h-9L6.5 20v-3.5H4z",
        "out": "M10 4.5H4.5v15H10M15.5 8l4 4-4 4M9.5 12h10",
        "people": "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 19.5c.4-3.5 3-5.5 6.5-5.5s6.1 2 6.5 5.5"
        "M15.5 4.9a3.5 3.5 0 0 1 0 6.3M17.5 14.5c2.3.6 3.7 2.4 4 5",
        "person": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20.5c.5-4 3.3-6 7.5-6s7 2 7.5 6",
        "pill": "m10.3 19.9a4.5 4.5 0 0 1-6.4-6.4l9.6-9.6a4.5 4.5 0 0 1 6.4 6.4zM8.5 8.9l6.4 6.4",
        "procedure": "M5 19 17.5 6.5a2.5 2.5 0 0 1 3 3L12 18H8M5 19l-1.5 1.5M12.5 11.5l3 3",
        "pulse": "M12 20S3.5 15 3.5 9.2A4.6 4.6 0 0 1 12 6.8a4.6 4.6 0 0 1 8.5 2.4C20.5 15 12 20 12 20Z"
        "M3.8 11.5H8l1.5-3 2.5 6 2-4.5 1 1.5h5",
        "scan": "M4 8V4.5h3.5M16.5 4.5H20V8M20 16v3.5h-3.5M7.5 19.5H4V16M9 8h6v8H9zM12 8v8M9 12h6",
        "search": "M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13ZM15.5 15.5l5 5",
        "share": "M17.5 8a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM6.5 14.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z"
        "M17.5 21a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM8.7 10.8l6.6-4M8.7 13.2l6.6 4",
        "shield": "M12 3.5 4.5 6v6c0 4.5 3.2 7.2 7.5 8.5 4.3-1.3 7.5-4 7.5-8.5V6zM8.7 12l2.4 2.4 4.2-4.6",
        "tooth": "M6.5 3.5C4.5 3.5 3.5 5.3 3.5 7.5c0 2.7 1.5 4 2 6.5.5 2.7.8 6.5 2.5 6.5 2 0 1.5-6 4-6s2 6 4 6"
        "c1.7 0 2-3.8 2.5-6.5.5-2.5 2-3.8 2-6.5 0-2.2-1-4-3-4-2.2 0-3 1.2-5.5 1.2S8.7 3.5 6.5 3.5Z",
        "trend": "M4 4.5V19.5h16M7 14.5l4-4.5 3 2.5 5.5-6.5",
        "turn": "m9 5.5 6.5 6.5L9 18.5",
        "upload": "M12 15.5v-11M7 9l5-5 5 5M4.5 20h15",
        "vaccine": "m14.5 3.5 6 6M17.5 6.5l-2.5 2.5M8 9l7 7-3.5 3.5h-4L5 17v-4zM7 17l-3.5 3.5"
        "M12.5 6.5l5 5M10.5 11.5l2 2",
        "video": "M3.5 7.5a1 1 0 0 1 1-1h10a1 1 0 0 1 1 1v9a1 1 0 0 1-1 1h-10a1 1 0 0 1-1-1zM15.5 11l5-3v8l-5-3",
        "visit": "M4.5 6.5a1 1 0 0 1 1-1h13a1 1 0 0 1 1 1v12a1 1 0 0 1-1 1h-13a1 1 0 0 1-1-1z"
        "M8.5 3v4M15.5 3v4M12 10v6M9 13h6",
    }
)
"""Every icon by the name that templates use."""

KINDS = MappingProxyType(
    {
        "AllergyIntolerance": "allergy",
        "Appointment": "calendar",
        "CarePlan": "list",
        "Communication": "message",
        "Condition": "condition",
        "Consent": "share",
        "DiagnosticReport": "flask",
        "DocumentReference": "document",
        "Encounter": "visit",
        "ImagingStudy": "scan",
        "Immunization": "vaccine",
        "Invoice": "card",
        "MedicationRequest": "pill",
        "Observation": "pulse",
        "Procedure": "procedure",
    }
)
"""The icon of a record's kind; other kinds are documents."""


@lru_cache(_MOST_DRAWN)
def drawn(name: str, classes: str = "") -> SafeString:
    """The icon as inline SVG, silent for screen readers: the words beside it say it all. KeyError: no such icon."""
    path = ICONS[name]
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>',
        f"icon {classes}".strip(),
        path,
    )


def of_kind(type_: str) -> str:
    """The name of the icon for a record of this kind."""
    return KINDS.get(type_, "document")
