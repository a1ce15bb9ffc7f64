"""What an attacker types: in places of addresses, in queries, in forms, in headers."""

from __future__ import annotations

from urllib.parse import quote

from tests.portal.matrix.aviary import SCRIPT

LONG = "a" * 3_000
VALUES = (
    SCRIPT,
    "%00",
    "%ED%A0%80",
    "%C0%AE%C0%AE",
    "..%2F..%2Faccounts.db",
    "%0D%0ASet-Cookie:%20stolen=1",
    "99999999999999999999999",
    "-1",
    "%C2%B2",
    "%D9%A1",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "{{7*7}}%s%(x)s{0}",
    "' OR '1'='1",
    "x-AAAA",
    "x-!!!!",
    "Patient/x/_history/1",
    "%F0%9F%92%A9",
    LONG,
)
QUERIES = (
    *("page", "before", "kind", "hospital", "since", "until", "who", "sort", "from", "text", "role", "state", "after"),
    *("year", "patients", "requests", "next", "seen", "what", "reauthenticate", "process"),
)
HEADERS = (
    ("x-http-method-override", "DELETE"),
    ("x-original-url", "{address}"),
    ("x-rewrite-url", "{address}"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-prefix", "/evil"),
    ("x-forwarded-user", "{owner}"),
    ("remote-user", "{owner}"),
    ("authorization", "Bearer {owner}"),
    ("accept-language", "../../x, \x80"),
    ("range", "bytes=0-0"),
    ("referer", "https://evil.example/"),
)
PATHS = (
    "/{chart}",
    "{chart}../{id}/",
    "/static/..{chart}",
    "/static/%2e%2e/%2e%2e/accounts.db",
    "/static/../../../../etc/passwd",
    "{chart};x=1/",
    "{chart}%00/",
    "{chart}%2e/",
    "/charts/%2e%2e{chart}",
    "/CHARTS/{id}/",
    "/charts/{id}%20/",
    "/charts/{upper}/",
    "/charts/Patient%2F{id}/",
    "/charts/{id}/records/Patient%2F{id}/x/",
    "/charts/{id}/records/Observation/{record}%2F_history%2F1/",
    "/charts/{id}/records/Bundle/{record}/",
    "/patients/requests/{id}/",
    "/fhir{chart}",
    "/charts/{id}/looked/-1/wrong/",
)
NEXT = (
    *("//evil.example/", "/\\evil.example/", "\\\\evil.example", "https:evil.example", "https:///evil.example"),
    *(
        "javascript:alert(1)",
        "http://127.0.0.1@evil.example/",
        "/%09/evil.example",
        "\t//evil.example",
        "///evil.example",
    ),
)


def typed(value: str) -> str:
    """As it stands in an address: what is percent-encoded already stays."""
    return value if "%" in value and "(" not in value else quote(value, safe="")
