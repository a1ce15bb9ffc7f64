"""Asking for access, and asking otherwise while there is no answer: the form, the check of its answers, the sending.

What was typed waits in a draft between the form and the check, so that going back and forth loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from threading import Lock
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carefolio.base import clock
from carefolio.base.failures import Category, Failure, absent
from carefolio.consent.principal import Role
from carefolio.portal.asking import listing, memory, whom
from carefolio.portal.asking.contracts import calendar_of, directory_names
from carefolio.portal.asking.forms import HOSPITAL, ME, ON_A_DAY, PARTS, USUAL, WHOLE, AskForm, Offered, kept_in
from carefolio.portal.asking.memory import Known
from carefolio.portal.asking.pages import draft_name, see
from carefolio.portal.asking.preview import answers, preview
from carefolio.portal.asking.standing import standing_of
from carefolio.portal.drafts import keep
from carefolio.portal.drafts.refused import shown_again, typed_into
from carefolio.portal.gate import for_roles
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.failures import sentences_of
from carefolio.workflows.sharing import actions
from carefolio.workflows.sharing.changing import change_request
from carefolio.workflows.sharing.describe import Contract, State
from carefolio.workflows.sharing.rules import Ask

_LOCKS: Final = tuple(Lock() for _number in range(64))
"""Of one doctor's requests only one is sent at a time: one that was sent twice at once is then seen to be there."""


@dataclass(frozen=True, slots=True)
class Journey:
    """A request on its way: to whom, by which draft; ``contract`` is what is changed, None for a new one."""

    known: Known
    draft: str
    contract: Contract | None = None

    @property
    def form_address(self) -> str:
        """Where its form is."""
        if self.contract is None:
            return reverse("asking:ask", args=[self.known.id])
        return reverse("asking:change", args=[self.contract.id])

    @property
    def check_address(self) -> str:
        """Where its answers are checked."""
        if self.contract is None:
            return reverse("asking:check", args=[self.known.id])
        return reverse("asking:check-change", args=[self.contract.id])

    @property
    def back_address(self) -> str:
        """Where it begins."""
        if self.contract is None:
            return reverse("asking:patient", args=[self.known.id])
        return reverse("asking:request", args=[self.contract.id])


@for_roles(Role.DOCTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, patient: str) -> HttpResponse:
    """What is asked for, how long and why."""
    return _form(request, _new(request, patient))


@for_roles(Role.DOCTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, patient: str) -> HttpResponse:
    """The answers once more, and what the patient will read; then it is sent."""
    return _check(request, _new(request, patient))


@for_roles(Role.DOCTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, consent: str) -> HttpResponse:
    """Ask otherwise, by the same request."""
    return _form(request, _changed(request, consent))


@for_roles(Role.DOCTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def check_change(request: HttpRequest, consent: str) -> HttpResponse:
    """The changed answers once more; then the patient is told."""
    return _check(request, _changed(request, consent))


def _new(request: HttpRequest, patient: str) -> Journey:
    known = whom.known_patient(request, patient, _contracts(request, patient))
    return Journey(known, draft_name(known.id))


def _contracts(request: HttpRequest, patient: str) -> list[Contract]:
    """Needed only where the patient's code was not typed in this session."""
    if any(one.id == patient for one in memory.found(request)):
        return []
    return whom.contracts_with(visitor_of(request), patient)


def _changed(request: HttpRequest, consent: str) -> Journey:
    visitor = visitor_of(request)
    contract = visitor.do(actions.contract, consent)
    if contract.asker.reference != visitor.person:
        raise absent()
    id_ = contract.patient.reference.partition("/")[2]
    return Journey(whom.known_patient(request, id_, [contract]), f"change-{contract.id}", contract)


def _form(request: HttpRequest, journey: Journey) -> HttpResponse:
    visitor = visitor_of(request)
    if not standing_of(visitor).verified or _is_answered(journey):
        return see(journey.back_address)
    offered = _offered(request, journey, _records(request, journey))
    typed = typed_into(request, journey.draft)
    if typed is not None:
        form = AskForm(offered, typed)
        if (again := shown_again(request, journey.draft, form)) is not None:
            return again
        if request.method == "POST" and form.is_valid():
            keep.keep(request, journey.draft, request.POST)
            return see(journey.check_address)
    else:
        form = AskForm(offered, initial=_initial(request, journey, offered))
    return render(request, "asking/ask.html", {"form": form, "journey": journey, "patient": journey.known})


def _check(request: HttpRequest, journey: Journey) -> HttpResponse:
    if request.method == "POST":
        return _send(request, journey)
    draft = keep.draft_of(request, journey.draft)
    form = AskForm(_offered(request, journey, _records(request, journey)), draft) if draft else None
    if draft is None or form is None or not form.is_valid():
        return see(journey.form_address)
    visitor = visitor_of(request)
    wanted = _wanted(journey, form)
    told = preview(visitor, wanted, form.offered.hospitals)
    context = {"journey": journey, "patient": journey.known, "rows": answers(visitor, journey.form_address, form)}
    return render(request, "asking/check.html", context | {"told": told, "shown": keep.mark_of(draft)})


def _send(request: HttpRequest, journey: Journey) -> HttpResponse:
    visitor = visitor_of(request)
    account = whom.account_of(visitor).number
    with _LOCKS[account % len(_LOCKS)]:
        draft = keep.draft_of(request, journey.draft)
        if draft is None:
            return see(_sent_before(visitor, journey))
        if not keep.is_as_shown(request, draft):
            messages.warning(request, _("Your answers were changed on another page. Look at them again."))
            return see(journey.check_address)
        form = AskForm(_offered(request, journey, draft.getlist("records")), draft)
        if not form.is_valid():
            return see(journey.form_address)
        try:
            id_ = _put(visitor, journey, _wanted(journey, form))
        except Failure as failure:
            return _refused(request, journey, failure)
        keep.forget(request, journey.draft)
    return see(reverse("asking:sent", args=[id_]))


def _put(visitor: Visitor, journey: Journey, wanted: Ask) -> str:
    if journey.contract is None:
        return visitor.do(actions.ask, wanted)
    visitor.do(change_request, (journey.contract.id, journey.contract.version), wanted)
    return journey.contract.id


def _refused(request: HttpRequest, journey: Journey, failure: Failure) -> HttpResponse:
    """It came too late, or may not be: the words stand on the page that they were sent from."""
    if failure.category not in (Category.CONFLICT, Category.STALE, Category.MALFORMED, Category.UNPROCESSABLE):
        raise failure
    sentences = sentences_of(failure)
    context = {"journey": journey, "patient": journey.known, "sentences": sentences}
    return render(request, "asking/not_sent.html", context, status=409)


def _sent_before(visitor: Visitor, journey: Journey) -> str:
    """Where to go when there is no draft any more: to the request that was made of it."""
    if journey.contract is not None:
        return reverse("asking:sent", args=[journey.contract.id])
    for one in whom.contracts_with(visitor, journey.known.id):
        if one.state is State.PROPOSED and one.asker.reference == visitor.person:
            return reverse("asking:sent", args=[one.id])
    return journey.form_address


def _is_answered(journey: Journey) -> bool:
    return journey.contract is not None and journey.contract.state is not State.PROPOSED


def _wanted(journey: Journey, form: AskForm) -> Ask:
    return Ask(
        journey.known.reference,
        form.terms(),
        form.cleaned_data["reason"],
        for_hospital=form.for_hospital,
        name=journey.known.name,
    )


def _records(request: HttpRequest, journey: Journey) -> list[str]:
    """The single records that are asked for so far."""
    if request.method == "POST":
        return request.POST.getlist("records")
    draft = keep.draft_of(request, journey.draft)
    if draft is not None:
        return draft.getlist("records")
    return sorted(journey.contract.terms.records) if journey.contract else []


def _offered(request: HttpRequest, journey: Journey, records: list[str]) -> Offered:
    visitor = visitor_of(request)
    account = whom.account_of(visitor)
    kinds, hospitals = memory.noted_list(request, journey.known.id)
    if not hospitals:
        parts = visitor.reach.door.parts
        known = {one.organization: one.name for one in parts.accounts.of_role(parts.database, Role.HOSPITAL.value)}
    else:
        known = directory_names(visitor, hospitals)
    if journey.contract is not None:
        known |= directory_names(visitor, journey.contract.terms.hospitals)
    own = directory_names(visitor, [account.organization] if account.organization else [])
    return Offered(
        calendar=calendar_of(visitor),
        today=clock.moment(clock.now()).astimezone(visitor.zone).date(),
        kinds=kinds,
        hospitals=known,
        records=_labels(visitor, journey, records),
        own_hospital=own.get(account.organization, ""),
    )


def _labels(visitor: Visitor, journey: Journey, records: list[str]) -> list[tuple[str, str]]:
    """What single records are called; the list is asked for only where there are any."""
    lines = (listing.list_of(visitor, journey.known.id, calendar_of(visitor)) or []) if records else []
    names = directory_names(visitor, {line.hospital for line in lines if line.hospital})
    wanted = set(records)
    told = ((line, [line.words, line.when, names.get(line.hospital, "")]) for line in lines if line.reference in wanted)
    return [(line.reference, ", ".join(part for part in parts if part)) for line, parts in told]


def _initial(request: HttpRequest, journey: Journey, offered: Offered) -> dict[str, Any]:
    """What stands in the form at first: the usual, what the request asks for now, what was typed, what was clicked."""
    usual: dict[str, Any] = {"what": WHOLE, "lasts": USUAL, "whom": ME, "purpose": "TREAT"}
    asked = _of_contract(journey.contract, visitor_of(request).zone) if journey.contract else {}
    draft = keep.draft_of(request, journey.draft)
    typed = kept_in(AskForm(offered), draft) if draft else {}
    return usual | asked | typed | _clicked(request.GET)


def _clicked(given: QueryDict) -> dict[str, Any]:
    """What a link to the form has chosen: ``?what=parts&kind=results``."""
    found: dict[str, Any] = {"what": given["what"]} if given.get("what") in (WHOLE, PARTS) else {}
    return found | ({"kinds": given.getlist("kind")} if "kind" in given else {})


def _of_contract(contract: Contract, zone: tzinfo) -> dict[str, Any]:
    terms = contract.terms
    return {
        "what": WHOLE if terms.whole else PARTS,
        "kinds": sorted(terms.categories),
        "records": sorted(terms.records),
        "hospitals": sorted(terms.hospitals),
        "since": terms.since,
        "until": terms.until,
        "lasts": ON_A_DAY,
        "ends": contract.last_day(zone),
        "whom": HOSPITAL if any(one.is_hospital for one in contract.actors) else ME,
        "adds": terms.correct,
        "purpose": terms.purpose,
        "reason": contract.reason,
    }
