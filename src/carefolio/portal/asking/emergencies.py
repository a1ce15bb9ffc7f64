"""Opening a chart in an emergency. What a doctor has to know stands on the page, before they do it.

Its steps stand at the blocks that do them:

1. The reason, in a code and in words, and a tick that it is one: without them nothing is opened.
2. Where the trail says that the chart is open to this doctor for this very reason, the form was sent twice: nobody is
   told again. Of one doctor's only one is opened at a time, so that of two at once the second finds the first.
3. The session forgets what it knows of open emergencies. If we crash from here on, the next page reads in the trail
   whether the door has opened the chart.
4. The door opens it, and tells the patient and the auditors, in one transaction.
5. The session knows it; the doctor goes on to the chart.
"""

from __future__ import annotations

from threading import Lock
from typing import Final

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

_LOCKS: Final = tuple(Lock() for _number in range(64))


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
        given = form.cleaned_data
        _open(request, known, Reason(EMERGENCY_SYSTEM, given["why"], given["words"]))
        keep.forget(request, draft_name)
        return see(f"/charts/{known.id}/")
    if request.method != "POST":
        draft = keep.draft_of(request, draft_name)
        form = EmergencyForm(initial=_without_tick(kept_in(form, draft)) if draft else None)
    open_now = next((one for one in memory.emergencies(request) if one.patient == known.id), None)
    context = {"form": form, "patient": known, "standing": standing, "draft": draft_name, "open_now": open_now}
    return render(request, "asking/emergency.html", context)


def _open(request: HttpRequest, known: memory.Known, reason: Reason) -> None:
    visitor = visitor_of(request)
    with _LOCKS[whom.account_of(visitor).number % len(_LOCKS)]:
        until = memory.open_for(visitor, known.reference, reason)  # 2
        if until is None:
            memory.opening(request)  # 3
            until = visitor.do(Door.break_glass, known.id, reason)  # 4
        memory.opened(request, known, until)  # 5


def _without_tick(held: dict[str, object]) -> dict[str, object]:
    """The tick is never kept: it is given for one emergency."""
    return {name: value for name, value in held.items() if name != "understood"}
