"""The doctor writes a bill for a visit, says that it was paid, or takes it back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from carefolio.base.failures import Category, Failure, absent
from carefolio.base.ids import derived_id
from carefolio.consent.principal import Role
from carefolio.portal.drafts import keep
from carefolio.portal.drafts.refused import shown_again, typed_into
from carefolio.portal.gate import for_roles
from carefolio.portal.look.forms import Form
from carefolio.portal.payments.currencies import COMMON, usual_of
from carefolio.portal.payments.pages import looked
from carefolio.portal.payments.telling import calendar_of, provider_for, see, sum_of
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.failures import reason
from carefolio.records.visits import Visit
from carefolio.workflows.payments import actions, reading
from carefolio.workflows.payments.actions import Draft
from carefolio.workflows.payments.fees import fees_of
from carefolio.workflows.payments.money import Money, typed
from carefolio.workflows.payments.rules import Line, State

doctors_only = for_roles(Role.DOCTOR)
_LINES: Final = 4
_LONGEST_WHAT: Final = 80
_LONGEST_TERMS: Final = 300


class BillForm(Form):
    """What a bill says: up to four lines, and how to pay."""

    asks: ClassVar = {"what_1": _("what the bill is for"), "amount_1": _("an amount")}

    currency = forms.ChoiceField(label=_("Currency"), choices=COMMON)
    terms = forms.CharField(
        label=_("How to pay at the desk or by transfer"),
        required=False,
        max_length=_LONGEST_TERMS,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(_LINES, 0, -1):
            first = number == 1
            what = forms.CharField(label=_label(number), required=first, max_length=_LONGEST_WHAT)
            amount = forms.CharField(label=_amount_label(number), required=first, max_length=12)
            amount.widget.attrs["inputmode"] = "decimal"
            self.fields = {f"what_{number}": what, f"amount_{number}": amount} | self.fields
            if first:
                what.error_messages["required"] = now_("Enter what the bill is for")
                amount.error_messages["required"] = now_("Enter an amount, such as 60 or 60.50")

    def clean(self) -> dict[str, Any]:
        """Each line has both its parts, and an amount that is one."""
        cleaned: dict[str, Any] = super().clean() or {}
        for number in range(1, _LINES + 1):
            self._clean_line(cleaned, number)
        return cleaned

    def _clean_line(self, cleaned: dict[str, Any], number: int) -> None:
        what, amount = cleaned.get(f"what_{number}", ""), cleaned.get(f"amount_{number}", "")
        if what and not amount and not self.has_error(f"amount_{number}"):
            self.add_error(f"amount_{number}", now_("Enter an amount, such as 60 or 60.50"))
        elif amount and not what and not self.has_error(f"what_{number}"):
            self.add_error(f"what_{number}", now_("Enter what this amount is for"))
        elif amount and "currency" in cleaned:
            try:
                if not typed(amount, cleaned["currency"]).minor:
                    self.add_error(f"amount_{number}", now_("Enter an amount above 0"))
            except Failure as failure:
                self.add_error(f"amount_{number}", reason(failure))

    def lines(self) -> tuple[Line, ...]:
        """The lines that say something."""
        return tuple(self._lines())

    def _lines(self) -> Iterator[Line]:
        for number in range(1, _LINES + 1):
            what = self.cleaned_data.get(f"what_{number}", "")
            if what:
                yield Line(what, typed(self.cleaned_data[f"amount_{number}"], self.cleaned_data["currency"]))


def _label(number: int) -> str:
    return now_("What it is for") if number == 1 else now_("Line {n}: what it is for").format(n=number)


def _amount_label(number: int) -> str:
    return now_("Amount") if number == 1 else now_("Line {n}: amount").format(n=number)


@doctors_only
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, visit: str) -> HttpResponse:
    """A new bill for a visit."""
    visitor = visitor_of(request)
    seen = _visit(visitor, visit)
    typed = typed_into(request, _draft(visit))
    form = BillForm(typed) if typed is not None else BillForm(initial=_initial(request, visitor, seen))
    if (again := shown_again(request, _draft(visit), form)) is not None:
        return again
    if request.method == "POST" and form.is_valid():
        keep.keep(request, _draft(visit), request.POST)
        return see("payments:write-check", visit)
    return render(request, "payments/write.html", {"form": form, "visit": seen, "draft": _draft(visit)})


@doctors_only
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, visit: str) -> HttpResponse:
    """The bill once more; then it is sent."""
    visitor = visitor_of(request)
    seen = _visit(visitor, visit)
    draft = keep.draft_of(request, _draft(visit))
    form = BillForm(draft) if draft else None
    if draft is None or form is None or not form.is_valid():
        return see("payments:write", visit)
    if request.method == "POST" and keep.is_as_shown(request, draft):
        return _send(request, visitor, visit, (form, keep.mark_of(draft)))
    total = Money(sum(line.amount.minor for line in form.lines()), form.cleaned_data["currency"])
    context = {
        "rows": _rows(visitor, seen, form, reverse("payments:write", args=[visit])),
        "total": sum_of(total, visitor),
        "visit": seen,
        "shown": keep.mark_of(draft),
    }
    return render(request, "payments/write_check.html", context)


@doctors_only
@require_http_methods(["GET", "HEAD", "POST"])
def received(request: HttpRequest, bill: str) -> HttpResponse:
    """Did the money come? Then the bill is paid."""
    visitor = visitor_of(request)
    found = looked(visitor, bill)
    if not found.is_unpaid:
        return see("payments:bill", bill)
    if request.method == "POST":
        visitor.do(actions.receive, provider_for(visitor), bill)
        messages.success(request, now_("The bill is paid. The patient has a receipt."))
        return see("payments:bill", bill)
    return render(request, "payments/received.html", {"told": found})


@doctors_only
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, bill: str) -> HttpResponse:
    """Take a bill back that nobody has paid."""
    visitor = visitor_of(request)
    found = looked(visitor, bill)
    if found.bill.state is not State.ISSUED:
        return see("payments:bill", bill)
    if request.method == "POST":
        visitor.do(actions.cancel, bill, "Taken back by the doctor")
        messages.success(request, now_("You took the bill back. We have told the patient."))
        return see("payments:bill", bill)
    return render(request, "payments/cancel.html", {"told": found})


def _visit(visitor: Visitor, id_: str) -> Visit:
    visitor.disclosed = True
    seen = visitor.do(reading.visit, id_)
    if seen.doctor.reference != visitor.person:
        raise absent()
    return seen


def _draft(visit: str) -> str:
    return f"bill-{visit}"


def _initial(request: HttpRequest, visitor: Visitor, seen: Visit) -> dict[str, Any]:
    draft: QueryDict | None = keep.draft_of(request, _draft(seen.id))
    if draft:
        return {name: draft[name] for name in draft}
    fee = fees_of(reading.fees_resource(visitor.reach.door, visitor.person)).get(seen.mode)
    said = {"what_1": now_("Visit"), "amount_1": str(fee.value), "currency": fee.currency} if fee else {}
    return {"currency": usual_of(visitor)} | said


def _send(request: HttpRequest, visitor: Visitor, visit: str, given: tuple[BillForm, str]) -> HttpResponse:
    form, mark = given
    name = derived_id(visitor.reach.door.keyring.blind.digest(f"bill={visit}={mark}"))
    said = form.cleaned_data
    try:
        made = visitor.do(actions.write_bill, Draft(name, visit, form.lines(), said["currency"], said["terms"]))
    except Failure as failure:
        if failure.category is not Category.CONFLICT:
            raise
        messages.warning(request, reason(failure))
        return see("payments:overview")
    keep.forget(request, _draft(visit))
    messages.success(request, now_("The bill is sent. We have told the patient."))
    return see("payments:bill", made)


def _rows(visitor: Visitor, seen: Visit, form: BillForm, change: str) -> list[dict[str, str]]:
    lines = [
        {"name": line.what, "value": sum_of(line.amount, visitor), "change": f"{change}#id_what_{number}"}
        for number, line in enumerate(form.lines(), 1)
    ]
    visit = {"name": now_("Visit"), "value": calendar_of(visitor).moment(seen.start)}
    terms = {"name": now_("How to pay"), "value": form.cleaned_data["terms"], "change": f"{change}#id_terms"}
    return [{"name": now_("Patient"), "value": seen.patient.name}, visit, *lines, terms]
