"""Everything moves to another store by the real command: the old one is served no more, until it has moved back."""

import signal

import pytest

from tests import stores
from tests.acceptance.console import ENDS_SECONDS, STOP_SECONDS, Console, serving
from tests.stores import CHOOSES_ITSELF, URL

pytestmark = CHOOSES_ITSELF


@pytest.fixture
def place():
    """A new PostgreSQL database: its server and its name."""
    server = stores.server()
    url = server.fresh()
    return stores.Place(server, url.split("@/")[1].split("?")[0])


def test_a_server_that_was_left_running_ends_and_nobody_serves_the_old_store(tmp_path, place):
    console = Console(tmp_path / "data")
    back = ("move", "--to", f"sqlite:///{console.data / 'carefolio.db'}")
    with serving(console.data, anew=True) as server:
        console.hospital()
        console.told("move", "--to", place.url)
        assert server.process.wait(ENDS_SECONDS) == 1
    for command in (("serve", "--port", "0"), ("ledger", "verify"), ("hospital", "add", "--name", "South")):
        assert "was moved to postgresql://" in console.refused(*command)
    with serving(console.data, anew=True, **{URL: place.url}):
        assert console.call("hospital", "add", "--name", "East", **{URL: place.url}).returncode == 0
    assert "does not extend" in console.refused("move", "--to", place.server.fresh())
    done = console.call(*back, **{URL: place.url})
    assert done.returncode == 0, done.stderr
    assert "carefolio.db: name that by" in console.refused("serve", "--port", "0", **{URL: place.url})
    with serving(console.data, anew=True) as server:
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(STOP_SECONDS) == 0
    assert console.entries() > 0
