"""What is typed in a room: a note. Messages are messaging's own form."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from carefolio.base.ids import new_id
from carefolio.portal.look.forms import Form
from carefolio.workflows.consultation.rules import LONGEST_NOTE

_ID: Final = r"[0-9a-f-]{36}"


class NoteForm(Form):
    """What the visit showed. ``once`` is the id that the note will have, so that pressing twice writes it once."""

    asks: ClassVar = {"text": _("your note")}

    text = forms.CharField(
        label=_("Your note"),
        help_text=_("What you found, what you think it is, what comes next. Your patient can read it"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea({"rows": 10}),
    )
    once = forms.RegexField(_ID, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"once": new_id()} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
