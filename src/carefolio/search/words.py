"""Words in the text of records: where they stand, with accents and case folded.

Text is what people wrote or are shown: names, notes, titles, displays, narratives, plain letters; not codes, addresses
and states. A word is found at the beginning of words: "kidney" finds "Kidneys", "art" does not find "heart".
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final
from unicodedata import combining, normalize

MOST_WORDS: Final = 10
LONGEST_WORD: Final = 60
_WORD: Final = re.compile(r"\w+")
_TAG: Final = re.compile(r"<[^>]*>")
_SILENT: Final = frozenset(
    {
        *("resourceType", "id", "reference", "system", "code", "url", "uri", "fullUrl", "status", "use", "lang"),
        *("contentType", "language", "data", "hash", "versionId", "lastUpdated", "source", "profile", "type", "gender"),
        *("intent", "priority", "criticality", "category", "comparator", "mode", "relationship", "unit", "version"),
        *("valueCode", "valueUri", "valueUrl", "valueId", "valueBase64Binary", "valueCanonical", "instantiatesUri"),
        *("instantiatesCanonical", "implicitRules", "lifecycleStatus", "uid", "periodUnit", "durationUnit"),
    }
)
"""Elements whose strings are no text, where they are strings: what is a concept under the same name is looked into."""
_SILENT_FOLDED: Final = frozenset(map(str.lower, _SILENT))
_PLAIN: Final = "text/plain"
_PLAIN_INSIDE: Final = '"contenttype":"text/plain'
"""Stands in the folded JSON of whatever may carry a plain letter inside."""


def folded(text: str) -> str:
    """Without accents and case: "Größe" is "grosse"."""
    if text.isascii():
        return text.lower()
    return "".join(map(_folded_sign, text))


@lru_cache(maxsize=4096)
def _folded_sign(sign: str) -> str:
    return "".join(one for one in normalize("NFKD", normalize("NFKD", sign).casefold()) if not combining(one))


def words_of(asked: str) -> tuple[str, ...]:
    """The words that somebody looks for, folded, each once; at the most MOST_WORDS."""
    found = (word[:LONGEST_WORD] for word in _WORD.findall(folded(asked)))
    return tuple(dict.fromkeys(found))[:MOST_WORDS]


def may_hold(body: bytes, words: Sequence[str]) -> bool:
    """Whether a record's JSON can hold all words: cheap, and true for some that do not."""
    text = folded(body.decode())
    return all(_stands(text, word) for word in words) or _PLAIN_INSIDE in text


def _stands(text: str, word: str) -> bool:
    """Whether a word stands in a string of this JSON that is neither a name nor silent, as far as a glance tells."""
    at = text.find(word)
    while at >= 0:
        end = text.find('"', at)
        is_name = text[end + 1 : end + 2] == ":" and text[end - 1] != "\\"
        if not is_name and _name_before(text, at) not in _SILENT_FOLDED:
            return True
        at = text.find(word, end)
    return False


def _name_before(text: str, at: int) -> str:
    """The name of the element whose value this place is in; "" where a glance does not tell."""
    start = text.rfind('"', 0, at)
    if text[start - 2 : start] != '":':
        return ""
    return text[text.rfind('"', 0, start - 2) + 1 : start - 2]


def texts(resource: Any) -> Iterator[str]:
    """All texts of a record, in their order."""
    if isinstance(resource, list):
        for one in resource:
            yield from [one] if isinstance(one, str) else texts(one)
    elif isinstance(resource, dict):
        for name, value in resource.items():
            if not isinstance(value, str):
                yield from texts(value)
            elif name == "div":
                yield " ".join(_TAG.sub(" ", value).split())
            elif name not in _SILENT and not _is_technical(value):
                yield value
        yield from _letter(resource)


def _is_technical(value: str) -> bool:
    """Dates, addresses and names of machines, under whatever name they stand."""
    return value[:4].isdecimal() or "://" in value or value.startswith("urn:")


def _letter(resource: dict[str, Any]) -> Iterator[str]:
    if str(resource.get("contentType", "")).startswith(_PLAIN) and isinstance(resource.get("data"), str):
        try:
            yield b64decode(resource["data"]).decode()
        except (Error, UnicodeDecodeError):
            return


def holds(found: Iterable[str], words: Sequence[str]) -> bool:
    """Whether all words stand in these texts, each in any of them."""
    left = [_beginning(word) for word in words]
    for text in found:
        plain = folded(text)
        left = [one for one in left if not one.search(plain)]
        if not left:
            return True
    return not left


@lru_cache(maxsize=256)
def _beginning(word: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(word)}")


def places(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where any of the words stands in a text, as it is written: ``(start, end)``, in order, none over another."""
    signs = [(at, one) for at, sign in enumerate(text) for one in (_folded_sign(sign) or "")]
    plain = "".join(one for _at, one in signs)
    found = sorted(match.span() for word in words for match in _beginning(word).finditer(plain))
    spans: list[tuple[int, int]] = []
    for start, end in found:
        first, last = signs[start][0], signs[end - 1][0] + 1
        if spans and first < spans[-1][1]:
            spans[-1] = spans[-1][0], max(last, spans[-1][1])
        else:
            spans.append((first, last))
    return spans
