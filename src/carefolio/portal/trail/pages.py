"""Who looked at a chart, for its patient; and everybody's own steps."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple, NoReturn

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from carefolio.base.failures import absent
from carefolio.consent.principal import Role
from carefolio.ledger.reading import NEWEST
from carefolio.portal.chart.addresses import Pager
from carefolio.portal.chart.forms import LOOK
from carefolio.portal.chart.names import Names, phones, reader_of
from carefolio.portal.chart.reading import own_patient
from carefolio.portal.chart.wrong import complaint_form
from carefolio.portal.digits import number_of
from carefolio.portal.drafts.keep import forget
from carefolio.portal.drafts.refused import shown_again
from carefolio.portal.gate import for_roles, signed_in
from carefolio.portal.notices.pages import see_kinds
from carefolio.portal.notices.sentences import LOOKED
from carefolio.portal.trail import steps
from carefolio.portal.trail.forms import Narrowed, TrailFilter
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.trail import Viewpoint, told_step
from carefolio.records.door import Door, Handling
from carefolio.records.entries import Caller
from carefolio.records.trail import Asked, Looked, Step
from carefolio.workflows.oversight.reports import refuse_foreign, report_look

_TOLD = "told-look"
READ_AT_ONCE = 60
SHOWN_A_PAGE = 25


class TrailRead(NamedTuple):
    """A page of steps, and when the contracts in them were given."""

    found: Looked
    granted: dict[str, int]


async def read_looked(door: Door, caller: Caller, chart: str, asked: Asked) -> TrailRead:
    """The steps of a chart's trail."""
    found = await door.looked_at(caller, asked)
    return TrailRead(found, await granted(door, caller, chart, found.steps))


async def granted(door: Door, caller: Caller, chart: str, found: list[Step]) -> dict[str, int]:
    """When the contracts that allowed these steps were given, in µs, as far as that is their newest version."""
    versions = steps.contracts_in(found)
    if not versions:
        return {}
    ids = ",".join(one.partition("/")[2] for one in versions)
    pairs = [("_id", ids), ("patient", f"Patient/{chart}"), ("_count", str(len(versions)))]
    _query, findings = await door.search(caller, "Consent", pairs, Handling(outlined=True))
    return {
        one.row.reference: one.updated for one in findings.matches if versions.get(one.row.reference) == one.version
    }


@for_roles(Role.PATIENT)
@require_safe
def looked(request: HttpRequest, chart: str) -> HttpResponse:
    """Who looked at the patient's own chart."""
    visitor = visitor_of(request)
    if visitor.chart_id != chart:
        _refuse(visitor, chart)
    pager, narrowed = Pager(request.GET.dict()), Narrowed(request.GET.dict(), visitor.zone)
    asked = _asked(visitor.person, narrowed.who, narrowed, pager)
    read = visitor.do(read_looked, chart, asked)
    visitor.disclosed = True
    see_kinds(visitor, LOOKED)
    names = Names(visitor.reach.door.parts)
    view = Viewpoint(reader_of(visitor, names), visitor.person, granted=read.granted)
    form = TrailFilter(request.GET if narrowed.any else None, auto_id="filter_%s")
    people, refused = visitor.reach.door.trail.people, narrowed.refusals
    everybody = people(visitor.caller(), visitor.person, refusals=refused)
    form.offer(_people(everybody, narrowed.who, names), visitor.person)
    shown, following = _cut(read.found)
    context = {
        "form": form,
        "days": steps.days(shown, view, chart),
        "older": pager.older(following),
        "newer": pager.newer(),
        "narrowed": narrowed.any,
        "clear": request.path,
        "chart": chart,
    } | _refusals(request, narrowed)
    return render(request, "trail/looked.html", context)


@for_roles(Role.PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def wrong(request: HttpRequest, chart: str, number: int) -> HttpResponse:
    """Tell that somebody had no reason to look; auditors look into it."""
    visitor = visitor_of(request)
    if visitor.chart_id != chart:
        _refuse(visitor, chart)
    step = visitor.do(Door.step_of, str(number))
    visitor.disclosed = True
    refuse_foreign(visitor.caller(), step.entry.owner)
    key = f"wrong/{chart}/{number}"
    form = complaint_form(request, key, LOOK)
    if (again := shown_again(request, key, form)) is not None:
        return again
    if request.method == "POST" and form.is_valid():
        report_look(visitor.reach.door, visitor.caller(), step, form.complaint)
        forget(request, key)
        request.session[_TOLD] = number
        return redirect("trail:told", chart, number)
    names = Names(visitor.reach.door.parts)
    shown = told_step(step, Viewpoint(reader_of(visitor, names), visitor.person))
    hospital = str(step.entry.content.get("organization", ""))
    context = {
        "form": form,
        "draft": key,
        "step": shown,
        "number": number,
        "hospital": names.get(hospital, "") if hospital else "",
        "phones": phones(visitor.reach.door.parts, hospital),
        "back": reverse("trail:looked", args=[chart]),
    }
    return render(request, "trail/wrong.html", context)


@for_roles(Role.PATIENT)
@require_safe
def told(request: HttpRequest, chart: str, number: int) -> HttpResponse:
    """An auditor was told; what happens next."""
    visitor = visitor_of(request)
    if visitor.chart_id != chart:
        _refuse(visitor, chart)
    if request.session.get(_TOLD) != number:
        return redirect("trail:wrong", chart, number)
    context = {
        "done": _("You have told us"),
        "next": [
            _("An auditor looks into it. They see who looked and what you wrote. They never see a record."),
            _("We tell you when they have looked."),
            _("Until then, you can end the access of anybody at once."),
        ],
        "onward": [
            ("/sharing/", _("Change who has access")),
            (reverse("trail:looked", args=[chart]), _("Back to who looked")),
        ],
    }
    return render(request, "look/confirm.html", context)


@signed_in
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """One's own steps, in whatever chart."""
    visitor = visitor_of(request)
    if visitor.chart_id:
        return redirect(f"{reverse('trail:looked', args=[visitor.chart_id])}?who={visitor.person}")
    pager, narrowed = Pager(request.GET.dict()), Narrowed(request.GET.dict(), visitor.zone)
    asked = _asked("", visitor.person, narrowed, pager)
    found = visitor.do(Door.looked_at, asked)
    visitor.disclosed = True
    names = Names(visitor.reach.door.parts)
    view = Viewpoint(reader_of(visitor, names), visitor.person, owns_chart=False)
    form = TrailFilter(request.GET if narrowed.any else None, auto_id="filter_%s")
    del form.fields["who"]
    shown, following = _cut(found)
    context = {
        "form": form,
        "days": steps.days(shown, view, ""),
        "older": pager.older(following),
        "newer": pager.newer(),
        "narrowed": narrowed.any,
        "clear": request.path,
    } | _refusals(request, narrowed)
    return render(request, "trail/mine.html", context)


def _asked(patient: str, agent: str, narrowed: Narrowed, pager: Pager) -> Asked:
    before = _before(pager.cursor)
    sought = Asked(patient, agent, narrowed.within, READ_AT_ONCE, before)
    return replace(sought, refusals=narrowed.refusals, kinds=narrowed.kinds)


def _refusals(request: HttpRequest, narrowed: Narrowed) -> dict[str, object]:
    """The way to what was refused, which stands apart: with their number where nothing is narrowed."""
    visitor = visitor_of(request)
    if narrowed.sort:
        return {"refused": ""}
    count = visitor.reach.door.trail.refusals(visitor.caller()) if not narrowed.any else 0
    return {"refused": narrowed.refused(request.GET.dict()) if count or narrowed.any else "", "refusals": count}


def _people(everybody: list[tuple[str, str]], wanted: str, names: Names) -> set[tuple[str, str]]:
    """Who can be chosen: all whose steps are shown, and whoever was chosen: by a name of the directory, since a
    patient who did neither is nobody whom the reader may know by name.
    """
    people = {who: name or names.get(who, "") or _("Somebody") for who, name in everybody if who}
    if wanted and wanted not in people:
        people[wanted] = names.get(wanted, _("Somebody"))
    return set(people.items())


def _refuse(visitor: Visitor, chart: str) -> NoReturn:
    """A chart that is not the visitor's own; the door writes the refusal."""
    visitor.do(own_patient, chart)
    raise absent()


def _before(cursor: str) -> int:
    return number_of(cursor, NEWEST)


def _cut(found: Looked) -> tuple[list[Step], str]:
    """The steps of one page, and the number that the next page is read before; "" when there is none."""
    read = found.steps
    wanted = list(steps.together(read))
    shown = wanted[:SHOWN_A_PAGE]
    if len(wanted) > SHOWN_A_PAGE:
        last = next(place for place, one in enumerate(read) if one.seq == wanted[SHOWN_A_PAGE].seq)
        return shown, str(read[last - 1].seq)
    return shown, str(found.before) if found.before else ""
