"""Records as lines of a list: what a timeline, a record's neighbours and the copy to take away show of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from carefolio.base.clock import DAY, moment
from carefolio.fhir.json import parse
from carefolio.portal.chart.addresses import record_address
from carefolio.portal.chart.names import Sender, Senders
from carefolio.portal.look.icons import of_kind
from carefolio.portal.words import told as words
from carefolio.portal.words.dates import Calendar, zone_of
from carefolio.portal.words.records import told
from carefolio.portal.words.told import Reader, Told
from carefolio.records.read import Found

FLAG_TAGS = {words.HIGH: "above", words.LOW: "below"}
_RESULTS = "results"


@dataclass(frozen=True, slots=True)
class Item:
    """One record: its row and words, who sent it, and the page that it has."""

    found: Found
    told: Told
    sender: Sender
    address: str

    @property
    def source(self) -> str:
        """Who it comes from, for people to read."""
        if self.sender.hospital:
            return self.sender.hospital
        return _("You wrote this") if self.sender.mine else self.sender.person or self.told.source

    @property
    def icon(self) -> str:
        """A laboratory's results look different from a nurse's measurements."""
        if self.told.type == "Observation" and self.told.kind == _RESULTS:
            return "flask"
        return of_kind(self.told.type)

    def entry(self) -> dict[str, Any]:
        """As ``look/timeline.html`` shows it."""
        tags = [(FLAG_TAGS[self.told.flag], "")] if self.told.flag in FLAG_TAGS else []
        if self.told.status:
            tags.append(("status", self.told.status))
        return {
            "icon": self.icon,
            "title": self.told.title,
            "address": self.address,
            "sentence": self.told.sentence,
            "when": self.told.when or _("No date"),
            "hospital": self.source,
            "tags": tags,
        }


def items(found: Iterable[Found], reader: Reader, senders: Senders, chart: str) -> Iterator[Item]:
    """Records with their words."""
    for one in found:
        resource = parse(one.body)
        address = record_address(chart, one.row.type, one.row.id)
        yield Item(one, told(resource, reader), senders.of(one), address)


def groups(shown: Iterable[Item], reader: Reader) -> list[dict[str, Any]]:
    """By month, in the order in which they come, as ``look/timeline.html`` shows them."""
    by_month = groupby(shown, key=lambda one: month(one, reader))
    return [{"title": title, "entries": [one.entry() for one in some]} for title, some in by_month]


def month(item: Item, reader: Reader) -> str:
    """The month of a record's clinical date on the reader's calendar; the year where no month is known."""
    row = item.found.row
    if not row.low and not row.high:
        return _("Without a date")
    if item.told.when.isdecimal():
        return item.told.when
    begun = moment(row.low)
    if row.high - row.low < DAY - 1:
        begun = begun.astimezone(zone_of(reader.zone))  # a time of day; a whole day is moved by no zone
    return Calendar(reader.locale, reader.zone).day(f"{begun:%Y-%m}")
