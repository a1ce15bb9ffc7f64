"""Sums of money in the reader's way of writing them."""

from __future__ import annotations

from babel import Locale
from babel.numbers import format_currency

from carefolio.workflows.payments.money import Money


def amount_words(money: Money, locale: Locale | str) -> str:
    """``€12.50``; the currency is told with the sign that the reader's country has for it."""
    return format_currency(money.value, money.currency, locale=locale) if money.currency else str(money.value)
