"""A Consent compiled to a flat list of grants and denials.

A Consent is a tree of provisions; each nested one is an exception to the one around it
(https://hl7.org/fhir/R4/consent-definitions.html#Consent.provision.provision). It is read so:

1. A provision applies when all that it and those around it say holds.
2. A permit gives what it says, except what a deny inside it denies. A deny denies what it says, except what
   a permit inside it permits; a deny beside that permit wins.
3. What no provision on the way says: purpose is TREAT only, action is read only, and only records labelled
   normal are covered; a record that is named singly in ``data`` is covered whatever its label. A permit for
   which nobody is named gives nothing. A deny without actors, purposes, actions or labels denies all of them.
4. ``action``: access and use let read; correct lets add to the chart and read.
5. A deny at the root (or inside a root without a type) stands over all other contracts of the chart.
6. What is not understood permits nothing and does not narrow a deny; it is told in ``remarks``.

Whether a Consent came about in a way that gives it force is decided elsewhere (``lifecycle``): only those
with force may be compiled into a chart's policy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from carefolio.base.filters import Window
from carefolio.consent import vocabulary as words
from carefolio.consent.clause import Actors, Clause, Element, Reader, Resolver
from carefolio.consent.windows import both
from carefolio.fhir.dates import EARLIEST, LATEST

_DEEPEST: Final = 5
_WINDOWS: Final = 256


@dataclass(frozen=True, slots=True)
class Grant:
    """Something permitted, or denied, to somebody. Times in µs UTC, inclusive.

    ``who``: the caller has to be named by every one of these; empty: everybody (denials only).
    ``purposes``: None for any. ``reads`` and ``adds``: which records it is about for either action.
    ``unless``: what does not count: denials inside a grant, permits inside a denial.
    """

    who: tuple[Actors, ...]
    purposes: frozenset[str] | None
    start: int
    end: int
    reads: tuple[Window, ...]
    adds: tuple[Window, ...]
    unless: tuple[Grant, ...] = ()


@dataclass(frozen=True, slots=True)
class Contract:
    """A compiled Consent. Only one whose ``status`` is active does anything."""

    reference: str
    """``Consent/id/_history/n``."""
    status: str
    start: int = EARLIEST
    end: int = LATEST
    grants: tuple[Grant, ...] = ()
    denials: tuple[Grant, ...] = ()
    """What it denies over all other contracts of the chart."""
    moments: tuple[int, ...] = ()
    """When time alone changes what it says: starts, and the microseconds after ends."""
    remarks: tuple[str, ...] = ()

    @property
    def active(self) -> bool:
        """Whether it is in force as far as its status goes; its period is judged at every access."""
        return self.status == "active"


def unresolved(_reference: str) -> int:
    """A resolver that knows nobody."""
    return 0


def compile_contract(consent: Element, reference: str, resolve: Resolver = unresolved) -> Contract:
    """Compile a Consent's version ``reference``; never raises, whatever the JSON is."""
    return _Compiler(reference, resolve).contract(consent)


@dataclass(slots=True)
class _Compiler:
    reference: str
    resolve: Resolver
    remarks: dict[str, None] = field(default_factory=dict)
    moments: set[int] = field(default_factory=set)

    def contract(self, consent: Element) -> Contract:
        status = consent.get("status")
        root = self._root(consent)
        grants: list[Grant] = []
        denials: list[Grant] = []
        scope = scope_of(consent)
        if root is not None and scope not in words.OTHER_SCOPES:
            grants = list(self._grants(root, Clause(), (), _Place("Consent.provision")))
            denials = list(self._root_denials(root))
        if scope != words.PRIVACY:
            self.remarks["Consent.scope is not patient-privacy: nothing is permitted by it."] = None
            grants = []
        period = Clause() if root is None else self._narrow(root, "Consent.provision") or Clause()
        return Contract(
            reference=self.reference,
            status=status if isinstance(status, str) else "",
            start=period.start,
            end=period.end,
            grants=tuple(grants),
            denials=tuple(denials),
            moments=tuple(sorted(self.moments)),
            remarks=tuple(self.remarks),
        )

    def _root(self, consent: Element) -> Element | None:
        """The root provision, with what the Consent itself says about all of it."""
        root = consent.get("provision")
        if not isinstance(root, dict):
            self.remarks["Consent.provision is missing: nothing is permitted by it."] = None
            return None
        extensions = consent.get("extension")
        sources = [e for e in extensions if _is_source(e)] if isinstance(extensions, list) else []
        if sources:
            root = {**root, "extension": [*_list(root.get("extension")), *sources]}
        if "modifierExtension" in consent or "implicitRules" in consent:
            root = {**root, "modifierExtension": []}
        return root

    def _grants(self, provision: Element, frame: Clause, unless: tuple[Grant, ...], place: _Place) -> Iterator[Grant]:
        """What a provision and those inside it permit."""
        clause = self._narrow(provision, place.path)
        if clause is None:
            return
        joined = frame.joined(clause)
        if len(joined.windows) > _WINDOWS:
            self.remarks[f"{place.path} has too many alternatives: nothing is permitted by it."] = None
            return
        nested = list(self._nested(provision, place))
        for kind, child, where in nested:
            if kind == "deny":
                unless += tuple(self._denials(child, Clause(), where))
        if provision.get("type") == "permit":
            yield from self._granted(joined, unless, place)
        for kind, child, where in nested:
            if kind == "permit":
                yield from self._grants(child, joined, unless, where)

    def _granted(self, clause: Clause, unless: tuple[Grant, ...], place: _Place) -> Iterator[Grant]:
        if clause.who or not place.has_to_name:
            yield self._grant(clause, unless)
        else:
            self.remarks[f"{place.path} names nobody: nothing is permitted by it."] = None

    def _root_denials(self, root: Element) -> Iterator[Grant]:
        place = _Place("Consent.provision")
        if "type" in root and root["type"] != "permit":
            yield from self._denials(root, Clause(), place)
        elif "type" not in root:
            for kind, child, where in self._nested(root, place):
                if kind == "deny":
                    yield from self._denials(child, Clause(), where)

    def _denials(self, provision: Element, frame: Clause, place: _Place) -> Iterator[Grant]:
        """What a provision and those inside it deny."""
        clause = self._wide(provision, place.path)
        joined = frame.joined(clause)
        if len(joined.windows) > _WINDOWS:
            joined = clause
        nested = [] if "modifierExtension" in provision else list(self._nested(provision, place))
        permits: tuple[Grant, ...] = ()
        for kind, child, where in nested:
            if kind == "permit":
                permits += tuple(self._grants(child, Clause(), (), where.naming_nobody()))
            else:
                yield from self._denials(child, joined, where)
        yield self._denial(joined, permits)

    def _nested(self, provision: Element, place: _Place) -> Iterator[tuple[str, Element, _Place]]:
        """Kind, element and place of the provisions inside one; what is not plainly a permit is a deny."""
        if "provision" not in provision:
            return
        value = provision["provision"]
        is_followed = place.depth < _DEEPEST and isinstance(value, list)
        if not is_followed or not all(isinstance(child, dict) for child in value):
            self.remarks[f"{place.path}.provision cannot be followed: all of it is denied."] = None
            yield "deny", {}, place.inside(0)
            return
        for number, child in enumerate(value):
            yield "permit" if child.get("type") == "permit" else "deny", child, place.inside(number)

    def _narrow(self, provision: Element, path: str) -> Clause | None:
        clause = Reader(self.resolve, self.remarks, widely=False).clause(provision, path)
        self._note(clause)
        return clause

    def _wide(self, provision: Element, path: str) -> Clause:
        clause = Reader(self.resolve, self.remarks, widely=True).clause(provision, path) or Clause()
        self._note(clause)
        return clause

    def _note(self, clause: Clause | None) -> None:
        if clause is not None and clause.start <= clause.end:
            self.moments.update({clause.start, clause.end + 1} - {EARLIEST, LATEST + 1})

    def _grant(self, clause: Clause, unless: tuple[Grant, ...]) -> Grant:
        """A permit, with what nobody said filled in (rule 3)."""
        actions = frozenset({words.READ}) if clause.actions is None else clause.actions
        return Grant(
            who=clause.who,
            purposes=frozenset({words.TREATMENT}) if clause.purposes is None else clause.purposes,
            start=clause.start,
            end=clause.end,
            reads=self._labelled(clause, normal_only=True) if words.READ in actions else (),
            adds=self._labelled(clause, normal_only=False) if words.ADD in actions else (),
            unless=unless,
        )

    def _denial(self, clause: Clause, unless: tuple[Grant, ...]) -> Grant:
        actions = frozenset({words.READ, words.ADD}) if clause.actions is None else clause.actions
        windows = self._labelled(clause, normal_only=False)
        return Grant(
            who=clause.who,
            purposes=clause.purposes,
            start=clause.start,
            end=clause.end,
            reads=windows if words.READ in actions else (),
            adds=windows if words.ADD in actions else (),
            unless=unless,
        )

    def _labelled(self, clause: Clause, *, normal_only: bool) -> tuple[Window, ...]:
        windows = []
        for window in clause.windows:
            labels = clause.labels
            if labels is None and normal_only and window.records is None:
                labels = frozenset({words.NORMAL})
            marked = Window(labels=labels, contract=self.reference, rule="contract")
            windows.append(both(marked, window))
        return tuple(window for window in windows if _possible(window))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a provision stands; ``has_to_name``: a permit there needs an actor."""

    path: str
    depth: int = 1
    has_to_name: bool = True

    def inside(self, number: int) -> _Place:
        return _Place(f"{self.path}.provision[{number}]", self.depth + 1, self.has_to_name)

    def naming_nobody(self) -> _Place:
        return _Place(self.path, self.depth, has_to_name=False)


def _possible(window: Window) -> bool:
    sets = (window.kinds, window.records, window.authors, window.hospitals, window.codes, window.labels)
    return all(values is None or values for values in sets)


def scope_of(consent: Element) -> str:
    """The one code of HL7's consent scopes that it has; empty for none or several."""
    concept = consent.get("scope")
    codings = _list(concept.get("coding")) if isinstance(concept, dict) else []
    codes = [c.get("code") for c in codings if isinstance(c, dict) and c.get("system") == words.CONSENT_SCOPE]
    return codes[0] if len(codes) == 1 and isinstance(codes[0], str) else ""


def _is_source(extension: object) -> bool:
    return isinstance(extension, dict) and extension.get("url") == words.SOURCE_HOSPITAL


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
