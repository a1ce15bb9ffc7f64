"""What /style shows in its lists, tables and timelines: invented people and figures."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

STATES = ("proposed", "asked", "active", "rejected", "expired", "emergency", "above", "usual", "done", "error")
TIMELINE = [
    {
        "title": _("November 2026"),
        "entries": [
            {
                "kind": "Observation",
                "title": _("Potassium"),
                "address": "#timeline",
                "sentence": _("Your potassium is a little above the usual range."),
                "when": _("12 November 2026"),
                "hospital": "Northgate Hospital",
                "tags": [("above", "")],
            },
            {
                "kind": "MedicationRequest",
                "title": _("Ramipril 5 mg, a medicine for blood pressure"),
                "address": "#timeline",
                "sentence": _("Take 1 tablet each morning."),
                "when": _("12 November 2026"),
                "hospital": "Northgate Hospital",
                "tags": [("active", "")],
            },
        ],
    },
    {
        "title": _("March 2026"),
        "entries": [
            {
                "kind": "Immunization",
                "title": _("Flu vaccine"),
                "address": "#timeline",
                "sentence": "",
                "when": _("3 March 2026"),
                "hospital": "Harbour Clinic",
                "tags": [],
            },
            {
                "kind": "Encounter",
                "title": _("Visit to the heart clinic"),
                "address": "#timeline",
                "sentence": _("You saw Dr Amara Okafor."),
                "when": _("1 March 2026"),
                "hospital": "Harbour Clinic",
                "tags": [],
            },
        ],
    },
]
FACTS = [
    {"name": _("Who"), "value": "Dr Amara Okafor, Northgate Hospital", "change": "#check"},
    {"name": _("What"), "lines": [_("Test results (182)"), _("Medicines (14)")], "change": "#check"},
    {"name": _("How long"), "value": _("Until 22 November 2027"), "change": "#check"},
    {"name": _("Your note"), "value": "", "change": "#check"},
]
COLUMNS = [_("Date"), _("Potassium"), _("Usual range"), _("Hospital"), _("Asked by")]
ROWS = [
    [_("12 November 2026"), _("5.4 mmol/l (above)"), "3.5 to 5.3", "Northgate Hospital", "Dr Amara Okafor"],
    [_("3 August 2026"), "4.8 mmol/l", "3.5 to 5.3", "Northgate Hospital", "Dr Amara Okafor"],
    [_("1 March 2026"), "4.4 mmol/l", "3.5 to 5.3", "Harbour Clinic", "Dr Lin Wei"],
]
TABS = [
    {"address": "#tabs", "words": _("Timeline"), "icon": "list", "current": True},
    {"address": "#tabs", "words": _("Test results"), "icon": "flask", "count": 182},
    {"address": "#tabs", "words": _("Medicines"), "icon": "pill", "count": 14},
]
TASKS = [
    {
        "address": "#tasks",
        "words": _("Dr Amara Okafor asks to see your test results"),
        "detail": _("Asked yesterday, to plan your treatment"),
        "state": "proposed",
    },
    {"address": "#tasks", "words": _("Confirm your e-mail address"), "state": "done"},
]
