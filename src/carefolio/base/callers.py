"""What a request's head says of who is calling: a bearer token, an address behind proxies."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address


def bearer(authorization: str) -> str:
    """The token in an ``Authorization`` header (RFC 6750), however its scheme is written; or nothing."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme == "Bearer" or scheme.lower() == "bearer" else ""


def address(text: str) -> Address | None:
    """The address that a proxy passed on, without the port that some add; None for what is none."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return ip_address(text)
    except ValueError:
        return None
