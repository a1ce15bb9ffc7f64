"""The prescription on paper: the facts that its template sets, and its picture code."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from carefolio.papers.typeset import picture_code
from carefolio.portal.prescribing.words import Told
from carefolio.portal.visitor import Visitor
from carefolio.workflows.prescribing import vouching


def address_of(visitor: Visitor, id_: str) -> str:
    """The address behind the picture code."""
    token = vouching.token_of(visitor.reach.door, id_)
    return visitor.reach.settings.public_url + reverse("prescribing:verify", args=[token])


def facts_of(visitor: Visitor, told: Told) -> dict[str, Any]:
    """What ``papers/templates/prescription.typ`` sets."""
    address = address_of(visitor, told.id)
    return {
        "title": _("Prescription"),
        "language": visitor.locale.language,
        "author": told.doctor,
        "foot": "Carefolio",
        "lead": [_("For {name}").format(name=told.patient), _("By {name}").format(name=told.doctor)],
        "code": picture_code(address),
        "code_says": _("Picture code that leads to a page, which says if this prescription is real"),
        "code_words": _("Scan this to see if the prescription is real:"),
        "address": address,
        "parts": [{"title": _("What was prescribed"), "rows": [[row["name"], row["value"]] for row in told.rows()]}],
        "dispensed_title": _("What was handed out"),
        "dispensed_heads": [_("When"), _("How much"), _("By")],
        "dispensed": told.table(),
        "notes": [told.left, told.signature, custody()],
    }


def custody() -> str:
    """Who holds the key that signed."""
    return _("Carefolio keeps the doctor's key and signed for them when they pressed the button.")
