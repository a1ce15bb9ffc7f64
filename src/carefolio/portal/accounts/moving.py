"""Sign-ins into another store: who can sign in, how, and their drafts. Nobody stays signed in."""

from __future__ import annotations

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.core.serializers import sort_dependencies
from django.db import connections, transaction
from django.db.models import Model

from carefolio.base.settings import Settings
from carefolio.portal.accounts.database import one_migration, sign_in_database

TARGET = "target"
_LEFT_OUT = frozenset({"sessions", "usersessions", "contenttypes", "auth"})
"""Sessions end with the move; the rest Django fills by itself."""
_PIECE = 500


def move_sign_ins(settings: Settings) -> int:
    """Move all of them into the store that these settings name, in the place of what is there; how many rows that was.

    One transaction of the target: if we crash, it holds what it held before, and the move is run again.
    """
    described = connections.configure_settings(
        {"default": connections.settings["default"], TARGET: sign_in_database(settings)}
    )
    connections.settings[TARGET] = described[TARGET]
    with one_migration(settings):
        call_command("migrate", database=TARGET, interactive=False, verbosity=0)
    models = [model for model in sort_dependencies([(app, None) for app in apps.get_app_configs()]) if _is_moved(model)]
    moved = 0
    with transaction.atomic(using=TARGET):
        for model in reversed(models):
            model._base_manager.using(TARGET).all().delete()
        for model in models:
            rows = list(model._base_manager.using("default").all())
            model._base_manager.using(TARGET).bulk_create(rows, batch_size=_PIECE)
            moved += len(rows)
        with connections[TARGET].cursor() as cursor:
            for statement in connections[TARGET].ops.sequence_reset_sql(no_style(), models):
                cursor.execute(statement)
    connections.close_all()
    return moved


def _is_moved(model: type[Model]) -> bool:
    return model._meta.app_label not in _LEFT_OUT and not model._meta.proxy
