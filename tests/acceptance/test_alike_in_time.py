"""HTTP rule 1: what is hidden and what is absent take the same time, as well as saying the same.

Reads of both kinds are asked in random order over one connection to a server process of its own. What an observer
gains from the time is the AUC: 0.5 tells nothing, 1 tells all.
"""

import asyncio
import logging
import random
from math import sqrt
from statistics import median
from time import perf_counter_ns

import httpx
import pytest

from carefolio.base.ids import new_id
from tests.acceptance.cast import Cast, name
from tests.acceptance.resources import consent, observation
from tests.acceptance.server import spawned, start
from tests.acceptance.wire import Ask, Wire

LOG = logging.getLogger(__name__)
PAIRS, PAIRS_DRILL = 150, 2_000
BOUND = 0.05
"""How far from 0.5 the goal lets the AUC be."""
CERTAIN = 4
"""Standard errors of chance that a run is granted beyond that."""
OWN_TO_EACH_ANSWER = ("date", "server-timing", "x-request-id")
KINDS = ("Observation", "large Observation", "Task", "Communication", "Consent", "Patient", "deleted")


def hidden_records(cast):
    """References of every kind of record that somebody else may not see, several each, and charts of any length."""
    hospital, doctor = cast.hospital(), cast.doctor()
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    narrative = f'<div xmlns="http://www.w3.org/1999/xhtml">{"long " * 4_000}</div>'
    for _ in range(6):
        patient = cast.patient()
        subject = {"reference": patient.person}
        task = {"resourceType": "Task", "status": "requested", "intent": "order", "for": subject}
        message = {"resourceType": "Communication", "status": "completed", "subject": subject}
        long = [{"text": "long " * 4_000}]
        bodies = {
            "Observation": observation(patient.person),
            "large Observation": observation(patient.person, note=long),
            "Task": task | {"note": long},
            "Communication": message | {"note": long},
            "Consent": consent(patient.person, doctor.person) | {"text": {"status": "generated", "div": narrative}},
            "deleted": observation(patient.person),
        }
        for kind, body in bodies.items():
            made = (doctor if kind == "Consent" else hospital).send(body)
            found[kind].append(name(made)[1:])
        hospital.delete("/" + found["deleted"][-1])
        found["Patient"].append(patient.person)
    return found


@pytest.fixture(scope="module")
def scene(tmp_path_factory):
    """A server process, the token of a doctor who may see nothing, and what is hidden from them."""
    data = tmp_path_factory.mktemp("alike")
    endpoint = start(data)
    with httpx.Client(base_url=endpoint.address) as http:
        cast = Cast(endpoint, http)
        hidden, token = hidden_records(cast), cast.doctor().token
    endpoint.stop()
    with spawned(data) as (address, _):
        yield address, token, hidden


async def probe(address, token, paths):
    """Each path's time in ns and what its answer showed, one after the other."""
    headers, found = (("authorization", f"Bearer {token}"),), []
    async with Wire.open(address) as wire:
        for path in paths[:50]:
            await wire.ask(Ask("GET", path, headers))
        for path in paths:
            started = perf_counter_ns()
            answer = await wire.ask(Ask("GET", path, headers))
            took = perf_counter_ns() - started
            shown = [(key, value) for key, value in answer.headers if key not in OWN_TO_EACH_ANSWER]
            found.append((took, (answer.status, shown, answer.text)))
    return found


def auc(ones, others):
    """How often one of the first takes longer than one of the others (ties count half)."""
    ranked = sorted([(took, True) for took in ones] + [(took, False) for took in others])
    ranks = sum(place for place, (_, is_one) in enumerate(ranked, 1) if is_one)
    return (ranks - len(ones) * (len(ones) + 1) / 2) / (len(ones) * len(others))


def measure(scene, kind, count, tail=""):
    """The AUC of ``count`` pairs; insists that all their answers are the same."""
    address, token, hidden = scene
    rng = random.Random(kind)
    absent = [f"{reference.partition('/')[0]}/{new_id()}" for reference in hidden[kind]]
    asked = [("hidden", reference) for reference in rng.choices(hidden[kind], k=count)]
    asked += [("absent", reference) for reference in rng.choices(absent, k=count)]
    rng.shuffle(asked)
    answers = asyncio.run(probe(address, token, [f"/fhir/{reference}{tail}" for _, reference in asked]))
    assert len({str(shown) for _, shown in answers}) == 1
    assert answers[0][1][0] == 404
    times = {
        which: [took for (one, _), (took, _) in zip(asked, answers, strict=True) if one == which]
        for which in ("hidden", "absent")
    }
    return auc(times["hidden"], times["absent"])


def granted(count):
    """The goal, and what chance may add to it with so many pairs."""
    return BOUND + CERTAIN * sqrt((2 * count + 1) / (12 * count * count))


def test_the_measure_tells_a_difference_and_none():
    rng = random.Random(1)
    same, later = [rng.gauss(10) for _ in range(500)], [rng.gauss(10) + 1 for _ in range(500)]
    assert abs(auc(same, [rng.gauss(10) for _ in range(500)]) - 0.5) < granted(500)
    assert auc(later, same) > 0.5 + granted(500)
    assert (auc([2], [1]), auc([1], [2])) == (1, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_hidden_record_takes_as_long_as_an_absent_one(scene, kind):
    found = measure(scene, kind, PAIRS)
    LOG.info("%s: AUC %.3f of %d pairs", kind, found, PAIRS)
    assert abs(found - 0.5) <= granted(PAIRS)


@pytest.mark.parametrize("tail", ["/_history", "/_history/1"])
def test_hidden_versions_take_as_long_as_absent_ones(scene, tail):
    found = measure(scene, "Observation", PAIRS, tail)
    LOG.info("%s: AUC %.3f of %d pairs", tail, found, PAIRS)
    assert abs(found - 0.5) <= granted(PAIRS)


@pytest.mark.parametrize("tail", ["/$everything", "/$record-index"])
def test_hidden_charts_take_as_long_as_absent_ones(scene, tail):
    found = measure(scene, "Patient", PAIRS, tail)
    LOG.info("%s: AUC %.3f of %d pairs", tail, found, PAIRS)
    assert abs(found - 0.5) <= granted(PAIRS)


@pytest.mark.drill
@pytest.mark.parametrize("kind", KINDS)
def test_2000_pairs(scene, kind):
    """The middle one of three runs counts: the machine may do something else besides."""
    found = [measure(scene, kind, PAIRS_DRILL) for _ in range(3)]
    LOG.info("%s: AUC %s of %d pairs", kind, [round(one, 3) for one in found], PAIRS_DRILL)
    assert abs(median(found) - 0.5) <= BOUND
