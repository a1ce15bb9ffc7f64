"""Every address of the portal, read from the URLconf of the running server (``site.ask("routes")``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver

from carefolio.portal.gate import audience_of


def walk(resolver: URLResolver, before: str = "", names: tuple[str, ...] = ()) -> Iterator[dict[str, Any]]:
    """``pattern`` as Django writes it, ``name`` with its namespace, ``signed_in`` and ``roles``, or ``open: None``."""
    for one in resolver.url_patterns:
        pattern = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from walk(one, pattern, (*names, one.namespace) if one.namespace else names)
        elif isinstance(one, URLPattern):
            audience = audience_of(one.callback, one.name or "")
            yield {
                "pattern": pattern,
                "name": ":".join((*names, one.name or "")),
                "marked": audience is not None,
                "signed_in": audience is None or audience.signed_in,
                "roles": sorted(role.value for role in audience.roles) if audience else [],
            }
