"""The official R4 examples go in over HTTP, sent by a hospital, and come out equal, decimals to the digit."""

import asyncio
import json
import re
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import httpx
import pytest

from carefolio.api.body import BODY_LIMIT
from tests.acceptance.cast import FHIR_JSON, Cast
from tests.acceptance.server import start
from tests.external import official

AT_ONCE = 16
TRANSACTION = 100
STORED = 710

LEDGER_ONLY = "the ledger writes audit events, nobody else does"
REFUSED = {
    "AuditEvent-example": (403, LEDGER_ONLY),
    "AuditEvent-example-disclosure": (403, LEDGER_ONLY),
    "AuditEvent-example-error": (403, LEDGER_ONLY),
    "AuditEvent-example-login": (403, LEDGER_ONLY),
    "AuditEvent-example-logout": (403, LEDGER_ONLY),
    "AuditEvent-example-media": (403, LEDGER_ONLY),
    "AuditEvent-example-pixQuery": (403, LEDGER_ONLY),
    "AuditEvent-example-rest": (403, LEDGER_ONLY),
    "AuditEvent-example-search": (403, LEDGER_ONLY),
    "DeviceMetric-example": (422, "parent refers to a DeviceDefinition where R4 allows a Device"),
    "DeviceUseStatement-example": (422, "reasonReference refers to a Procedure, which is not among R4's targets"),
    "MedicationRequest-medrx0301": (422, "dispenseRequest.performer refers to a Practitioner, not an Organization"),
    "Observation-clinical-gender": (422, "performer refers to an Encounter, which cannot perform anything"),
    "Questionnaire-qs1": (422, "its items have no linkId"),
}
"""All that are not taken, with the status and the reason."""
MENTIONED = re.compile(rb'"reference"\s*:\s*"Patient/([A-Za-z0-9.-]{1,64})')
TOO_LARGE = {"Bundle-resources": "all definitions of R4 in one Bundle: more than a request may carry"}


@dataclass
class Example:
    """One file of the package, as it is sent and as it is compared; numbers with a point are kept as text."""

    name: str
    data: bytes
    content: dict

    @property
    def path(self) -> str:
        return f"/{self.content['resourceType']}/{self.content['id']}"

    @property
    def patients(self) -> set[str]:
        """The ids of all patients that it mentions."""
        return {match.decode() for match in MENTIONED.findall(self.data)}


@dataclass
class Sent:
    """What became of the examples: the answer to each PUT, and to a GET of each that was stored."""

    examples: dict[str, Example]
    put: dict[str, httpx.Response]
    got: dict[str, httpx.Response]
    counts: dict[str, int]
    others: int = 0
    """Patients whom examples mention and the package does not have."""

    @property
    def stored(self) -> list[Example]:
        return [self.examples[name] for name, answer in self.put.items() if answer.status_code == 201]


def exact(data: bytes) -> dict:
    return json.loads(data, parse_float=lambda digits: ("decimal", digits))


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    read = [Example(name, data, exact(data)) for name, data in official.examples()]
    read = [one for one in read if one.content.get("resourceType") not in official.NO_EXAMPLES]
    endpoint = start(tmp_path_factory.mktemp("examples"))
    try:
        with httpx.Client(base_url=endpoint.address) as http:
            token = Cast(endpoint, http).hospital().token
        yield asyncio.run(send(endpoint.fhir, token, {one.name: one for one in read}))
    finally:
        endpoint.stop()


async def send(fhir: str, token: str, examples: dict[str, Example]) -> Sent:
    """First the charts that anybody mentions, then the examples, then read everything back."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": FHIR_JSON}
    sent = Sent(examples, {}, {}, {})
    async with httpx.AsyncClient(base_url=fhir, headers=headers, timeout=300) as http:

        async def put(one: Example) -> None:
            sent.put[one.name] = await http.put(one.path, content=one.data)

        async def get(one: Example) -> None:
            sent.got[one.name] = await http.get(one.path)

        async def count(type_: str) -> None:
            answer = await http.get(f"/{type_}", params={"_summary": "count"})
            sent.counts[type_] = answer.json()["total"]

        small = [one for one in examples.values() if one.name not in TOO_LARGE]
        patients = [one for one in small if one.content["resourceType"] == "Patient"]
        mentioned = set().union(*(one.patients for one in small)) - {one.content["id"] for one in patients}
        sent.others = len(mentioned)
        await begin_charts(http, mentioned)
        await limited(put, patients)
        await limited(put, [one for one in small if one.content["resourceType"] != "Patient"])
        await limited(get, sent.stored)
        await limited(count, {one.content["resourceType"] for one in sent.stored})
    return sent


async def begin_charts(http: httpx.AsyncClient, ids: set[str]) -> None:
    """A Patient with nothing but an id for everybody whom an example mentions and the package does not have."""
    entries = [
        {
            "resource": {"resourceType": "Patient", "id": id_, "name": [{"text": "Somebody"}]},
            "request": {"method": "PUT", "url": f"Patient/{id_}"},
        }
        for id_ in sorted(ids)
    ]
    for start_ in range(0, len(entries), TRANSACTION):
        chunk = entries[start_ : start_ + TRANSACTION]
        answer = await http.post("", json={"resourceType": "Bundle", "type": "transaction", "entry": chunk})
        assert answer.status_code == 200, answer.text


async def limited(act: Callable[..., Awaitable[None]], items: Iterable) -> None:
    """Do it for all, a few at a time."""
    waiting = list(items)

    async def work() -> None:
        while waiting:
            await act(waiting.pop())

    await asyncio.gather(*(work() for _ in range(AT_ONCE)))


def without_ours(content: dict) -> dict:
    """The resource without what the server sets on every version."""
    meta = {name: value for name, value in content.get("meta", {}).items() if name not in ("versionId", "lastUpdated")}
    rest = {name: value for name, value in content.items() if name != "meta"}
    return rest | ({"meta": meta} if meta else {})


def test_all_go_in_but_those_with_a_reason(sent, capsys):
    answers = {name: answer.status_code for name, answer in sent.put.items() if answer.status_code != 201}
    with capsys.disabled():
        sys.stdout.write(f"\n{len(sent.stored)} of {len(sent.examples)} official examples went in.\n")
    assert answers == {name: status for name, (status, _) in REFUSED.items()}
    assert len(sent.stored) == STORED == len(sent.examples) - len(REFUSED) - len(TOO_LARGE)


def test_a_refusal_is_said_in_a_sentence(sent):
    for name in REFUSED:
        for issue in sent.put[name].json()["issue"]:
            assert issue["diagnostics"].endswith("."), name


def test_those_that_are_not_sent_are_over_the_limit(sent):
    assert {name for name, one in sent.examples.items() if len(one.data) > BODY_LIMIT} == TOO_LARGE.keys()


def test_what_went_in_comes_out_equal_element_for_element(sent):
    for one in sent.stored:
        answer = sent.got[one.name]
        assert answer.status_code == 200, one.name
        assert without_ours(exact(answer.content)) == without_ours(one.content), one.name
        assert answer.content == sent.put[one.name].content, one.name


def test_the_server_sets_version_and_time_and_nothing_else(sent):
    for one in sent.stored:
        meta = sent.got[one.name].json()["meta"]
        assert meta["versionId"] == "1", one.name
        assert meta["lastUpdated"] != one.content.get("meta", {}).get("lastUpdated"), one.name


def test_a_search_of_each_type_counts_all_of_them(sent):
    wanted = Counter(one.content["resourceType"] for one in sent.stored)
    wanted["Patient"] += sent.others
    wanted["Organization"] += 1  # the hospital that sent them
    assert sent.counts == wanted
