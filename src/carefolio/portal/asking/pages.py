"""Finding a patient, the doctor's patients and requests, and what a chart holds before it is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carefolio.consent.principal import Role
from carefolio.portal.asking import listing, memory, whom
from carefolio.portal.asking.contracts import calendar_of, directory_names, entries
from carefolio.portal.asking.forms import PARTS, FindForm, ListFilter
from carefolio.portal.asking.listing import Line, Narrowed
from carefolio.portal.asking.memory import Known
from carefolio.portal.asking.standing import standing_of
from carefolio.portal.drafts import keep
from carefolio.portal.gate import for_roles
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.workflows.sharing import actions
from carefolio.workflows.sharing.describe import Contract
from carefolio.workflows.sharing.rules import MOST_SINGLE

SEE_OTHER: Final = 303
_RECENT: Final = 6


def see(address: str) -> HttpResponse:
    """Go on to this page by GET."""
    response = redirect(address)
    response.status_code = SEE_OTHER
    return response


@for_roles(Role.DOCTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def patients(request: HttpRequest) -> HttpResponse:
    """Find a patient by their code; who gives access now; what was asked for."""
    visitor = visitor_of(request)
    form = FindForm(request.POST if request.method == "POST" else None)
    standing = standing_of(visitor)
    if request.method == "POST" and standing.verified and form.is_valid():
        found = whom.find(request, form.cleaned_data["typed"])
        if found is not None:
            return see(reverse("asking:patient", args=[found.id]))
        form.add_error("typed", _("There is no patient with this code. Check it with the patient"))
    context = {"form": form, "standing": standing, "recent": recent(request)} | _lists(request, visitor)
    return render(request, "asking/patients.html", context)


@for_roles(Role.DOCTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def patient(request: HttpRequest, patient: str) -> HttpResponse:
    """Name and code, the list of records to choose from, and what can be asked for."""
    visitor = visitor_of(request)
    contracts = whom.contracts_with(visitor, patient)
    known = whom.known_patient(request, patient, contracts)
    if request.method == "POST":
        return _picked(request, known)
    shown = {"patient": known, "standing": standing_of(visitor), "chart": chart_of(request, known, contracts)}
    told = entries(visitor, contracts, {known.reference: known.name})
    return render(request, "asking/patient.html", shown | {"contracts": told} | _list(request, visitor, known))


def chart_of(request: HttpRequest, known: Known, contracts: Sequence[Contract]) -> str:
    """The address of the chart, where it is open by a contract or an emergency."""
    urgent = any(one.patient == known.id for one in memory.emergencies(request))
    return f"/charts/{known.id}/" if urgent or whom.is_open(contracts) else ""


def draft_name(patient: str) -> str:
    """The name of the draft of a request to this patient."""
    return f"ask-{patient}"


def recent(request: HttpRequest) -> list[Known]:
    """Patients whose code was typed a short while ago."""
    return [one for one in memory.found(request) if one.is_listed][:_RECENT]


def _lists(request: HttpRequest, visitor: Visitor) -> dict[str, Any]:
    here = request.path
    given, asked = request.GET.get("patients", ""), request.GET.get("requests", "")
    people = visitor.do(actions.my_patients, given)
    requests = visitor.do(actions.my_requests, asked)
    names = {one.reference: one.name for one in people.patients if one.name}
    names |= {one.reference: one.name for one in memory.found(request)}
    open_now = [entry for one in people.patients for entry in entries(visitor, one.contracts, names)]
    return {
        "open": open_now,
        "open_next": people.next and f"{here}?{urlencode({'patients': people.next})}#open",
        "open_first": f"{here}#open" if given else "",
        "requests": entries(visitor, requests.contracts, names),
        "requests_next": requests.next and f"{here}?{urlencode({'requests': requests.next})}#requests",
        "requests_first": f"{here}#requests" if asked else "",
    }


def _list(request: HttpRequest, visitor: Visitor, known: Known) -> dict[str, Any]:
    """The list of the chart's records, or why there is none."""
    lines = listing.list_of(visitor, known.id, calendar_of(visitor))
    if lines is None:
        memory.drop_list(request, known.id)
        return {"lines": None}
    hospitals = directory_names(visitor, (line.hospital for line in lines if line.hospital))
    memory.note_list(request, known.id, dict(listing.counts(lines)), sorted(hospitals))
    narrowed = Narrowed(*(request.GET.get(name, "") for name in ("kind", "year", "hospital")))
    groups, following = listing.page_of(lines, narrowed, request.GET.get("after", ""))
    draft = keep.draft_of(request, draft_name(known.id))
    return {
        "lines": lines,
        "overview": listing.overview(lines, narrowed),
        "filter": ListFilter(lines, hospitals, initial=_given(narrowed)),
        "narrowed": narrowed.query(),
        "groups": _named(groups, hospitals),
        "older": f"{request.path}?{narrowed.query(after=following)}#records" if following else "",
        "newer": f"{request.path}?{narrowed.query()}#records" if request.GET.get("after") else "",
        "picked": set(draft.getlist("records")) if draft else set(),
    }


def _given(narrowed: Narrowed) -> dict[str, str]:
    return {"kind": narrowed.kind, "year": narrowed.year, "hospital": narrowed.hospital}


def _named(groups: Sequence[listing.Group], hospitals: dict[str, str]) -> list[tuple[str, list[tuple[Line, str]]]]:
    return [(group.title, [(line, hospitals.get(line.hospital, "")) for line in group.lines]) for group in groups]


def _picked(request: HttpRequest, known: Known) -> HttpResponse:
    """Single records were ticked: they go into the draft of the request, and those that were unticked out of it."""
    draft = keep.draft_of(request, draft_name(known.id)) or QueryDict(mutable=True)
    shown = set(request.POST.getlist("shown"))
    ticked = dict.fromkeys([one for one in draft.getlist("records") if one not in shown])
    ticked |= dict.fromkeys(request.POST.getlist("record"))
    draft.setlist("records", list(ticked)[:MOST_SINGLE])
    draft["what"] = PARTS
    keep.keep(request, draft_name(known.id), draft)
    if "more" in request.POST:
        return see(request.get_full_path() + "#records")
    return see(reverse("asking:ask", args=[known.id]))
