"""The files of a record: what a DocumentReference, a picture or a report carries with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from carefolio.fhir.references import split
from carefolio.portal.words.elements import dig, each, text

Resource = dict[str, Any]
MOST: Final = 20
_PICTURES: Final = ("image/jpeg", "image/png", "image/webp")


class File(NamedTuple):
    """A file for people to open: its page, its name, and whether a browser can show it as a picture."""

    address: str
    title: str
    is_picture: bool


def attachments(resource: Resource) -> list[Resource]:
    """All Attachments of a record that hold something, in their order: data of their own, or a Binary beside them."""
    return [one for one in _attached(resource) if one.get("data") or binary_of(one)][:MOST]


def binary_of(attachment: Resource) -> str:
    """The id of the Binary that an Attachment leads to; "" for none of ours."""
    parts = split(text(attachment, "url"))
    return parts.id or "" if parts.kind == "literal" and parts.type == "Binary" else ""


def _attached(resource: Resource) -> Iterator[Resource]:
    kind, found = resource.get("resourceType"), list[Any]()
    if kind == "DocumentReference":
        found = [dig(one, "attachment") for one in each(resource, "content")]
    elif kind == "Media":
        found = [resource.get("content")]
    elif kind == "DiagnosticReport":
        found = list(each(resource, "presentedForm"))
    elif kind == "Communication":
        found = [one.get("contentAttachment") for one in each(resource, "payload")]
    yield from (one for one in found if isinstance(one, dict))


def files_of(resource: Resource, chart: str, rid: str) -> list[File]:
    """The files as a record's page lists them."""
    found = attachments(resource)
    return [
        File(
            reverse("charting:file", args=[chart, resource["resourceType"], rid, place]),
            text(one, "title") or (_("File {number}").format(number=place + 1) if len(found) > 1 else _("The file")),
            text(one, "contentType").partition(";")[0] in _PICTURES,
        )
        for place, one in enumerate(found)
    ]
