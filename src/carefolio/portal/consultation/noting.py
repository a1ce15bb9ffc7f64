"""What the doctor writes down of a visit, while it goes on or afterwards."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carefolio.portal.consultation.forms import NoteForm
from carefolio.portal.consultation.pages import calendar_of, doctors_only, other_name, see
from carefolio.portal.drafts import keep
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.workflows.consultation import actions


@doctors_only
@require_http_methods(["GET", "HEAD", "POST"])
def note(request: HttpRequest, visit: str) -> HttpResponse:
    """The note's page."""
    visitor = visitor_of(request)
    found = visitor.do(actions.room, visit)
    visitor.disclosed = True
    if not found.may_note:
        return see("consultation:room", visit)
    draft = f"note-{visit}"
    form = _form(request, draft)
    if request.method == "POST" and form.is_valid() and _is_written(visitor, visit, form):
        keep.forget(request, draft)
        messages.success(request, _("The note is in the health record."))
        return see("consultation:room", visit)
    context = {
        "form": form,
        "draft": draft,
        "name": other_name(found),
        "when": calendar_of(visitor).moment(found.visit.start),
        "back": reverse("consultation:room", args=[visit]),
    }
    return render(request, "consultation/note.html", context)


def _is_written(visitor: Visitor, visit: str, form: NoteForm) -> bool:
    """Write it; False where something else was written from this page, as the form then says."""
    return form.sends(lambda text, name: visitor.do(actions.write_note, visit, text, name), "text")


def _form(request: HttpRequest, draft: str) -> NoteForm:
    if request.method == "POST":
        return NoteForm(request.POST)
    kept = keep.draft_of(request, draft)
    return NoteForm(initial={"text": kept["text"]} if kept and kept.get("text") else {})
