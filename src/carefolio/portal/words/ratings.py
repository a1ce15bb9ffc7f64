"""What patients say of a doctor, in words: for the pages on which somebody looks for one."""

from __future__ import annotations

from babel import Locale
from babel.numbers import format_decimal

from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import ngettext
from carefolio.workflows.reviewing.rules import Tally


def rating_words(tally: Tally, locale: Locale | str) -> str:
    """``4.5 out of 5, from 12 ratings``; that there are too few to tell of is told as well."""
    if not tally.count:
        return _("Too few ratings yet")
    average = format_decimal(round(tally.average, 1), "0.#", locale=locale)
    words = ngettext("{average} out of 5, from {count} rating", "{average} out of 5, from {count} ratings", tally.count)
    return words.format(average=average, count=tally.count)
