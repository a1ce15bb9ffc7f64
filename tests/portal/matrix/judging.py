"""Asking as somebody, and what of Blanche's got out in an answer."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from gzip import decompress
from typing import Any
from urllib.parse import unquote, urlencode

from tests.acceptance.wire import Answer, Ask, ask_all
from tests.portal.matrix.aviary import ANY, NUMBERED, SCRIPT, Cage, Visitor, numbers_in

FORM_TOKEN = "a" * 32
"""What a browser and its form hold alike: the check of forms passes, as in the visitor's own browser."""
AT_ONCE = 6
SIGNED_OUT = frozenset({"anonymous", "doctor: suspended", "staff without second factor"})
_CHANGING = (
    (re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*'), r"\1"),
    (re.compile(r'(name="signs-out" content=")\d+(" data-now=")\d+'), r"\1\2"),
    (re.compile(r'(name="once" value=")[^"]*'), r"\1"),
    (re.compile(r"in \d+\.\d+ seconds"), "in seconds"),
)
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|(?<=[/=D])\d{1,3}\b|\b980\d{5}\b")
_OF_EACH_ANSWER = frozenset(
    {"date", "server-timing", "x-request-id", "content-length", "etag", "set-cookie", "expires"}
)


@dataclass(frozen=True)
class Wanted:
    """One request by one visitor; ``key``: of the record it asks for, "" for none."""

    visitor: Visitor
    method: str
    route: str
    path: str
    key: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    def ask(self) -> Ask:
        cookies = dict(self.visitor.cookies) | {"carefolio-form": FORM_TOKEN}
        headers = (("cookie", "; ".join(f"{name}={value}" for name, value in cookies.items())), *self.headers)
        if self.method != "POST":
            return Ask(self.method, self.path, headers)
        body = urlencode([*self.fields, ("csrfmiddlewaretoken", FORM_TOKEN)]).encode()
        return Ask("POST", self.path, (*headers, ("content-type", "application/x-www-form-urlencoded")), body)

    @property
    def asked(self) -> str:
        """All that they said themselves."""
        return unquote(self.path) + " " + " ".join(value for _name, value in self.fields)


def body_of(answer: Answer) -> str:
    """The body, unpacked."""
    is_packed = answer.header("content-encoding") == "gzip"
    return (decompress(answer.content) if is_packed else answer.content).decode("utf-8", "replace")


def text_of(answer: Answer) -> str:
    """Body and headers."""
    return body_of(answer) + "\n" + "\n".join(f"{name}: {value}" for name, value in answer.headers)


def leaks(cage: Cage, one: Wanted, answer: Answer) -> list[str]:
    """Words, ids and scripts that stand in an answer and may not."""
    raw = text_of(answer)
    text, said = unquote(raw), one.asked
    may = cage.may_show(one.visitor) | numbers_in(said)
    found = [f"word {number}" for number in sorted(numbers_in(text) - may)]
    if len(ANY.findall(text)) > len(NUMBERED.findall(text)) and ANY.search(said) is None:
        found.append("a part of a word")
    unknown = set(cage.records) - one.visitor.sees - {"Patient"}
    hidden = {key: cage.records[key]["id"] for key in unknown}
    if not (one.visitor.knows or one.visitor.called in ("admin", "auditor")):
        hidden["Blanche"] = cage.blanche.id
    found += [f"id of {key}" for key, id_ in hidden.items() if str(id_) in text and str(id_) not in said]
    if SCRIPT[:8] in raw or "onerror=alert(1)>" in raw:
        found.append("a script")
    if answer.status >= 500:
        found.append(f"status {answer.status}")
    return found


def shape(answer: Answer) -> tuple[int, list[tuple[str, str]], str]:
    """An answer without what is another in each, and without ids."""
    headers = [(name, _ID.sub("ID", unquote(value))) for name, value in answer.headers if name not in _OF_EACH_ANSWER]
    text = body_of(answer)
    for pattern, plain in _CHANGING:
        text = pattern.sub(plain, text)
    return answer.status, headers, _ID.sub("ID", text)


def send(cage: Cage, wanted: Sequence[Wanted]) -> tuple[list[Answer], Counter[int]]:
    """The answers, in order, and a count of their statuses."""
    answers = asyncio.run(ask_all(cage.site.address, [one.ask() for one in wanted], AT_ONCE))
    return answers, Counter(answer.status for answer in answers)


def is_for(route: dict[str, Any], visitor: Visitor) -> bool:
    """Whether the page is for people like this visitor."""
    return not route["signed_in"] or (visitor.called not in SIGNED_OUT and visitor.role in route["roles"])
