"""One provision of a Consent, read without its exceptions.

Every provision can be read in two ways. *Narrowly*, for what it permits: an alternative that is not
understood is left out, an element that is not understood makes it give nothing. *Widely*, for what it denies:
what is not understood does not narrow. Either way a misreading closes the chart and never opens it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any, Final, Generic, TypeVar

from carefolio.base.filters import Window
from carefolio.consent import vocabulary as words
from carefolio.consent.windows import ANYTHING, UNDATED, both, common
from carefolio.fhir.dates import EARLIEST, LATEST, interval
from carefolio.fhir.kinds import literal
from carefolio.fhir.tables import types

Element = dict[str, Any]
Resolver = Callable[[str], int]
"""``Organization/x`` → owner number of its shelf; ``Practitioner/x``, ``Patient/x`` → account. 0 or less: unknown."""

_T = TypeVar("_T")
_KNOWN: Final = frozenset(
    {
        *("id", "extension", "type", "period", "provision"),
        *("actor", "action", "purpose", "securityLabel"),
        *("class", "code", "data", "dataPeriod"),
    }
)
_ACTOR: Final = frozenset({"id", "role", "reference"})
_DATA: Final = frozenset({"id", "meaning", "reference"})
_PERIOD: Final = frozenset({"id", "start", "end"})
_NAMED_SINGLY: Final = frozenset({"instance", "related", "dependents"})
_NEVER: Final = (LATEST, EARLIEST)


@dataclass(frozen=True, slots=True)
class Actors:
    """References that one provision names; ``delegates`` are those of them who act for the patient."""

    persons: frozenset[str]
    organizations: frozenset[str]
    delegates: frozenset[str]


@dataclass(frozen=True, slots=True)
class Clause:
    """What one provision says, or several that must all hold; None: not narrowed. Times in µs, inclusive."""

    who: tuple[Actors, ...] = ()
    purposes: frozenset[str] | None = None
    actions: frozenset[str] | None = None
    labels: frozenset[int] | None = None
    start: int = EARLIEST
    end: int = LATEST
    windows: tuple[Window, ...] = (ANYTHING,)

    def joined(self, other: Clause) -> Clause:
        """Both hold."""
        return Clause(
            who=self.who + other.who,
            purposes=common(self.purposes, other.purposes),
            actions=common(self.actions, other.actions),
            labels=common(self.labels, other.labels),
            start=max(self.start, other.start),
            end=min(self.end, other.end),
            windows=tuple(both(one, two) for one, two in product(self.windows, other.windows)),
        )


@dataclass(slots=True)
class _Found(Generic[_T]):
    """Alternatives of one element; ``whole``: all that stood there was understood."""

    values: set[_T]
    whole: bool = True


class Reader:
    """Reads provisions one way, ``widely`` or narrowly; what it did not understand stands in ``remarks``."""

    def __init__(self, resolve: Resolver, remarks: dict[str, None], *, widely: bool) -> None:
        self._resolve = resolve
        self._remarks = remarks
        self._widely = widely

    def clause(self, provision: Element, path: str) -> Clause | None:
        """The provision as a clause; None when read narrowly and it gives nothing."""
        if "modifierExtension" in provision:
            self._remark(path, "a modifier extension")
            return Clause() if self._widely else None
        unknown = sorted(provision.keys() - _KNOWN)
        if unknown:
            self._remark(path, f"the element '{unknown[0]}'")
            if not self._widely:
                return None
        return self._read(provision, path)

    def _read(self, provision: Element, path: str) -> Clause:
        actors = self._actors(provision.get("actor"), f"{path}.actor") if "actor" in provision else None
        start, end = self._period(provision, "period", path) or (EARLIEST, LATEST)
        return Clause(
            who=() if actors is None else (actors,),
            purposes=self._values(provision, "purpose", path, self._purpose),
            actions=self._values(provision, "action", path, self._action),
            labels=self._values(provision, "securityLabel", path, self._label),
            start=start,
            end=end,
            windows=self._windows(provision, path),
        )

    # ── alternatives of one element ──

    def _values(
        self, provision: Element, name: str, path: str, read: Callable[[Element], Iterable[_T] | None]
    ) -> frozenset[_T] | None:
        """What the items mean together; None: not narrowed. ``read`` gives None for what it does not know."""
        if name not in provision:
            return None
        found: _Found[_T] = _Found(set())
        for item in _items(provision[name]):
            values = None if item is None else read(item)
            if values is None:
                found.whole = False
                self._remark(f"{path}.{name}", "a value")
            else:
                found.values.update(values)
        return frozenset(found.values) if found.whole or not self._widely else None

    def _purpose(self, coding: Element) -> list[str] | None:
        code = coding.get("code")
        return [code] if _system(coding) in words.ACT_REASON and isinstance(code, str) and code else None

    def _action(self, concept: Element) -> frozenset[str] | None:
        known = words.DENIED_ACTIONS if self._widely else words.PERMITTED_ACTIONS
        for coding in _codings(concept):
            if _system(coding) == words.CONSENT_ACTION and coding.get("code") in known:
                return known[coding["code"]]
        return None

    def _label(self, coding: Element) -> Iterable[int] | None:
        """Narrowly that label alone; widely it and all stricter ones, for a sensitivity all that may bear it.

        Of the labels below restricted only N is taken narrowly: records do not tell U, L and M from it.
        """
        system, code = _system(coding), coding.get("code")
        if self._widely and system in words.ACT_CODE:
            return [words.RESTRICTED, words.VERY_RESTRICTED]
        label = words.CONFIDENTIALITY_LABELS.get(str(code)) if system in words.CONFIDENTIALITY else None
        if label is None or (label == words.NORMAL and code != "N" and not self._widely):
            return None
        return [level for level in words.LABELS if level >= label] if self._widely else [label]

    # ── who ──

    def _actors(self, value: object, path: str) -> Actors | None:
        persons: set[str] = set()
        organizations: set[str] = set()
        delegates: set[str] = set()
        for item in _items(value):
            reference = "" if item is None or item.keys() - _ACTOR else self._actor(item)
            if item is None or not reference:
                self._remark(path, "an actor")
                if self._widely:
                    return None
            elif reference.startswith("Organization/"):
                organizations.add(reference)
            else:
                persons.add(reference)
                delegates.update([reference] if _is_delegate(item) else [])
        return Actors(frozenset(persons), frozenset(organizations), frozenset(delegates))

    def _actor(self, actor: Element) -> str:
        """Whom it names; empty when that is nobody who can sign in or, read narrowly, no recipient."""
        reference = literal(actor.get("reference"))
        roles = {coding.get("code") for coding in _codings(actor.get("role"))}
        signs_in = reference.partition("/")[0] in words.ACTORS
        receives = self._widely or roles.isdisjoint(words.NOT_RECIPIENTS)
        return reference if signs_in and receives else ""

    # ── which records ──

    def _windows(self, provision: Element, path: str) -> tuple[Window, ...]:
        """Alternatives that together are the data narrowing; a dozen at most."""
        parts = (
            self._values(provision, "class", path, self._class),
            self._codes(provision, path),
            self._values(provision, "data", path, self._data),
            self._values(provision, "extension", path, self._extension),
            self._dates(provision, path),
        )
        windows: tuple[Window, ...] = (ANYTHING,)
        for part in parts:
            if part is not None:
                windows = tuple(both(one, two) for one, two in product(windows, _merged(part)))
        return windows

    def _class(self, coding: Element) -> list[Window] | None:
        system, code = _system(coding), coding.get("code")
        if system is None or not isinstance(code, str) or not code:
            return None
        if system in (words.RESOURCE_TYPES, ""):
            return [Window(kinds=frozenset({code}))] if code in types() else None
        return [Window(codes=frozenset({f"{system}|{code}"}))]

    def _codes(self, provision: Element, path: str) -> frozenset[Window] | None:
        codes = self._values(provision, "code", path, self._code)
        return None if codes is None else frozenset({Window(codes=codes)})

    def _code(self, concept: Element) -> list[str] | None:
        """Codes with their system; widely also without."""
        codings = [(_system(coding), coding.get("code")) for coding in _codings(concept)]
        known = [(system, code) for system, code in codings if system is not None and isinstance(code, str)]
        texts = [f"{system}|{code}" if system else code for system, code in known if code]
        return [text for text in texts if self._widely or "|" in text] or None

    def _data(self, data: Element) -> list[Window] | None:
        """``related`` and ``dependents`` cannot be followed here: narrowly, the named record alone."""
        reference, meaning = literal(data.get("reference")), data.get("meaning")
        if not reference or data.keys() - _DATA:
            return None
        if meaning == "authoredby":
            return self._author(reference)
        if meaning not in _NAMED_SINGLY or (self._widely and meaning != "instance"):
            return None
        return [Window(records=frozenset({reference}))]

    def _author(self, reference: str) -> list[Window] | None:
        number = self._resolve(reference) if reference.partition("/")[0] in words.ACTORS else 0
        if number <= 0:
            return None
        numbers = frozenset({number})
        is_hospital = reference.startswith("Organization/")
        return [Window(hospitals=numbers) if is_hospital else Window(authors=numbers)]

    def _extension(self, extension: Element) -> list[Window] | None:
        reference = literal(extension.get("valueReference"))
        if extension.get("url") != words.SOURCE_HOSPITAL or not reference.startswith("Organization/"):
            return None
        return self._author(reference)

    def _dates(self, provision: Element, path: str) -> frozenset[Window] | None:
        period = self._period(provision, "dataPeriod", path)
        if period is None:
            return None
        since, until = period
        window = Window(since=since, until=until)
        return frozenset({window, UNDATED}) if self._widely else frozenset({window})

    # ── when ──

    def _period(self, provision: Element, name: str, path: str) -> tuple[int, int] | None:
        """First and last µs; None: not narrowed. A period that cannot be read is never when read narrowly."""
        if name not in provision:
            return None
        try:
            return _bounds(provision[name])
        except (ValueError, TypeError, AttributeError):
            self._remark(f"{path}.{name}", "a period")
            return None if self._widely else _NEVER

    def _remark(self, path: str, what: str) -> None:
        effect = "it does not narrow what is denied" if self._widely else "nothing is permitted by it"
        self._remarks[f"{path} holds {what} that is not understood here: {effect}."] = None


def _bounds(period: dict[str, str]) -> tuple[int, int]:
    """First and last µs; raises whatever comes of JSON that is no Period."""
    if period.keys() - _PERIOD or not period.keys() & {"start", "end"}:
        raise ValueError("not a period")
    start = interval(period["start"])[0] if "start" in period else EARLIEST
    end = interval(period["end"])[1] if "end" in period else LATEST
    return start, end


def _items(value: object) -> Iterator[Element | None]:
    """The objects of a list; None for whatever is none."""
    if not isinstance(value, list) or not value:
        yield None
        return
    for item in value:
        yield item if isinstance(item, dict) else None


def _codings(concept: object) -> Iterator[Element]:
    codings = concept.get("coding") if isinstance(concept, dict) else None
    return (item for item in _items(codings) if item is not None)


def _system(coding: Element) -> str | None:
    """Empty where there is none; None where it is no text."""
    system = coding.get("system", "")
    return system if isinstance(system, str) else None


def _is_delegate(actor: Element) -> bool:
    systems = [_system(c) for c in _codings(actor.get("role")) if c.get("code") in words.DELEGATES]
    return any(system.startswith(words.ROLE_SYSTEMS) for system in systems if system)


def _merged(windows: frozenset[Window]) -> list[Window]:
    """Windows of one field each, those of the same field made one: fewer alternatives to try."""
    kinds = _union(window.kinds for window in windows)
    codes = _union(window.codes for window in windows)
    records = _union(window.records for window in windows)
    authors = _union(window.authors for window in windows)
    hospitals = _union(window.hospitals for window in windows)
    merged = [
        Window(kinds=kinds),
        Window(codes=codes),
        Window(records=records),
        Window(authors=authors),
        Window(hospitals=hospitals),
        *(window for window in windows if window.since is not None or window.unless),
    ]
    return [window for window in merged if window != ANYTHING]


def _union(sets: Iterable[frozenset[_T] | None]) -> frozenset[_T] | None:
    """All values; None where no set is."""
    given = [values for values in sets if values is not None]
    return frozenset().union(*given) if given else None
