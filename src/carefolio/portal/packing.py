"""Packs pages and static files with gzip or zstd, and says how long static files may be kept.

A page shows secrets beside text that others may have chosen, so its packed length would tell of them to who can make
a browser load it over and over. Another site's doing is told by the browser itself, and is answered unpacked:
docs/decisions/compression.md.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from secrets import randbelow
from threading import Lock
from typing import cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.cache import patch_vary_headers

from carefolio.base.coding import WORTH, Coding, chosen, packed
from carefolio.portal.look.statics import version

Next = Callable[[HttpRequest], HttpResponse]
_OWN_DOING = frozenset({"same-origin", "none"})
"""``Sec-Fetch-Site`` of a page of ours that asks, and of an address that was typed or kept."""
_PADDING_HEADER, _PADDING_MOST = "X-Padding", 128
_FOR_A_YEAR = f"public, max-age={settings.WHITENOISE_MAX_AGE}, immutable"
_ASK_AGAIN = "public, no-cache"
_TEXTS = ("text/", "application/json", "application/javascript", "image/svg+xml")


class Packing:
    """Around pages and static files."""

    def __init__(self, get_response: Next) -> None:
        self._next = get_response
        self._kept: dict[tuple[str, Coding], bytes] = {}
        """Static files that were packed once; there are as many as the packages hold."""
        self._lock = Lock()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer one request."""
        response = self._next(request)
        if request.path_info.startswith(settings.STATIC_URL):
            return self._static(request, response)
        if response.streaming or response.status_code != HTTPStatus.OK or len(response.content) < WORTH:
            return response
        patch_vary_headers(response, ("Accept-Encoding", "Sec-Fetch-Site"))
        coding = _coding(request) if request.headers.get("Sec-Fetch-Site") in _OWN_DOING else None
        if coding is not None and not response.has_header("Content-Encoding"):
            _replace(response, coding, packed(coding, response.content))
            response.headers[_PADDING_HEADER] = "0" * randbelow(_PADDING_MOST)
        return response

    def _static(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code not in (HTTPStatus.OK, HTTPStatus.NOT_MODIFIED):
            return response
        name = request.path_info.removeprefix(settings.STATIC_URL)
        is_version = request.GET.get("v") == version(name)
        response.headers["Cache-Control"] = _FOR_A_YEAR if is_version else _ASK_AGAIN
        patch_vary_headers(response, ("Accept-Encoding",))
        coding = _coding(request)
        is_text = response.headers.get("Content-Type", "").startswith(_TEXTS)
        if coding is None or response.status_code != HTTPStatus.OK or request.method != "GET" or not is_text:
            return response
        whole = HttpResponse(b"", headers=dict(response.headers.items()))
        _replace(whole, coding, self._once(request.path_info, coding, response))
        return whole

    def _once(self, path: str, coding: Coding, response: HttpResponse) -> bytes:
        with self._lock:
            found = self._kept.get((path, coding))
            if found is None:
                content = b"".join(cast("StreamingHttpResponse", response))
                found = self._kept[path, coding] = packed(coding, content, best=True)
            response.close()
            return found


def _coding(request: HttpRequest) -> Coding | None:
    return chosen(request.headers.get("Accept-Encoding", ""))


def _replace(response: HttpResponse, coding: Coding, body: bytes) -> None:
    response.content = body
    response.headers["Content-Encoding"] = coding
    response.headers["Content-Length"] = str(len(body))
    if "ETag" in response.headers:
        del response.headers["ETag"]  # it is the unpacked file's; Last-Modified is both's
