"""Receipts: the page, and the page that says to anybody whether a receipt is true."""

from __future__ import annotations

import base64
import binascii
import hmac
from hashlib import sha256
from typing import Final, NamedTuple

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from carefolio.base.failures import absent
from carefolio.base.keys import PLATFORM, Keyring
from carefolio.portal.gate import open_to_all
from carefolio.portal.payments.pages import looked, parties_only
from carefolio.portal.payments.telling import calendar_of, see, sum_of
from carefolio.portal.visitor import visitor_of
from carefolio.workflows.payments.money import Money, is_currency
from carefolio.workflows.payments.rules import Bill

_SECRET: Final = b"payments/receipt"
_SIGNED: Final = 16
"""Bytes of the signature: nobody guesses 128 bits."""


class Proof(NamedTuple):
    """What a receipt's code says: how much, and when (µs UTC). No names, no numbers of anything."""

    money: Money
    paid_at: int


@parties_only
@require_safe
def receipt(request: HttpRequest, bill: str) -> HttpResponse:
    """What was paid, to print; with a code that shows that it is true."""
    visitor = visitor_of(request)
    found = looked(visitor, bill)
    if not found.bill.is_paid:
        return see("payments:bill", bill)
    paid = found.bill
    address = reverse("payments:verify", args=[code_of(visitor.reach.door.keyring, paid)])
    url = f"{visitor.reach.settings.public_url}{address}"
    picture = segno.make(url, error="m").svg_inline(scale=4, border=4, omitsize=True)
    context = {
        "told": found,
        "paid_on": calendar_of(visitor).moment(paid.paid_at),
        "amount": sum_of(Money(paid.paid, paid.currency), visitor),
        "picture": mark_safe(picture),  # noqa: S308 - made here, of an address of ours
        "url": url,
    }
    return render(request, "payments/receipt.html", context)


@open_to_all
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Whether a receipt is true: its amount and its day."""
    visitor = visitor_of(request)
    proof = proof_of(visitor.reach.door.keyring, code)
    if proof is None:
        raise absent()
    shown = {"amount": sum_of(proof.money, visitor), "day": calendar_of(visitor).moment(proof.paid_at)}
    return render(request, "payments/verify.html", shown)


def code_of(keyring: Keyring, bill: Bill) -> str:
    """What stands in the QR code of a paid bill's receipt."""
    said = f"{bill.paid}.{bill.currency}.{bill.paid_at}"
    return base64.urlsafe_b64encode(said.encode() + _mark(keyring, said)).rstrip(b"=").decode()


def proof_of(keyring: Keyring, code: str) -> Proof | None:
    """What a code says, if it was made here."""
    try:
        whole = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
        said, mark = whole[:-_SIGNED].decode("ascii"), whole[-_SIGNED:]
    except (binascii.Error, ValueError):
        return None
    if not hmac.compare_digest(mark, _mark(keyring, said)):
        return None
    minor, currency, moment = said.split(".")
    return Proof(Money(int(minor), currency), int(moment)) if is_currency(currency) else None


def _mark(keyring: Keyring, said: str) -> bytes:
    return hmac.new(keyring.of(PLATFORM).salt(_SECRET), said.encode(), sha256).digest()[:_SIGNED]
