"""Django asks a server that stands still, as a process of its own: Django is set up once a process."""

import sys
from contextlib import closing
from importlib import import_module
from pathlib import Path

from carefolio.assembly import open_carefolio
from carefolio.base.database.postgres import silence
from carefolio.base.settings import read_settings
from carefolio.portal.wsgi import configure
from tests.contract.test_postgres_silent import silent
from tests.postgres import Server


def main(data, folder):
    silence.SILENT_SECONDS = 0.3
    with closing(open_carefolio(read_settings(Path(data)), create=True)) as carefolio:
        configure(carefolio.settings, carefolio.keyring)
        database, cache = import_module("django.db"), import_module("django.core.cache").cache
        cache.set("before", 1, 60)
        with silent(Server(Path(folder), fast=True)):
            try:
                cache.get("before")
            except database.OperationalError:
                sys.stdout.write("told\n")
        database.connections.close_all()
        assert cache.get("before") == 1
    sys.stdout.write("everything holds\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
