"""A PostgreSQL whose commits could be lost with the machine's power is refused, whenever it becomes one."""

from contextlib import closing

import pytest

from carefolio.base.database.postgres import PostgresDatabase
from carefolio.base.failures import Category, Failure
from carefolio.base.keystore.postgres import KeyDatabase
from tests import postgres
from tests.contract.test_database import names, note
from tests.contract.test_postgres import database_name

SHOWN = "SHOW synchronous_commit"


def set_for(server, url, value):
    server.sql("postgres", f"ALTER DATABASE {database_name(url)} SET synchronous_commit = {value}")


def set_for_all(server, setting, value):
    server.sql("postgres", f"ALTER SYSTEM SET {setting} = {value}")
    server.sql("postgres", "SELECT pg_reload_conf()")
    while server.sql("postgres", f"SHOW {setting}") != value:
        pass


def end_connections(server, url):
    name = database_name(url)
    server.sql("postgres", f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")


@pytest.fixture
def own():
    """A server whose settings are this test's."""
    with postgres.running() as server:
        yield server


@pytest.mark.parametrize("store", [PostgresDatabase, KeyDatabase])
def test_a_server_that_answers_before_the_disk_is_refused(server, store):
    url = server.fresh()
    set_for(server, url, "off")
    with pytest.raises(Failure, match="synchronous_commit has to be on"):
        store(url)
    set_for(server, url, "local")
    store(url).close()


@pytest.mark.parametrize("store", [PostgresDatabase, KeyDatabase])
@pytest.mark.parametrize("setting", ["fsync", "full_page_writes"])
def test_a_server_whose_files_a_loss_of_power_may_damage_is_refused(own, store, setting):
    set_for_all(own, setting, "off")
    with pytest.raises(Failure, match=f"{setting} has to be on"):
        store(own.fresh())


@pytest.mark.parametrize("store", [PostgresDatabase, KeyDatabase])
def test_a_server_that_answers_before_the_standby_that_it_was_given_is_refused(own, store):
    """What was acknowledged in between would be lost with the primary."""
    url = own.fresh()
    set_for(own, url, "local")
    set_for_all(own, "synchronous_standby_names", "elsewhere")
    with pytest.raises(Failure, match="synchronous_standby_names"):
        store(url)
    set_for(own, url, "remote_write")
    store(url).close()


def test_what_is_switched_off_later_is_met_by_the_next_connection(server):
    with closing(PostgresDatabase(server.fresh())) as database:
        database.write_now(lambda tx: note(tx, "a"))
        set_for(server, database.url, "off")
        end_connections(server, database.url)
        with pytest.raises(Failure, match="synchronous_commit") as told:
            database.write_now(lambda tx: note(tx, "b"))
        assert told.value.category is Category.BROKEN
        set_for(server, database.url, "on")
        database.write_now(lambda tx: note(tx, "c"))
        assert names(database) == ["a", "c"]


def test_keys_are_refused_from_the_next_connection_on_as_well(server):
    url = server.fresh()
    with closing(KeyDatabase(url)) as store:
        store.add(1, lambda owner: b"key")
        set_for(server, url, "off")
        end_connections(server, url)
        with pytest.raises(Failure, match="synchronous_commit"):
            store.add(1, lambda owner: b"key")


def test_a_connection_keeps_what_it_began_with(own):
    with closing(PostgresDatabase(own.fresh())) as database:
        assert database.one(SHOWN) == ("on",)
        set_for_all(own, "synchronous_commit", "off")
        assert database.one(SHOWN) == ("on",)
