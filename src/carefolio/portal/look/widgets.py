"""The widgets that stand on a page by the dozen, drawn without a template: one option of Django's takes three of them,
and a list of all time zones took a quarter of a second. What comes out is what those templates say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from types import MappingProxyType
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

Widget = Mapping[str, Any]
_PLACE: Final = "django/forms/widgets/{}.html"
_INPUTS: Final = ("email", "hidden", "number", "password", "search", "tel", "text", "url", "checkbox")
_OPTIONS: Final = ("radio_option", "checkbox_option")


def drawn(template_name: str, widget: Widget) -> SafeString | None:
    """The widget as this template of Django's draws it; None: let the template do it."""
    draws = DRAWN.get(template_name)
    return None if draws is None or widget.get("wrap_label") else draws(widget)


def _input(widget: Widget) -> SafeString:
    value = widget["value"]
    held = "" if value is None else f' value="{_text(value)}"'
    kind, name = _text(widget["type"]), _text(widget["name"])
    return mark_safe(f'<input type="{kind}" name="{name}"{held}{_attrs(widget)}>')  # noqa: S308 - all of it is escaped


def _select(widget: Widget) -> SafeString:
    parts = [f'<select name="{_text(widget["name"])}"{_attrs(widget)}>']
    for group, options, _index in widget["optgroups"]:
        within = [
            f'<option value="{_text(one["value"])}"{_attrs(one)}>{_text(one["label"])}</option>' for one in options
        ]
        parts += [f'<optgroup label="{_text(group)}">', *within, "</optgroup>"] if group else within
    return mark_safe("\n".join([*parts, "</select>"]))  # noqa: S308 - all of it is escaped


def _attrs(widget: Widget) -> str:
    said = ((name, value) for name, value in widget["attrs"].items() if value is not False)
    return "".join(f" {_text(name)}" + ("" if value is True else f'="{_text(value)}"') for name, value in said)


def _text(value: object) -> str:
    """In the reader's language, and escaped unless it is marked as safe."""
    said = str(value) if isinstance(value, Promise) else value
    return said if isinstance(said, SafeString) else escape(str(said))


DRAWN: Final[Mapping[str, Callable[[Widget], SafeString]]] = MappingProxyType(
    {_PLACE.format(name): _input for name in (*_INPUTS, *_OPTIONS)} | {_PLACE.format("select"): _select}
)
"""By the name of Django's template."""
