"""How often somebody was refused: the patient is told for the chart, everybody else for themselves."""

import asyncio
from contextlib import closing, suppress

import pytest

from carefolio.assembly import open_carefolio
from carefolio.base.failures import Failure
from carefolio.base.settings import read_settings
from carefolio.records.trail import Asked
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import NewPerson, PersonRole


@pytest.fixture
def door(tmp_path):
    with closing(open_carefolio(read_settings(tmp_path, environ={}), create=True)) as opened:
        yield opened.door


@pytest.fixture
def called(door):
    """Ada is a patient, Ben and Cleo are doctors whom she lets see nothing; each has their token and person."""
    roles = {"ada": PersonRole.PATIENT, "ben": PersonRole.DOCTOR, "cleo": PersonRole.DOCTOR}
    made = {
        name: actions.add_person(door, NewPerson(role, f"{name.title()} Quinn", f"{name}@example.org", verified=True))
        for name, role in roles.items()
    }
    tokens = {name: actions.issue_token(door, f"{name}@example.org", minutes=60) for name in roles}
    return lambda name: (tokens[name], made[name].person)


def test_refusals_are_counted_for_the_chart_and_for_who_was_refused(door, called):
    ada, chart = called("ada")
    ben, _ben = called("ben")
    id_ = chart.partition("/")[2]
    for _time in range(2):
        with suppress(Failure):
            asyncio.run(door.read(ben, "test", "Patient", id_))
    counted = {name: door.trail.refusals(door.admit(called(name)[0], "test")) for name in ("ada", "ben", "cleo")}
    assert counted == {"ada": 2, "ben": 2, "cleo": 0}
    assert door.trail.refusals(door.admit(called("cleo")[0], "test"), chart) == 0
    people = {
        name: door.trail.people(door.admit(called(name)[0], "test"), chart, refusals=True) for name in ("ada", "ben")
    }
    assert people == {"ada": [(called("ben")[1], "Ben Quinn")], "ben": []}
    assert door.trail.people(door.admit(ada, "test"), chart) == []
    mine = asyncio.run(door.trail_of(door.admit(ada, "test"), Asked(refusals=False)))
    assert [step.entry.kind for step in mine if step.entry.actor == door.admit(ben, "test").principal.account] == []
