"""Opening a chart in an emergency. What a doctor has to know stands on the page, before they do it.

Its steps stand at the blocks that do them:

1. The reason, in a code and in words, and a tick that it is one: without them nothing is opened.
2. The session forgets what it knows of open emergencies. If we crash from here on, the next page reads in the trail
   whether the door has opened the chart.
3. The door opens it, and tells the patient and the auditors, in one transaction.
4. The session knows it; the doctor goes on to the chart.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from carefolio.consent.principal import Role
from carefolio.portal.asking import memory, whom
from carefolio.portal.asking.forms import EMERGENCY_SYSTEM, EmergencyForm, kept_in
from carefolio.portal.asking.pages import see
from carefolio.portal.asking.standing import standing_of
from carefolio.portal.drafts import keep
from carefolio.portal.gate import for_roles
from carefolio.portal.visitor import visitor_of
from carefolio.records.door import Door
from carefolio.records.emergency import Reason


@for_roles(Role.DOCTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def emergency(request: HttpRequest, patient: str) -> HttpResponse:
    """The warning, the reason, and the chart."""
    visitor = visitor_of(request)
    known = whom.known_patient(request, patient, whom.contracts_with(visitor, patient))
    draft_name = f"emergency-{known.id}"
    form = EmergencyForm(request.POST if request.method == "POST" else None)
    standing = standing_of(visitor)
    if request.method == "POST" and standing.verified and form.is_valid():  # 1
        memory.opening(request)  # 2
        given = form.cleaned_data
        reason = Reason(EMERGENCY_SYSTEM, given["why"], given["words"])
        until = visitor.do(Door.break_glass, known.id, reason)  # 3
        memory.opened(request, known, until)  # 4
        keep.forget(request, draft_name)
        return see(f"/charts/{known.id}/")
    if request.method != "POST":
        draft = keep.draft_of(request, draft_name)
        form = EmergencyForm(initial=_without_tick(kept_in(form, draft)) if draft else None)
    open_now = next((one for one in memory.emergencies(request) if one.patient == known.id), None)
    context = {"form": form, "patient": known, "standing": standing, "draft": draft_name, "open_now": open_now}
    return render(request, "asking/emergency.html", context)


def _without_tick(held: dict[str, object]) -> dict[str, object]:
    """The tick is never kept: it is given for one emergency."""
    return {name: value for name, value in held.items() if name != "understood"}
