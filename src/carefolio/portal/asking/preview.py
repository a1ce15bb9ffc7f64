"""What a request says: to the doctor who checks it, and, in other words, to the patient who will read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from carefolio.base import clock
from carefolio.portal.asking import whom
from carefolio.portal.asking.contracts import PURPOSE_NAMES, calendar_of, terms_lines
from carefolio.portal.asking.forms import AskForm
from carefolio.portal.visitor import Visitor
from carefolio.portal.words.contracts import agreement
from carefolio.portal.words.told import Reader
from carefolio.workflows.sharing import rules
from carefolio.workflows.sharing.actions import today_in
from carefolio.workflows.sharing.describe import Version, contract_of
from carefolio.workflows.sharing.rules import Ask


@dataclass(frozen=True, slots=True)
class Preview:
    """The patient's words: short sentences, the kinds of records by name, and the doctor's own reason."""

    sentences: tuple[str, ...]
    kinds: tuple[str, ...]
    reason: str


def preview(visitor: Visitor, wanted: Ask, hospitals: Mapping[str, str]) -> Preview:
    """What the patient will be told of this request."""
    account = whom.account_of(visitor)
    now = clock.now()
    actor = account.organization if wanted.for_hospital else account.person
    own = {account.person: account.name}
    consent = rules.proposal({"reference": wanted.patient}, {"reference": actor}, wanted, today_in(wanted.terms))
    contract = contract_of(consent, Version(1, now, author=account.person), now)
    names = {**hospitals, **own}
    if wanted.for_hospital:
        names |= _employer(visitor, account.organization)
    told = agreement(contract, Reader(str(visitor.locale), visitor.zone.key, "patient", names))
    return Preview(told.sentences, told.kinds, told.reason)


def _employer(visitor: Visitor, organization: str) -> dict[str, str]:
    parts = visitor.reach.door.parts
    employer = parts.accounts.of_hospital(parts.database, organization)
    return {organization: employer.name} if employer else {}


def answers(visitor: Visitor, address: str, form: AskForm) -> list[dict[str, object]]:
    """The rows of the check, each with the way back to its field."""
    terms, given = form.terms(), form.cleaned_data
    records = dict(form.offered.records)
    what = terms_lines(visitor, terms, form.offered.hospitals)
    what += [records[one] for one in sorted(terms.records) if one in records]
    day = calendar_of(visitor).day
    ends = _("Until %(day)s") % {"day": day(terms.ends.isoformat() if terms.ends else "")}
    rows: list[tuple[str, object, str]] = [
        (_("What"), what if len(what) > 1 else what[0], "what_0"),
        (_("How long"), ends, "lasts"),
        (_("For whom"), form.offered.own_hospital if form.for_hospital else _("You alone"), "whom_0"),
        (_("May add records"), _("Yes") if terms.correct else _("No, read only"), "adds"),
        (_("Purpose"), PURPOSE_NAMES[terms.purpose], "purpose"),
        (_("Reason"), given["reason"], "reason"),
    ]
    return [
        {"name": name, "change": f"{address}#id_{field}"} | ({"lines": said} if said is what else {"value": said})
        for name, said, field in rows
    ]
