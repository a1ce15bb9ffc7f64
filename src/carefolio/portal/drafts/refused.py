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


def typed_into(request: HttpRequest, form: str) -> QueryDict | None:
    """What the form is bound to: what is sent now, or was sent and refused; None for a form as it is first seen."""
    if request.method == "POST":
        return request.POST
    return draft_of(request, form) if MARK in request.GET else None


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
