"""What a principal may see and add: of one chart, and of everything.

1. The chart's own person sees all of it.
2. Contracts in force open what they grant, less their exceptions and less every denial in force on the chart.
3. People see what they wrote themselves, a hospital's systems what their hospital sent or its people wrote;
   addressed participants see the workflow record that names them; actors of a contract see the contract. No
   denial changes that.
4. Break-glass opens the chart to one verified doctor for its time; only a denial that names an emergency
   purpose stands against it.
5. Everybody signed in reads the directory; the owner of a shelf reads it.
6. Doctors who are not verified see the directory and their own chart. Staff, researchers, auditors and admins
   likewise: no contract opens a chart to them.
7. All of it is narrowed to the token's scopes; a token past its end sees nothing.

The windows stand in the order in which a disclosure is accounted for: own chart, contract, hospital, author,
participant, asker, break-glass.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from carefolio.base.filters import Visible, Window
from carefolio.consent import vocabulary as words
from carefolio.consent.contract import Contract, Grant
from carefolio.consent.principal import Principal, Role, within_scopes
from carefolio.consent.windows import both, placed, spans_everything
from carefolio.fhir.kinds import DIRECTORY, PARTICIPANTS

__all__ = [
    "FOREVER",
    "Access",
    "Chart",
    "Emergency",
    "access",
    "visible",
]

PHARMACY: Final = frozenset(
    {
        "AllergyIntolerance",
        "Medication",
        "MedicationAdministration",
        "MedicationDispense",
        "MedicationRequest",
        "MedicationStatement",
    }
)
"""What a contract that names an organisation opens to its pharmacists."""
_SIGNATURES = frozenset({"Provenance"})
"""What it opens to them besides, where it names the very record: whose signature stands under a prescription."""
FOREVER: Final = 2**63 - 1
"""A moment that never comes."""

_CONTRACTS = frozenset({"Consent"})
_NO_CONTRACTS = Window(unless=(Window(kinds=_CONTRACTS),))
_WORKFLOWS = frozenset(PARTICIPANTS) - _CONTRACTS
_ALWAYS_TRUSTED = frozenset({Role.PATIENT, Role.HOSPITAL})
_ONCE_VERIFIED = frozenset({Role.DOCTOR, Role.PHARMACIST})


@dataclass(frozen=True, slots=True)
class Emergency:
    """Break-glass of one account, while now < ``until`` (µs UTC)."""

    account: int
    until: int
    reference: str


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart's policy as of its consent ``version``; ``contracts`` are those with force."""

    number: int
    reference: str
    version: int
    contracts: tuple[Contract, ...] = ()
    emergencies: tuple[Emergency, ...] = ()


@dataclass(frozen=True, slots=True)
class Access:
    """What one principal may do with one chart, good while now < ``until`` and the chart's version stays.

    ``windows``: what may be read. ``adds``: what may be added. ``delegate``: the confidentiality labels that
    the principal may hand on when they act for the patient; empty for all but a delegate for the whole chart.
    """

    windows: tuple[Window, ...]
    adds: tuple[Window, ...]
    until: int
    version: int
    delegate: frozenset[int] = frozenset()


def access(principal: Principal, chart: Chart, now: int) -> Access:
    """What the principal may do with this chart at ``now`` (µs UTC)."""
    if _is_over(principal, now):
        return Access((), (), FOREVER, chart.version)
    own = _own(principal, chart)
    written = [placed(window, chart.number, ()) for window in _generic(principal)]
    windows = (*own, *_contracts(principal, chart, now), *written, *_emergency(principal, chart, now))
    return Access(
        windows=within_scopes(principal, windows, own=_is_own(principal, chart)),
        adds=(*own, *_feeds(principal, chart), *_contracts(principal, chart, now, adding=True)),
        until=_until(principal, chart, now),
        version=chart.version,
        delegate=_delegate(principal, chart, now),
    )


def visible(principal: Principal, charts: Iterable[Chart], now: int) -> Visible:
    """All that the principal may see at ``now``: what needs no chart, and what each of these charts opens."""
    if _is_over(principal, now):
        return Visible()
    windows = list(within_scopes(principal, (Window(kinds=DIRECTORY, rule="directory"),), own=True))
    windows += within_scopes(principal, (*_shelf(principal), *_generic(principal)), own=False)
    for chart in charts:
        opened = (
            *_own(principal, chart),
            *_contracts(principal, chart, now),
            *_emergency(principal, chart, now),
        )
        windows += within_scopes(principal, opened, own=_is_own(principal, chart))
    return Visible(tuple(windows))


def _is_over(principal: Principal, now: int) -> bool:
    return bool(principal.expires) and now >= principal.expires


def _sees_charts(principal: Principal) -> bool:
    """Whether the role may see anything of other people's charts at all."""
    role = principal.role
    return role in _ALWAYS_TRUSTED or (role in _ONCE_VERIFIED and principal.verified)


# ── 1 own chart ──


def _is_own(principal: Principal, chart: Chart) -> bool:
    return principal.chart == chart.number != 0


def _own(principal: Principal, chart: Chart) -> tuple[Window, ...]:
    if not _is_own(principal, chart):
        return ()
    return (Window(owners=frozenset({chart.number}), rule="own-chart"),)


# ── 2 contracts ──


def _contracts(principal: Principal, chart: Chart, now: int, *, adding: bool = False) -> tuple[Window, ...]:
    if not _sees_charts(principal):
        return ()
    asked = _Asked(principal, principal.purpose, now, adding)
    active = [contract for contract in chart.contracts if contract.active]
    granted = [(grant, window) for c in active for grant in c.grants for window in asked.windows(grant)]
    if not granted:
        return ()
    denied = tuple(window for c in active for denial in c.denials for window in asked.windows(denial))
    return tuple(placed(asked.fitted(window, grant), chart.number, denied) for grant, window in granted)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question to the contracts: who, for which purpose, when, to read or to add."""

    principal: Principal
    purpose: str
    now: int
    adding: bool = False

    def windows(self, grant: Grant) -> tuple[Window, ...]:
        """What a grant or a denial is about, if it is about this caller now, less its exceptions."""
        if not self._applies(grant):
            return ()
        windows = grant.adds if self.adding else grant.reads
        exceptions = tuple(window for inner in grant.unless for window in self.windows(inner))
        if not exceptions:
            return windows
        less = Window(unless=exceptions)
        return tuple(both(window, less) for window in windows)

    def _applies(self, grant: Grant) -> bool:
        if not grant.start <= self.now <= grant.end:
            return False
        if grant.purposes is not None and self.purpose not in grant.purposes:
            return False
        person, organization = self.principal.person, self.principal.organization
        return all(person in actors.persons or organization in actors.organizations for actors in grant.who)

    def fitted(self, window: Window, grant: Grant) -> Window:
        """Whom else the patient trusts is not part of a chart that is granted as a whole, except for a delegate. A
        pharmacist has all of a contract by their own name, by the pharmacy's what a pharmacy needs.
        """
        principal = self.principal
        if (
            window.kinds is None
            and window.records is None
            and not any(principal.person in w.delegates for w in grant.who)
        ):
            window = both(window, _NO_CONTRACTS)
        if principal.role is not Role.PHARMACIST or all(principal.person in who.persons for who in grant.who):
            return window
        return both(window, Window(kinds=PHARMACY if window.records is None else PHARMACY | _SIGNATURES))


def _delegate(principal: Principal, chart: Chart, now: int) -> frozenset[int]:
    """Labels that the principal holds as a delegate whom no contract narrows to a part of the chart."""
    asked = _Asked(principal, principal.purpose, now)
    active = [contract for contract in chart.contracts if contract.active] if _sees_charts(principal) else []
    denials = [window for c in active for denial in c.denials for window in asked.windows(denial)]
    denied = [window.labels or words.LABELS for window in denials if spans_everything(window)]
    grants = [g for c in active for g in c.grants if any(principal.person in who.delegates for who in g.who)]
    held = [w.labels or words.LABELS for g in grants for w in asked.windows(g) if spans_everything(w)]
    return frozenset().union(*held) - frozenset().union(*denied)


# ── 3 own writing, participants, contracts that name the caller ──


def _generic(principal: Principal) -> Iterator[Window]:
    if not _sees_charts(principal):
        return
    if principal.role is Role.HOSPITAL and principal.hospital:
        yield Window(hospitals=frozenset({principal.hospital}), rule="hospital")
    if principal.account:
        yield Window(authors=frozenset({principal.account}), rule="author")
    names = frozenset({principal.person, principal.organization} - {""})
    if names:
        yield Window(kinds=_WORKFLOWS, participants=names, rule="participant")
        yield Window(kinds=_CONTRACTS, participants=names, rule="asker")


def _feeds(principal: Principal, chart: Chart) -> tuple[Window, ...]:
    """A hospital's systems add to any chart that they can name."""
    if principal.role is not Role.HOSPITAL:
        return ()
    return (Window(owners=frozenset({chart.number}), rule="hospital"),)


def _shelf(principal: Principal) -> tuple[Window, ...]:
    """A hospital's shelf is read by its systems; what a doctor put there, by that doctor as its author."""
    is_theirs = principal.role is Role.HOSPITAL or principal.shelf != principal.hospital
    if not principal.shelf or not is_theirs:
        return ()
    return (Window(owners=frozenset({principal.shelf}), rule="shelf"),)


# ── 4 break-glass ──


def _emergency(principal: Principal, chart: Chart, now: int) -> tuple[Window, ...]:
    if principal.role is not Role.DOCTOR or not principal.verified:
        return ()
    mine = [e for e in chart.emergencies if e.account == principal.account and now < e.until]
    if not mine:
        return ()
    denials = [d for c in chart.contracts if c.active for d in c.denials if d.purposes is not None]
    asked = [_Asked(principal, purpose, now) for purpose in sorted(words.EMERGENCY)]
    denied = tuple(window for question in asked for denial in denials for window in question.windows(denial))
    return tuple(placed(Window(contract=e.reference, rule="break-glass"), chart.number, denied) for e in mine)


# ── how long it holds ──


def _until(principal: Principal, chart: Chart, now: int) -> int:
    """The earliest moment after now at which time alone could change the answer."""
    moments = [moment for contract in chart.contracts if contract.active for moment in contract.moments]
    moments += [e.until for e in chart.emergencies if e.account == principal.account]
    moments.append(principal.expires)
    return min((moment for moment in moments if moment > now), default=FOREVER)
