"""Hints beside a diagnosis: what the newest measurements of the chart may mean, as far as the doctor may see them."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _

from carefolio.base.failures import Category, Failure
from carefolio.portal.visitor import Visitor
from carefolio.portal.words.dates import Calendar
from carefolio.workflows.charting import actions


class Told(NamedTuple):
    """A hint in words, where it comes from, and of which day the value is."""

    words: str
    source: str
    when: str


def hints_of(visitor: Visitor, chart: str, *, adult: bool, sex: str) -> list[Told]:
    """What there is to say; nothing where nothing may be seen."""
    calendar = Calendar(str(visitor.locale), visitor.zone.key)
    try:
        found = visitor.do(actions.hints_about, chart, adult=adult, sex=sex)
    except Failure as failure:
        if failure.category is not Category.ABSENT:
            raise
        return []
    return [Told(_(hint.words), hint.source, calendar.day_of(low) if low else "") for hint, low in found]
