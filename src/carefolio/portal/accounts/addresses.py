"""Where a request comes from."""

from __future__ import annotations

from django.http import HttpRequest

from carefolio.base.callers import address
from carefolio.portal.reach import reach_of


def client_of(request: HttpRequest) -> str:
    """The visitor's address. What stands in the header further left than our own proxies write is anybody's word."""
    nearest: str = request.META.get("REMOTE_ADDR", "")
    proxies = reach_of(request).settings.trusted_proxies
    passed = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if not 0 < proxies <= len(passed):
        return nearest
    found = address(passed[-proxies])
    return nearest if found is None else str(found)
