"""What the ledger's entries of the door say: who, in which role and for whom, why, what, and what allowed it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from carefolio.base import clock
from carefolio.base.keys import PLATFORM, Keyring
from carefolio.consent.decide import Decision
from carefolio.consent.principal import Principal
from carefolio.ledger.entry import Entry, Kind, SealedEntry, seal_entry
from carefolio.store.rows import Row, row_digest


class Caller(NamedTuple):
    """Who is calling in one request: the token, the principal behind it as of an epoch, the request's id."""

    token: str
    principal: Principal
    epoch: int
    request: str
    views: dict[int, Any]
    """The caller's views of charts, as they were when this request first looked: what is decided on them and what
    the decision hangs on have to be the same."""


class Subject(NamedTuple):
    """In whose chart or shelf an entry stands, and what it is about."""

    owner: int
    records: Sequence[str]
    decisions: Sequence[Decision] = ()


class Scribe:
    """Writes entries' contents and seals them under the key of the chart they concern."""

    def __init__(self, keyring: Keyring, region: str) -> None:
        self._keyring = keyring
        self._region = region

    def disclosed(self, caller: Caller, kind: Kind, subject: Subject, **more: Any) -> SealedEntry:
        """Bytes of a chart leave: one entry an answer and chart, with the records that are in it."""
        content = self._content(caller) | {"records": list(subject.records)} | more
        if subject.decisions:
            content["rules"] = list(dict.fromkeys([one.rule for one in subject.decisions]))
            contracts = list(dict.fromkeys([one.contract for one in subject.decisions if one.contract]))
            if contracts:
                content["contracts"] = contracts
        return self.seal(kind, subject.owner, caller.principal.account, content)

    def refused(self, caller: Caller, owner: int, asked: str, interaction: str) -> SealedEntry:
        """Something was asked for that is not there or may not be seen; both are written with the same effort."""
        content = self._content(caller) | {"records": [asked], "interaction": interaction}
        return self.seal(Kind.REFUSED, owner, caller.principal.account, content)

    def written(self, caller: Caller, kind: Kind, owner: int, rows: Iterable[Row], **more: Any) -> SealedEntry:
        """Records of one chart or shelf were written: each version's reference with the digest of its row."""
        writes = [[version_of(row), b64encode(row_digest(row)).decode()] for row in rows]
        return self.seal(kind, owner, caller.principal.account, self._content(caller) | {"writes": writes} | more)

    def happened(self, kind: Kind, account: int, content: dict[str, Any], owner: int = PLATFORM) -> SealedEntry:
        """Something of the platform's own: an account, a token, a backup."""
        return self.seal(kind, owner, account, {"region": self._region} | content)

    def seal(self, kind: Kind, owner: int, account: int, content: dict[str, Any]) -> SealedEntry:
        """The entry, dated now and sealed under the owner's key."""
        return seal_entry(Entry(clock.now(), kind, owner, account, content), self._keyring.of(owner))

    def _content(self, caller: Caller) -> dict[str, Any]:
        principal = caller.principal
        content: dict[str, Any] = {
            "who": principal.person or principal.organization,
            "role": principal.role.value,
            "purpose": principal.purpose,
            "request": caller.request,
            "region": self._region,
        }
        if principal.organization:
            content["organization"] = principal.organization
        if principal.operator:
            content["operator"] = True
        if principal.platform:
            content["platform"] = True
        return content


def version_of(row: Row) -> str:
    """``Type/id/_history/n``."""
    return f"{row.type}/{row.id}/_history/{row.version}"
