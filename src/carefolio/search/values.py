"""The values of search parameters: lists with escapes, tokens, dates, references."""

from __future__ import annotations

import re
from collections.abc import Sequence

from carefolio.base.clock import DAY
from carefolio.base.failures import malformed
from carefolio.fhir import references
from carefolio.fhir.dates import interval
from carefolio.search.query import Coding, DateTest, Prefix

VALUES_MAX = 200
TEXT_MAX = 1_000
BARE_TARGETS = 12
"""A bare id is tried as each of the types that its parameter may name, up to so many."""
_PREFIXED = re.compile(r"([a-z]{2})(?=\d)")
_SPACED_ZONE = re.compile(r"(T[\d:.]+) (\d\d:\d\d)$")
_APPROXIMATELY = 10
"""``ap`` widens by a tenth of the distance from today (https://hl7.org/fhir/R4/search.html#prefix)."""
_ESCAPED = re.compile(r"\\([\\,|$])")


def alternatives(name: str, text: str) -> list[str]:
    """The values of a comma list, escapes still in; an empty one raises a Failure."""
    if len(text) > TEXT_MAX * VALUES_MAX:
        raise malformed(f"The value of {name} is too long.")
    values = _split(text, ",")
    if len(values) > VALUES_MAX:
        raise malformed(f"{name} lists more than {VALUES_MAX} values; ask in several searches.")
    if any(not value or len(value) > TEXT_MAX for value in values):
        raise malformed(f"{name} needs a value of 1 to {TEXT_MAX} characters (between commas, too).")
    return values


def _split(text: str, separator: str) -> list[str]:
    if "\\" not in text:
        return text.split(separator)
    parts = [""]
    letters = iter(text)
    for letter in letters:
        if letter == separator:
            parts.append("")
        elif letter == "\\":
            parts[-1] += letter + next(letters, "")
        else:
            parts[-1] += letter
    return parts


def plain(text: str) -> str:
    r"""The text itself, without the escapes ``\,`` ``\|`` ``\$`` ``\\``."""
    return _ESCAPED.sub(r"\1", text) if "\\" in text else text


def coding(name: str, text: str) -> Coding:
    """``code``, ``system|code``, ``|code`` or ``system|``."""
    parts = [plain(part) for part in _split(text, "|")]
    if len(parts) == 1:
        return Coding(None, parts[0])
    if len(parts) > 2 or not any(parts):  # noqa: PLR2004 - system and code
        raise malformed(f"{name} takes a code as 'code', 'system|code', '|code' or 'system|'.")
    return Coding(parts[0], parts[1] or None)


def date_test(name: str, text: str, now: int) -> DateTest:
    """A date with an optional prefix, compared by FHIR's intervals."""
    found = _PREFIXED.match(text)
    try:
        prefix = Prefix(found[1]) if found else Prefix.EQ
        low, high = interval(_SPACED_ZONE.sub(r"\1+\2", text[found.end() :] if found else text))
    except (ValueError, OverflowError):
        raise malformed(
            f"{name} takes a date such as 2024, 2024-05, 2024-05-31 or 2024-05-31T10:00:00Z, "
            f"with one of {', '.join(Prefix)} before it if needed."
        ) from None
    if prefix is Prefix.AP:
        margin = max(abs(now - (low + high) // 2) // _APPROXIMATELY, DAY)
        return DateTest(prefix, low - margin, high + margin)
    return DateTest(prefix, low, high)


def reference(name: str, text: str, targets: frozenset[str], base: str) -> list[str]:
    """``Type/id`` as given, or what a bare id may mean."""
    wanted = plain(text)
    if base and wanted.startswith(base):
        wanted = wanted[len(base) :].lstrip("/")
    parts = references.split(wanted)
    if parts.kind == "literal" and (parts.type in targets or not targets):
        return [f"{parts.type}/{parts.id}"]
    likely = sorted(_likely(name, targets))
    bare = references.split(f"{likely[0]}/{wanted}") if likely else parts
    if bare.kind == "literal" and bare.type in likely:
        return [f"{target}/{bare.id}" for target in likely]
    raise malformed(f"{name} takes a reference as Type/id of a record on this server{_naming(likely)}.")


def _likely(name: str, targets: frozenset[str]) -> frozenset[str]:
    """The types that a bare id may mean: a Patient, else what the parameter is called after, else any."""
    usual = targets & {"Patient"} or targets & {name.capitalize()}
    return usual or (targets if len(targets) <= BARE_TARGETS else frozenset())


def _naming(targets: Sequence[str]) -> str:
    return f", naming one of {', '.join(targets)}" if targets else ""
