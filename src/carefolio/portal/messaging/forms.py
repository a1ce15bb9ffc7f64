"""What people write to each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from carefolio.portal.look.forms import Form, OnceForm, Option
from carefolio.workflows.messaging.rules import LONGEST


class MessageForm(OnceForm):
    """One message."""

    asks: ClassVar = {"text": _("your message")}

    text = forms.CharField(label=_("Your message"), max_length=LONGEST, widget=forms.Textarea({"rows": 4}))


class AskForm(Form):
    """What a doctor asks a patient for."""

    asks: ClassVar = {"text": _("what you need")}

    text = forms.CharField(
        label=_("What do you need?"),
        help_text=_("For example, the letter of a hospital, or a list of medicines"),
        max_length=LONGEST,
        widget=forms.Textarea({"rows": 3}),
    )


class AnswerForm(Form):
    """One of the patient's own documents."""

    asks: ClassVar = {"document": _("a document")}

    document = forms.ChoiceField(label=_("Which document?"), widget=forms.RadioSelect)

    def __init__(self, documents: Sequence[tuple[str, Option]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].choices = documents  # type: ignore[attr-defined]  # it is a ChoiceField
