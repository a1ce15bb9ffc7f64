"""What a doctor asks a patient for: asking, answering with a document, refusing, taking back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from carefolio.base.failures import Category, Failure, absent
from carefolio.consent.principal import Role
from carefolio.portal.chart.names import Names, reader_of
from carefolio.portal.digits import number_of
from carefolio.portal.drafts import keep
from carefolio.portal.gate import for_roles
from carefolio.portal.look.forms import Option
from carefolio.portal.messaging.forms import AnswerForm, AskForm
from carefolio.portal.messaging.pages import both_sides, calendar_of, other_side, see
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.records import told
from carefolio.records.changes import Change, Method
from carefolio.workflows.messaging import actions
from carefolio.workflows.messaging.rules import Wish
from carefolio.workflows.sharing import actions as sharing
from carefolio.workflows.sharing.actions import today_in
from carefolio.workflows.sharing.rules import Narrowing, Terms

SHOWN_DAYS: Final = 30
"""So long the doctor sees a document that was sent; the patient can end it before, as every access."""
_MOST = "100"


@for_roles(Role.DOCTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, other: str) -> HttpResponse:
    """Say what is needed."""
    visitor = visitor_of(request)
    found = visitor.do(actions.conversation, other_side(visitor, other))
    visitor.disclosed = True
    draft = f"ask-document-{other}"
    form = AskForm(request.POST) if request.method == "POST" else AskForm(initial=_kept(request, draft))
    if request.method == "POST" and found.open and form.is_valid():
        visitor.do(actions.ask_for_document, found.between.patient.reference, form.cleaned_data["text"])
        keep.forget(request, draft)
        messages.success(request, _("We have told {name}.").format(name=found.between.patient.name))
        return see(reverse("messaging:conversation", args=[other]))
    shown = {"form": form, "draft": draft, "name": found.between.patient.name, "open": found.open, "other": other}
    return render(request, "messaging/ask.html", shown)


@both_sides
@require_http_methods(["GET", "HEAD", "POST"])
def wish(request: HttpRequest, task: str) -> HttpResponse:
    """What was asked for; the patient answers it here."""
    visitor = visitor_of(request)
    found = visitor.do(actions.wish, task)
    visitor.disclosed = True
    is_patient = visitor.person == found.patient.reference
    form = _answer_form(request, visitor) if is_patient and found.is_open else None
    if request.method == "POST" and form is not None and form.is_valid():
        return _answer(request, visitor, found, form.cleaned_data["document"])
    context = {
        "wish": found,
        "asked": calendar_of(visitor).moment(found.asked),
        "form": form,
        "is_patient": is_patient,
        "back": _conversation(visitor, found),
        "days": SHOWN_DAYS,
    }
    return render(request, "messaging/wish.html", context)


@for_roles(Role.PATIENT)
@require_POST
def refuse(request: HttpRequest, task: str) -> HttpResponse:
    """The patient does not send it."""
    return _ended(request, task, actions.refuse, _("We have told them that you do not send it."))


@for_roles(Role.DOCTOR)
@require_POST
def take_back(request: HttpRequest, task: str) -> HttpResponse:
    """The doctor does not need it any more."""
    return _ended(request, task, actions.take_back, _("You do not ask for it any more."))


def _ended(request: HttpRequest, task: str, act: Any, words: str) -> HttpResponse:
    visitor = visitor_of(request)
    found = visitor.do(actions.wish, task)
    visitor.disclosed = True
    try:
        visitor.do(act, task, number_of(request.POST.get("version", ""), 0))
        messages.success(request, words)
    except Failure as failure:
        _tell_late(request, failure)
    return see(_conversation(visitor, found))


def _answer(request: HttpRequest, visitor: Visitor, found: Wish, document: str) -> HttpResponse:
    """Give the doctor this one record for a while, and say that it is the answer: in one write, so that whoever comes
    too late has given nothing.
    """
    zone = visitor.zone.key
    ends = today_in(Terms(zone=zone)) + timedelta(days=SHOWN_DAYS)
    terms = Terms(records=frozenset({document}), ends=ends, zone=zone)
    try:
        standing, consent = visitor.do(sharing.offered, found.doctor.reference, Narrowing(terms))
        opening = [] if standing else [Change(Method.CREATE, "Consent", resource=consent)]
        looked_at = found.id, number_of(request.POST.get("version", ""), 0)
        visitor.do(actions.answer, looked_at, document, *opening)
        messages.success(request, _("{name} can see it now.").format(name=found.doctor.name))
    except Failure as failure:
        _tell_late(request, failure)
    return see(_conversation(visitor, found))


def _tell_late(request: HttpRequest, failure: Failure) -> None:
    """Somebody answered it in another window, or took it back."""
    if failure.category not in (Category.CONFLICT, Category.STALE):
        raise failure
    messages.warning(request, _("This has an answer already, or is not asked any more."))


def _answer_form(request: HttpRequest, visitor: Visitor) -> AnswerForm | None:
    """None where the patient has no document at all."""
    documents = _documents(visitor)
    if not documents:
        return None
    return AnswerForm(documents, request.POST if request.method == "POST" else None)


def _documents(visitor: Visitor) -> Sequence[tuple[str, Option]]:
    """The patient's own documents, the newest first."""
    pairs = [("patient", visitor.person), ("_sort", "-date"), ("_count", _MOST)]
    found = visitor.search("DocumentReference", pairs).resources
    reader = reader_of(visitor, Names(visitor.reach.door.parts))
    documents = [(f"DocumentReference/{one['id']}", told(one, reader)) for one in found]
    return [(reference, Option(one.title, hint=one.when)) for reference, one in documents]


def _conversation(visitor: Visitor, found: Wish) -> str:
    sides = {found.patient.reference: found.doctor, found.doctor.reference: found.patient}
    other = sides.get(visitor.person)
    if other is None:
        raise absent()
    return reverse("messaging:conversation", args=[other.reference.partition("/")[2]])


def _kept(request: HttpRequest, draft: str) -> dict[str, str]:
    kept = keep.draft_of(request, draft)
    return {"text": str(kept["text"])} if kept and kept.get("text") else {}
