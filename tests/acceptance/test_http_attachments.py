"""Long attachments over HTTP: what was sent comes back on every path; 503 while their store is away."""

from base64 import b64encode
from random import Random

import pytest

from tests.acceptance.cast import name
from tests.acceptance.resources import bundle, paths, said, wish
from tests.contract.bucket import away

MEBIBYTE = 1 << 20
LETTER = b64encode(Random(1).randbytes(MEBIBYTE)).decode()
STAMPED = {"id", "meta"}


def document(patient, *texts, **more):
    content = [{"attachment": {"contentType": "application/pdf", "title": "Letter", "data": text}} for text in texts]
    sent = {"resourceType": "DocumentReference", "status": "current", "content": content}
    return sent | {"subject": {"reference": patient}} | more


def without_stamps(resource):
    return {key: value for key, value in resource.items() if key not in STAMPED}


def entries(answer):
    assert answer.status_code == 200, answer.text
    return [entry["resource"] for entry in answer.json()["entry"]]


def kept(cast):
    return {one.name for one in cast.endpoint.carefolio.blobs.list()}


def test_a_letter_of_a_megabyte_comes_back_on_every_path(cast, hospital, ada, charlie):
    before, sent = kept(cast), document(ada.person, LETTER)
    made = hospital.send(sent, Prefer="return=representation")
    assert without_stamps(made) == sent
    assert len(kept(cast) - before) == 1
    read = ada.get(name(made))
    assert read.json() == made
    assert ada.get(f"{name(made)}/_history/1").content == read.content
    assert entries(ada.get(f"{name(made)}/_history")) == [made]
    assert entries(ada.get(f"/DocumentReference?patient={ada.person}")) == [made]
    assert made in entries(ada.get(f"/{ada.person}/$everything"))
    included = f"/Patient?_id={ada.id}&_revinclude=DocumentReference:subject"
    assert made in entries(ada.get(included))
    replies = entries_of_batch(ada, wish("GET", name(made)[1:]))
    assert replies == [made]
    stranger = charlie.get(name(made))
    assert stranger.status_code == 404
    assert LETTER[:50] not in stranger.text


def entries_of_batch(actor, *wishes):
    answer = actor.post("/", bundle("batch", *wishes))
    assert answer.status_code == 200, answer.text
    return [entry["resource"] for entry in answer.json()["entry"]]


def test_a_transaction_may_bring_several(cast, hospital, ada):
    before = kept(cast)
    wishes = [wish("POST", "DocumentReference", document(ada.person, LETTER, LETTER)) for _ in range(3)]
    answer = hospital.post("/", bundle("transaction", *wishes), Prefer="return=representation")
    assert answer.status_code == 200, answer.text
    found = [entry["resource"] for entry in answer.json()["entry"]]
    assert [without_stamps(one) for one in found] == [document(ada.person, LETTER, LETTER)] * 3
    assert len(kept(cast) - before) == 6


def test_an_update_and_a_deletion_leave_the_older_version(hospital, ada):
    made = hospital.send(document(ada.person, LETTER))
    hospital.change(made, content=document(ada.person, LETTER[4:])["content"])
    hospital.delete(name(made))
    older = [ada.get(f"{name(made)}/_history/{version}").json() for version in (1, 2)]
    assert [one["content"][0]["attachment"]["data"] for one in older] == [LETTER, LETTER[4:]]


def test_the_same_request_twice_is_answered_the_same(hospital, ada):
    sent = document(ada.person, LETTER)
    answers = [
        hospital.post("/DocumentReference", sent, Idempotency_Key="letter-1", Prefer="return=representation")
        for _ in range(2)
    ]
    assert answers[0].json() == answers[1].json()
    assert without_stamps(answers[1].json()) == sent


@pytest.mark.parametrize("size", [20 * MEBIBYTE, 23 * MEBIBYTE])
def test_a_binary_nearly_as_long_as_a_request_may_be(hospital, size):
    data = b64encode(Random(2).randbytes(size)).decode()
    made = hospital.send({"resourceType": "Binary", "contentType": "application/pdf", "data": data})
    again = hospital.get(name(made))
    assert again.json()["data"] == data


def test_a_refused_write_keeps_nothing(cast, hospital, ada, charlie):
    before = kept(cast)
    refused = [
        charlie.post("/DocumentReference", document(ada.person, LETTER)),
        hospital.post("/DocumentReference", document(ada.person, LETTER, status="no such status")),
        hospital.post("/DocumentReference", document("Patient/nobody", LETTER)),
        hospital.put("/DocumentReference/x1", document(ada.person, LETTER, id="x1"), If_Match='W/"3"'),
        hospital.post(
            "/",
            bundle(
                "transaction",
                wish("POST", "DocumentReference", document(ada.person, LETTER)),
                wish("POST", "DocumentReference", document(ada.person, "QUJD", status="none")),
            ),
        ),
    ]
    assert [answer.status_code >= 400 for answer in refused] == [True] * len(refused)
    assert paths(refused[1]) == ["DocumentReference.status"]
    assert kept(cast) == before


def test_503_while_their_store_is_away_and_all_else_goes_on(cast, hospital, ada, charlie):
    made = hospital.send(document(ada.person, LETTER))
    with away(cast.endpoint.carefolio.blobs):
        short = hospital.send(document(ada.person, "QUJD"))
        waiting = [
            hospital.post("/DocumentReference", document(ada.person, LETTER)),
            ada.get(name(made)),
            ada.get(f"{name(made)}/_history"),
            ada.get(f"/DocumentReference?patient={ada.person}"),
            ada.get(f"/{ada.person}/$everything"),
        ]
        assert [answer.status_code for answer in waiting] == [503] * len(waiting)
        assert all(int(answer.headers["retry-after"]) > 0 for answer in waiting)
        assert all("Attachments cannot be kept or read just now" in said(answer) for answer in waiting)
        assert ada.get(name(short)).status_code == 200
        assert charlie.get(name(made)).status_code == 404
    assert ada.get(name(made)).json() == made
    found = [one["id"] for one in entries(ada.get(f"/DocumentReference?patient={ada.person}"))]
    assert sorted(found) == sorted([made["id"], short["id"]])
