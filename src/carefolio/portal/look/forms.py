"""Forms as people meet them: one renderer, one base form with plain words for every mistake, and our own fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates, TemplatesSetting
from django.http import HttpRequest, QueryDict
from django.template import TemplateDoesNotExist
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carefolio.base.failures import Category, Failure
from carefolio.base.ids import new_id, normal_code
from carefolio.portal.look.widgets import drawn

Text = str | Promise
OPTIONS = (forms.RadioSelect, forms.CheckboxSelectMultiple)
CHOOSING = (forms.ChoiceField, forms.MultipleChoiceField, forms.FileField)
WIDTHS = ((2, "w-2"), (4, "w-4"), (10, "w-10"), (20, "w-20"))
FIRST_YEAR = 1850


@dataclass(frozen=True, slots=True)
class Option:
    """A choice's label with more to say: ``("blood", Option(_("Blood tests"), hint=_("Since 2019"), records=12))``."""

    label: Text
    hint: Text = ""
    records: int | None = None

    def __str__(self) -> str:
        """The label in the reader's language."""
        return str(self.label)


class LookField(BoundField):
    """A field on its page: what ``look/field.html`` asks of it."""

    def __init__(self, form: forms.BaseForm, field: forms.Field, name: str) -> None:
        super().__init__(form, field, name)
        attrs = field.widget.attrs
        if isinstance(field.widget, forms.Textarea) and "maxlength" in attrs:
            attrs["data-limit"] = attrs.pop("maxlength")  # a browser would cut what is pasted, without a word
        elif isinstance(field.widget, forms.TextInput) and "class" not in attrs and attrs.get("maxlength"):
            attrs["class"] = next((name for limit, name in WIDTHS if int(attrs["maxlength"]) <= limit), "")

    @property
    def shape(self) -> str:
        """Which part of the template draws it: options, boxes, check or line."""
        if isinstance(self.field.widget, OPTIONS):
            return "options"
        if self.use_fieldset:
            return "boxes"
        return "check" if isinstance(self.field.widget, forms.CheckboxInput) else "line"

    @property
    def heading(self) -> bool:
        """Whether its label is the page's h1: the form asks one question, and this is it."""
        first = next(iter(self.form.visible_fields()), None)
        return bool(getattr(self.form, "question", False)) and first is not None and first.name == self.name

    @property
    def optional(self) -> bool:
        """Whether it says so beside its label; checkboxes to tick need not."""
        return not self.field.required and self.shape != "check" and not getattr(self.form, "all_optional", False)

    @property
    def first_id(self) -> str:
        """Where the error summary leads: the field's own id, or that of its first box or option."""
        return f"{self.auto_id}_0" if self.use_fieldset else str(self.id_for_label or self.auto_id)

    @property
    def limit(self) -> int | None:
        """How many characters a text area takes."""
        limit = self.field.widget.attrs.get("data-limit")
        return int(limit) if limit else None

    @property
    def aria_describedby(self) -> str | None:
        """Its hint, its error and its count of characters, in the order in which they stand."""
        ids = super().aria_describedby
        return f"{ids} {self.auto_id}_count".strip() if ids is not None and self.limit else ids


class Renderer(TemplatesSetting):
    """Draws every form of the portal, the library's too, with ``look/form.html`` and ``look/field.html``."""

    form_template_name = "look/form.html"
    field_template_name = "look/field.html"
    bound_field_class = LookField
    _library = DjangoTemplates()

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """A form, a field or a widget."""
        ready = drawn(template_name, context["widget"]) if "widget" in context else None
        return super().render(template_name, context, request) if ready is None else ready

    def get_template(self, template_name: str) -> Any:
        """Ours, or Django's own for the widgets that we leave as they are."""
        try:
            return super().get_template(template_name)
        except TemplateDoesNotExist:
            return self._library.get_template(template_name)


class Form(forms.Form):
    """The portal's form. ``question``: it asks one thing, and its label is the page's h1. ``asks``: what to call a
    field inside an error ("your date of birth"); without it that is its label. ``all_optional``: a form for
    filtering, where "(optional)" would stand beside everything.
    """

    question: ClassVar[bool] = False
    all_optional: ClassVar[bool] = False
    asks: ClassVar[Mapping[str, Text]] = MappingProxyType({})
    use_required_attribute = False
    required_css_class = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            said = type(self).base_fields[name].error_messages if name in type(self).base_fields else {}
            plain = plain_messages(field, self.asks.get(name) or _called(field, name))
            standard = _standard_messages(field)
            for code, words in plain.items():
                if said.get(code, standard.get(code)) == standard.get(code):
                    field.error_messages[code] = str(words)


class OnceForm(Form):
    """A form that brings the id of what it writes, so that sending it twice writes it once."""

    once = forms.RegexField(r"[0-9a-f-]{36}", required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"once": new_id()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)

    @property
    def name(self) -> str:
        """The id that it brought, once it is valid."""
        return self.cleaned_data["once"] or new_id()

    def sends(self, write: Callable[[str, str], object], field: str) -> bool:
        """Write what stands in the field under the form's id, ``write(text, id)``; False where something else was sent
        from this page, as the form then says.
        """
        try:
            write(self.cleaned_data[field], self.name)
        except Failure as failure:
            if failure.category is not Category.CONFLICT:
                raise
            self.begin_anew()
            return False
        return True

    def begin_anew(self) -> None:
        """Its id was taken by what was sent before: it is shown with another, and can be sent too."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data["once"] = new_id()
        self.data = data
        self.add_error(None, _("Something else was sent from this page before. Send this too, if you mean to"))


def plain_messages(field: forms.Field, thing: Text) -> dict[str, str]:
    """What the form says for each mistake (by Django's code) in a field that asks for this thing."""
    name = str(thing)
    begun = name[:1].upper() + name[1:]
    return {
        "required": _required(field, name),
        "invalid": _invalid(field, begun),
        "invalid_choice": str(_("Choose one of the answers on this page")),
        "invalid_list": str(_("Choose one of the answers on this page")),
        "max_length": str(_("{thing} must have {most} characters or fewer")).format(
            thing=begun, most="%(limit_value)d"
        ),
        "min_length": str(_("{thing} must have {least} characters or more")).format(
            thing=begun, least="%(limit_value)d"
        ),
        "max_value": str(_("{thing} must be {most} or less")).format(thing=begun, most="%(limit_value)s"),
        "min_value": str(_("{thing} must be {least} or more")).format(thing=begun, least="%(limit_value)s"),
        "null_characters_not_allowed": str(_("{thing} has signs in it that cannot be kept")).format(thing=begun),
    }


def _required(field: forms.Field, name: str) -> str:
    if isinstance(field, forms.BooleanField):
        return str(_("Tick the box to go on"))
    return str(_("Choose {thing}") if isinstance(field, CHOOSING) else _("Enter {thing}")).format(thing=name)


def _invalid(field: forms.Field, thing: str) -> str:
    if isinstance(field, forms.EmailField):
        return str(_("Enter an e-mail address in full, like name@example.org"))
    if isinstance(field, forms.IntegerField):
        return str(_("{thing} must be a number, like 12")).format(thing=thing)
    return str(_("{thing} is not in a form that we understand")).format(thing=thing)


def _called(field: forms.Field, name: str) -> str:
    label = str(field.label or name.replace("_", " ")).strip()
    if label.endswith("?"):
        return str(_("an answer"))
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def _standard_messages(field: forms.Field) -> dict[str, Any]:
    messages: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        if kind.__module__.startswith("django."):
            messages.update(vars(kind).get("default_error_messages", {}))
    return messages


class DateBoxes(forms.MultiWidget):
    """Three boxes: day, month, year. Numbers as people know them; no calendar to fight with for a birthday."""

    template_name = "look/widgets/date_boxes.html"

    def __init__(self, birthday: bool = False) -> None:
        boxes: dict[str, forms.Widget | type[forms.Widget]] = {}
        for part, width in (("day", "w-2"), ("month", "w-2"), ("year", "w-4")):
            attrs = {"inputmode": "numeric", "class": width, "autocomplete": f"bday-{part}" if birthday else "off"}
            boxes[part] = forms.TextInput(attrs)
        super().__init__(boxes)

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """The boxes with their labels."""
        context = super().get_context(name, value, attrs)
        for box, label in zip(context["widget"]["subwidgets"], (_("Day"), _("Month"), _("Year")), strict=True):
            box["label"] = label
        return context

    def decompress(self, value: date | None) -> list[int | None]:
        """Day, month and year of a date."""
        return [value.day, value.month, value.year] if value else [None, None, None]


class DateField(forms.Field):
    """A whole date in three boxes. ``birthday``: browsers may fill in what they know."""

    widget = DateBoxes
    default_error_messages: ClassVar = {
        "incomplete": _("The date must have a day, a month and a year"),
        "invalid": _("Enter a real date, like 27 3 1985"),
    }

    def __init__(self, *, birthday: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("widget", DateBoxes(birthday))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        """The date of the three boxes; None when all are empty."""
        if isinstance(value, date) or value is None:
            return value
        parts = [str(part or "").strip() for part in value]
        if not any(parts):
            return None
        if not all(parts):
            raise ValidationError(self.error_messages["incomplete"], code="incomplete")
        try:
            day, month, year = (int(part) for part in parts)
            return date(year if year >= FIRST_YEAR else 0, month, day)
        except (ValueError, OverflowError):
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the boxes hold another date than at first."""
        try:
            return bool(self.to_python(data) != self.to_python(initial))
        except ValidationError:
            return True


class CodeField(forms.CharField):
    """A patient's or doctor's code as people type it: with spaces, in small letters, without dashes."""

    default_error_messages: ClassVar = {
        "code": _("Check the code: one of its letters or numbers is wrong or missing"),
        "kind": _("This code is for somebody else: it must begin with %(prefix)s"),
    }

    def __init__(self, *, prefix: str, **kwargs: Any) -> None:
        self.prefix = prefix
        super().__init__(**kwargs)
        self.widget.attrs.update(
            {"class": "code-input w-20", "autocomplete": "off", "spellcheck": "false", "autocapitalize": "characters"}
        )
        self.widget.attrs["data-secret"] = True

    def to_python(self, value: Any) -> str:
        """The code as it is stored; a missing prefix is put in front."""
        text = super().to_python(value)
        if not text:
            return ""
        code = normal_code(text) or normal_code(self.prefix + text)
        if code is None:
            raise ValidationError(self.error_messages["code"], code="code")
        if not code.startswith(self.prefix):
            raise ValidationError(self.error_messages["kind"], code="kind", params={"prefix": self.prefix})
        return code


class OneTimeCodeField(forms.CharField):
    """Digits from an e-mail or an app, as they are read aloud: with spaces."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs.update({"class": "code-input w-10", "inputmode": "numeric", "autocomplete": "one-time-code"})

    def to_python(self, value: Any) -> str:
        """The digits alone."""
        return "".join(str(super().to_python(value) or "").replace("-", " ").split())


def options(pairs: Iterable[tuple[str, Text, int]]) -> list[tuple[str, Option]]:
    """Choices with counts, those that hold nothing left out: ``(value, label, count)``."""
    return [(value, Option(label, records=count)) for value, label, count in pairs if count]
