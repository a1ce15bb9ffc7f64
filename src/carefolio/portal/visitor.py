"""Who is looking at a page, and the door as they may use it: what pages call instead of waiting for coroutines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from zoneinfo import ZoneInfo

from babel import Locale
from django.http import HttpRequest

from carefolio.base.failures import unauthenticated
from carefolio.consent.principal import Role
from carefolio.fhir.json import parse
from carefolio.identity.accounts import Account
from carefolio.portal.reach import Reach
from carefolio.records.changes import Change, Outcome
from carefolio.records.door import Door, Handling
from carefolio.records.entries import Caller
from carefolio.records.read import Found
from carefolio.records.trail import Asked, Step

T = TypeVar("T")
P = ParamSpec("P")
Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the resources that a search found, and the cursor of the next ones ("" when these are the last)."""

    resources: list[Resource]
    next: str
    total: int | None = None


@dataclass(slots=True)
class Visitor:
    """Somebody in front of a page. ``account`` is None until they have signed in, with all the factors they need;
    ``token`` is what the door knows this session by.
    """

    reach: Reach
    locale: Locale
    zone: ZoneInfo
    request_id: str
    account: Account | None = None
    token: str = ""
    unseen: int = 0
    units: str = ""
    """The system that they chose to count in; "" where they did not."""
    disclosed: bool = field(default=False)
    """Whether something of a chart was read for this page: it then shows the region and the time taken."""

    @property
    def role(self) -> Role | None:
        """What they are here for."""
        return Role(self.account.role) if self.account else None

    @property
    def name(self) -> str:
        """Their name, or nothing."""
        return self.account.name if self.account else ""

    @property
    def person(self) -> str:
        """``Patient/id`` or ``Practitioner/id``."""
        return self.account.person if self.account else ""

    @property
    def chart_id(self) -> str:
        """The id of their own chart, for patients."""
        return self.person.partition("/")[2] if self.account and self.account.chart else ""

    def caller(self) -> Caller:
        """Them, as the door knows them; raises a Failure (401) when the session's token does not hold."""
        if not self.token:
            raise unauthenticated("Please sign in.")
        return self.reach.door.admit(self.token, self.request_id)

    def do(self, action: Callable[Concatenate[Door, Caller, P], Awaitable[T]], *args: P.args, **more: P.kwargs) -> T:
        """Run an action of a workflow, or a method of the door, as this visitor."""
        work = action(self.reach.door, self.caller(), *args, **more)
        return self.reach.run(cast("Coroutine[Any, Any, T]", work))

    def read(self, type_: str, id_: str) -> Resource:
        """The newest version of a record; raises a Failure (404) when there is none that they may see."""
        self.disclosed = True
        if not self.token:
            raise unauthenticated("Please sign in.")
        return parse(self.reach.run(self.reach.door.read(self.token, self.request_id, type_, id_)).body)

    def search(self, type_: str, pairs: Sequence[tuple[str, str]], *, outlined: bool = False) -> Page:
        """What a FHIR search finds among what they may see; ``outlined``: without asking for long attachments."""
        self.disclosed = True
        _query, found = self.do(Door.search, type_, pairs, Handling(outlined=outlined))
        account = self.account.number if self.account else 0
        following = self.reach.door.finder.cursors.seal(account, found.following) if found.following else ""
        return Page([parse(one.body) for one in found.matches], following, found.total)

    def found(self, found: Sequence[Found]) -> list[Resource]:
        """The resources of what the door found."""
        self.disclosed = True
        return [parse(one.body) for one in found]

    def write(self, *changes: Change) -> list[Outcome]:
        """Write records, all or none."""
        return self.do(Door.write, changes)

    def trail(self, asked: Asked) -> list[Step]:
        """Entries of the ledger, newest first; one more than asked for tells that there is a next page."""
        return self.do(Door.trail_of, asked)


def visitor_of(request: HttpRequest) -> Visitor:
    """Who is looking."""
    visitor: Visitor = request.visitor  # type: ignore[attr-defined]  # the middleware put it there
    return visitor
