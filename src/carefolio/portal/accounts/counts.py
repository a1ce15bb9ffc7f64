"""What is counted for a while (failed sign-ins, links that were sent) where several processes count together.

Django's own tables and Redis store pickles, which run code when they are read; these store JSON. A count is one row or
one number, raised in one step: who guesses at several processes at once is counted as often as they guess.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import transaction
from django.utils import timezone

from carefolio.portal.accounts.models import Count

NEVER = timedelta(days=365)
_SWEEP_EVERY = 1_000


class Table(BaseCache):
    """In the sign-ins' own database."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._sets = 0

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The value, or ``default``."""
        row = self._rows(key, version).filter(until__gt=timezone.now()).first()
        return default if row is None else json.loads(row.value)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep the value."""
        kept = {"value": json.dumps(value), "until": self._until(timeout)}
        Count.objects.update_or_create(key=self.make_and_validate_key(key, version=version), defaults=kept)
        self._sets += 1
        if self._sets % _SWEEP_EVERY == 0:
            Count.objects.filter(until__lte=timezone.now()).delete()

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep the value where there is none; whether it was kept."""
        self._rows(key, version).filter(until__lte=timezone.now()).delete()
        kept = {"value": json.dumps(value), "until": self._until(timeout)}
        _, made = Count.objects.get_or_create(key=self.make_and_validate_key(key, version=version), defaults=kept)
        return made

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Raise the number; raises ValueError where there is none."""
        with transaction.atomic():
            row = self._rows(key, version).filter(until__gt=timezone.now()).select_for_update().first()
            if row is None:
                raise ValueError(f"There is no count {key!r}.")
            value = int(json.loads(row.value)) + delta
            row.value = json.dumps(value)
            row.save(update_fields=["value"])
        return value

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep it longer; whether it was there."""
        rows = self._rows(key, version).filter(until__gt=timezone.now())
        return bool(rows.update(until=self._until(timeout)))

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget it; whether it was there."""
        return bool(self._rows(key, version).delete()[0])

    def clear(self) -> None:
        """Forget everything."""
        Count.objects.all().delete()

    def _rows(self, key: Any, version: int | None) -> Any:
        return Count.objects.filter(key=self.make_and_validate_key(key, version=version))

    def _until(self, timeout: Any) -> datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return timezone.now() + (NEVER if seconds is None else timedelta(seconds=seconds))
