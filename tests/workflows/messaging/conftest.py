"""Ada, who gave Ben access and had a visit with Bo; Max, another patient; Zoe, a doctor whom none of it concerns."""

from contextlib import closing

import pytest

from carefolio.base import clock
from carefolio.records.changes import Change, Method
from carefolio.records.mandates import SCHEDULING, Under
from carefolio.records.verify import verify
from carefolio.workflows.sharing import actions as sharing
from carefolio.workflows.sharing.rules import Narrowing
from tests.stores import installed
from tests.workflows.sharing.conftest import WHOLE, Town


class Post(Town):
    """The town, with a contract between Ada and Ben."""

    def __init__(self, carefolio):
        super().__init__(carefolio)
        self.contract = self.do(sharing.give, "Ada", self.ref("Ben"), Narrowing(WHOLE))

    def visit(self, doctor, *, begins, status="booked"):
        """A visit of Ada's; ``begins`` in µs from now."""
        start = clock.now() + begins
        actors = [{"actor": {"reference": self.ref(one)}, "status": "accepted"} for one in ("Ada", doctor)]
        times = {"start": clock.instant(start), "end": clock.instant(start + clock.HOUR)}
        made = {"resourceType": "Appointment", "status": status, "participant": actors} | times
        return self.do_write(doctor, Change(Method.CREATE, "Appointment", "", made))

    def do_write(self, name, change):
        return self.do(type(self.door).write, name, [change], under=Under(SCHEDULING))

    def notices(self, name):
        account = self.caller(name).principal.account
        found = self.door.parts.notifier.notices.of_account(self.carefolio.database, account)
        return [one.kind.value for one in found]


@pytest.fixture
def post(tmp_path):
    with closing(installed(tmp_path)) as carefolio:
        yield Post(carefolio)
        assert verify(carefolio.database, carefolio.keyring).problems == []
