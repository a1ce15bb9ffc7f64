"""For whoever holds a paper prescription: is it real, and is it used up? And the keys by which others can verify."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from carefolio.base.failures import absent
from carefolio.portal.gate import open_to_all
from carefolio.portal.prescribing.words import calendar_of, signature
from carefolio.portal.visitor import visitor_of
from carefolio.workflows.prescribing import vouching
from carefolio.workflows.prescribing.reading import key_of
from carefolio.workflows.prescribing.rules import Standing
from carefolio.workflows.prescribing.signing import key_set


@open_to_all
@require_safe
def verify(request: HttpRequest, token: str) -> HttpResponse:
    """Whether the signature holds, by whom and when, and whether it was used up: no name, no medicine."""
    visitor = visitor_of(request)
    found = vouching.vouch(visitor.reach.door, token)
    if found is None:
        raise absent()
    calendar = calendar_of(visitor)
    context = {
        "found": found,
        "good": found.signed.holds and found.standing is Standing.READY,
        "said": signature(found.signed.verdict, found.doctor.name),
        "written": calendar.moment(found.written),
        "until": calendar.day(found.last_day),
        "standing": found.standing.value,
        "doctor": found.doctor.reference.partition("/")[2],
    }
    return render(request, "prescribing/verify.html", context)


@open_to_all
@require_safe
def keys(request: HttpRequest, doctor: str) -> HttpResponse:
    """The public key of a doctor, as a JWK set (RFC 7517)."""
    door = visitor_of(request).reach.door
    account = door.parts.accounts.of_person(door.parts.database, f"Practitioner/{doctor}")
    if account is None or account.role != "doctor":
        raise absent()
    return JsonResponse(key_set(key_of(door, account.person).public_key()))
