"""Fields of our own: an amount with its unit, teeth to choose on a picture, a picture that was taken."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _

from carefolio.workflows.charting import pictures, units
from carefolio.workflows.charting.fields import Field
from carefolio.workflows.charting.pictures import Picture
from carefolio.workflows.charting.units import Amount, Quantity

QUADRANTS: Final = (("1", range(8, 0, -1)), ("2", range(1, 9)), ("4", range(8, 0, -1)), ("3", range(1, 9)))
"""As one looks into the mouth: upper right, upper left, lower right, lower left; FDI's first digit and its teeth."""
TEETH: Final = tuple(f"{quadrant}{tooth}" for quadrant, row in QUADRANTS for tooth in row)


class AmountBoxes(forms.MultiWidget):
    """A box for the number and, where there are several units, one to choose from."""

    template_name = "charting/widgets/amount.html"

    def __init__(self, quantity: Quantity, system: str) -> None:
        self.quantity, self.start = quantity, quantity.usual(system).key
        number = forms.TextInput({"inputmode": "text", "class": "w-6", "autocomplete": "off"})
        choices = [(one.key, one.shown) for one in quantity.units]
        super().__init__([number, forms.Select({"class": "w-8"}, choices=choices)])

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The boxes with their labels."""
        context = super().get_context(name, value, attrs)
        for box, label in zip(context["widget"]["subwidgets"], (now_("Number"), now_("Unit")), strict=True):
            box["label"] = label
        return context

    def decompress(self, value: Any) -> list[Any]:
        """What is kept, in the unit to begin with."""
        if isinstance(value, Decimal):
            return [units.written(value, self.quantity.unit(self.start)), self.start]
        return ["", self.start]


class AmountField(forms.Field):
    """A number as people have it; an Amount, or None for an empty box."""

    widget = forms.TextInput
    default_error_messages: ClassVar = {"invalid": _("Enter a number, like 71.5")}

    def __init__(self, asked: Field, system: str, **more: Any) -> None:
        self.asked, self.quantity = asked, units.QUANTITIES[asked.quantity]
        widget: forms.Widget = AmountBoxes(self.quantity, system)
        if len(self.quantity.units) == 1:
            widget = forms.TextInput({"inputmode": "decimal", "class": "w-6", "autocomplete": "off"})
        super().__init__(widget=widget, **more)

    def to_python(self, value: Any) -> Amount | None:
        """The number in the unit that is kept."""
        text, key = value if isinstance(value, list) else (value, self.quantity.kept.key)
        if not str(text or "").strip():
            return None
        try:
            amount = units.read(str(text), self.quantity, self.quantity.unit(key or self.quantity.kept.key))
        except (ValueError, KeyError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if self.asked.refuses(amount.value):
            raise ValidationError(self._beyond(), code="beyond")
        return amount

    def _beyond(self) -> str:
        unit = self.quantity.kept.shown
        words = now_("Check the number: it must be from {least} to {most} {unit}")
        if not self.asked.most:
            words = now_("Check the number: it must be {least} {unit} or more")
        return words.format(least=self.asked.least, most=self.asked.most, unit=unit)


class ToothPicker(forms.Widget):
    """All teeth as boxes to tick, each drawn as a tooth."""

    template_name = "charting/widgets/teeth.html"
    use_fieldset = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """The teeth that were ticked."""
        return list(data.getlist(name)) if hasattr(data, "getlist") else list(data.get(name, []))

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Both jaws, each with its two halves."""
        context = super().get_context(name, value, attrs)
        chosen, id_ = set(value or ()), context["widget"]["attrs"].get("id", name)
        halves = [
            [
                {"tooth": f"{quadrant}{one}", "id": f"{id_}_{TEETH.index(f'{quadrant}{one}')}", "shape": shape_of(one)}
                for one in row
            ]
            for quadrant, row in QUADRANTS
        ]
        words = (now_("Upper jaw"), halves[:2]), (now_("Lower jaw"), halves[2:])
        context["widget"] |= {"jaws": [{"title": title, "halves": two} for title, two in words], "chosen": chosen}
        return context


def shape_of(place: int) -> str:
    """What a tooth at this place looks like: the outline of a front tooth, an eye tooth, a small or large one."""
    front, eye, small = 2, 3, 5
    if place <= front:
        return "M6 3h12l-2 14c-1 4-2 10-4 10s-3-6-4-10z"
    if place == eye:
        return "M6 6l6-4 6 4-2 11c-1 5-2 11-4 11s-3-6-4-11z"
    if place <= small:
        return "M5 4q7 4 14 0l-1 11c-1 5-2 11-4 11l-2-6-2 6c-2 0-3-6-4-11z"
    return "M3 4q4.5 4 9 0 4.5 4 9 0l-1 10c-1 6-2 12-4 12l-3-9h-2l-3 9c-2 0-3-6-4-12z"


class TeethField(forms.MultipleChoiceField):
    """Teeth by FDI's numbers."""

    def __init__(self, **more: Any) -> None:
        super().__init__(choices=[(one, one) for one in TEETH], widget=ToothPicker(), **more)


class LinesField(forms.CharField):
    """Things, one in a line."""

    default_error_messages: ClassVar = {
        "lines": _("Write 20 lines or fewer, each of 200 characters or fewer, and each begins with a name")
    }

    def __init__(self, read: Any, **more: Any) -> None:
        self.read = read
        super().__init__(widget=forms.Textarea({"rows": 4}), **more)

    def clean(self, value: Any) -> Any:
        """The lines, without empty ones and what comes twice."""
        text = super().clean(value)
        try:
            return self.read(text or "")
        except ValueError:
            raise ValidationError(self.error_messages["lines"], code="lines") from None


class PictureField(forms.FileField):
    """A picture, looked at by its content."""

    default_error_messages: ClassVar = {
        "picture": _("Choose a picture in the form of JPEG, PNG or WebP, of 5 MB or less"),
    }

    def __init__(self, **more: Any) -> None:
        super().__init__(widget=forms.FileInput({"accept": "image/jpeg,image/png,image/webp"}), **more)

    def clean(self, data: Any, initial: Any = None) -> Picture | None:
        """The picture without what cameras add."""
        given = super().clean(data, initial)
        if not given:
            return None
        if given.size > pictures.LARGEST:
            raise ValidationError(self.error_messages["picture"], code="picture")
        try:
            return pictures.picture(given.read())
        except pictures.NotReadable:
            raise ValidationError(self.error_messages["picture"], code="picture") from None


def chosen(field: Field) -> Sequence[tuple[str, Any]]:
    """What may be chosen, in the reader's language."""
    return [(one.key, _(one.words)) for one in field.answers]
