"""``{% load look %}``: icons, tags, avatars, error summaries, marks for drafts and for sending once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from zlib import crc32

from django import template
from django.forms import BaseForm
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from carefolio.base.clock import MICROSECONDS, now
from carefolio.base.ids import new_id
from carefolio.portal.look import icons
from carefolio.portal.words.dates import Calendar
from carefolio.portal.words.devices import browser_words

register = template.Library()
register.filter("browser", browser_words)

HUES = 4
TONES: Mapping[str, tuple[Promise, str, str]] = MappingProxyType(
    {
        "proposed": (_("Needs your answer"), "due", ""),
        "asked": (_("Waiting for an answer"), "info", "clock"),
        "active": (_("Active"), "good", "check"),
        "rejected": (_("Refused"), "", "cross"),
        "inactive": (_("Ended"), "", ""),
        "expired": (_("Ran out"), "", "clock"),
        "emergency": (_("Emergency access"), "due", "alert"),
        "new": (_("New"), "info", ""),
        "above": (_("Above the usual range"), "due", ""),
        "below": (_("Below the usual range"), "due", ""),
        "usual": (_("In the usual range"), "good", "check"),
        "due": (_("To do"), "due", ""),
        "done": (_("Done"), "plain", "check"),
        "verified": (_("Verified"), "good", "check"),
        "unverified": (_("Not verified yet"), "due", ""),
        "suspended": (_("Suspended"), "error", "lock"),
        "error": (_("Problem"), "error", "alert"),
    }
)
"""State → words, tone (good, due, info, error, plain or none) and icon. Colour only where it helps to act."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the error summary: the words and the id of the field that they are about ("" for none)."""

    words: str
    target: str


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """``{% icon "bell" %}``: an icon beside words; give the words too, screen readers do not see it."""
    return icons.drawn(name, classes)


@register.simple_tag
def kind_icon(type_: str) -> SafeString:
    """``{% kind_icon resource.resourceType %}``: the icon of a record's kind."""
    return icons.drawn(icons.of_kind(type_))


@register.simple_tag
def tag(state: str, words: str = "") -> SafeString:
    """``{% tag "active" %}`` or ``{% tag "active" "Shared" %}``: a state in words, with its tone."""
    said, tone, sign = TONES.get(state, (state, "", ""))
    return format_html(
        '<span class="tag{}">{}{}</span>',
        f" tag-{tone}" if tone else "",
        icons.drawn(sign) if sign else "",
        words or said,
    )


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """``{% avatar person.name %}``: somebody's initials in a colour of their own; their name stands beside it."""
    hue = crc32(name.encode()) % HUES
    classes = "avatar" + (f" avatar-{hue}" if hue else "") + (f" avatar-{size}" if size else "")
    return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, initials(name))


def initials(name: str) -> str:
    """Of the first and the last name; titles ("Dr", "Prof.") do not count."""
    words = [word for word in name.split() if word.rstrip(".").lower() not in ("dr", "prof", "mr", "mrs", "ms")]
    letters = [word[0] for word in words if word[0].isalpha()]
    return "".join([*letters[:1], *letters[1:][-1:]]).upper() or "?"


@register.simple_block_tag
def more(content: str, words: str) -> SafeString:
    """``{% more "Why we ask" %}…{% endmore %}``: details that few need, folded away."""
    return format_html(
        '<details class="more"><summary>{}{}</summary><div>{}</div></details>',
        icons.drawn("turn", "icon-turn"),
        words,
        content,
    )


@register.simple_block_tag
def help_panel(content: str) -> SafeString:
    """``{% block help %}{% help_panel %}…{% endhelp_panel %}{% endblock %}``: help with this page, at its end."""
    return format_html('<div class="help">{}</div>', more(content, str(_("Help with this page"))))


@register.inclusion_tag("look/error_summary.html")
def error_summary(*forms: object) -> dict[str, Any]:
    """``{% error_summary form %}``: "There is a problem", each line a link to its field; nothing without errors."""
    return {"lines": [line for form in forms if isinstance(form, BaseForm) for line in lines(form)]}


def lines(form: BaseForm) -> Iterator[Line]:
    """What is wrong with a form that was sent, in the order of its fields; what concerns all leads to the first."""
    if not form.is_bound:
        return
    visible = [bound for bound in form if not bound.is_hidden]
    first = _target(visible[0]) if visible else ""
    yield from (Line(str(words), first) for words in form.non_field_errors())
    for bound in form:
        yield from (Line(str(words), first if bound.is_hidden else _target(bound)) for words in bound.errors)


def _target(bound: Any) -> str:
    return str(getattr(bound, "first_id", "") or bound.id_for_label or bound.auto_id)


@register.simple_tag(takes_context=True)
def moment(context: template.Context, when: int | datetime) -> str:
    """``{% moment entry.time %}``: a moment (in µs, or of Django's) on the reader's clock: "4 March 2024 at 09:15
    (Dublin time)".
    """
    us = when if isinstance(when, int) else int(when.timestamp()) * MICROSECONDS
    return calendar_of(context).moment(us)


@register.simple_tag(takes_context=True)
def ago(context: template.Context, microseconds: int) -> str:
    """``{% ago entry.time %}``: how long ago that was, for what is recent ("2 hours ago"); else the day."""
    return calendar_of(context).relative(microseconds, now())


@register.simple_tag(takes_context=True)
def day(context: template.Context, when: object) -> str:
    """``{% day resource.birthDate %}``: the day of a FHIR date, a ``date`` or a moment in µs: "4 March 2024"."""
    calendar = calendar_of(context)
    if isinstance(when, int):
        return calendar.day_of(when)
    return calendar.day(when.isoformat() if isinstance(when, date) else when)


def calendar_of(context: template.Context) -> Calendar:
    """How this page's reader is told dates: in their language, on their clock."""
    visitor = context.get("visitor")
    if visitor is None:
        return Calendar()
    return Calendar(str(visitor.locale), visitor.zone.key)


@register.simple_tag
def draft_form(key: str) -> SafeString:
    """``<form method="post" novalidate {% draft_form "ask" %}>``: the form saves itself while somebody types."""
    return format_html('data-draft="{}"', key)


@register.simple_tag
def once() -> SafeString:
    """A hidden key, new for each page drawn: a form that is sent twice does its work once."""
    return format_html('<input type="hidden" name="once" value="{}">', new_id())
