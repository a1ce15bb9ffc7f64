"""What a form refused is shown by a page of its own, never under the POST itself.

Pages are ``no-store``, so a browser keeps no answer. With Back it fetches a page again; an answer to a POST it cannot
fetch, and says so with a page of errors. So what was typed is kept as a draft, the form comes by GET, and its words
about mistakes are made again from the draft.
"""

from __future__ import annotations

from typing import Final

from django.forms import Form
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from carefolio.portal.drafts.keep import draft_of, keep

MARK: Final = "refused"
_SEE_OTHER: Final = 303


def typed_into(request: HttpRequest, form: str, version: int | None = None) -> QueryDict | None:
    """What the form is bound to: what is sent now, or was sent and refused; None for a form as it is first seen.

    ``version`` is the record's that stands now. What was typed over another one does not bind the form again, since it
    could never be saved: it fills the form, over what stands now.
    """
    if request.method == "POST":
        return request.POST
    draft = draft_of(request, form) if MARK in request.GET else None
    return None if draft is None or is_over_another(draft, version) else draft


def is_over_another(typed: QueryDict, version: int | None) -> bool:
    """Whether it was typed over another version of the record than this one."""
    before = typed.get("version") or ""
    return version is not None and before.isdecimal() and before != str(version)


def shown_again(request: HttpRequest, form: str, filled: Form) -> HttpResponse | None:
    """To the page of a form that was sent and is not valid. None where nothing is refused, and where what was sent
    cannot be kept: it is too much, or a file came with it.
    """
    if request.method != "POST" or filled.is_valid() or request.FILES or not keep(request, form, request.POST):
        return None
    query = request.GET.copy()
    query[MARK] = "1"
    answer = redirect(f"{request.path}?{query.urlencode()}")
    answer.status_code = _SEE_OTHER
    return answer
