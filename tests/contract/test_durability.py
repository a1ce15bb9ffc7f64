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
def test_a_server_that_leaves_its_files_to_the_system_is_refused(own, store):
    own.sql("postgres", "ALTER SYSTEM SET fsync = off")
    own.sql("postgres", "SELECT pg_reload_conf()")
    while own.sql("postgres", "SHOW fsync") != "off":
        pass
    with pytest.raises(Failure, match="fsync has to be on"):
        store(own.fresh())


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
        own.sql("postgres", "ALTER SYSTEM SET synchronous_commit = off")
        own.sql("postgres", "SELECT pg_reload_conf()")
        while own.sql("postgres", SHOWN) != "off":
            pass
        assert database.one(SHOWN) == ("on",)
