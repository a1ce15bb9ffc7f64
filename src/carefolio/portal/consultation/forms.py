"""What is typed in a room: a note. Messages are messaging's own form."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from carefolio.portal.look.forms import OnceForm
from carefolio.workflows.consultation.rules import LONGEST_NOTE


class NoteForm(OnceForm):
    """What the visit showed."""

    asks: ClassVar = {"text": _("your note")}

    text = forms.CharField(
        label=_("Your note"),
        help_text=_("What you found, what you think it is, what comes next. Your patient can read it"),
        max_length=LONGEST_NOTE,
        widget=forms.Textarea({"rows": 10}),
    )
