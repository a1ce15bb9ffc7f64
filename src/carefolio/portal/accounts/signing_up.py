"""Signing up, in three steps, so that there is never half a person.

1. A sign-in that is not active yet, without an account.
2. The platform's own transaction: the account, the chart or the directory's record, and their entries in the ledger.
3. The sign-in is linked to the account and made active.

If we crash after 1 there is a sign-in that nobody can use: the next start removes it, or the person who signs up again.
If we crash after 2 the account is there whole: the next start finds it by its e-mail and does 3, unless somebody else
added that account meanwhile.

An e-mail that nobody confirms within three days is free again: the account is closed and the sign-in deleted, at a
start, once a day, or when somebody wants that e-mail.
"""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from carefolio.identity.accounts import Account
from carefolio.identity.profile import Profile
from carefolio.portal.accounts.models import SignIn
from carefolio.portal.reach import Reach
from carefolio.records.door import Door
from carefolio.workflows.registration import actions, hospitals, suspension
from carefolio.workflows.registration.rules import NewPerson, NewPharmacist, PersonRole

_UNDER_WAY = timedelta(minutes=1)
"""A sign-up that is younger may be under way in another process; none takes that long."""

_CONFIRMED_WITHIN = timedelta(days=3)


def sign_up(reach: Reach, sign_in: SignIn, new: NewPerson, profile: Profile | None) -> None:
    """Steps 2 and 3 for a sign-in that was just made; raises a Failure when the particulars cannot be taken."""
    actions.sign_up(reach.door, new, profile)  # 2
    account = reach.door.parts.accounts.of_email(reach.door.parts.database, new.email)
    if account is not None:
        _activate(sign_in, account)  # 3


def finish(door: Door) -> None:
    """What a crash left of sign-ups is done or undone; people who were added and have no sign-in get one, whose
    password they set by e-mail. Runs at each start.
    """
    accounts, database = door.parts.accounts, door.parts.database
    for sign_in in SignIn.objects.filter(account=None):
        account = accounts.of_email(database, sign_in.email)
        if account is not None and actions.signed_up(door, account):
            _activate(sign_in, account)
        elif account is not None:
            sign_in.delete()  # somebody was signing up when this account was added: its password is a stranger's
    SignIn.objects.filter(account=None, began__lt=timezone.now() - _UNDER_WAY).delete()
    close_all_unconfirmed(door)
    known = set(SignIn.objects.values_list("account", flat=True))
    for role in PersonRole:
        for account in accounts.of_role(database, role.value):
            if account.email and account.number not in known:
                add(account, None)


def close_all_unconfirmed(door: Door) -> None:
    """Sign-ups that nobody confirmed in time are closed, and their e-mails are free. Once a day, and at each start."""
    for sign_in in _unconfirmed():
        _close(door, sign_in)


def clear(door: Door, email: str) -> None:
    """Make way for this e-mail where a crash left a sign-in after step 1, or nobody confirmed one in time."""
    SignIn.objects.filter(email=email.lower(), account=None, began__lt=timezone.now() - _UNDER_WAY).delete()
    for sign_in in _unconfirmed().filter(email=email.lower()):
        _close(door, sign_in)


def _unconfirmed() -> QuerySet[SignIn]:
    late = SignIn.objects.filter(account__isnull=False, began__lt=timezone.now() - _CONFIRMED_WITHIN, last_login=None)
    return late.exclude(emailaddress__verified=True)


def _close(door: Door, sign_in: SignIn) -> None:
    """The sign-in goes last: if we crash before it has gone, it is found again. Nobody confirms it meanwhile."""
    with transaction.atomic():
        still = _unconfirmed().filter(pk=sign_in.pk).first()
        if still is not None and still.account is not None:
            suspension.close_unconfirmed(door, still.account)
            still.delete()


def add(account: Account, password: str | None) -> SignIn:
    """A sign-in for somebody whom the operator or an admin vouches for: their e-mail counts as confirmed. Who was
    signing up with it is too late: the account is there, and is not theirs.
    """
    try:
        return _add_instead(account, password)
    except IntegrityError:  # who began to sign up at this very moment finds the account there, and goes
        return _add_instead(account, password)


def _add_instead(account: Account, password: str | None) -> SignIn:
    with transaction.atomic():
        SignIn.objects.filter(email=account.email, account=None).delete()
        sign_in = SignIn.objects.make(account.email or "", password, account=account.number)
        EmailAddress.objects.create(user=sign_in, email=sign_in.email, verified=True, primary=True)
    return sign_in


def add_pharmacist(door: Door, by: Account, pharmacy: str, new: NewPharmacist) -> Account:
    """A pharmacist whom an admin adds, with a sign-in whose password they set by e-mail; their second factor they set
    up when they first sign in. If we crash between the two, the next start makes the sign-in.
    """
    clear(door, new.email)
    account = hospitals.add_pharmacist(door, by, pharmacy, new)
    add(account, None)
    return account


def _activate(sign_in: SignIn, account: Account) -> None:
    sign_in.account, sign_in.is_active = account.number, True
    sign_in.save(update_fields=["account", "is_active"])
    EmailAddress.objects.get_or_create(user=sign_in, email=sign_in.email, defaults={"primary": True, "verified": False})
