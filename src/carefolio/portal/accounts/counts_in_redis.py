"""Counts in Redis, where there is one (https://redis.io): every process asks the same, and none asks the database."""

from __future__ import annotations

import json
import logging
import threading
from collections import OrderedDict
from itertools import islice
from time import monotonic
from typing import Any, ClassVar

import redis
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache

from carefolio.portal.accounts.counts import NEVER, Table
from carefolio.portal.accounts.sessions import COPIED_SECONDS

LOG = logging.getLogger("carefolio.portal")
ANSWER_SECONDS = 0.25
"""How long Redis may take before it counts as gone."""
AWAY_SECONDS = 5.0
"""How long nobody asks it then."""
AT_ONCE = 1_000
"""So many names are forgotten with one command, which Redis answers in time."""


class Redis(BaseCache):
    """In Redis, and in the table while Redis is away: counts begin anew then, in either direction.

    Copies of what is kept elsewhere are in Redis alone. Those that were replaced or forgotten while it was away, it has
    to forget before it is asked anything else: it may come back with what it knew.
    """

    _owed: ClassVar[OrderedDict[str, float]] = OrderedDict()
    """What it has to forget, and since when, the oldest first; Django has an instance for each thread, this is the
    process's.
    """
    _turn: ClassVar[threading.Lock] = threading.Lock()
    """Held while that is changed."""

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

    def recall(self, key: str) -> Any:
        """The copy; None where there is none, or Redis is away."""
        found = self._ask("get", self.make_and_validate_key(key))
        return None if found is None or found is _AWAY else json.loads(found)

    def copy(self, key: str, value: Any, seconds: float) -> None:
        """Keep a copy for so long, ``COPIED_SECONDS`` at the most."""
        name = self.make_and_validate_key(key)
        kept = self._milliseconds(min(seconds, COPIED_SECONDS))
        if self._ask("set", name, json.dumps(value), px=kept) is _AWAY:
            self._owe(name)

    def forget(self, key: str) -> None:
        """Forget the copy, at the latest when Redis is back."""
        name = self.make_and_validate_key(key)
        if self._ask("delete", name) is _AWAY:
            self._owe(name)

    def clear(self) -> None:
        """Forget everything of ours; whatever else is in that Redis stays."""
        names = self._ask("keys", f"{self.key_prefix}:*")
        if names is _AWAY:
            self._table.clear()
        elif names:
            self._ask("delete", *names)

    def _ask(self, command: str, *args: Any, **how: Any) -> Any:
        """What Redis answers; ``_AWAY`` when it does not, and for a while after that without asking."""
        if monotonic() < self._away_until:
            return _AWAY
        try:
            if self._owed:
                self._pay()
            return getattr(self._client, command)(*args, **how)
        except redis.RedisError:
            LOG.warning("Redis does not answer; counts are kept in the database meanwhile")
            self._away_until = monotonic() + AWAY_SECONDS
            return _AWAY

    def _owe(self, name: str) -> None:
        """It has to forget this. What it has forgotten by itself meanwhile is owed no longer, so that a minute's names
        are kept at the most, however long Redis is away.
        """
        now = monotonic()
        with self._turn:
            self._owed[name] = now
            self._owed.move_to_end(name)
            while next(iter(self._owed.values())) <= now - COPIED_SECONDS:
                self._owed.popitem(last=False)

    def _pay(self) -> None:
        """Have it forget all of that, in pieces: where one fails, those before it are forgotten all the same. What is
        owed anew in between stays owed.
        """
        while True:
            with self._turn:
                piece = dict(islice(self._owed.items(), AT_ONCE))
            if not piece:  # or another thread was here first
                return
            self._client.delete(*piece)
            with self._turn:
                for name, since in piece.items():
                    if self._owed.get(name) == since:
                        del self._owed[name]

    def _milliseconds(self, timeout: Any) -> int:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return int((NEVER.total_seconds() if seconds is None else max(seconds, 0.001)) * 1_000)


_AWAY = object()
_RAISE = "if redis.call('exists', KEYS[1]) == 1 then return redis.call('incrby', KEYS[1], ARGV[1]) end return nil"
