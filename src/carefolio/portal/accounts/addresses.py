"""Where a request comes from: the one place that reads X-Forwarded-For."""

from __future__ import annotations

from ipaddress import ip_address

from django.http import HttpRequest

from carefolio.portal.reach import reach_of


def client_of(request: HttpRequest) -> str:
    """The visitor's address. What stands in the header further left than our own proxies write is anybody's word."""
    nearest: str = request.META.get("REMOTE_ADDR", "")
    proxies = reach_of(request).settings.trusted_proxies
    passed = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    if not 0 < proxies <= len(passed):
        return nearest
    try:
        return str(ip_address(passed[-proxies].strip()))
    except ValueError:
        return nearest
