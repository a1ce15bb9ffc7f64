"""Take the whole record away: the page that says what will be in it, and the zip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import BoundedSemaphore
from typing import Final

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from carefolio.base import clock
from carefolio.base.failures import Category, Failure, absent, unavailable
from carefolio.consent.principal import Role
from carefolio.ledger.reading import NEWEST
from carefolio.portal.chart import reading
from carefolio.portal.chart.copy.book import Book, File, page
from carefolio.portal.chart.copy.trail import Looked
from carefolio.portal.chart.copy.zipped import zipped
from carefolio.portal.chart.head import Head, head_of
from carefolio.portal.chart.kinds import COUNTED, NAMES
from carefolio.portal.chart.names import Names
from carefolio.portal.chart.pages import about
from carefolio.portal.gate import for_roles
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.trail import Viewpoint
from carefolio.records.door import Door
from carefolio.records.entries import Caller
from carefolio.records.read import Found
from carefolio.records.timeline import Holdings
from carefolio.records.trail import Asked, Step

AT_ONCE: Final = 3
"""So many copies are made at a time; each keeps a thread for as long as its reader takes."""
BYTES_A_RECORD: Final = 300
"""What a record takes in the zip, measured on the demo's charts; for the page's "about"."""
_MEGABYTE: Final = 1_000_000
_ALL: Final = 1_000_000
_STEPS_AT_ONCE: Final = 500
_places = BoundedSemaphore(AT_ONCE)


async def _held(door: Door, caller: Caller, chart: str) -> tuple[reading.Frame, Holdings]:
    frame = await reading.frame_of(door, caller, chart)
    return frame, await door.counts(caller, f"Patient/{chart}", COUNTED)


@for_roles(Role.PATIENT)
@require_http_methods(["GET", "HEAD", "POST"])
def download(request: HttpRequest, chart: str) -> HttpResponseBase:
    """What will be in the copy; by POST the copy itself."""
    visitor = visitor_of(request)
    if visitor.chart_id != chart:
        visitor.do(reading.own_patient, chart)  # answers as the door does where nothing may be seen
        raise absent()
    if request.method == "POST":
        return _stream(visitor, chart)
    frame, holdings = visitor.do(_held, chart)
    visitor.disclosed = True
    names = Names(visitor.reach.door.parts)
    size = max(1, round(holdings.total * BYTES_A_RECORD / _MEGABYTE))
    context = {
        "head": head_of(visitor, frame, names, "download"),
        "kinds": [{"name": _(NAMES[key]), "value": str(count)} for key, count in holdings.kinds.items()],
        "total": holdings.total,
        "size": size,
    }
    return render(request, "chart/download.html", context)


def _stream(visitor: Visitor, chart: str) -> StreamingHttpResponse:
    frame = visitor.do(reading.frame_of, chart)
    if not _places.acquire(blocking=False):
        raise unavailable(_("Many people take their record away just now. Please try again in a minute."))
    made = clock.moment(clock.now())
    response = StreamingHttpResponse(_Leaving(zipped(_files(visitor, frame), made)), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="health-record-{made:%Y-%m-%d}.zip"'
    response["Content-Encoding"] = "identity"  # it is compressed already
    return response


class _Leaving:
    """The zip's bytes; its place is free again when it is done or the reader has gone."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._done = False

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        """Django calls this in any case."""
        if not self._done:
            self._done = True
            _places.release()


def _files(visitor: Visitor, frame: reading.Frame) -> Iterator[File]:
    """What is in the zip, in the order in which it is made; the words to begin with leave at once."""
    names, senders, reader = about(visitor, frame.id)
    head = head_of(visitor, frame, names, "")
    made = reader.calendar.moment(clock.now())
    yield "README.txt", [page_text("readme", {"head": head, "made": made})]
    yield "style.css", [_style()]
    book = Book(reader, senders, frame.id)
    yield from book.files(lambda after: _sweep(visitor, frame.id, after))
    looked = Looked(Viewpoint(reader, visitor.person))
    yield from looked.files(lambda: _steps(visitor))
    yield "index.html", [_index(book, looked, head, made)]


def _index(book: Book, looked: Looked, head: Head, made: str) -> bytes:
    context = {"pages": book.written, "head": head, "made": made, "records": book.records, "steps": looked.count}
    return page("index", _("Your health record"), context)


def page_text(name: str, context: dict[str, object]) -> bytes:
    """A plain text of the copy."""
    return get_template(f"chart/copy/{name}.txt").render(context).encode()


def _style() -> bytes:
    """The portal's own look."""
    found = finders.find("look/carefolio.css")
    return Path(str(found)).read_bytes()


def _sweep(visitor: Visitor, chart: str, after: int) -> tuple[list[Found], int]:
    """All records, or as many as one answer of the door may hold: one entry in the ledger for each sweep."""
    try:
        found = visitor.do(Door.everything, chart, _ALL, after)
    except Failure as failure:
        if failure.category is Category.ABSENT and after:
            return [], 0  # what was left has been deleted meanwhile
        raise
    return found.matches, int(found.following or 0)


def _steps(visitor: Visitor) -> Iterator[list[Step]]:
    """The trail, some steps at a time."""
    before = NEWEST
    while True:
        found = visitor.trail(Asked(visitor.person, count=_STEPS_AT_ONCE, before=before))
        yield found[:_STEPS_AT_ONCE]
        if len(found) <= _STEPS_AT_ONCE:
            return
        before = found[_STEPS_AT_ONCE - 1].seq
