"""Everything moves to another store by the real command: the old one is served no more, until it has moved back."""

import signal

import pytest

from tests import stores
from tests.acceptance.console import STOP_SECONDS, Console, serving
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
        assert server.process.wait(STOP_SECONDS) == 1
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


def test_a_log_that_is_shorter_than_the_keys_say_is_not_served_until_the_ledger_says_why(tmp_path, place):
    console, env = Console(tmp_path / "data"), {URL: place.url}
    with serving(console.data, anew=True, **env):
        pass
    earlier = stores.Place(place.server, place.server.copy(place.name))
    assert console.call("hospital", "add", "--name", "North", **env).returncode == 0
    assert "nothing to account for" in console.refused("ledger", "restored", **env)
    env = {URL: earlier.url}
    assert "does not extend" in console.refused("serve", "--port", "0", **env)
    assert console.call("ledger", "restored", **env).returncode == 0
    with serving(console.data, anew=True, **env):
        pass
    told = console.call("ledger", "verify", **env)
    assert "Restored at" in told.stdout
    assert "SQLite" in Console(tmp_path / "other").refused("ledger", "restored")
