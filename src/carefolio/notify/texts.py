"""The e-mail for each kind of notice: plain words, nothing from a record, no names, and a link that needs signing in.

Sentences have 20 words at most. What happened stands in the portal; an e-mail only says that something did.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from carefolio.notify.notices import NoticeKind
from carefolio.notify.times import told_time

DOMAIN = "notify"
ENGLISH = "en"
_CATALOGUES = Path(__file__).with_name("locale")


def _(text: str) -> str:
    """Marks a text for translators."""
    return text


class Letter(NamedTuple):
    """An e-mail's parts, in English: subject, what happened, what to do, and the page that the link leads to.
    ``{when}`` is the time that it is about, ``{visit}`` the visit's id.
    """

    subject: str
    happened: str
    to_do: str
    page: str = "/notices/"


_GREETING = _("Hello,")
_WHY = _(
    "You get this message because you have an account at Carefolio. "
    "Carefolio keeps health records and shows people who reads theirs."
)
_CARE = _(
    "To keep your data safe, this message says nothing from any record. We never ask for your password by e-mail."
)
_SEE = _("Sign in to see more:")
_VISIT = "/visits/{visit}/"
_SEE_VISIT = _("Sign in to see it, or to change it:")
_LETTERS = MappingProxyType(
    {
        NoticeKind.REQUEST: Letter(
            _("A doctor asks to see your health record"),
            _("A doctor asks to see your health record. You decide if they may. Until then they see nothing."),
            _("Sign in to see who asks and to answer:"),
            "/sharing/",
        ),
        NoticeKind.GRANTED: Letter(
            _("A patient gave you access"),
            _("A patient gave you access to their health record."),
            _SEE,
        ),
        NoticeKind.CHANGED: Letter(
            _("A patient changed your access"),
            _("A patient changed what you may see of their health record."),
            _SEE,
        ),
        NoticeKind.REFUSED: Letter(
            _("A patient answered your request"),
            _("A patient answered your request. They did not give you access."),
            _SEE,
        ),
        NoticeKind.WITHDRAWN: Letter(
            _("A patient ended your access"),
            _("A patient ended your access to their health record."),
            _SEE,
        ),
        NoticeKind.ENDED: Letter(
            _("A doctor ended an access"),
            _("A doctor ended an access to a health record. It does not hold any more."),
            _SEE,
        ),
        NoticeKind.EXPIRING: Letter(
            _("An access ends soon"),
            _("An access to a health record ends in 3 days or less. You can keep it going if both sides want that."),
            _SEE,
        ),
        NoticeKind.EXPIRED: Letter(
            _("An access has ended"),
            _("The time of an access to a health record is over. It does not hold any more."),
            _SEE,
        ),
        NoticeKind.BREAK_GLASS: Letter(
            _("Your health record was opened in an emergency"),
            _("A doctor opened your health record in an emergency. They gave a reason. They can read for 1 hour."),
            _("Sign in to see who it was and why. You can tell us there if it was wrong:"),
        ),
        NoticeKind.BREAK_GLASS_REVIEW: Letter(
            _("A health record was opened in an emergency"),
            _("A doctor opened a health record in an emergency. Please check if the reason holds."),
            _SEE,
        ),
        NoticeKind.BREAK_GLASS_REVIEWED: Letter(
            _("We checked an emergency access"),
            _("A health record was opened in an emergency. We have now checked if that was right."),
            _SEE,
        ),
        NoticeKind.LOOK_REPORTED: Letter(
            _("A patient says that somebody had no reason to look"),
            _("A patient says that somebody had no reason to look at their health record. Please look into it."),
            _SEE,
        ),
        NoticeKind.RECORD_REPORTED: Letter(
            _("A patient says that a record is wrong"),
            _("A patient says that a record is wrong. It is from you or from where you work. Please look at it again."),
            _SEE,
        ),
        NoticeKind.RECORD_OF_NOBODY: Letter(
            _("A patient says that a record is wrong"),
            _("A patient says that a record is wrong. Please pass this on to the place that sent it."),
            _SEE,
        ),
        NoticeKind.REPORT_SEEN: Letter(
            _("We looked at what you told us"),
            _("You told us that something is wrong. Somebody has now looked at it."),
            _SEE,
        ),
        NoticeKind.BILL: Letter(
            _("A doctor sent you a bill"),
            _("A doctor sent you a bill."),
            _("Sign in to see it and to pay:"),
            "/payments/",
        ),
        NoticeKind.BILL_CANCELLED: Letter(
            _("A doctor took a bill back"),
            _("A doctor took a bill back. You do not need to pay it."),
            _SEE,
            "/payments/",
        ),
        NoticeKind.PAID: Letter(
            _("A bill is paid"),
            _("A bill is paid. There is a receipt for it."),
            _SEE,
            "/payments/",
        ),
        NoticeKind.REFUNDED: Letter(
            _("A doctor paid you back"),
            _("A doctor paid you back for a bill."),
            _SEE,
            "/payments/",
        ),
        NoticeKind.FIRST_ACCESS: Letter(
            _("Somebody read your health record for the first time"),
            _("You gave somebody access to your health record. They have now read in it for the first time."),
            _("Sign in to see who it was:"),
        ),
        NoticeKind.MESSAGE: Letter(
            _("You have a new message"),
            _("Somebody wrote to you at Carefolio."),
            _("Sign in to read and to answer:"),
            "/messages/",
        ),
        NoticeKind.DOCUMENT_WANTED: Letter(
            _("A doctor asks you for a document"),
            _("A doctor asks you for a document. You decide if you send one."),
            _("Sign in to see what it is:"),
            "/messages/",
        ),
        NoticeKind.DOCUMENT_SENT: Letter(
            _("A patient sent a document"),
            _("A patient answered what you asked for. You can see a document now."),
            _SEE,
            "/messages/",
        ),
        NoticeKind.DOCUMENT_REFUSED: Letter(
            _("A patient does not send a document"),
            _("A patient answered what you asked for. They do not send a document."),
            _SEE,
            "/messages/",
        ),
        NoticeKind.VISIT_ASKED: Letter(
            _("A visit was asked for"),
            _("A visit was asked for: {when}. The doctor has to say yes first."),
            _SEE_VISIT,
            _VISIT,
        ),
        NoticeKind.VISIT_OFFERED: Letter(
            _("A visit is offered"),
            _("A visit is offered: {when}. The patient has to say yes first."),
            _("Sign in to see it, and to answer it:"),
            _VISIT,
        ),
        NoticeKind.VISIT_BOOKED: Letter(
            _("Your visit is booked"), _("Your visit is booked: {when}."), _SEE_VISIT, _VISIT
        ),
        NoticeKind.VISIT_DECLINED: Letter(
            _("A visit cannot take place"),
            _("The visit that was asked for cannot take place: {when}."),
            _("Sign in to find another time:"),
            _VISIT,
        ),
        NoticeKind.VISIT_MOVED: Letter(
            _("Your visit has another time"), _("Your visit was moved. It is now: {when}."), _SEE_VISIT, _VISIT
        ),
        NoticeKind.VISIT_CANCELLED: Letter(
            _("A visit was called off"), _("This visit was called off: {when}."), _SEE, _VISIT
        ),
        NoticeKind.VISIT_SOON: Letter(
            _("Your visit is soon"), _("You have a visit: {when}."), _("Sign in to see it, or to join it:"), _VISIT
        ),
        NoticeKind.PRESCRIBED: Letter(
            _("A doctor wrote a prescription for you"),
            _("A doctor wrote a prescription for you. You choose the pharmacy that hands it out."),
            _("Sign in to see it and to choose a pharmacy:"),
            "/prescriptions/",
        ),
        NoticeKind.PRESCRIPTION_SENT: Letter(
            _("A patient sent a prescription to your pharmacy"),
            _("A patient chose your pharmacy. A prescription is waiting there."),
            _SEE,
            "/pharmacy/",
        ),
        NoticeKind.PRESCRIPTION_DISPENSED: Letter(
            _("The pharmacy handed out your medicine"),
            _("The pharmacy says that it handed out your medicine, or a part of it."),
            _("Sign in to see what it was and what is left:"),
            "/prescriptions/",
        ),
        NoticeKind.PRESCRIPTION_REFUSED: Letter(
            _("A pharmacy did not hand out a prescription"),
            _("A pharmacy did not hand out a prescription. They say why."),
            _SEE,
            "/prescriptions/",
        ),
        NoticeKind.PRESCRIPTION_RETURNED: Letter(
            _("A medicine came back to the pharmacy"),
            _("A pharmacy took a medicine back that it had handed out. They say why."),
            _SEE,
            "/prescriptions/",
        ),
        NoticeKind.PRESCRIPTION_CANCELLED: Letter(
            _("Your doctor cancelled a prescription"),
            _("Your doctor cancelled a prescription. No pharmacy will hand it out."),
            _SEE,
            "/prescriptions/",
        ),
        NoticeKind.ACCOUNT_ADDED: Letter(
            _("Your account at Carefolio"),
            _("You have an account at Carefolio now. You choose a password of your own before you sign in."),
            _("Enter the address of this e-mail here. We send you a link that sets your password:"),
            "/accounts/password/reset/",
        ),
        NoticeKind.VERIFIED: Letter(
            _("Your account is verified"),
            _("We checked your account. You can use it in full now."),
            _SEE,
        ),
        NoticeKind.VERIFICATION_REFUSED: Letter(
            _("Your account is not verified"),
            _("We could not verify your account. You cannot ask patients for access until we can."),
            _("Sign in to see why and what to do:"),
        ),
        NoticeKind.SUSPENDED: Letter(
            _("Your account is closed for now"),
            _("We closed your account for now. You cannot sign in until we open it again."),
            _("Help is on this page:"),
            "/help/",
        ),
        NoticeKind.SUSPENSION_LIFTED: Letter(
            _("Your account is open again"),
            _("We opened your account again. You can sign in as before."),
            _("Sign in here:"),
        ),
    }
)


def letter_of(
    kind: NoticeKind, public_url: str, about: Mapping[str, Any] | None = None, language: str = ENGLISH
) -> tuple[str, str] | None:
    """Subject and text for this kind; None for what is told in the portal alone. Of what the notice is ``about`` an
    e-mail says the time of a visit, on the clock of whoever gets it, and nothing else.
    """
    letter = _LETTERS.get(kind)
    if letter is None:
        return None
    words = gettext.translation(DOMAIN, _CATALOGUES, [language], fallback=True).gettext
    facts = _facts(about or {}, language)
    link = f"{public_url}{letter.page.format(**facts)}"
    lines = [words(_GREETING), words(letter.happened).format(**facts), f"{words(letter.to_do)}\n{link}"]
    return words(letter.subject), "\n\n".join([*lines, words(_WHY), words(_CARE)]) + "\n"


def _facts(about: Mapping[str, Any], language: str) -> dict[str, str]:
    if "visit" not in about:
        return {}
    when = told_time(about["start"], about["zone"], language)
    return {"when": when, "visit": str(about["visit"]).partition("/")[2]}
