"""Help: short pages in plain words, one a topic."""

from __future__ import annotations

from typing import Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carefolio.base.failures import absent
from carefolio.portal.gate import open_to_all


class Topic(NamedTuple):
    """A page of help; its text is the template ``home/help/<key>.html``."""

    key: str
    title: Promise
    line: Promise
    icon: str


TOPICS: Final = (
    Topic("record", _("Your health record"), _("What is in it, and where it comes from"), "heart"),
    Topic("sharing", _("Sharing"), _("Who sees your record, and how you decide it"), "share"),
    Topic("looked", _("Who looked"), _("Each look is written down for you"), "eye"),
    Topic("visits", _("Visits"), _("Book a doctor, move it, call it off"), "calendar"),
    Topic("messages", _("Messages"), _("Write to your doctor, and send a document"), "message"),
    Topic("prescriptions", _("Prescriptions"), _("Choose a pharmacy, take it back, print it"), "pill"),
    Topic("emergencies", _("Emergencies"), _("When a doctor cannot wait for your answer"), "alert"),
    Topic("corrections", _("Something is wrong"), _("How to have a record put right"), "document"),
    Topic("payments", _("Payments"), _("Bills, cards, receipts, money back"), "card"),
    Topic("second-factor", _("A second lock"), _("A code from your phone when you sign in"), "lock"),
    Topic("privacy", _("Your privacy"), _("What we keep, where, and who can read it"), "shield"),
    Topic("doctors", _("For doctors"), _("Ask, read and write"), "doctor"),
    Topic("pharmacists", _("For pharmacists"), _("Receive, hand out, say no"), "check"),
    Topic("admins", _("For admins and auditors"), _("Check people and emergencies"), "people"),
)
_BY_KEY: Final = {topic.key: topic for topic in TOPICS}


@open_to_all
def index(request: HttpRequest) -> HttpResponse:
    """All topics."""
    return render(request, "home/help/index.html", {"topics": TOPICS})


@open_to_all
def topic(request: HttpRequest, key: str) -> HttpResponse:
    """One of them; raises absent for one that there is not."""
    found = _BY_KEY.get(key)
    if found is None:
        raise absent()
    others = [one for one in TOPICS if one is not found]
    context = {"topic": found, "others": others, "text": f"home/help/{found.key}.html", "back": "/help/"}
    return render(request, "home/help/topic.html", context)
