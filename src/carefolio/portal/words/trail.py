"""A step of the trail in words: who looked or wrote, at what, when, why, and what allowed it.

For the patient who reads who looked, for everybody who reads their own steps ("You read …"), and for auditors, who see
no record. Each step is a few short sentences; ``whole`` joins them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from carefolio.consent.principal import Role
from carefolio.ledger.entry import CONTRACTS, DISCLOSURES, WRITES, Kind
from carefolio.portal.words.contracts import purpose_words
from carefolio.portal.words.told import Reader
from carefolio.portal.words.translate import gettext as _
from carefolio.portal.words.translate import marked, ngettext
from carefolio.portal.words.typenames import TYPE_NAMES, counted, type_name
from carefolio.records.trail import Step

_KINDS_NAMED: Final = 2
"""More kinds of records than these are told as one number."""
_OPEN, _CLOSE = "\N{LEFT DOUBLE QUOTATION MARK}", "\N{RIGHT DOUBLE QUOTATION MARK}"
_ROLES: Final[Mapping[str, str]] = marked(
    {
        Role.PATIENT: "patient",
        Role.DOCTOR: "doctor",
        Role.PHARMACIST: "pharmacist",
        Role.STAFF: "hospital staff",
        Role.RESEARCHER: "researcher",
        Role.AUDITOR: "auditor",
        Role.ADMIN: "administrator",
        Role.HOSPITAL: "hospital system",
    }
)
_DID: Final[Mapping[Kind, tuple[str, str]]] = marked(
    {
        Kind.RECORD_CREATED: ("{who} added {what} on {when}.", ""),
        Kind.RECORD_UPDATED: ("{who} changed {what} on {when}.", ""),
        Kind.RECORD_DELETED: ("{who} deleted {what} on {when}.", ""),
        Kind.CONTRACT_PROPOSED: ("{who} asked for access on {when}.", ""),
        Kind.CONTRACT_GRANTED: ("{who} gave access on {when}.", ""),
        Kind.CONTRACT_REJECTED: ("{who} said no to a request on {when}.", ""),
        Kind.CONTRACT_WITHDRAWN: ("{who} took a permission back on {when}.", ""),
        Kind.CONTRACT_ENDED: ("{who} gave up access, or a request, on {when}.", ""),
        Kind.CONTRACT_EXPIRED: ("A permission ran out on {when}.", ""),
        Kind.CONTRACT_CHANGED: ("{who} changed a permission on {when}.", ""),
        Kind.DISCLOSED_READ: ("{who} read {what} on {when}.", ""),
        Kind.DISCLOSED_SEARCH: ("{who} read {what} on {when}.", "{who} looked for {asked} on {when}, and saw none."),
        Kind.DISCLOSED_HISTORY: ("{who} read older versions of {what} on {when}.", ""),
        Kind.DISCLOSED_EVERYTHING: ("{who} read all that they may see, {what}, on {when}.", ""),
        Kind.DISCLOSED_EXPORT: ("{who} took a copy of {what} on {when}.", ""),
        Kind.DISCLOSED_INDEX: ("{who} saw a list of {what} on {when}. What is in them was not shown.", ""),
        Kind.DISCLOSED_AUDIT: ("{who} looked at this list on {when}.", ""),
        Kind.DISCLOSED_NAME: ("{who} typed your code and saw your name on {when}.", ""),
        Kind.DISCLOSED_WRITE: ("{who} was shown {what} after writing, on {when}.", ""),
        Kind.DISCLOSED_PRINT: ("{who} printed {what} on {when}.", ""),
        Kind.DISCLOSED_EMAIL: ("{who} got {what} by e-mail on {when}.", ""),
        Kind.DISCLOSED_ANALYSIS: ("{who} had {what} summed up on {when}.", ""),
        Kind.DISCLOSED_MATCH: ("{who} checked who you are on {when}.", ""),
        Kind.REFUSED: ("{who} asked to see something on {when}, and was refused.", ""),
        Kind.BREAK_GLASS: ("{who} opened your health record in an emergency on {when}.", ""),
        Kind.BREAK_GLASS_REVIEWED: ("{who} checked an emergency access on {when}.", ""),
        Kind.WRONG_REPORTED: ("{who} told us on {when} that something is wrong.", ""),
        Kind.REPORT_SEEN: ("{who} looked at what you told us, on {when}.", ""),
    }
)
_OLDER: Final = marked(
    ("{who} read an older version of {what} on {when}.", "{who} read older versions of {what} on {when}.")
)
"""One version that was not the newest, and several that are told as one step."""
_ABOUT_SOMEBODY: Final[Mapping[Kind, str]] = marked(
    {
        Kind.DISCLOSED_NAME: "{who} typed a patient's code and saw the name on {when}.",
        Kind.DISCLOSED_MATCH: "{who} checked who a patient is on {when}.",
        Kind.BREAK_GLASS: "{who} opened a health record in an emergency on {when}.",
        Kind.DISCLOSED_AUDIT: "{who} looked at who has looked, on {when}.",
        Kind.REPORT_SEEN: "{who} looked at what a patient told us, on {when}.",
    }
)
"""The same for who is not the patient of the chart."""
_ALLOWED: Final[Mapping[str, str]] = marked(
    {
        "author": "They wrote it themselves.",
        "hospital": "Their hospital wrote it.",
        "participant": "It was addressed to them.",
        "asker": "It is their own request.",
        "break-glass": "They had opened your record in an emergency.",
        "code": "They typed the code that you gave them.",
        "scheduling": "It belongs to a visit that was booked.",
        "messaging": "You may write to each other.",
        "consultation": "It belongs to your visit to them.",
        "prescribing": "It belongs to a prescription of yours.",
        "paying": "It belongs to a bill of yours.",
        "reviewing": "It is what you said of a visit.",
    }
)
_SOMETHING: Final = marked("{who} did something on {when}.")
_BY_CONTRACT: Final = "contract"
_EMERGENCY: Final = "break-glass"
_OUTCOMES: Final[Mapping[str, str]] = marked(
    {
        "justified": "They found that there was good reason.",
        "questioned": "They have questions about it.",
        "abuse": "They found that it was wrong.",
    }
)
_SORTS: Final = {
    **dict.fromkeys(DISCLOSURES, "read"),
    **dict.fromkeys(WRITES, "write"),
    **dict.fromkeys(CONTRACTS, "contract"),
    Kind.REFUSED: "refused",
    Kind.BREAK_GLASS: "emergency",
    Kind.BREAK_GLASS_REVIEWED: "emergency",
    Kind.WRONG_REPORTED: "report",
    Kind.REPORT_SEEN: "report",
}


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """Who reads the trail. ``me``: their ``Patient/id`` or ``Practitioner/id``, whose steps are told as "You …".
    ``owns_chart``: it is their own chart's trail. ``granted``: when each contract ``Consent/id`` was given, in µs.
    """

    reader: Reader
    me: str = ""
    owns_chart: bool = True
    granted: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StepTold:
    """One step. ``sort``: read, write, contract, refused, report or emergency. ``targets``: (type, id) of all
    records that it is about.
    """

    seq: int
    sort: str
    sentence: str
    why: str
    allowed: str
    reason: str
    when: str
    moment: int
    who: str
    what: str
    targets: tuple[tuple[str, str], ...]
    contracts: tuple[tuple[str, str], ...]
    is_mine: bool

    @property
    def whole(self) -> str:
        """All its sentences."""
        return " ".join(part for part in (self.sentence, self.reason, self.why, self.allowed) if part)


def sort_of(kind: Kind) -> str:
    """Which filter a step of this kind falls under: read, write, contract, emergency, report or refused."""
    return _SORTS.get(kind, "read")


def told_step(step: Step, view: Viewpoint) -> StepTold:
    """The step in words."""
    entry, content = step.entry, step.entry.content
    mine = bool(view.me) and content.get("who") == view.me
    targets = _targets(content)
    what = _what(targets, content)
    when = view.reader.calendar.moment(entry.time)
    who = _("You") if mine else _who(step, view.reader)
    return StepTold(
        seq=step.seq,
        sort=sort_of(entry.kind),
        sentence=_sentence(step, view, {"who": who, "what": what, "when": when, "asked": _asked(content)}),
        why="" if mine or entry.kind in CONTRACTS else _why(content, view),
        allowed="" if mine else _allowed(step, view),
        reason=_reason(content, mine=mine),
        when=when,
        moment=entry.time,
        who=who,
        what=what,
        targets=tuple(targets),
        contracts=tuple(pair for text in _texts(content.get("contracts")) if (pair := _pair(text)) is not None),
        is_mine=mine,
    )


def _sentence(step: Step, view: Viewpoint, words: Mapping[str, str]) -> str:
    kind, content = step.entry.kind, step.entry.content
    some, none = _DID.get(kind, (_SOMETHING, ""))
    if kind is Kind.DISCLOSED_READ and content.get("older"):
        some = _OLDER[len(_texts(content.get("records"))) > 1]
    if not view.owns_chart and kind in _ABOUT_SOMEBODY:
        return _(_ABOUT_SOMEBODY[kind]).format(**words)
    total = content.get("total")
    if kind is Kind.DISCLOSED_SEARCH and not content.get("records"):
        if isinstance(total, int) and total:
            return _("{who} counted {asked} on {when}, and saw none of them.").format(**words)
        return _(none).format(**words)
    if kind is Kind.DISCLOSED_NAME and words["who"] == _("You"):
        return _("You typed a code and saw a name on {when}.").format(**words)
    return _(some).format(**words)


def _who(step: Step, reader: Reader) -> str:
    """Name, role and hospital: "Dr Sam Hart (doctor, North Hospital)"."""
    content = step.entry.content
    name = step.name or reader.names.get(str(content.get("who", "")), "") or _("Somebody")
    role = _(_ROLES[content["role"]]) if content.get("role") in _ROLES else ""
    hospital = reader.names.get(str(content.get("organization", "")), "")
    details = ", ".join(part for part in (role, hospital) if part and part != name)
    return f"{name} ({details})" if details else name


def _what(targets: list[tuple[str, str]], content: Mapping[str, Any]) -> str:
    """Records by kind, "3 test results and 1 visit"; "12 records" where there are more kinds."""
    numbers = Counter(type_ for type_, _id in dict.fromkeys(targets))
    if not numbers:
        total = content.get("total")
        return _records(total) if isinstance(total, int) else _("no records")
    if len(numbers) > _KINDS_NAMED:
        return _records(sum(numbers.values()))
    told = [counted(type_, number) for type_, number in numbers.most_common()]
    if len(told) == 1:
        return told[0]
    return _("{first} and {last}").format(first=", ".join(told[:-1]), last=told[-1])


def _records(number: int) -> str:
    return ngettext("{n} record", "{n} records", number).format(n=number)


def _asked(content: Mapping[str, Any]) -> str:
    asked = content.get("asked")
    return type_name(asked).many if isinstance(asked, str) and asked in TYPE_NAMES else _("records")


def _why(content: Mapping[str, Any], view: Viewpoint) -> str:
    """The purpose; of a check, what came of it."""
    if content.get("outcome") in _OUTCOMES:
        return _(_OUTCOMES[content["outcome"]])
    purpose = content.get("purpose")
    if not isinstance(purpose, str) or not purpose or content.get("role") == Role.PATIENT:
        return ""
    words = purpose_words(purpose)
    return _("The reason given is {why}.").format(why=words if view.owns_chart else words.removeprefix("your "))


def _allowed(step: Step, view: Viewpoint) -> str:
    """What allowed it: the permission with its day, or what needs none. An emergency is never left unsaid."""
    content = step.entry.content
    rules = _texts(content.get("rules")) + _texts([content.get("rule")])
    days = [view.reader.calendar.day_of(at) for text in _texts(content.get("contracts")) if (at := _day(text, view))]
    if _BY_CONTRACT in rules and _EMERGENCY not in rules:
        return _permission(days, view)
    told = next((_(_ALLOWED[rule]) for rule in sorted(rules, key=_EMERGENCY.__ne__) if rule in _ALLOWED), "")
    told = told if view.owns_chart else told.replace(_("your record"), _("the record"))
    return f"{told} {_permission(days, view)}" if _BY_CONTRACT in rules else told


def _permission(days: list[str], view: Viewpoint) -> str:
    """Whose permission allowed it, and of which day."""
    if not view.owns_chart:
        return _("The patient's permission allowed it.")
    if days:
        return _("Your permission of {day} allowed it.").format(day=days[0])
    return _("A permission that you gave allowed it.")


def _day(contract: str, view: Viewpoint) -> int | None:
    pair = _pair(contract)
    return view.granted.get("/".join(pair)) if pair else None


def _reason(content: Mapping[str, Any], *, mine: bool) -> str:
    """What somebody wrote: of an emergency, of its check, of what is wrong."""
    reason = content.get("reason")
    text = reason.get("text", "") if isinstance(reason, dict) else content.get("text", "")
    stop = "" if text.endswith((".", "!", "?", "…")) else "."
    said = _("You wrote: {text}") if mine else _("They wrote: {text}")
    return said.format(text=f"{_OPEN}{text}{_CLOSE}{stop}") if text else ""


def _targets(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(type, id) of all records that it names, without their versions."""
    writes = content.get("writes")
    written = [one[0] for one in writes if isinstance(one, list) and one] if isinstance(writes, list) else []
    found = (_pair(text) for text in [*_texts(content.get("records")), *_texts(written)])
    return list(dict.fromkeys(pair for pair in found if pair is not None))


def _pair(reference: str) -> tuple[str, str] | None:
    parts = reference.split("/")
    return (parts[0], parts[1]) if len(parts) > 1 and parts[0] in TYPE_NAMES else None


def _texts(values: object) -> list[str]:
    items: Iterable[object] = values if isinstance(values, list) else ()
    return [one for one in items if isinstance(one, str)]
