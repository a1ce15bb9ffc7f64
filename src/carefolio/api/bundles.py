"""Bundles, written around records that are already JSON (https://hl7.org/fhir/R4/bundle.html)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from carefolio.fhir.json import serialise

Links = Sequence[tuple[str, str]]


def entry(address: str, body: bytes, **more: Mapping[str, Any]) -> bytes:
    """One entry: the record's address, its JSON, and ``search``, ``request`` or ``response`` beside it."""
    parts = [b'"fullUrl":' + serialise(address)]
    if body:
        parts.append(b'"resource":' + body)
    parts += [b'"%s":' % name.encode() + serialise(value) for name, value in more.items()]
    return b"{" + b",".join(parts) + b"}"


def bundle(kind: str, entries: Sequence[bytes], links: Links = (), total: int | None = None) -> bytes:
    """A whole bundle."""
    return head(kind, links, total) + _entries(entries) + b"}"


def head(kind: str, links: Links = (), total: int | None = None) -> bytes:
    """A bundle up to its entries, without the closing brace."""
    parts = [b'{"resourceType":"Bundle","type":"%s"' % kind.encode()]
    if total is not None:
        parts.append(b'"total":%d' % total)
    if links:
        parts.append(b'"link":' + serialise([{"relation": name, "url": url} for name, url in links]))
    return b",".join(parts)


def _entries(entries: Sequence[bytes]) -> bytes:
    """FHIR has no empty arrays: without entries the element is left out."""
    return b',"entry":[' + b",".join(entries) + b"]" if entries else b""
