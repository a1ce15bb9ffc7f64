"""Who is asking, as far as taking turns goes: a token that held lately, or else the address that a request comes from.

Made-up tokens are no clients of their own: whoever sends many of them waits in the line of their address.
"""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from ipaddress import IPv6Address, ip_address
from typing import Any

Scope = MutableMapping[str, Any]
_BEARER = len(b"Bearer ")
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


def token_of(scope: Scope) -> str:
    """What stands in the place of a bearer token, or nothing."""
    for name, value in scope["headers"]:
        if name == _AUTHORIZATION:
            text: str = value[_BEARER:].decode("latin-1")
            return text
    return ""


class Programs:
    """Tells programs apart; ``held`` says of a token whether it held lately, from memory alone."""

    def __init__(self, held: Callable[[str], bool], proxies: int) -> None:
        self._held = held
        self._proxies = proxies

    def __call__(self, scope: Scope) -> str:
        """The client's name, kept for as long as a request is here or was lately."""
        token = token_of(scope)
        return token if token and self._held(token) else address_of(scope, self._proxies)

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
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if not isinstance(address, IPv6Address):
        return text
    return str(address.ipv4_mapped or IPv6Address(int(address) >> (_BITS - _NETWORK) << (_BITS - _NETWORK)))
