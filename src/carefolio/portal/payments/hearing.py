"""Where the provider's messages come in. A message says which payment to ask about, and nothing else of it is believed:
one that is replayed asks about a payment that is settled, and changes nothing.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from carefolio.base.failures import Category, Failure
from carefolio.portal.gate import open_to_all
from carefolio.portal.payments.telling import provider_for
from carefolio.portal.visitor import visitor_of
from carefolio.workflows.payments import actions

_MOST_BYTES = 256 * 1024


@csrf_exempt
@open_to_all
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """200 once it is written down; what fails is sent again by the provider, and asked for every minute."""
    visitor = visitor_of(request)
    provider = provider_for(visitor)
    attempt = provider.heard(request.body[:_MOST_BYTES], request.headers.get("Stripe-Signature", ""))
    if attempt:
        try:
            visitor.reach.run(actions.settle(visitor.reach.door, provider, attempt))
        except Failure as failure:
            if failure.category is not Category.ABSENT:  # of another installation with the same account
                raise
    return HttpResponse(status=200)
