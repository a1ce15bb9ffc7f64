"""The doctor's side: whom they may prescribe for, the form, the check with its warnings, signing, cancelling."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carefolio.base import clock
from carefolio.base.failures import Category, Failure
from carefolio.base.ids import new_id
from carefolio.consent.principal import Role
from carefolio.portal.asking.forms import kept_in
from carefolio.portal.drafts import keep
from carefolio.portal.drafts.refused import shown_again, typed_into
from carefolio.portal.gate import for_roles
from carefolio.portal.prescribing.forms import PrescribeForm, SignForm, version_of
from carefolio.portal.prescribing.words import Told, calendar_of, directions, told, warning
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.failures import reason
from carefolio.portal.words.supplies import supply_words
from carefolio.workflows.prescribing import actions, rules
from carefolio.workflows.prescribing.medicines import MEDICINES
from carefolio.workflows.prescribing.reading import see
from carefolio.workflows.prescribing.rules import Party
from carefolio.workflows.prescribing.warnings import needs_reason
from carefolio.workflows.prescribing.writing import request_of

_USUAL_DAYS = 30
_ID = "prescription"
doctors_only = for_roles(Role.DOCTOR)


def overview(request: HttpRequest) -> HttpResponse:
    """What they wrote, and the visits at which they may prescribe."""
    visitor = visitor_of(request)
    visits = [one for one in visitor.do(actions.visits_now) if one.patient.reference] if _verified(visitor) else []
    found = [told(one, visitor) for one in visitor.do(actions.written)] if _verified(visitor) else []
    visitor.disclosed = True
    context = {"prescriptions": found, "visits": visits, "verified": _verified(visitor)}
    return render(request, "prescribing/written.html", context)


@doctors_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, patient: str) -> HttpResponse:
    """One medicine for one patient."""
    visitor = visitor_of(request)
    who = visitor.do(actions.patient_of, f"Patient/{patient}")
    draft = keep.draft_of(request, _draft(patient))
    typed = typed_into(request, _draft(patient))
    if typed is not None:
        form = PrescribeForm(who, visitor.zone, typed)
        if (again := shown_again(request, _draft(patient), form)) is not None:
            return again
        if request.method == "POST" and form.is_valid():
            given = request.POST.copy()
            given[_ID] = (draft.get(_ID) if draft else "") or new_id()
            keep.keep(request, _draft(patient), given)
            return redirect("prescribing:check", patient)
    else:
        form = PrescribeForm(who, visitor.zone, initial=_initial(visitor, who, draft))
    return render(request, "prescribing/new.html", _about(who, patient) | {"form": form, "medicines": MEDICINES})


@doctors_only
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, patient: str) -> HttpResponse:
    """Warnings and answers once more; then it is signed."""
    visitor = visitor_of(request)
    who = visitor.do(actions.patient_of, f"Patient/{patient}")
    draft = keep.draft_of(request, _draft(patient))
    form = PrescribeForm(who, visitor.zone, draft) if draft else None
    if draft is None or form is None or not form.is_valid():
        return redirect("prescribing:new", patient)
    if request.method == "POST" and not keep.is_as_shown(request, draft):
        messages.warning(request, _("Your answers were changed on another page. Look at them again."))
        return redirect("prescribing:check", patient)
    looked = visitor.do(actions.look, who.reference, form.cleaned_data["medicine"])
    sign = SignForm(request.POST or None) if needs_reason(looked.found) else None
    if request.method == "POST" and (sign is None or sign.is_valid()):
        return _sign(request, form, sign, patient, draft)
    context = {
        "form": sign,
        "rows": _rows(visitor, form, patient),
        "warnings": [warning(one) for one in looked.found],
        "looked": looked,
        "shown": keep.mark_of(draft),
        "because": f"{_draft(patient)}-because",
    }
    return render(request, "prescribing/check.html", _about(who, patient) | context)


@doctors_only
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, id: str) -> HttpResponse:
    """Take a prescription back of which nothing was handed out."""
    visitor = visitor_of(request)
    shown = _one(visitor, id)
    if request.method == "POST":
        try:
            visitor.do(actions.cancel, id, version_of(request.POST))
        except Failure as failure:
            if failure.category not in (Category.CONFLICT, Category.STALE):
                raise
            messages.warning(request, reason(failure))
        else:
            messages.success(request, _("You cancelled this prescription. The patient was told."))
        return redirect("prescribing:one", id)
    if not shown.may_cancel:
        return redirect("prescribing:one", id)
    return render(request, "prescribing/cancel.html", {"told": shown, "back": f"/prescriptions/{id}/"})


def _sign(
    request: HttpRequest, form: PrescribeForm, sign: SignForm | None, patient: str, draft: QueryDict
) -> HttpResponse:
    because = sign.cleaned_data["because"] if sign else ""
    try:
        id_ = visitor_of(request).do(actions.prescribe, form.wanted(because), draft.get(_ID, ""))
    except Failure as failure:
        if failure.category is not Category.MALFORMED:
            raise
        messages.warning(request, reason(failure))
        return redirect("prescribing:check", patient)
    for name in (_draft(patient), f"{_draft(patient)}-because"):
        keep.forget(request, name)
    messages.success(request, _("You signed this prescription. The patient was told and chooses the pharmacy."))
    return redirect("prescribing:one", id_)


def _rows(visitor: Visitor, form: PrescribeForm, patient: str) -> list[dict[str, Any]]:
    """What was typed, as the patient will read it, with the way to change it."""
    now = clock.instant(clock.now())
    made = rules.prescription_of(request_of("new", form.wanted(), Party(visitor.person, visitor.name), now))
    change = f"/prescriptions/new/{patient}/"
    calendar, locale = calendar_of(visitor), str(visitor.locale)
    facts = (
        (_("Medicine"), made.medicine, "medicine"),
        (_("How to take it"), directions(made.body, locale), "dose"),
        (_("The pharmacy hands out"), _supply(made, locale), "quantity"),
        (_("Good until"), calendar.day(made.last_day), "until_0"),
        (_("Note"), form.cleaned_data["note"], "note"),
    )
    return [{"name": name, "value": value, "change": f"{change}#id_{field}"} for name, value, field in facts]


def _supply(made: rules.Prescription, locale: str) -> str:
    once = supply_words(made.quantity, made.unit, locale)
    if not made.repeats:
        return _("{amount}, once").format(amount=once)
    return _("{amount}, {n} times in all").format(amount=once, n=made.repeats + 1)


def _initial(visitor: Visitor, who: Party, draft: QueryDict | None) -> dict[str, Any]:
    until = clock.moment(clock.now() + _USUAL_DAYS * clock.DAY).astimezone(visitor.zone).date()
    usual = {"times": 1, "every": 1, "repeats": 0, "dose": 1, "until": until}
    return usual | (kept_in(PrescribeForm(who, visitor.zone), draft) if draft else {})


def _about(who: Party, patient: str) -> dict[str, Any]:
    name = who.name or _("this patient")
    return {"name": name, "patient": patient, "draft": _draft(patient), "back": "/prescriptions/"}


def _draft(patient: str) -> str:
    return f"prescribe-{patient}"


def _one(visitor: Visitor, id_: str) -> Told:
    visitor.disclosed = True
    return told(visitor.do(see, id_), visitor)


def _verified(visitor: Visitor) -> bool:
    return bool(visitor.account and visitor.account.verified)
