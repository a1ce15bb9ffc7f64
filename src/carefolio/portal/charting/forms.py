"""From the tables of ``workflows.charting`` to forms on pages: one engine for all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from carefolio.base import clock
from carefolio.base.clock import DAY
from carefolio.portal.charting.fields import AmountField, LinesField, PictureField, TeethField, chosen
from carefolio.portal.look.forms import FIRST_YEAR, DateField, Form
from carefolio.workflows.charting import fields as asked
from carefolio.workflows.charting.fields import LONGEST_LINE, LONGEST_NOTE, Field, Kind
from carefolio.workflows.charting.forms import FORMS, PANELS
from carefolio.workflows.charting.problems import NAMES
from carefolio.workflows.charting.rules import lines_of

_FEW: Final = 4
"""So many answers stand below one another; more are a list to open."""
_OPEN: Final = ("", _("No answer"))


class EntryForm(Form):
    """A form of the tables; ``entry`` is its table."""

    entry: ClassVar[asked.Form]

    def clean(self) -> dict[str, Any]:
        """Something was answered, and what belongs together is whole."""
        given = self.cleaned_data
        for panel in PANELS.values():
            parts = [one.name for one in self.entry.fields if one.panel == panel.key]
            told = [name for name in parts if given.get(name) is not None]
            if panel.all and told and len(told) < len(parts):
                missing = next(name for name in parts if name not in told)
                if missing not in self.errors:
                    self.add_error(missing, now_("Enter both numbers of the blood pressure"))
        if not self.errors and not self.values:
            raise ValidationError(now_("Answer at least one question"))
        return given

    def clean_day(self) -> date | None:
        """Nobody measures tomorrow; a day that starts earlier somewhere else is let through."""
        day: date | None = self.cleaned_data["day"]
        if day is not None and day > clock.moment(clock.now() + DAY).date():
            raise ValidationError(now_("The day must be today or earlier"))
        if day is not None and day.year < FIRST_YEAR:
            raise ValidationError(now_("Enter a real date, like 27 3 1985"))
        return day

    @property
    def values(self) -> dict[str, Any]:
        """What was answered, by field."""
        given = ((one.name, self.cleaned_data.get(one.name)) for one in self.entry.fields)
        return {name: value for name, value in given if value not in (None, "", [])}


@lru_cache(maxsize=32)
def form_class(key: str, system: str) -> type[EntryForm]:
    """The form of this table for people who count in this system."""
    entry = FORMS[key]
    made: dict[str, Any] = {one.name: _MAKERS[one.kind](one, system) for one in entry.fields}
    made["day"] = DateField(label=_(entry.day), help_text=_("For example, 27 3 2026"), required=not entry.since)
    made["note"] = forms.CharField(
        label=_("Note"), required=False, max_length=LONGEST_NOTE, widget=forms.Textarea({"rows": 4})
    )
    asks = MappingProxyType({"day": _("the day")} | {one.name: _("an answer") for one in entry.fields if one.answers})
    return type("EntryForm", (EntryForm,), made | {"entry": entry, "asks": asks})


def _words(one: Field) -> dict[str, Any]:
    return {"label": _(one.label), "help_text": _(one.hint) if one.hint else "", "required": one.required}


def _amount(one: Field, system: str) -> forms.Field:
    field = AmountField(one, system, **_words(one))
    unit = field.quantity.kept.shown
    if len(field.quantity.units) == 1 and one.quantity != "score":
        field.label = format_lazy("{label} ({unit})", label=_(one.label), unit=unit)
    return field


def _choice(one: Field, _system: str) -> forms.Field:
    choices = list(chosen(one))
    if len(choices) > _FEW:
        start = ("", _("Choose one")) if one.required else _OPEN
        return forms.ChoiceField(**_words(one), choices=[start, *choices])
    if not one.required:
        choices.append(_OPEN)
    return forms.ChoiceField(**_words(one), choices=choices, widget=forms.RadioSelect)


def _problem(one: Field, _system: str) -> forms.Field:
    return forms.CharField(
        **_words(one), max_length=LONGEST_LINE, widget=SuggestedInput(sorted(NAMES, key=str.casefold))
    )


class SuggestedInput(forms.TextInput):
    """A box that browsers complete from a list; anything else may be typed."""

    template_name = "charting/widgets/suggested.html"

    def __init__(self, names: list[str]) -> None:
        super().__init__({"autocomplete": "off", "class": "w-20"})
        self.names = names

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The box with its list."""
        context = super().get_context(name, value, attrs)
        list_id = f"{context['widget']['attrs'].get('id', name)}_list"
        context["widget"]["attrs"]["list"] = list_id
        return context | {"names": self.names, "list_id": list_id}


_Maker = Callable[[Field, str], forms.Field]
_MAKERS: Final[Mapping[Kind, _Maker]] = MappingProxyType(
    {
        Kind.AMOUNT: _amount,
        Kind.CHOICE: _choice,
        Kind.ILLNESS: _choice,
        Kind.CERTAINTY: _choice,
        Kind.FINDING: _choice,
        Kind.SITE: _choice,
        Kind.PROBLEM: _problem,
        Kind.ALLERGIES: lambda one, _system: LinesField(lines_of, **_words(one), max_length=LONGEST_NOTE * 4),
        Kind.TEETH: lambda one, _system: TeethField(**_words(one)),
        Kind.PICTURE: lambda one, _system: PictureField(**_words(one)),
    }
)
