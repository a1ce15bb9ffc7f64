"""What is counted for a while (failed sign-ins, links that were sent) where several processes count together.

Django's own tables and Redis store pickles, which run code when they are read; these store JSON. A count is one row or
one number, raised in one step: who guesses at several processes at once is counted as often as they guess.
"""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import transaction
from django.utils import timezone

from carefolio.portal.accounts.models import Count

LOG = logging.getLogger("carefolio.portal")
ANSWER_SECONDS = 0.25
"""How long Redis may take before it counts as gone."""
AWAY_SECONDS = 5.0
"""How long nobody asks it then."""
_NEVER = timedelta(days=365)
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
        return timezone.now() + (_NEVER if seconds is None else timedelta(seconds=seconds))


class Redis(BaseCache):
    """In Redis, and in the table while Redis is away: counts begin anew then, in either direction."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._table = Table(location, params)
        self._client = redis.Redis.from_url(
            location, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS
        )
        self._away_until = 0.0

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The value, or ``default``."""
        name = self.make_and_validate_key(key, version=version)
        found = self._ask("get", name)
        if found is _AWAY:
            return self._table.get(key, default, version)
        return default if found is None else json.loads(found)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Keep the value."""
        name = self.make_and_validate_key(key, version=version)
        if self._ask("set", name, json.dumps(value), px=self._milliseconds(timeout)) is _AWAY:
            self._table.set(key, value, timeout, version)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep the value where there is none; whether it was kept."""
        name = self.make_and_validate_key(key, version=version)
        made = self._ask("set", name, json.dumps(value), px=self._milliseconds(timeout), nx=True)
        return self._table.add(key, value, timeout, version) if made is _AWAY else bool(made)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        """Raise the number; raises ValueError where there is none."""
        name = self.make_and_validate_key(key, version=version)
        raised = self._ask("eval", _RAISE, 1, name, delta)
        if raised is _AWAY:
            return self._table.incr(key, delta, version)
        if raised is None:
            raise ValueError(f"There is no count {key!r}.")
        return int(raised)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Keep it longer; whether it was there."""
        name = self.make_and_validate_key(key, version=version)
        kept = self._ask("pexpire", name, self._milliseconds(timeout))
        return self._table.touch(key, timeout, version) if kept is _AWAY else bool(kept)

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget it; whether it was there."""
        gone = self._ask("delete", self.make_and_validate_key(key, version=version))
        return self._table.delete(key, version) if gone is _AWAY else bool(gone)

    def clear(self) -> None:
        """Forget everything."""
        if self._ask("flushdb") is _AWAY:
            self._table.clear()

    def _ask(self, command: str, *args: Any, **how: Any) -> Any:
        """What Redis answers; ``_AWAY`` when it does not, and for a while after that without asking."""
        if monotonic() < self._away_until:
            return _AWAY
        try:
            return getattr(self._client, command)(*args, **how)
        except redis.RedisError:
            LOG.warning("Redis does not answer; counts are kept in the database meanwhile")
            self._away_until = monotonic() + AWAY_SECONDS
            return _AWAY

    def _milliseconds(self, timeout: Any) -> int:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return int((_NEVER.total_seconds() if seconds is None else max(seconds, 0.001)) * 1_000)


_AWAY = object()
_RAISE = "if redis.call('exists', KEYS[1]) == 1 then return redis.call('incrby', KEYS[1], ARGV[1]) end return nil"
