"""Where forms save themselves while somebody types."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from carefolio.portal.drafts import keep
from carefolio.portal.gate import signed_in


@signed_in
@require_POST
def save(request: HttpRequest, form: str) -> HttpResponse:
    """Keep what was typed; 413 when it is too much."""
    return HttpResponse(status=204 if keep.keep(request, form, request.POST) else 413)
