"""Each chart's contracts and emergencies, compiled once and kept until the chart's consent version has moved, or until
somebody whom they name and nobody knew may have become known.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import NamedTuple

from cryptography.exceptions import InvalidTag

from carefolio.base import clock
from carefolio.base.database import Database
from carefolio.base.keys import Keyring
from carefolio.consent.contract import Contract, compile_contract
from carefolio.consent.policy import Chart, Emergency
from carefolio.fhir.json import parse
from carefolio.identity.accounts import Accounts
from carefolio.records.enclosures import outline
from carefolio.records.packing import unpacked
from carefolio.store import owners
from carefolio.store.rows import COLUMNS, Flag, Row, State, place

CACHED_CHARTS = 10_000
UNKNOWN = -1
"""The number of an organisation or person that has no shelf here: it matches no record."""
_CONTRACTS = (
    f"SELECT {', '.join('r.' + name for name in COLUMNS.split(', '))} FROM idx i JOIN record r ON r.rid = i.rid"
    " WHERE i.compartment = ? AND i.value = ? AND r.state = ? AND r.flags & ? <> 0"
)
_EMERGENCIES = "SELECT account, until, id FROM emergency WHERE owner = ? AND until > ?"
_NOBODY = Chart(number=UNKNOWN, reference="", version=0, contracts=(), emergencies=())


def emergency_place(owner: int, account: int, until: int) -> bytes:
    """The associated data of an emergency's name: it holds for this chart, this account and this time alone."""
    return f"emergency/{owner}/{account}/{until}".encode()


class _Known(NamedTuple):
    """A chart as it stood at an epoch; ``whole``: whoever its contracts name was known by then."""

    epoch: int
    chart: Chart
    whole: bool


class Charts:
    """Policies by owner number, as of an epoch."""

    def __init__(self, database: Database, keyring: Keyring, accounts: Accounts) -> None:
        self._database = database
        self._keyring = keyring
        self._accounts = accounts
        self._consents = keyring.blind.value("Consent")
        self._cache: OrderedDict[int, _Known] = OrderedDict()

    def of(self, number: int, epoch: int) -> Chart:
        """The chart's contracts as they stood at ``epoch`` or later. A number that is no owner's costs the same
        look into the database, so that a record which is absent takes as long as one which is hidden.
        """
        known = self._cache.get(number)
        if known is not None and known.epoch >= epoch:
            return known.chart
        owner = owners.of_number(self._database, number)
        if known and known.whole and owner and known.chart.version == owner.consent_version:
            known = known._replace(epoch=epoch)
        else:  # whoever was not known may have an account by now: another process that looks first today knows them
            unknown = set[str]()
            known = _Known(epoch, self._load(owner, unknown), not unknown)
        self._cache[number] = known
        if len(self._cache) > CACHED_CHARTS:
            self._cache.popitem(last=False)
        return known.chart

    def _load(self, owner: owners.Owner | None, unknown: set[str]) -> Chart:
        number = owner.number if owner else UNKNOWN
        rows = self._database.read(_CONTRACTS, (number, self._consents, State.LIVE, Flag.FORCE))
        emergencies = self._database.read(_EMERGENCIES, (number, clock.now()))
        if owner is None:
            return _NOBODY
        return Chart(
            number=number,
            reference=owner.ref,
            version=owner.consent_version,
            contracts=tuple(self._contract(Row._make(row), unknown) for row in rows),
            emergencies=tuple(self._emergencies(owner.number, emergencies)),
        )

    def _emergencies(self, number: int, rows: Iterable[tuple[int, int, bytes]]) -> Iterator[Emergency]:
        """Those that were made at the door: a row that does not open under the chart's key opens nothing."""
        key = self._keyring.of(number)
        for account, until, sealed in rows:
            with suppress(InvalidTag):
                yield Emergency(account, until, key.open(sealed, emergency_place(number, account, until)).decode())

    def _contract(self, row: Row, unknown: set[str]) -> Contract:
        def number(reference: str) -> int:
            found = self._number(reference)
            if found == UNKNOWN:
                unknown.add(reference)
            return found

        body = self._keyring.of(row.owner).open(row.body, place(row.type, row.id, row.version, row.owner))
        return compile_contract(parse(outline(unpacked(body))), f"Consent/{row.id}/_history/{row.version}", number)

    def _number(self, reference: str) -> int:
        """The account of a person, or the number of an organisation's shelf; one that has none matches no record."""
        if reference.startswith("Organization/"):
            owner = owners.of_reference(self._database, reference)
            return owner.number if owner else UNKNOWN
        account = self._accounts.of_person(self._database, reference)
        return account.number if account else UNKNOWN
