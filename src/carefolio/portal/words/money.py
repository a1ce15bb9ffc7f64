"""Bills, insurance and payments."""

from __future__ import annotations

from typing import Final

from carefolio.portal.words.elements import Record, code_of, dig, each, text
from carefolio.portal.words.plain import joined, words_of
from carefolio.portal.words.told import Draft
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import marked

_CLAIM_TYPES: Final = marked(
    {
        "institutional": "Hospital",
        "professional": "Doctor",
        "pharmacy": "Pharmacy",
        "oral": "Dentist",
        "vision": "Eyes",
    }
)
_TOTALS: Final = marked(
    {
        "submitted": "Sent in",
        "benefit": "Paid by the insurer",
        "copay": "Your share",
        "deductible": "Your share before the insurer pays",
        "eligible": "Covered",
        "tax": "Tax",
    }
)

_USES: Final = marked(
    {
        "claim": "to be paid",
        "preauthorization": "asked before the treatment",
        "predetermination": "estimate before the treatment",
    }
)


def told_claim(record: Record) -> Draft:
    """A Claim."""
    body = record.body
    total = record.money(body.get("total"))
    draft = _bill(record, _("Bill to the insurer"), total)
    if record.patient:
        insurer = record.who(body.get("insurer")) or record.whos("insurance", "coverage")
        sentence = _("This bill was sent to the insurer.")
        told = _("It comes to {total}.").format(total=total) if total else ""
        draft.sentence = f"{sentence} {told}".strip()
        draft.fact(_("Insurer"), insurer)
    draft.fact(_("Total"), total)
    _about(record, draft)
    return draft


def told_statement(record: Record) -> Draft:
    """An ExplanationOfBenefit."""
    body = record.body
    paid = record.money(dig(body, "payment", "amount"))
    draft = _bill(record, _("Insurance statement"), paid)
    if record.patient:
        draft.sentence = (
            _("The insurer paid {paid} for this.").format(paid=paid) if paid else _("The insurer looked at this bill.")
        )
    for total in each(body, "total"):
        code = code_of(total.get("category"))
        label = _(_TOTALS[code]) if code in _TOTALS else words_of(total.get("category"))
        draft.fact(label or _("Total"), record.money(total.get("amount")))
    draft.fact(_("Paid"), paid)
    draft.fact(_("Insurer"), record.who(body.get("insurer")))
    _about(record, draft)
    return draft


def told_insurance(record: Record) -> Draft:
    """A Coverage."""
    body = record.body
    payer = record.whos("payor") or words_of(body.get("type")) or _("Insurance")
    draft = _bill(record, payer, "")
    if record.patient:
        is_over = text(body, "status") in ("cancelled", "entered-in-error")
        sentence = _("You had this insurance: {name}.") if is_over else _("You have this insurance: {name}.")
        draft.sentence = sentence.format(name=payer)
    draft.fact(_("Sort"), words_of(body.get("type")))
    draft.fact(_("Runs"), record.reader.calendar.period(body.get("period")))
    draft.fact(_("Relation to who pays"), words_of(body.get("relationship")))
    draft.fact(_("Holder"), record.who(body.get("policyHolder")) or record.who(body.get("subscriber")))
    draft.fact(_("Group or plan"), joined([text(one, "name") for one in each(body, "class")]))
    return draft


def told_bill(record: Record) -> Draft:
    """An Invoice."""
    body = record.body
    total = record.money(body.get("totalGross")) or record.money(body.get("totalNet"))
    draft = _bill(record, _("Bill"), total)
    if record.patient:
        is_paid = text(body, "status") == "balanced"
        sentence = _("This bill is paid.") if is_paid else _("This is a bill for you.")
        told = _("It comes to {total}.").format(total=total) if total else ""
        draft.sentence = f"{sentence} {told}".strip()
    draft.fact(_("Total"), total)
    draft.fact(_("Dated"), record.day("date"))
    draft.fact(_("From"), record.who(body.get("issuer")))
    draft.fact(_("How to pay"), text(body, "paymentTerms"))
    draft.fact(_("Note"), record.notes())
    return draft


def _bill(record: Record, title: str, total: str) -> Draft:
    use = text(record.body, "use")
    what_for = _(_USES[use]) if use in _USES else ""
    return Draft(title, ", ".join(part for part in (title, total, what_for) if part), value=total)


def _about(record: Record, draft: Draft) -> None:
    body = record.body
    code = code_of(body.get("type"))
    draft.fact(_("Sort"), _(_CLAIM_TYPES[code]) if code in _CLAIM_TYPES else words_of(body.get("type")))
    draft.fact(_("For"), record.reader.calendar.period(body.get("billablePeriod")))
    draft.fact(_("From"), record.who(body.get("provider")) or record.who(body.get("facility")))
    draft.fact(_("What for"), joined([words_of(one.get("productOrService")) for one in each(body, "item")]))
