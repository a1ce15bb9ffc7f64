"""Texts in the reader's language, by the standard library's gettext: so that words need no web framework.

English is the source; a catalogue is put in place for as long as a page is made: ``with speaking(catalogue): …``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import NullTranslations
from pathlib import Path
from typing import Final, TypeVar

from babel import Locale

T = TypeVar("T")

_ENGLISH: Final = NullTranslations()
_catalogue: ContextVar[NullTranslations] = ContextVar("catalogue", default=_ENGLISH)


def gettext(message: str) -> str:
    """The message in the language that is spoken now."""
    return _catalogue.get().gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """The form of the message that goes with the number."""
    return _catalogue.get().ngettext(singular, plural, number)


def marked(words: T) -> T:
    """Words that are translated when they are told: ``make texts`` gathers what stands inside, but for keys."""
    return words


@contextmanager
def speaking(catalogue: NullTranslations) -> Iterator[None]:
    """Speak the catalogue's language inside the block."""
    token = _catalogue.set(catalogue)
    try:
        yield
    finally:
        _catalogue.reset(token)


def languages_in(folder: Path) -> list[tuple[str, str]]:
    """Languages with a translation that is fit to be read, as (code, the language's own name for itself)."""
    codes = sorted(path.parts[-3] for path in folder.glob("*/LC_MESSAGES/django.mo"))
    return [(code.replace("_", "-").lower(), _own_name(Locale.parse(code))) for code in codes]


def _own_name(language: Locale) -> str:
    name = language.get_display_name() or str(language)
    return name[:1].upper() + name[1:]
