"""Reading a FHIR search: pairs of names and values become a Query, or a Failure that names what is wrong.

Strict unless asked otherwise: a parameter that is not known here is refused, because ignoring it would answer
more than was asked for. A lenient search passes over unknown names only; a modifier or a value that cannot be
honoured is refused either way (https://hl7.org/fhir/R4/search.html#errors).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from carefolio.base import clock
from carefolio.base.failures import malformed
from carefolio.fhir.parameters import parameters
from carefolio.search import values
from carefolio.search.include import read_include, read_reverse_include
from carefolio.search.parameters import CLINICAL_ELEMENTS, Answer, Answerable, answerable
from carefolio.search.query import (
    COUNT_DEFAULT,
    COUNT_MAX,
    Condition,
    Dates,
    Ids,
    Include,
    Links,
    Missing,
    Query,
    SortKey,
    Strings,
    Tokens,
    Total,
    Updated,
)
from carefolio.search.texts import words

IGNORED = frozenset({"_format", "_pretty", "_page"})
SORTABLE = ("_id", "_lastUpdated", "date", "birthdate", "family")
PAIRS_MAX = 100
WORDS_MAX = 8
COUNT_DIGITS = 9
_BOOLEANS = {"true": True, "false": False}


@dataclass(slots=True)
class _Draft:
    """A query while its parameters are read one by one."""

    type: str
    lenient: bool
    base: str
    now: int
    conditions: list[Condition] = field(default_factory=list)
    sort: tuple[SortKey, ...] = ()
    count: int = COUNT_DEFAULT
    includes: list[Include] = field(default_factory=list)
    reverse_includes: list[Include] = field(default_factory=list)
    summary: bool = False
    total: Total = Total.NONE
    ignored: list[str] = field(default_factory=list)
    kept: list[tuple[str, str]] = field(default_factory=list)


def parse(
    type_: str,
    pairs: Sequence[tuple[str, str]],
    lenient: bool,
    *,
    base: str = "",
    cursor: bytes | None = None,
) -> Query:
    """The search that the decoded ``pairs`` of a URL or form ask for; raises a Failure (MALFORMED).

    ``base`` is this server's own FHIR address, under which absolute references are accepted; ``cursor`` is
    where the page before ended.
    """
    if not answerable(type_):
        raise malformed(f"{type_} is no resource type of FHIR R4.")
    if len(pairs) > PAIRS_MAX:
        raise malformed(f"A search takes up to {PAIRS_MAX} parameters.")
    draft = _Draft(type_, lenient, base, clock.now())
    for name, value in pairs:
        _read(draft, name, value)
    return Query(
        type=type_,
        conditions=tuple(draft.conditions),
        sort=draft.sort,
        count=draft.count,
        includes=tuple(draft.includes),
        reverse_includes=tuple(draft.reverse_includes),
        summary=draft.summary or draft.count == 0,
        total=draft.total,
        cursor=cursor,
        ignored=tuple(dict.fromkeys(draft.ignored)),
        kept=tuple(draft.kept),
    )


def _read(draft: _Draft, name: str, value: str) -> None:
    stem, _, modifier = name.partition(":")
    chained = "." in name
    stem = stem.partition(".")[0]
    if stem in IGNORED:
        return
    control = _CONTROLS.get(stem)
    known = answerable(draft.type).get(stem)
    if control is None and known is None:
        _unknown(draft, name, stem)
        return
    if chained and control is None:
        raise malformed(f"Chained parameters such as {stem}.… are not supported; search {draft.type} by the reference.")
    if control is not None:
        _refuse_modifier(stem, modifier)
        control(draft, value)
    elif known is not None:
        draft.conditions.append(_condition(draft, known, modifier, value))
    draft.kept.append((name, value))


def _unknown(draft: _Draft, name: str, stem: str) -> None:
    if draft.lenient:
        draft.ignored.append(name)
        return
    is_fhir = stem in parameters(draft.type)
    raise malformed(
        f"{draft.type} {'cannot be searched here by' if is_fhir else 'has no search parameter'} "
        f"{stem[: values.TEXT_MAX]!r}. Known are: {', '.join(sorted({*answerable(draft.type), *_CONTROLS}))}."
    )


def _condition(draft: _Draft, known: Answerable, modifier: str, value: str) -> Condition:
    if modifier == "missing" and known.answer not in (Answer.ID, Answer.UPDATED):
        if value not in _BOOLEANS:
            raise malformed(f"{known.name}:missing takes true or false.")
        return Missing(known.name, _BOOLEANS[value])
    return _READERS[known.answer](draft, known, modifier, values.alternatives(known.name, value))


_Reader = Callable[[_Draft, Answerable, str, list[str]], Condition]


def _refuse_modifier(name: str, modifier: str, allowed: str = "none") -> None:
    if modifier:
        raise malformed(f"{name}:{modifier} is not supported. Modifiers of {name} here: {allowed}.")


def _ids(_draft: _Draft, known: Answerable, modifier: str, texts: list[str]) -> Condition:
    _refuse_modifier(known.name, modifier)
    return Ids(tuple(texts))


def _updated(draft: _Draft, known: Answerable, modifier: str, texts: list[str]) -> Condition:
    _refuse_modifier(known.name, modifier)
    return Updated(tuple(values.date_test(known.name, text, draft.now) for text in texts))


def _tokens(_draft: _Draft, known: Answerable, modifier: str, texts: list[str]) -> Condition:
    negated = modifier == "not"
    _refuse_modifier(known.name, "" if negated else modifier, ":not, :missing")
    return Tokens(known.name, tuple(values.coding(known.name, text) for text in texts), negated)


def _strings(_draft: _Draft, known: Answerable, modifier: str, texts: list[str]) -> Condition:
    exact = modifier == "exact"
    _refuse_modifier(known.name, "" if exact else modifier, ":exact, :missing")
    plain = tuple(values.plain(text) for text in texts)
    if any(not 0 < len(words(text)) <= WORDS_MAX for text in plain):
        raise malformed(f"{known.name} takes 1 to {WORDS_MAX} words, each with a letter or a digit.")
    return Strings(known.name, plain, exact)


def _dates(draft: _Draft, known: Answerable, modifier: str, texts: list[str]) -> Condition:
    _refuse_modifier(known.name, modifier, ":missing")
    return Dates(known.name, tuple(values.date_test(known.name, text, draft.now) for text in texts))


def _links(draft: _Draft, known: Answerable, modifier: str, texts: list[str]) -> Condition:
    targets = known.targets
    if modifier:
        if modifier not in targets:
            _refuse_modifier(known.name, modifier, f":missing, :{', :'.join(sorted(targets)[: values.BARE_TARGETS])}")
        targets = frozenset({modifier})
    named = [one for text in texts for one in values.reference(known.name, text, targets, draft.base)]
    return Links(known.name, tuple(dict.fromkeys(named)))


_READERS: Mapping[Answer, _Reader] = {
    Answer.ID: _ids,
    Answer.UPDATED: _updated,
    Answer.TOKEN: _tokens,
    Answer.IDENTIFIER: _tokens,
    Answer.STRING: _strings,
    Answer.BIRTHDATE: _dates,
    Answer.CLINICAL: _dates,
    Answer.READ: _dates,
    Answer.OWNER: _links,
    Answer.LINK: _links,
    Answer.ADDRESSED: _links,
}


def _sort(draft: _Draft, value: str) -> None:
    keys = [SortKey(text.removeprefix("-"), text.startswith("-")) for text in value.split(",")]
    usable = [name for name in SORTABLE if name in answerable(draft.type)]
    if draft.type in CLINICAL_ELEMENTS and "date" not in usable:
        usable.append("date")
    if len({key.name for key in keys}) < len(keys) or any(key.name not in usable for key in keys):
        raise malformed(
            f"_sort takes some of {', '.join(usable)} for {draft.type}, each once, '-' before for descending."
        )
    draft.sort = tuple(keys)


def _count(draft: _Draft, value: str) -> None:
    if not (value.isascii() and value.isdigit() and len(value) <= COUNT_DIGITS):
        raise malformed(f"_count takes a number; no page is longer than {COUNT_MAX}.")
    draft.count = min(int(value), COUNT_MAX)


def _summary(draft: _Draft, value: str) -> None:
    if value not in ("count", "false"):
        raise malformed("_summary takes 'count' (only the number) or 'false'; other summaries are not supported.")
    draft.summary = value == "count"


def _total(draft: _Draft, value: str) -> None:
    if value not in list(Total):
        raise malformed(f"_total takes one of {', '.join(Total)}.")
    draft.total = Total(value)


def _include(draft: _Draft, value: str) -> None:
    draft.includes.append(read_include(draft.type, value))


def _reverse_include(draft: _Draft, value: str) -> None:
    draft.reverse_includes.append(read_reverse_include(draft.type, value))


_CONTROLS: Mapping[str, Callable[[_Draft, str], None]] = {
    "_sort": _sort,
    "_count": _count,
    "_summary": _summary,
    "_total": _total,
    "_include": _include,
    "_revinclude": _reverse_include,
}
