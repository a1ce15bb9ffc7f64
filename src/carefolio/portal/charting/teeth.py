"""The tooth chart: what was found at each tooth last, as a picture and as a table."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from carefolio.consent.principal import Role
from carefolio.fhir.json import parse
from carefolio.portal.chart import reading
from carefolio.portal.chart.addresses import record_address
from carefolio.portal.chart.head import head_of, may_add
from carefolio.portal.chart.items import Item, items
from carefolio.portal.chart.pages import about
from carefolio.portal.charting.fields import TEETH
from carefolio.portal.gate import for_roles
from carefolio.portal.pictures.teeth import Tooth, drawn
from carefolio.portal.visitor import visitor_of
from carefolio.portal.words.elements import codings
from carefolio.records.timeline import Slice, Wanted
from carefolio.workflows.charting import answers, codes
from carefolio.workflows.charting import forms as tables

_READ: Final = 300
"""The newest findings: each tooth nine times."""
_BY_CODE: Final = {one.codes[0].key: one for one in answers.FINDINGS}
_SIGNS: Final = {
    "sound": "",
    "decay": "D",
    "filling": "F",
    "crown": "C",
    "root": "R",
    "implant": "I",
    "broken": "B",
    "missing": "X",
}
_WORRYING: Final = frozenset({"decay", "broken"})


@for_roles(Role.PATIENT, Role.DOCTOR)
@require_safe
def chart(request: HttpRequest, chart: str) -> HttpResponse:
    """The newest finding of each tooth."""
    visitor = visitor_of(request)
    wanted = Wanted(kinds=(Slice("Observation", frozenset({tables.TOOTH.key})),), count=_READ)
    read = visitor.do(reading.page, chart, wanted)
    visitor.disclosed = True
    names, senders, reader = about(visitor, chart)
    newest = _newest(items(read.page.found, reader, senders, chart))
    context = {
        "head": head_of(visitor, read.frame, names, ""),
        "picture": _picture(newest),
        "rows": [_row(tooth, one, finding, chart) for tooth, (one, finding) in sorted(newest.items())],
        "add": reverse("charting:teeth", args=[chart]) if may_add(visitor, read.frame) else "",
        "back": reverse("chart:timeline", args=[chart]),
        "signs": [(sign, _(answer.words)) for answer in answers.FINDINGS if (sign := _SIGNS[answer.key])],
    }
    return render(request, "charting/teeth.html", context)


def _newest(found: Any) -> dict[str, tuple[Item, str]]:
    """The newest item of each tooth with the key of its finding; the newest come first."""
    by_tooth: dict[str, tuple[Item, str]] = {}
    for one in found:
        body = parse(one.found.body)
        site = next((code for system, code in codings(body.get("bodySite")) if system == codes.TEETH), "")
        keys = (f"{system}|{code}" for system, code in codings(body.get("valueCodeableConcept")))
        answer = next((_BY_CODE[key] for key in keys if key in _BY_CODE), None)
        if site in TEETH and answer is not None:
            by_tooth.setdefault(site, (one, answer.key))
    return by_tooth


def _picture(newest: dict[str, tuple[Item, str]]) -> SafeString:
    teeth = [
        Tooth(tooth, _SIGNS[finding], finding in _WORRYING, finding == "missing")
        for tooth, finding in ((tooth, newest.get(tooth, (None, "sound"))[1]) for tooth in TEETH)
    ]
    sentence = _("tooth {number}: {finding}")
    found = ((tooth, _words(finding)) for tooth, (_item, finding) in sorted(newest.items()))
    told = [sentence.format(number=tooth, finding=words) for tooth, words in found]
    words = "; ".join(told) or _("nothing was written down yet")
    return mark_safe(drawn(teeth, (_("All teeth, as one looks into the mouth"), words)))  # noqa: S308 - escaped there


def _words(key: str) -> str:
    return _(next(one.words for one in answers.FINDINGS if one.key == key))


def _row(tooth: str, one: Item, finding: str, chart: str) -> dict[str, Any]:
    return {
        "tooth": tooth,
        "finding": _words(finding),
        "when": one.told.when,
        "source": one.source,
        "address": record_address(chart, "Observation", one.found.row.id),
    }
