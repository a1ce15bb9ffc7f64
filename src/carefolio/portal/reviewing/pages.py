"""A patient says how a visit was, says it otherwise, takes it back; a doctor reads what was said."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from carefolio.base.failures import Category, Failure
from carefolio.consent.principal import Role
from carefolio.portal.drafts import keep
from carefolio.portal.gate import for_roles
from carefolio.portal.look.forms import Form
from carefolio.portal.visitor import visitor_of
from carefolio.portal.words.dates import Calendar
from carefolio.portal.words.failures import reason
from carefolio.portal.words.ratings import rating_words
from carefolio.workflows.reviewing import actions
from carefolio.workflows.reviewing.rules import LONGEST, Rating

patients_only = for_roles(Role.PATIENT)
_SCORES = [("5", _("5: very good")), ("4", _("4: good")), ("3", _("3: fair")), ("2", _("2: poor")), ("1", _("1: bad"))]


class RatingForm(Form):
    """How it was."""

    asks: ClassVar = {"score": _("how the visit was")}

    score = forms.ChoiceField(label=_("How was the visit?"), widget=forms.RadioSelect, choices=_SCORES)
    words = forms.CharField(
        label=_("Tell the doctor more"),
        help_text=_("The doctor reads this without your name. Leave out what shows who you are"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 5}),
    )


@patients_only
@require_http_methods(["GET", "HEAD", "POST"])
def rate(request: HttpRequest, visit: str) -> HttpResponse:
    """Say how it was."""
    visitor = visitor_of(request)
    visitor.disclosed = True
    seen = visitor.do(actions.seen, visit)
    kept = seen.visit.status == "fulfilled"
    form = RatingForm(request.POST if request.method == "POST" else None, initial=_initial(request, visit, seen.rating))
    if request.method == "POST" and kept and form.is_valid():
        said = Rating(int(form.cleaned_data["score"]), form.cleaned_data["words"])
        try:
            visitor.do(actions.rate, visit, said)
        except Failure as failure:
            if failure.category is not Category.UNPROCESSABLE:
                raise
            form.add_error(None, reason(failure))
        else:
            keep.forget(request, _draft(visit))
            return redirect("reviewing:done", visit)
    context = {"form": form, "visit": seen.visit, "kept": kept, "rated": seen.rating, "draft": _draft(visit)}
    context["day"] = Calendar(str(visitor.locale), visitor.zone.key).day_of(seen.visit.start)
    return render(request, "reviewing/rate.html", context)


@patients_only
@require_safe
def done(request: HttpRequest, visit: str) -> HttpResponse:
    """It is said."""
    visitor = visitor_of(request)
    visitor.disclosed = True
    seen = visitor.do(actions.seen, visit)
    if seen.rating is None:
        return redirect("reviewing:rate", visit)
    return render(request, "reviewing/done.html", {"visit": seen.visit, "rating": seen.rating})


@patients_only
@require_POST
def back(request: HttpRequest, visit: str) -> HttpResponse:
    """It is said no more."""
    try:
        visitor_of(request).do(actions.take_back, visit)
    except Failure as failure:
        if failure.category is not Category.UNPROCESSABLE:
            raise
        messages.warning(request, reason(failure))
    else:
        messages.success(request, now_("You took your rating back. The next average is worked out without it."))
    return redirect("reviewing:rate", visit)


@for_roles(Role.DOCTOR)
@require_safe
def ratings(request: HttpRequest) -> HttpResponse:
    """What patients said, without names."""
    visitor = visitor_of(request)
    visitor.disclosed = True
    calendar = Calendar(str(visitor.locale), visitor.zone.key)
    said = visitor.do(actions.said_of)
    context = {
        "summary": rating_words(actions.tally(visitor.reach.door, visitor.person), visitor.locale),
        "said": [(one, calendar.told(one.month)) for one in said],
    }
    return render(request, "reviewing/ratings.html", context)


def _draft(visit: str) -> str:
    return f"rate-{visit}"


def _initial(request: HttpRequest, visit: str, rating: Rating | None) -> dict[str, str]:
    draft = keep.draft_of(request, _draft(visit))
    if draft:
        return {name: str(draft[name]) for name in draft}
    return {"score": str(rating.score), "words": rating.words} if rating else {}
