"""Keep and give back what somebody typed: sealed under the installation's keys, for 7 days, for them and that form."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import msgspec
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from carefolio.portal.accounts.models import SignIn
from carefolio.portal.accounts.sealing import seal, unseal
from carefolio.portal.drafts.models import Draft

KEPT = timedelta(days=7)
MOST_BYTES = 64 * 1024
MOST_DRAFTS = 50
LONGEST_FORM = 200
SHOWN = "shown"
_SECRET = frozenset({"code", "csrfmiddlewaretoken"})
Values = dict[str, list[str]]


def draft_of(request: HttpRequest, form: str) -> QueryDict | None:
    """What they typed into this form, to fill it with; None when there is nothing."""
    if not isinstance(request.user, SignIn):
        return None
    found = Draft.objects.filter(sign_in=request.user, form=form, saved__gt=timezone.now() - KEPT).first()
    plain = unseal(bytes(found.sealed), _purpose(request.user, form)) if found else None
    if plain is None:
        return None
    given = QueryDict(mutable=True)
    for name, values in msgspec.json.decode(plain, type=Values).items():
        given.setlist(name, values)
    return given


def keep(request: HttpRequest, form: str, given: QueryDict) -> bool:
    """Save what stands in the form now; False when it is too much to keep."""
    values = {name: given.getlist(name) for name in given if not _is_secret(name)}
    plain = msgspec.json.encode(values)
    user = request.user
    if not isinstance(user, SignIn) or len(plain) > MOST_BYTES or len(form) > LONGEST_FORM:
        return False
    sealed = seal(plain, _purpose(user, form))
    Draft.objects.update_or_create(sign_in=user, form=form, defaults={"sealed": sealed})
    for old in Draft.objects.filter(sign_in=user).order_by("-saved")[MOST_DRAFTS:]:
        old.delete()
    return True


def forget(request: HttpRequest, form: str) -> None:
    """The form was sent, or its draft thrown away."""
    if isinstance(request.user, SignIn):
        Draft.objects.filter(sign_in=request.user, form=form).delete()


def mark_of(draft: QueryDict) -> str:
    """A mark of what stands in a draft: the page that asks whether it is right sends it back as ``shown``."""
    values = {name: draft.getlist(name) for name in sorted(draft) if not _is_secret(name) and name != SHOWN}
    return sha256(msgspec.json.encode(values)).hexdigest()


def is_as_shown(request: HttpRequest, draft: QueryDict) -> bool:
    """Whether a draft is what the page that was sent showed: another tab may have gone on typing into it. A page that
    brings no mark showed nothing else.
    """
    return request.POST.get(SHOWN, mark := mark_of(draft)) == mark


def sweep() -> None:
    """Delete what is past its time."""
    Draft.objects.filter(saved__lt=timezone.now() - KEPT).delete()


def _purpose(user: SignIn, form: str) -> bytes:
    return f"draft/{user.pk}/{form}".encode()


def _is_secret(name: str) -> bool:
    return name in _SECRET or "password" in name.lower()
