"""Searching a chart for words: what was found, newest first, with the words marked where they stand.

What is looked for says something about its reader's health: it travels in a form and waits in the sealed session, and
stands in no address.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Final

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from carefolio.consent.principal import Role
from carefolio.fhir.json import parse
from carefolio.portal.chart import reading
from carefolio.portal.chart.addresses import Pager
from carefolio.portal.chart.forms import Narrowed, day_field
from carefolio.portal.chart.head import head_of
from carefolio.portal.chart.items import Item, items
from carefolio.portal.chart.kinds import NAMES, slices
from carefolio.portal.chart.pages import about
from carefolio.portal.chart.reading import Frame
from carefolio.portal.gate import for_roles
from carefolio.portal.look.forms import Form
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.records.door import Door
from carefolio.records.entries import Caller
from carefolio.records.scan import MOST_READ, Sighted
from carefolio.records.timeline import Wanted
from carefolio.search.words import places, texts, words_of

RECORDS_A_PAGE: Final = 20
_LONGEST = 200
_AROUND, _SNIPPETS = 60, 3
_KEPT = "searched"
_MOST_CHARTS = 5
_SEE_OTHER = 303
_NAMES: Final = ("words", "kind", "since", "until")


class SearchForm(Form):
    """Words, and what they are looked for in."""

    all_optional = True
    asks: ClassVar = {"words": _("the words")}

    words = forms.CharField(label=_("Words to look for"), max_length=_LONGEST)
    kind = forms.ChoiceField(
        label=_("What"), required=False, choices=[("", _("All about health")), *((key, _(NAMES[key])) for key in NAMES)]
    )
    since = day_field(_("From"))
    until = day_field(_("To"))

    def clean_words(self) -> str:
        """At least one word."""
        words: str = self.cleaned_data["words"]
        if not words_of(words):
            raise forms.ValidationError(now_("Enter a word, like penicillin"))
        return words


@for_roles(Role.PATIENT, Role.DOCTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest, chart: str) -> HttpResponse:
    """The form, and what was found by it."""
    visitor = visitor_of(request)
    kept: dict[str, dict[str, str]] = request.session.get(_KEPT, {})
    form = SearchForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid():
        given = {name: request.POST.get(name, "")[:_LONGEST] for name in _NAMES}
        others = [(one, value) for one, value in kept.items() if one != chart][-_MOST_CHARTS:]
        request.session[_KEPT] = dict([*others, (chart, given)])
        return HttpResponseRedirect(request.path, status=_SEE_OTHER)
    asked = kept.get(chart, {}) if form is None else {}
    pager = Pager(request.GET.dict())
    frame, sighted = visitor.do(_searched, chart, _wanted(asked, pager.cursor), words_of(asked.get("words", "")))
    visitor.disclosed = True
    context = _found(visitor, frame, sighted, asked.get("words", "")) | {
        "form": form or SearchForm(initial=asked),
        "asked": bool(asked),
        "older": pager.older(sighted.next),
        "newer": pager.newer(),
    }
    return render(request, "charting/search.html", context)


def _wanted(asked: dict[str, str], cursor: str) -> Wanted:
    narrowed = Narrowed(asked)
    kinds = slices(narrowed.kind)
    return Wanted(kinds, since=narrowed.low, until=narrowed.high, count=RECORDS_A_PAGE, cursor=cursor)


async def _searched(
    door: Door, caller: Caller, chart: str, wanted: Wanted, words: tuple[str, ...]
) -> tuple[Frame, Sighted]:
    """What is found, and whose chart it is; raises absent for a closed chart."""
    sighted = await door.scan(caller, f"Patient/{chart}", wanted, words)
    return await reading.frame_of(door, caller, chart), sighted


def _found(visitor: Visitor, frame: Frame, sighted: Sighted, asked: str) -> dict[str, Any]:
    names, senders, reader = about(visitor, frame.id)
    words = words_of(asked)
    found = [_entry(one, words) for one in items(sighted.found, reader, senders, frame.id)]
    return {
        "head": head_of(visitor, frame, names, "search"),
        "found": found,
        "went_far": sighted.read > MOST_READ,
    }


def _entry(item: Item, words: Sequence[str]) -> dict[str, Any]:
    return item.entry() | {"snippets": list(_snippets(item, words))}


def _snippets(item: Item, words: Sequence[str]) -> Iterator[SafeString]:
    """Pieces of the record's texts around the words, each text once."""
    shown = 0
    for text in dict.fromkeys(texts(parse(item.found.body))):
        spans = places(text, words)
        if spans:
            yield marked(text, spans)
            shown += 1
        if shown == _SNIPPETS:
            return


def marked(text: str, spans: Sequence[tuple[int, int]]) -> SafeString:
    """A piece of the text from a little before the first place on, with the places marked."""
    begin = max(0, spans[0][0] - _AROUND)
    end = min(len(text), spans[0][1] + _AROUND)
    parts, at = ["… " if begin else ""], begin
    for start, stop in spans:
        if stop <= end:
            parts += [escape(text[at:start]), f"<mark>{escape(text[start:stop])}</mark>"]
            at = stop
    parts += [escape(text[at:end]), " …" if end < len(text) else ""]
    return mark_safe("".join(parts))  # noqa: S308 - each piece of the record's own was escaped
