"""Receipts: the page, and the page that says to anybody whether a receipt is true."""

from __future__ import annotations

import base64
import binascii
import hmac
from hashlib import sha256
from typing import Any, Final, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from carefolio.base.failures import absent
from carefolio.base.keys import PLATFORM, Keyring
from carefolio.papers.typeset import can_typeset, picture_code, typeset
from carefolio.portal.gate import open_to_all
from carefolio.portal.payments.pages import looked, parties_only
from carefolio.portal.payments.telling import Told, calendar_of, see, sum_of
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.workflows.payments.money import Money, is_currency
from carefolio.workflows.payments.rules import Bill

_FILE: Final = "receipt.pdf"
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
    url = _address(visitor, paid)
    context = {
        "told": found,
        "paid_on": calendar_of(visitor).moment(paid.paid_at),
        "amount": sum_of(Money(paid.paid, paid.currency), visitor),
        "picture": mark_safe(picture_code(url)),  # noqa: S308 - made here, of an address of ours
        "url": url,
        "can_typeset": can_typeset(),
    }
    return render(request, "payments/receipt.html", context)


@parties_only
@require_safe
def pdf(request: HttpRequest, bill: str) -> HttpResponse:
    """The same as a PDF; where none can be made, the page is there to print."""
    visitor = visitor_of(request)
    found = looked(visitor, bill)
    if not found.bill.is_paid:
        return see("payments:bill", bill)
    if not can_typeset():
        messages.warning(request, _("PDFs are not set up here. Print this page instead."))
        return see("payments:receipt", bill)
    answer = HttpResponse(typeset("receipt", _facts(visitor, found)), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{_FILE}"'
    return answer


def _facts(visitor: Visitor, found: Told) -> dict[str, Any]:
    """What ``papers/templates/receipt.typ`` sets."""
    paid, address = found.bill, _address(visitor, found.bill)
    said = [
        [_("Paid"), sum_of(Money(paid.paid, paid.currency), visitor)],
        [_("When"), calendar_of(visitor).moment(paid.paid_at)],
        [_("For"), paid.issuer or paid.doctor.name],
    ]
    back = [[_("Paid back since"), found.refunded]] if found.refunded else []
    return {
        "title": _("Receipt"),
        "language": visitor.locale.language,
        "author": paid.doctor.name,
        "foot": "Carefolio",
        "lead": [_("{patient} paid {doctor}.").format(patient=paid.patient.name, doctor=paid.doctor.name)],
        "code": picture_code(address),
        "code_says": _("Picture code that leads to a page, which says if this receipt is true"),
        "code_words": _("Scan this to see if the receipt is true:"),
        "address": address,
        "said": said + back,
        "lines_title": _("What it was for"),
        "lines_heads": [_("What"), _("Amount")],
        "lines": [*map(list, found.lines), [_("Total"), found.total]],
        "notes": [],
    }


def _address(visitor: Visitor, paid: Bill) -> str:
    """Where anybody sees whether the receipt is true."""
    page = reverse("payments:verify", args=[code_of(visitor.reach.door.keyring, paid)])
    return f"{visitor.reach.settings.public_url}{page}"


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
