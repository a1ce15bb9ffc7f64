"""Choosing what may be seen: the form, single records, and the page that asks whether it is right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from carefolio.base.failures import Category, Failure
from carefolio.fhir.json import parse
from carefolio.portal.drafts import keep
from carefolio.portal.look.forms import Option
from carefolio.portal.sharing import moved
from carefolio.portal.sharing.chosen import Chosen, chosen_before, keep_chosen
from carefolio.portal.sharing.forms import (
    AccessForm,
    Choices,
    ChooseForm,
    KindForm,
    Offered,
    RecordsForm,
    version_of,
)
from carefolio.portal.sharing.occasions import Kind, Occasion, is_open, offered, prefilled, titled, view_of
from carefolio.portal.sharing.rows import View, rows, with_changes
from carefolio.portal.sharing.who import names_of
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.kinds import kind
from carefolio.records.door import Door
from carefolio.records.timeline import CLINICAL, Wanted
from carefolio.workflows.sharing.categories import CATEGORIES, slices_of

_LISTED = 100
_RECORDS_PAGE = "records/"
Maker = Callable[[Offered, QueryDict | None, dict[str, Any]], AccessForm]


def choose(request: HttpRequest, occasion: Occasion) -> HttpResponse:
    """Kinds of records, hospitals, days."""
    if not is_open(occasion):
        return redirect(f"/sharing/{occasion.contract.id}/" if occasion.contract else "/sharing/")
    contracts = [occasion.contract] if occasion.contract else []
    view = view_of(visitor_of(request), occasion.names, *contracts)
    choice = offered(occasion, view)
    made: Maker = lambda choice, given, initial: ChooseForm(choice, given, initial=initial)  # noqa: E731 - a name of its type
    return _asked(request, occasion, made, choice, {"template": "sharing/choose.html"})


def choose_records(request: HttpRequest, occasion: Occasion) -> HttpResponse:
    """Single records."""
    if not is_open(occasion):
        return redirect(f"/sharing/{occasion.contract.id}/" if occasion.contract else "/sharing/")
    visitor = visitor_of(request)
    view = view_of(visitor, occasion.names)
    of_kind = request.GET.get("kind", "")
    of_kind = of_kind if of_kind in CATEGORIES else ""
    base = offered(occasion, view)
    choice = Offered(base.today, base.zone, records=_newest(visitor, of_kind, view), ends=base.ends, asked=base.asked)
    kinds = [(key, Option(kind(key).name)) for key in CATEGORIES if view.held.kinds.get(key)]
    made: Maker = lambda choice, given, initial: RecordsForm(choice, given, initial=initial)  # noqa: E731 - as above
    more = {"template": "sharing/records.html", "filter": KindForm(kinds, initial={"kind": of_kind}, auto_id="f_%s")}
    return _asked(request, occasion, made, choice, more)


def check(request: HttpRequest, occasion: Occasion, key: str) -> HttpResponse:
    """Is this right? And then it is done."""
    chosen = chosen_before(request, occasion.base, key)
    if chosen is None:
        return redirect(occasion.address("choose"))
    if occasion.contract is not None and occasion.version != chosen.version and request.method == "GET":
        return moved.page(request, occasion.contract.id, chosen.version)
    if request.method == "POST":
        return _confirmed(request, occasion, key, chosen)
    contract = occasion.preview(visitor_of(request), chosen.terms)
    view = view_of(visitor_of(request), occasion.names, contract)
    form_page = occasion.address("records" if _RECORDS_PAGE in chosen.given.get("page", "") else "choose")
    context = {
        "rows": with_changes(rows(contract, view), f"{form_page}?from={key}"),
        "occasion": occasion,
        "name": names_of(occasion.people),
        "back": f"{form_page}?from={key}",
        "changes": occasion.kind is Kind.CHANGE,
    }
    return render(request, "sharing/check.html", context)


def _asked(
    request: HttpRequest, occasion: Occasion, made: Maker, choice: Offered, more: dict[str, Any]
) -> HttpResponse:
    """The form, empty, as it was left, or with what is wrong with it; and from there to the page that checks it."""
    draft = occasion.base.removeprefix("/") + more["template"].rpartition("/")[2].removesuffix(".html")
    if request.method == "POST":
        form = made(choice, request.POST, {})
        if form.is_valid() and (key := _kept(request, occasion, form)):
            keep.forget(request, draft)
            return redirect(occasion.address("check", key))
    else:
        form = made(choice, None, {})
        form.initial = _initial(request, occasion, form, draft)
    context = more | {
        "form": form,
        "occasion": occasion,
        "name": names_of(occasion.people),
        "draft": draft,
        "asked": choice.asked,
        "records_page": occasion.address("records"),
        "choose_page": occasion.address("choose"),
        "is_empty": isinstance(form, RecordsForm) and not choice.records,
        "back": _back(occasion),
    }
    return render(request, more["template"], context)


def _initial(request: HttpRequest, occasion: Occasion, form: AccessForm, draft: str) -> dict[str, Any]:
    """What stands in the form at first: what was chosen a page ago, a draft, or what holds now; else nothing."""
    before = chosen_before(request, occasion.base, request.GET.get("from", ""))
    given = before.given if before else keep.draft_of(request, draft)
    initial = prefilled(occasion.terms) if occasion.kind is Kind.CHANGE and occasion.terms else {}
    if given is not None:
        initial = {name: one.widget.value_from_datadict(given, {}, name) for name, one in form.fields.items()}
    return initial | {"version": occasion.version}


def _kept(request: HttpRequest, occasion: Occasion, form: AccessForm) -> str:
    assert isinstance(form, (ChooseForm, RecordsForm))  # noqa: S101 - there are no others
    given = request.POST.copy()
    given["page"] = request.path
    version = version_of(request.POST) or occasion.version
    key = keep_chosen(request, occasion.base, Chosen(form.terms(), version, given))
    if not key:
        form.add_error(None, forms.ValidationError(_("This is too much at once. Choose fewer records.")))
    return key


def _confirmed(request: HttpRequest, occasion: Occasion, key: str, chosen: Chosen) -> HttpResponse:
    visitor = visitor_of(request)
    id_ = occasion.contract.id if occasion.contract else ""
    try:
        done = moved.unless_moved(
            request, id_, chosen.version, lambda: occasion.done(visitor, chosen.terms, chosen.version)
        )
    except Failure as failure:
        if failure.category is not Category.MALFORMED:
            raise
        return redirect(f"{occasion.address('choose')}?from={key}")  # the day that was chosen has passed
    if isinstance(done, HttpResponse):
        return done
    return redirect(f"/sharing/{done}/{'changed' if occasion.kind is Kind.CHANGE else 'given'}/")


def _newest(visitor: Visitor, of_kind: str, view: View) -> Choices:
    wanted = Wanted(slices_of([of_kind]) if of_kind else CLINICAL, count=_LISTED)
    page = visitor.do(Door.timeline, visitor.person, wanted)
    return [(one.row.reference, Option(titled(parse(one.body), view))) for one in page.found]


def _back(occasion: Occasion) -> str:
    if occasion.kind is Kind.REQUEST:
        return occasion.base
    return f"/sharing/{occasion.contract.id}/" if occasion.contract else "/sharing/give/"
