"""Admins look at what people say of themselves, decide on it, shut somebody out, let them in again, find them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from carefolio.base.failures import conflict
from carefolio.base.ids import new_id
from carefolio.consent.principal import Role
from carefolio.identity.accounts import Account
from carefolio.identity.people import NEWEST, Sought
from carefolio.portal.digits import number_of
from carefolio.portal.drafts.keep import forget
from carefolio.portal.gate import for_roles
from carefolio.portal.oversight import particulars
from carefolio.portal.oversight.answers import acting, attempt, page, tells_of_conflicts, typed
from carefolio.portal.oversight.forms import PeopleForm, ReasonForm, RefusalForm, SeenForm
from carefolio.portal.oversight.labels import called
from carefolio.portal.visitor import visitor_of
from carefolio.workflows.registration import admission
from carefolio.workflows.registration.admission import Listed, Waiting
from carefolio.workflows.registration.profiles import Decided

_READ_AND_SENT = require_http_methods(["GET", "HEAD", "POST"])
_SOUGHT = "oversight-sought"
_MOST_KEPT = 20
_COUNT = 50
_CHUNK = 200


@dataclass(frozen=True, slots=True)
class _Shutting:
    """The two ways of it: what the page asks and says."""

    key: str
    title: Promise
    label: Promise
    hint: Promise
    button: Promise
    done: Promise
    effects: tuple[Promise, ...]
    needed: bool
    work: Callable[..., None]


_OUT = _Shutting(
    key="suspend",
    title=gettext_lazy("Shut {who} out?"),
    label=gettext_lazy("Why do you shut them out?"),
    hint=gettext_lazy("People get an e-mail at once, and read this when they can sign in again"),
    button=gettext_lazy("Shut {who} out"),
    done=gettext_lazy("{who} is shut out. Their next request is refused."),
    effects=(
        gettext_lazy("Their next request is refused, and they are signed out everywhere."),
        gettext_lazy("Tokens of programs hold again when you let them in."),
        gettext_lazy("The ledger says that you did it, and why."),
    ),
    needed=True,
    work=admission.suspend,
)
_IN = _Shutting(
    key="lift",
    title=gettext_lazy("Let {who} in again?"),
    label=gettext_lazy("Why do you let them in?"),
    hint=gettext_lazy("The ledger keeps it"),
    button=gettext_lazy("Let {who} in again"),
    done=gettext_lazy("{who} may sign in again."),
    effects=(
        gettext_lazy("They can sign in at once."),
        gettext_lazy("Tokens of programs, and of a hospital's systems, hold again."),
        gettext_lazy("The ledger says that you did it."),
    ),
    needed=False,
    work=admission.lift,
)


@for_roles(Role.ADMIN)
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Who waits to be verified, the oldest first."""
    visitor = visitor_of(request)
    found = admission.waiting(visitor.reach.door, acting(request))
    return page(request, "queue.html", {"rows": [particulars.row(visitor, one) for one in found]})


@for_roles(Role.ADMIN)
@_READ_AND_SENT
def find(request: HttpRequest) -> HttpResponse:
    """People by e-mail or name, role and state. The words wait in the session, which is sealed: an e-mail in an address
    would stay in histories and logs.
    """
    words = request.GET.get("words", "")
    if request.method == "POST":
        form = PeopleForm(request.POST)
        if form.is_valid():
            address = _address(form.cleaned_data, _kept(request, form.cleaned_data["text"]))
            return HttpResponse(
                status=HTTPStatus.SEE_OTHER, headers={"Location": reverse("oversight:people") + address}
            )
    else:
        chosen = {name: request.GET.get(name, "") for name in ("role", "state")}
        form = PeopleForm(chosen | {"text": _words(request).get(words, "")} if request.GET else None)
    given = form.cleaned_data if form.is_valid() else {}
    sought = Sought(given.get("text", ""), given.get("role", ""), _before(request), _COUNT)
    found = [] if form.errors else _found(request, sought, given.get("state", ""))
    older = ""
    if len(found) > _COUNT:
        found = found[:_COUNT]
        older = _address(given, words, before=found[-1].account.number)
    people = [particulars.person(one, searched=bool(sought.text)) for one in found]
    return page(request, "people.html", {"form": form, "people": people, "older": older})


@for_roles(Role.ADMIN)
@require_safe
def person(request: HttpRequest, number: int) -> HttpResponse:
    """One person: all particulars, earlier decisions, and what can be done."""
    found = _look(request, number)
    is_oneself = number == acting(request).number
    context = {"person": particulars.whole(visitor_of(request), found), "is_oneself": is_oneself}
    return page(request, "person.html", context)


@for_roles(Role.ADMIN)
@_READ_AND_SENT
@tells_of_conflicts("oversight:person")
def verify(request: HttpRequest, number: int) -> HttpResponse:
    """Check, then verify."""
    found = _unmoved(request, number)
    who = called(found.account)
    form = SeenForm(request.POST if request.method == "POST" else None, initial={"seen": found.seen})
    if form.is_valid():
        _decide(request, number, Decided(verified=True), form.cleaned_data["seen"])
        messages.success(request, _("{who} is verified, from their next page on.").format(who=who))
        return redirect("oversight:queue")
    return page(request, "verify.html", {"form": form, "person": particulars.whole(visitor_of(request), found)})


@for_roles(Role.ADMIN)
@_READ_AND_SENT
@tells_of_conflicts("oversight:person")
def refuse(request: HttpRequest, number: int) -> HttpResponse:
    """Refuse somebody, or take a verification back, with a reason that they read."""
    found = _unmoved(request, number)
    key = f"oversight/refuse/{number}"
    form = RefusalForm(
        request.POST if request.method == "POST" else None,
        initial={"seen": found.seen, **typed(request, key, "reason")},
        label=_("Why do you refuse?") if not found.account.verified else _("Why does it not hold any more?"),
        hint=_("They read this, so say what they can do about it"),
    )
    if form.is_valid():
        given = form.cleaned_data
        decided = Decided(verified=False, reason=given["reason"])
        if attempt(form, lambda: _decide(request, number, decided, given["seen"])):
            forget(request, key)
            done = _("{who} was refused, and reads your reason.")
            messages.success(request, done.format(who=called(found.account)))
            return redirect("oversight:queue")
    whole = particulars.whole(visitor_of(request), found)
    return page(request, "refuse.html", {"form": form, "person": whole, "draft": key})


@for_roles(Role.ADMIN)
@_READ_AND_SENT
@tells_of_conflicts("oversight:person")
def suspend(request: HttpRequest, number: int) -> HttpResponse:
    """Shut somebody out."""
    return _shut(request, number, _OUT)


@for_roles(Role.ADMIN)
@_READ_AND_SENT
@tells_of_conflicts("oversight:person")
def lift(request: HttpRequest, number: int) -> HttpResponse:
    """Let somebody in again."""
    return _shut(request, number, _IN)


def _shut(request: HttpRequest, number: int, way: _Shutting) -> HttpResponse:
    found = _look(request, number)
    who, key = called(found.account), f"oversight/{way.key}/{number}"
    form = ReasonForm(
        request.POST if request.method == "POST" else None,
        initial=typed(request, key, "reason"),
        label=way.label,
        hint=way.hint,
        needed=way.needed,
    )
    if form.is_valid() and attempt(form, lambda: _do(request, way, number, form.cleaned_data["reason"])):
        forget(request, key)
        messages.success(request, str(way.done).format(who=who))
        return redirect("oversight:person", number=number)
    context = {
        "form": form,
        "person": particulars.whole(visitor_of(request), found),
        "title": str(way.title).format(who=who),
        "button": str(way.button).format(who=who),
        "effects": way.effects,
        "is_danger": way is _OUT,
        "draft": key,
    }
    return page(request, "shut.html", context)


def _do(request: HttpRequest, way: _Shutting, number: int, reason: str) -> bool:
    way.work(visitor_of(request).reach.door, acting(request), number, reason)
    return True


def _decide(request: HttpRequest, number: int, decided: Decided, seen: int) -> bool:
    admission.verify(visitor_of(request).reach.door, acting(request), number, decided, seen=seen)
    return True


def _look(request: HttpRequest, number: int) -> Waiting:
    return admission.look(visitor_of(request).reach.door, acting(request), number)


def _unmoved(request: HttpRequest, number: int) -> Waiting:
    """The person, as the page before showed them; raises a conflict when they are not so any more."""
    found = _look(request, number)
    if request.method != "POST" and number_of(request.GET.get("seen", ""), found.seen) != found.seen:
        raise conflict(_("This account has changed since you looked at it. Look again before you decide."))
    return found


def _address(given: Mapping[str, str], words: str, **more: int) -> str:
    """The list so narrowed; what was typed stands in it by its key."""
    narrowed = {"role": given.get("role", ""), "state": given.get("state", ""), "words": words}
    return "?" + urlencode({**{name: value for name, value in narrowed.items() if value}, **more})


def _kept(request: HttpRequest, text: str) -> str:
    """The key by which the session keeps these words; empty for none."""
    if not text:
        return ""
    key = new_id()
    request.session[_SOUGHT] = dict([*_words(request).items(), (key, text)][-_MOST_KEPT:])
    return key


def _words(request: HttpRequest) -> dict[str, str]:
    kept: dict[str, str] = request.session.get(_SOUGHT, {})
    return kept


def _before(request: HttpRequest) -> int:
    return number_of(request.GET.get("before", ""), NEWEST)


def _found(request: HttpRequest, sought: Sought, state: str) -> list[Listed]:
    """One more than are shown, where there are so many. Words of a name find no patient: whoever typed the first
    letters of many names could otherwise tell who is a patient here.
    """
    door, by = visitor_of(request).reach.door, acting(request)
    waiting = {one.account.number for one in admission.waiting(door, by)} if state else set()
    by_name = bool(sought.text) and "@" not in sought.text

    def fits(account: Account) -> bool:
        if by_name and account.role == Role.PATIENT:
            return False
        return not state or particulars.is_in(state, account, waiting)

    fitting: list[Listed] = []
    wider = replace(sought, count=_CHUNK)
    while len(fitting) <= sought.count:
        chunk = admission.list_people(door, by, wider)
        fitting += [one for one in chunk[:_CHUNK] if fits(one.account)]
        if len(chunk) <= _CHUNK:
            break
        wider = replace(wider, before=chunk[_CHUNK - 1].account.number)
    return fitting[: sought.count + 1]
