"""References as their sender wrote them become references to our records.

=============================  ==================================================================================
``urn:uuid:…``                 the entry with that fullUrl, in this input or in an earlier one
``Type/id``                    the sender's own: by the base of the entry's fullUrl, in the same file, by type and id
``https://host/base/Type/id``  the entry with that fullUrl
``Type?identifier=…``          a Patient by the rules for hospitals, a directory entry, or a record of the sender's
``#id``                        stays: it stands in the same resource
=============================  ==================================================================================

What is in none of these places stays as it was sent and is named once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl
from uuid import UUID

from carefolio.consent.principal import Principal
from carefolio.fhir.kinds import DIRECTORY
from carefolio.fhir.references import Split, split
from carefolio.records.importing.files import Entry
from carefolio.records.importing.identity import Names, find
from carefolio.records.importing.sender import Opened
from carefolio.records.importing.survey import FileFacts, Survey
from carefolio.records.naming import Naming
from carefolio.search.parameters import answerable
from carefolio.search.texts import token_text
from carefolio.store.rows import State

CACHED = 20_000
_SENT_BY = "SELECT hospital FROM record WHERE id = ? AND type = ? AND state = ?"
_OWN_BY_IDENTIFIER = (
    "SELECT r.id FROM lookup l JOIN record r ON r.rid = l.rid"
    " WHERE l.value = ? AND r.type = ? AND r.state = ? AND r.hospital = ? LIMIT 2"
)


class Resolver:
    """Finds what one hospital's references mean. Remembers answers while one file is read."""

    def __init__(
        self, opened: Opened, principal: Principal, names: Names, survey: Survey, settle: Callable[[], None]
    ) -> None:
        self._database = opened.database
        self._value = opened.keyring.blind.value
        self._principal = principal
        self._naming = Naming(opened.database, opened.keyring)
        self._settle = settle
        self._names = names
        self._survey = survey
        self.facts: FileFacts | None = None
        """The file whose references are looked up."""
        self._answers: dict[tuple[str, str], str | None] = {}
        self._asked: dict[str, str] = {}

    def begin(self, facts: FileFacts) -> None:
        """From here on references are those of this file."""
        if facts is not self.facts:
            self.facts = facts
            self._answers.clear()

    def rewrite(self, entry: Entry, resource: dict[str, Any]) -> list[str]:
        """Put our references in the place of the sender's, in the resource itself; gives those that lead nowhere."""
        base = _base(entry.url)
        nowhere: list[str] = []
        holders: list[tuple[dict[str, Any], str]] = []
        if resource["resourceType"] != "Bundle":  # a document of its own: what it names stands inside it
            _gather(resource, holders)
        for holder, key in holders:
            text = holder[key]
            answer = self._answer(text, base)
            if answer is not None:
                holder[key] = answer
            elif key == "reference":
                nowhere.append(text)
        return nowhere

    def _answer(self, text: str, base: str) -> str | None:
        """``target``, looked up once a file."""
        place = (base, text)
        if place not in self._answers:
            if len(self._answers) >= CACHED:
                self._answers.clear()
            self._answers[place] = self.target(text, base)
        return self._answers[place]

    def target(self, text: str, base: str = "") -> str | None:
        """``Type/id`` of our record, the text itself where it may stay, None when it leads nowhere."""
        parts = split(text)
        if parts.kind == "conditional":
            return self._conditional(text, parts)
        if parts.kind == "literal":
            return self._literal(parts, base)
        found = self._named(text.split("/_history/", 1)[0], parts.type)
        return found or (None if parts.kind == "urn" else text)

    def _literal(self, parts: Split, base: str) -> str | None:
        """The sender's own record; else one of ours that cannot be mistaken for another's."""
        relative = f"{parts.type}/{parts.id}"
        alias = self.facts.aliases.get(relative, "") if self.facts else ""
        meant = (f"{base}{relative}" if base else "", alias, relative, f"urn:uuid:{parts.id}")
        for name in meant:
            found = self._named(name, parts.type) if name else None
            if found:
                return found
        row = self._database.one(_SENT_BY, (parts.id, parts.type, State.LIVE))
        ours = row is not None and (row[0] == self._principal.hospital or _is_uuid(parts.id or ""))
        return relative if ours else None

    def _named(self, text: str, type_: str | None) -> str | None:
        """The record that the sender calls so, of this type where the reference says one."""
        name = self._names.of(text)
        found = self._survey.index.type_of(name)
        if found is not None:
            return f"{found}/{self._survey.id_of(name)}" if type_ in (None, found) else None
        known = find(self._database, name)
        return f"{known.type}/{known.id}" if known and type_ in (None, known.type) else None

    def _conditional(self, text: str, parts: Split) -> str | None:
        """What a search names, looked up once. Records that are on their way are waited for before it is given up."""
        found = self._asked.get(text) or self._searched(parts)
        if found is None and parts.type not in DIRECTORY:
            self._settle()
            found = self._searched(parts)
        if found is not None:
            if len(self._asked) >= CACHED:
                self._asked.clear()
            self._asked[text] = found
        return found

    def _searched(self, parts: Split) -> str | None:
        pairs = parse_qsl(parts.query or "")
        type_ = parts.type or ""
        if type_ == "Patient":
            chart = self._naming.chart(self._principal, f"Patient?{parts.query}")
            return chart.ref if chart else None
        if len(pairs) != 1 or pairs[0][0] != "identifier" or "identifier" not in answerable(type_):
            return None
        system, bar, code = pairs[0][1].rpartition("|")
        value = self._value(token_text(f"{type_}.identifier", system if bar else None, code))
        found = self._survey.identified(type_, value) if type_ in DIRECTORY else self._own(type_, value)
        return f"{type_}/{found}" if found else None

    def _own(self, type_: str, value: int) -> str | None:
        args = (value, type_, State.LIVE, self._principal.hospital)
        found = self._database.read(_OWN_BY_IDENTIFIER, args)
        return str(found[0][0]) if len(found) == 1 else None


def _gather(node: Any, holders: list[tuple[dict[str, Any], str]]) -> None:
    """Every reference, and every address by which an attachment names another entry, as (element, its key)."""
    for child in node.values() if type(node) is dict else node:
        kind = type(child)
        if kind is dict:
            text = child.get("reference")
            if type(text) is str:
                if text[:1] != "#":
                    holders.append((child, "reference"))
            elif "contentType" in child and type(child.get("url")) is str:
                holders.append((child, "url"))
            _gather(child, holders)
        elif kind is list:
            _gather(child, holders)


def _base(url: str) -> str:
    """What relative references of an entry are relative to: ``https://host/base/`` of its fullUrl."""
    parts = split(url) if url else None
    return url.rsplit("/", 2)[0] + "/" if parts and parts.kind == "absolute" and parts.id else ""


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
