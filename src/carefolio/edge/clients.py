"""Who is asking, as far as taking turns goes: the account whose token held lately, or else the address that a request
comes from.

Made-up tokens are no clients of their own: whoever sends many of them waits in the line of their address. Nor are
several tokens of one account, or several connections from one address.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from ipaddress import IPv6Address
from typing import Any

from carefolio.base.callers import address, bearer

Scope = MutableMapping[str, Any]
_AUTHORIZATION, _FORWARDED = b"authorization", b"x-forwarded-for"
_NETWORK = 64
"""Bits of an IPv6 address that tell one customer from another; the rest is theirs to choose."""
_BITS = 128


def address_of(scope: Scope, proxies: int) -> str:
    """The visitor's address, behind so many proxies of our own; what stands further left is anybody's word."""
    client = scope.get("client")
    nearest = str(client[0]) if client else ""
    if proxies:
        passed = b",".join(value for name, value in scope["headers"] if name == _FORWARDED).split(b",")
        if proxies <= len(passed):
            nearest = passed[-proxies].strip().decode("latin-1") or nearest
    return _network(nearest) if ":" in nearest else nearest


class Programs:
    """Tells programs apart; ``holder`` names, from memory alone, whose a token was when it held lately; or nobody."""

    def __init__(self, holder: Callable[[str], str], proxies: int) -> None:
        self._holder = holder
        self._proxies = proxies

    def __call__(self, scope: Scope) -> str:
        """The client's name, kept for as long as a request is here or was lately. Of several tokens the last counts, as
        it does for the API.
        """
        for name, value in reversed(scope["headers"]):
            if name == _AUTHORIZATION:
                return self._holder(bearer(value.decode("latin-1"))) or address_of(scope, self._proxies)
        return address_of(scope, self._proxies)

    def before(self, scope: Scope) -> str:
        """What somebody was called until their token was looked at: their address. Counting both would halve the share
        of whoever begins.
        """
        return address_of(scope, self._proxies)


class People:
    """Tells browsers apart: their sessions are known inside the portal alone, their addresses here."""

    def __init__(self, proxies: int) -> None:
        self._proxies = proxies

    def __call__(self, scope: Scope) -> str:
        """The client's name."""
        return address_of(scope, self._proxies)


def _network(text: str) -> str:
    found = address(text)
    if not isinstance(found, IPv6Address):
        return text if found is None else str(found)
    return str(found.ipv4_mapped or IPv6Address(int(found) >> (_BITS - _NETWORK) << (_BITS - _NETWORK)))
