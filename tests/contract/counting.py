"""Counts the same on whichever backend the settings name, as a process of its own: Django is set up once a process."""

import os
import signal
import sys
import threading
from contextlib import closing
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from carefolio.assembly import open_carefolio
from carefolio.base.settings import read_settings
from carefolio.portal.wsgi import configure

THREADS, RAISES = 6, 20
ANSWER_SECONDS = 5.0
"""Redis may be slow here, where nothing but this test stops it."""


def same_on_all(cache):
    assert cache.get("nothing", 7) == 7
    cache.set("list", [1.5, "a"], 60)
    assert cache.get("list") == [1.5, "a"]
    assert cache.add("count", 0, 60)
    assert not cache.add("count", 5, 60)
    assert [cache.incr("count"), cache.incr("count", 3)] == [1, 4]
    assert cache.touch("count", 60)
    assert not cache.touch("nothing", 60)
    assert cache.delete("list")
    assert not cache.delete("list")
    try:
        cache.incr("nothing")
    except ValueError:
        pass
    else:
        raise AssertionError("a count that is not there was raised")
    cache.set("gone", 1, 0.001)
    cache.add("brief", 1, 0.001)
    while cache.get("gone") is not None or cache.get("brief") is not None:
        pass
    assert cache.add("gone", 2, None)
    assert cache.get("gone") == 2
    cache.clear()
    assert cache.get("count") is None


def nobody_is_counted_less(cache):
    """Many at once: each raise counts."""
    connections = import_module("django.db").connections
    cache.add("guesses", 0, 60)

    def guess():
        for _ in range(RAISES):
            cache.incr("guesses")
        connections.close_all()

    threads = [threading.Thread(target=guess) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert cache.get("guesses") == THREADS * RAISES


def sessions_survive_their_copy(cache, kill):
    """A session is there with its copy, without it, and when Redis is gone; one that was ended is gone at once."""
    store = import_module("carefolio.portal.accounts.sessions").SessionStore
    made = store()
    made["token"] = "secret-token"
    made.set_expiry(timedelta(hours=1))
    made.save()
    key = made.session_key
    assert store(key)["token"] == "secret-token"
    cache.clear()
    assert store(key)["token"] == "secret-token"
    store(key).delete()
    assert "token" not in store(key)
    made.save(must_create=True)
    kill()
    assert store(made.session_key)["token"] == "secret-token"
    cache.add("count", 0, 60)
    assert cache.incr("count") == 1
    assert cache.get("count") == 1


def what_was_written_meanwhile_counts(cache, redis):
    """Redis falls silent, and comes back with what it knew: a session that was changed or ended meanwhile is so."""
    counts = import_module("carefolio.portal.accounts.counts_in_redis")
    store = import_module("carefolio.portal.accounts.sessions").SessionStore
    changed, ended, early = store(), store(), store()
    for each in (changed, ended):
        each["token"], each["word"] = "secret-token", "old"
        each.save()
    early["word"] = "before the door knows it"
    early.save()
    assert cache.get(f"session/{changed.session_key}")
    assert cache.get(f"session/{early.session_key}") is None
    counts.AWAY_SECONDS = 2.0
    os.kill(redis, signal.SIGSTOP)
    assert cache.get("nothing") is None
    changed["word"] = "new"
    changed.save()
    store(ended.session_key).delete()
    os.kill(redis, signal.SIGCONT)
    while not cache._client.exists(cache.make_and_validate_key("back")):
        cache.set("back", 1, 60)
    assert store(changed.session_key)["word"] == "new"
    assert "word" not in store(ended.session_key)
    counts.AWAY_SECONDS = 5.0


def what_redis_owes_stays_small(cache):
    """However much is forgotten while it is away: a minute's names are kept, and paid in pieces that it can take."""
    counts = import_module("carefolio.portal.accounts.counts_in_redis")
    owed, pieces = counts.Redis._owed, 3
    names = [f"session/{number}" for number in range((pieces - 1) * counts.AT_ONCE + 1)]
    for name in names:
        cache.copy(name, 1, 60)
    cache._away_until = float("inf")
    for name in names:
        cache.forget(name)
    assert len(owed) == len(names)
    before = cache._client.info("commandstats")["cmdstat_del"]["calls"]
    cache._away_until = 0.0
    assert cache.recall(names[0]) is None
    assert not owed
    assert cache._client.info("commandstats")["cmdstat_del"]["calls"] == before + pieces
    assert not any(map(cache.recall, names))
    cache._away_until = float("inf")
    for name in names:
        cache.forget(name)
    counts.COPIED_SECONDS = 0.01
    while len(owed) > 1:
        cache.forget("the last")
    cache._away_until, counts.COPIED_SECONDS = 0.0, 60
    assert cache.get("nothing") is None


def main(data, redis):
    with closing(open_carefolio(read_settings(Path(data)), create=True)) as carefolio:
        configure(carefolio.settings, carefolio.keyring)
        cache = import_module("django.core.cache").cache
        if redis:
            import_module("carefolio.portal.accounts.counts_in_redis").ANSWER_SECONDS = ANSWER_SECONDS
        same_on_all(cache)
        nobody_is_counted_less(cache)
        if redis:
            what_was_written_meanwhile_counts(cache, int(redis))
            what_redis_owes_stays_small(cache)
        sessions_survive_their_copy(cache, lambda: os.kill(int(redis), signal.SIGKILL) if redis else None)
    sys.stdout.write("everything holds\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
