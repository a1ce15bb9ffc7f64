"""What the browser may do on the room's page, and on no other: use camera and microphone, open our socket."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from carefolio.portal.middleware import POLICY
from carefolio.portal.reach import reach_of

_CONNECT = "connect-src 'self'"


def with_media(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page with a call on it. Its socket is named as well: not all browsers take it for a part of 'self'."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        response = view(request, *args, **more)
        secure = reach_of(request).settings.public_url.startswith("https")
        socket = f"{'wss' if secure else 'ws'}://{request.get_host()}"
        policy = POLICY.replace(_CONNECT, f"{_CONNECT} {socket}")
        response.headers["Content-Security-Policy"] = f"{policy}; media-src 'self' blob:"
        response.headers["Permissions-Policy"] = "camera=(self), microphone=(self), geolocation=()"
        return response

    return answer
