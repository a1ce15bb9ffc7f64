"""What is kept of a chart's contracts says what they would say if they were compiled now."""

import asyncio
from contextlib import closing

import pytest

from carefolio.consent.policy import Chart
from carefolio.identity.accounts import NewAccount
from carefolio.records.changes import Change, Method
from carefolio.records.charts import Charts
from carefolio.store import owners
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import NewPerson, PersonRole
from tests.acceptance.resources import consent
from tests.stores import installed


@pytest.fixture
def opened(tmp_path):
    with closing(installed(tmp_path / "data")) as carefolio:
        yield carefolio


def test_whoever_gets_an_account_later_is_known_to_every_process(opened):
    door, parts = opened.door, opened.door.parts
    ada = actions.add_person(door, NewPerson(PersonRole.PATIENT, "Ada Quinn", "ada@example.org"))
    ben = actions.add_person(door, NewPerson(PersonRole.DOCTOR, "Ben Osei", "ben@example.org", verified=True))
    chart = owners.of_reference(parts.database, ada.person).number
    wrote = [{"meaning": "authoredby", "reference": {"reference": "Practitioner/kim"}}]
    contract = consent(ada.person, ben.person, status="active", data=wrote)
    caller = door.admit(actions.issue_token(door, "ada@example.org"), "request")
    asyncio.run(door.write(caller, [Change(Method.CREATE, "Consent", "", contract)]))

    def compiled() -> tuple[Chart, Chart]:
        """As this process has it, and as one does that was just started."""
        fresh = Charts(parts.database, opened.keyring, opened.accounts)
        epoch = parts.database.epoch()
        return parts.charts.of(chart, epoch), fresh.of(chart, epoch)

    before, _ = compiled()
    assert before.contracts[0].grants[0].reads == ()
    kim = NewAccount("kim@example.org", "doctor", "Kim Roe", person="Practitioner/kim", verified=True)
    number = parts.database.write_now(lambda tx: opened.accounts.add(tx, kim))
    kept, fresh = compiled()
    assert kept == fresh
    assert kept.version == before.version
    assert kept.contracts[0].grants[0].reads[0].authors == {number}
    parts.database.write_now(lambda tx: tx.move_epoch())
    assert compiled()[0] is kept
