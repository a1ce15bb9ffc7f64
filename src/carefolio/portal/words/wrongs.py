"""What a patient can say is wrong, in the words that they choose from and that others then read."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from carefolio.workflows.oversight.rules import Wrong

WRONGS: Final[Mapping[Wrong, Any]] = MappingProxyType(
    {
        Wrong.STRANGER: _("I do not know them"),
        Wrong.NO_REASON: _("They had no reason to look"),
        Wrong.TOO_MUCH: _("They read more than they needed"),
        Wrong.NOT_ME: _("It is about somebody else"),
        Wrong.NOT_TRUE: _("Something in it is not true"),
        Wrong.MISSING: _("Something is missing"),
        Wrong.OTHER: _("Something else"),
    }
)


def wrong_words(value: object) -> str:
    """The words of a stored value; nothing for what is none."""
    return next((str(words) for key, words in WRONGS.items() if key.value == value), "")
