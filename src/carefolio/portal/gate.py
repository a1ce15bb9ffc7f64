"""Who may see a page. Every view says it itself; one that does not is refused, and the access tests read it here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from carefolio.consent.principal import Role

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "carefolio_audience"


@dataclass(frozen=True, slots=True)
class Audience:
    """Who a page is for: everybody, everybody signed in, or the people of some roles."""

    signed_in: bool
    roles: frozenset[Role] = frozenset(Role)

    def admits(self, role: Role | None) -> bool:
        """Whether somebody with this role (None: nobody signed in) may see the page."""
        return not self.signed_in or (role is not None and role in self.roles)


OPEN = Audience(signed_in=False)
SIGNED_IN = Audience(signed_in=True)

LIBRARY = MappingProxyType(
    {
        "account_login": OPEN,
        "account_logout": OPEN,
        "account_inactive": OPEN,
        "account_signup": OPEN,
        "account_reauthenticate": SIGNED_IN,
        "account_email_verification_sent": OPEN,
        "account_confirm_email": OPEN,
        "account_change_password": SIGNED_IN,
        "account_set_password": SIGNED_IN,
        "account_reset_password": OPEN,
        "account_reset_password_done": OPEN,
        "account_reset_password_from_key": OPEN,
        "account_reset_password_from_key_done": OPEN,
        "mfa_index": SIGNED_IN,
        "mfa_authenticate": OPEN,
        "mfa_reauthenticate": SIGNED_IN,
        "mfa_activate_totp": SIGNED_IN,
        "mfa_deactivate_totp": SIGNED_IN,
        "mfa_view_recovery_codes": SIGNED_IN,
        "mfa_generate_recovery_codes": SIGNED_IN,
        "mfa_download_recovery_codes": SIGNED_IN,
        "usersessions_list": SIGNED_IN,
    }
)
"""allauth's own views, which cannot say it themselves, by the names of their addresses."""
ENROLLING = frozenset({"mfa_activate_totp", "account_reauthenticate"})
"""What somebody who gave a password alone, and needs a second factor, may see: how to set one up, and nothing else."""


def open_to_all(view: View) -> View:
    """A page for everybody, signed in or not."""
    return _marked(view, OPEN)


def signed_in(view: View) -> View:
    """A page for everybody who signed in."""
    return _marked(view, SIGNED_IN)


def for_roles(*roles: Role) -> Callable[[View], View]:
    """A page for people with one of these roles."""
    return lambda view: _marked(view, Audience(signed_in=True, roles=frozenset(roles)))


def audience_of(view: Callable[..., Any], url_name: str) -> Audience | None:
    """Who the view is for; None: it does not say, and nobody gets in."""
    marked: Audience | None = getattr(view, _MARK, None)
    return marked or (LIBRARY.get(url_name) if view.__module__.startswith("allauth.") else None)


def _marked(view: View, audience: Audience) -> View:
    setattr(view, _MARK, audience)
    return view
