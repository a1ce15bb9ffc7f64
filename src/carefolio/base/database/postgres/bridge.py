"""Code that reads as if the database answered at once, on an event loop that goes on meanwhile.

Whoever decides, plans and opens records asks the database from plain functions, many calls deep. Here such code runs
in a greenlet (https://greenlet.readthedocs.io): ``wait_for`` leaves it where it stands, lets the event loop wait for
the answer, and comes back into it. It is what SQLAlchemy does for the same reason.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Generator
from types import coroutine
from typing import Any, TypeVar

from greenlet import getcurrent, greenlet

T = TypeVar("T")


class _Bridge(greenlet):
    """The greenlet of one hosted coroutine or function."""


def is_hosted() -> bool:
    """Whether the code that asks may use ``wait_for``."""
    return isinstance(getcurrent(), _Bridge)


def wait_for(awaitable: Awaitable[T]) -> T:
    """The awaitable's result, from plain code inside a bridge; the event loop goes on meanwhile."""
    return _stepped(awaitable.__await__())


def _stepped(steps: Generator[Any, Any, T]) -> T:
    """Run the steps; what they wait for goes out to the event loop, by way of the greenlet that hosts this one."""
    host = getcurrent().parent
    assert host is not None  # noqa: S101 - only the thread's first greenlet has no parent, and it is no bridge
    answer: Any = None
    problem: BaseException | None = None
    while True:
        try:
            waits_for = steps.send(answer) if problem is None else steps.throw(problem)
        except StopIteration as end:
            result: T = end.value
            return result
        answer = problem = None
        try:
            answer = host.switch(waits_for)
        except BaseException as raised:  # noqa: BLE001 - cancellation too belongs into the steps that wait
            problem = raised


@coroutine
def hosted(steps: Coroutine[Any, Any, T]) -> Generator[Any, Any, T]:
    """The coroutine, run inside a bridge."""
    return (yield from _driven(lambda: _stepped(steps)))  # type: ignore[arg-type]  # a coroutine has a generator's steps


@coroutine
def called(function: Callable[[], T]) -> Generator[Any, Any, T]:
    """A plain function, run inside a bridge."""
    return (yield from _driven(function))


def _driven(function: Callable[[], T]) -> Generator[Any, Any, T]:
    bridge = _Bridge(function)
    bridge.gr_context = getcurrent().gr_context
    waits_for = bridge.switch()
    while not bridge.dead:
        try:
            answer = yield waits_for
        except BaseException as problem:  # noqa: BLE001 - the event loop's word for the steps that wait
            waits_for = bridge.throw(problem)
        else:
            waits_for = bridge.switch(answer)
    result: T = waits_for
    return result
