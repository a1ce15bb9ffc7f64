"""The doctor's part of the home page: what is urgent, what came in, and the way to the next patient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from carefolio.notify.notices import Notice, NoticeKind
from carefolio.portal.asking import memory
from carefolio.portal.asking.contracts import Entry, calendar_of, entries, notices_of
from carefolio.portal.asking.forms import FindForm
from carefolio.portal.asking.pages import recent
from carefolio.portal.asking.standing import standing_of
from carefolio.portal.visitor import visitor_of
from carefolio.workflows.sharing import actions
from carefolio.workflows.sharing.describe import State

_MOST: Final = 8
_TOLD: Final[Mapping[NoticeKind, tuple[Promise, str, Promise]]] = {
    NoticeKind.GRANTED: (_("%(name)s gave you access"), "active", _("New")),
    NoticeKind.CHANGED: (_("%(name)s changed what you may see"), "new", _("New")),
    NoticeKind.REFUSED: (_("%(name)s said no to your request"), "rejected", _("New")),
    NoticeKind.WITHDRAWN: (_("%(name)s ended your access"), "inactive", _("New")),
    NoticeKind.EXPIRED: (_("Your access to the record of %(name)s ran out"), "expired", _("New")),
}
"""Answers, by the notices that tell of them: the words, the tag's tone and its words."""


def context(request: HttpRequest) -> dict[str, object]:
    """What ``asking/home_part.html`` shows. Three calls of the door at the most: patients, requests, and once a session
    the doctor's own trail.
    """
    visitor = visitor_of(request)
    people = visitor.do(actions.my_patients).patients
    names = {one.reference: one.name for one in people if one.name}
    names |= {one.reference: one.name for one in memory.found(request)}
    requests = entries(visitor, visitor.do(actions.my_requests).contracts, names)
    open_now = [one for one in requests if one.contract.state is State.ACTIVE]
    news = [one for one in notices_of(visitor) if not one.seen and one.kind in _TOLD]
    calendar = calendar_of(visitor)
    ending = (_ending(one, calendar.day_of(one.ends or 0)) for one in open_now if one.ends_soon)
    return {
        "find": FindForm(),
        "standing": standing_of(visitor),
        "emergencies": memory.emergencies(request),
        "tasks": [*_answers(news, requests, names), *ending][:_MOST],
        "waiting": sum(one.contract.state is State.PROPOSED for one in requests),
        "open": list(_first_of_each(open_now))[:_MOST],
        "recent": recent(request),
    }


def _answers(news: Iterable[Notice], requests: Iterable[Entry], names: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """A line for each contract that changed and was not looked at yet."""
    reasons = {one.contract.id: one.contract.refusal for one in requests}
    seen: set[str] = set()
    for notice in news:
        consent = str(notice.about.get("consent", "")).partition("/")[2]
        if not consent or consent in seen:
            continue
        seen.add(consent)
        patient = notice.about.get("patient", {})
        words, state, tag = _TOLD[notice.kind]
        name = patient.get("name") or names.get(patient.get("reference", "")) or now_("A patient")
        yield {
            "address": reverse("asking:request", args=[consent]),
            "words": words % {"name": name},
            "detail": reasons.get(consent, ""),
            "state": state,
            "state_words": str(tag),
        }


def _ending(entry: Entry, day: str) -> dict[str, str]:
    return {
        "address": reverse("asking:request", args=[entry.contract.id]),
        "words": now_("Your access to the record of %(name)s ends soon") % {"name": entry.name},
        "detail": now_("Last day: %(day)s") % {"day": day},
        "state": "due",
        "state_words": now_("Ends soon"),
    }


def _first_of_each(open_now: Iterable[Entry]) -> Iterator[Entry]:
    seen: set[str] = set()
    for entry in open_now:
        if entry.patient not in seen:
            seen.add(entry.patient)
            yield entry
