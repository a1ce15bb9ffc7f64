"""The people of the acceptance tests: made through registration's own actions, calling over HTTP."""

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httpx

from carefolio.records.door import Door
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import NewHospital, NewPerson, PersonRole
from tests.acceptance.server import Endpoint

FHIR_JSON = "application/fhir+json"
LONG_MINUTES = 366 * 24 * 60
"""Tests let time pass; the tokens of their cast outlive that."""

_numbers = count(1)


@dataclass
class Actor:
    """Somebody with a token."""

    http: httpx.Client
    token: str = ""
    person: str = ""
    code: str = ""
    email: str = ""
    organization: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return (self.person or self.organization).partition("/")[2]

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> httpx.Response:
        """One request; underscores in header names become dashes."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        if content is not None:
            sent.setdefault("Content-Type", FHIR_JSON)
        raw = {name.encode(): value.encode("latin-1") for name, value in sent.items()}
        return self.http.request(method, f"/fhir{path}", content=content, headers=raw)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return self.call("POST", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> httpx.Response:
        return self.call("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> httpx.Response:
        return self.call("DELETE", path, **headers)

    def send(self, body: dict[str, Any], **headers: str) -> dict[str, Any]:
        """Create and insist that it worked."""
        answer = self.post(f"/{body['resourceType']}", body, **headers)
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def change(self, body: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Update and insist that it worked."""
        answer = self.put(name(body), body | more)
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json()
        return made

    def found(self, path: str, **headers: str) -> list[str]:
        """``Type/id`` of everything in a searchset, in its order."""
        answer = self.get(path, **headers)
        assert answer.status_code == 200, answer.text
        return [name(entry["resource"])[1:] for entry in answer.json().get("entry", [])]

    def sees(self, body: dict[str, Any]) -> bool:
        """Whether a read answers it; anything but 200 and 404 is a failure."""
        status = self.get(name(body)).status_code
        assert status in (200, 404), status
        return status == 200


class Cast:
    """Makes hospitals, people and tokens."""

    def __init__(self, endpoint: Endpoint, http: httpx.Client) -> None:
        self.endpoint = endpoint
        self.http = http

    @property
    def door(self) -> Door:
        return self.endpoint.carefolio.door

    def nobody(self) -> Actor:
        return Actor(self.http)

    def hospital(self, called: str = "North Hospital") -> Actor:
        made = actions.add_hospital(self.door, NewHospital(called))
        return Actor(self.http, made.token, organization=made.organization)

    def patient(self, called: str = "Ada Quinn", *, person: str = "") -> Actor:
        return self._person(PersonRole.PATIENT, called, person=person)

    def doctor(self, hospital: Actor | None = None, *, verified: bool = True, called: str = "Ben Osei") -> Actor:
        return self._person(PersonRole.DOCTOR, called, hospital, verified=verified)

    def other(self, role: PersonRole, hospital: Actor | None = None) -> Actor:
        return self._person(role, f"Kim {role.value.capitalize()}", hospital, verified=True)

    def with_token(self, actor: Actor, *, scope: str = "", minutes: int = LONG_MINUTES) -> Actor:
        """The same account with another token."""
        account = actor.email or actor.organization
        token = actions.issue_token(self.door, account, scope=scope, minutes=minutes)
        return Actor(self.http, token, actor.person, actor.code, actor.email, actor.organization)

    def _person(
        self, role: PersonRole, called: str, hospital: Actor | None = None, *, person: str = "", verified: bool = False
    ) -> Actor:
        email = f"{role.value}{next(_numbers)}@example.org"
        organization = hospital.organization if hospital else ""
        new = NewPerson(role, called, email, hospital=organization, person=person, verified=verified)
        made = actions.add_person(self.door, new)
        actor = Actor(self.http, "", made.person, made.code, email, organization)
        return self.with_token(actor)


def name(body: dict[str, Any]) -> str:
    """``/Type/id`` of a resource."""
    return f"/{body['resourceType']}/{body['id']}"
