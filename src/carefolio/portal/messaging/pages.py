"""With whom one exchanges messages, and one conversation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carefolio.base import clock
from carefolio.consent.principal import Role
from carefolio.notify.notices import NoticeKind
from carefolio.portal.drafts import keep
from carefolio.portal.gate import for_roles
from carefolio.portal.messaging.forms import MessageForm
from carefolio.portal.notices.pages import see_kinds
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.dates import Calendar
from carefolio.workflows.messaging import actions
from carefolio.workflows.messaging.actions import Conversation, Correspondent
from carefolio.workflows.messaging.rules import Message, Wish

both_sides = for_roles(Role.PATIENT, Role.DOCTOR)
KINDS = (NoticeKind.MESSAGE, NoticeKind.DOCUMENT_WANTED, NoticeKind.DOCUMENT_SENT, NoticeKind.DOCUMENT_REFUSED)
_BEGINNING = 90
SEE_OTHER = 303


@dataclass(frozen=True, slots=True)
class Line:
    """One message as the page shows it."""

    who: str
    when: str
    text: str
    mine: bool


@both_sides
@require_safe
def correspondents(request: HttpRequest) -> HttpResponse:
    """Everybody with whom something was exchanged."""
    visitor = visitor_of(request)
    found = visitor.do(actions.correspondents)
    visitor.disclosed = True
    return render(request, "messaging/list.html", {"lines": [_line(visitor, one) for one in found]})


@both_sides
@require_http_methods(["GET", "HEAD", "POST"])
def conversation(request: HttpRequest, other: str) -> HttpResponse:
    """What was written, and a field to write in."""
    visitor = visitor_of(request)
    reference = other_side(visitor, other)
    found = visitor.do(actions.conversation, reference, request.GET.get("before", ""))
    visitor.disclosed = True
    form = _form(request, draft_name(other))
    if request.method == "POST" and found.open and form.is_valid() and is_sent(visitor, reference, form):
        keep.forget(request, draft_name(other))
        return see(f"{request.path}#newest")
    see_kinds(visitor, KINDS)
    return render(request, "messaging/conversation.html", _shown(visitor, other, found) | {"form": form})


def is_sent(visitor: Visitor, to: str, form: MessageForm) -> bool:
    """Send it; False where something else was sent from this page, as the form then says."""
    return form.sends(lambda text, name: visitor.do(actions.send, to, text, name), "text")


def other_side(visitor: Visitor, other: str) -> str:
    """``Type/id`` of the person whom the address names."""
    return f"{'Practitioner' if visitor.role is Role.PATIENT else 'Patient'}/{other}"


def draft_name(other: str) -> str:
    """The name of the draft of a message to somebody."""
    return f"message-{other}"


def see(address: str) -> HttpResponse:
    """Go on to this page by GET."""
    response = redirect(address)
    response.status_code = SEE_OTHER
    return response


def calendar_of(visitor: Visitor) -> Calendar:
    """Dates and times as the visitor reads them."""
    return Calendar(str(visitor.locale), visitor.zone.key)


def _form(request: HttpRequest, draft: str) -> MessageForm:
    if request.method == "POST":
        return MessageForm(request.POST)
    kept = keep.draft_of(request, draft)
    return MessageForm(initial={"text": kept["text"]} if kept and kept.get("text") else {})


def _line(visitor: Visitor, one: Correspondent) -> dict[str, Any]:
    newest, when = one.newest, ""
    if newest is not None:
        when = calendar_of(visitor).relative(newest.sent, clock.now())
    return {
        "name": one.other.name or _("Somebody"),
        "address": reverse("messaging:conversation", args=[one.other.reference.partition("/")[2]]),
        "begins": _begins(newest) if newest else "",
        "mine": newest is not None and newest.sender.reference == visitor.person,
        "when": when,
        "waiting": one.waiting,
    }


def _begins(message: Message) -> str:
    text = " ".join(message.text.split())
    return text if len(text) <= _BEGINNING else text[:_BEGINNING].rsplit(" ", 1)[0] + "\N{HORIZONTAL ELLIPSIS}"


def _shown(visitor: Visitor, other: str, found: Conversation) -> dict[str, Any]:
    calendar = calendar_of(visitor)
    is_patient = visitor.role is Role.PATIENT
    party = found.between.doctor if is_patient else found.between.patient
    return {
        "name": party.name or _("Somebody"),
        "other": other,
        "is_patient": is_patient,
        "lines": [_told(visitor, calendar, one) for one in reversed(found.messages)],
        "wishes": [_wish(calendar, one) for one in found.wishes],
        "older": f"?{urlencode({'before': found.next})}" if found.next else "",
        "open": found.open,
        "draft": draft_name(other),
    }


def _told(visitor: Visitor, calendar: Calendar, one: Message) -> Line:
    mine = one.sender.reference == visitor.person
    return Line(_("You") if mine else one.sender.name or _("Somebody"), calendar.moment(one.sent), one.text, mine)


def wishes_to_answer(found: Sequence[Wish], visitor: Visitor) -> Iterator[dict[str, str]]:
    """A line for each document that a doctor waits for, as the home page shows what needs an answer."""
    for one in found:
        words = _("{name} asks you for a document").format(name=one.doctor.name or _("A doctor"))
        yield _wish(calendar_of(visitor), one) | {"words": words, "detail": one.text, "state": "due"}


_STATES = {"requested": "proposed", "completed": "active", "rejected": "rejected"}


def _wish(calendar: Calendar, one: Wish) -> dict[str, str]:
    words = {"requested": _("Waits"), "completed": _("Sent"), "rejected": _("Refused")}
    return {
        "address": reverse("messaging:wish", args=[one.id]),
        "words": one.text,
        "detail": _("Asked {day}").format(day=calendar.day_of(one.asked)),
        "state": _STATES.get(one.status, "inactive"),
        "state_words": words.get(one.status, _("Taken back")),
    }
