"""Lines are counted as coverage.py's own tracer counts them, in every process, also in one that is killed."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from coverage import Coverage

from tests.counted import counting
from tests.counted.marks import OPEN, ROW, marked

FOLDER = Path(counting.__file__).parent
SAMPLE = '''"""A module."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext


def plain(number: int) -> str:
    """What it does."""
    if number > 9:
        return "many"
    elif number > 4:
        return "some"
    else:
        told = "few"
    return told


@staticmethod
def never(
    first: int,
) -> int:
    return first


class Kind:
    """A class."""

    name = "kind"
    size: int = 3

    @property
    def twice(self) -> int:
        return sum(
            one
            for one in (self.size, self.size)
        )

    def nothing(self) -> None:
        """Nothing."""


def tried(number: int) -> int:
    try:
        return 1 // number
    except ZeroDivisionError:
        number += 1
    except ValueError:
        number += 2
    else:
        number += 3
    finally:
        number += 4
    return number


def matched(given: object) -> str:
    match given:
        case int():
            return "int"
        case [first, *_]:
            return f"list of {first}"
        case _:
            return "other"


def looped(most: int) -> int:
    found = 0
    for one in range(most):
        if one == 3:
            break
        found += one
    else:
        found = 100
    while found > 200:
        found -= 1
    return found


async def later() -> int:
    async def inner() -> int:
        return 1

    with nullcontext(2) as two:
        return await inner() + two


print(plain(3), plain(5), Kind().twice, tried(0), looped(2), asyncio.run(later()))
print(matched(1), matched([1]), matched("x"))
'''


@pytest.fixture
def sample(tmp_path):
    path = tmp_path / "sample.py"
    path.write_text(SAMPLE)
    return path


def traced(path):
    """The statements that did not run, as coverage.py says."""
    cov = Coverage(data_file=None, include=[str(path)])
    with cov.collect():
        exec(compile(path.read_text(), str(path), "exec"), {"__name__": "sample"})  # noqa: S102
    return cov.analysis2(str(path))[3]


def counted(path):
    """The same by marks."""
    row = bytearray(len(SAMPLE))
    code, lines = marked(path.read_bytes(), str(path), "sample.py")
    exec(code, {"__name__": "sample", OPEN: {"sample.py": row}.__getitem__})  # noqa: S102
    assert {line for line, mark in enumerate(row) if mark} <= lines
    cov = Coverage(data_file=None, include=[str(path)])
    cov.get_data().add_lines({str(path): [line for line, mark in enumerate(row) if mark]})
    return cov.analysis2(str(path))[3]


def test_the_same_lines_are_missing(sample):
    missing = traced(sample)
    assert len(missing) >= 5
    assert set(counted(sample)) == set(missing)


def test_of_what_was_asked_and_not_taken_the_head_is_missing_too(sample):
    """The tracer sees that a handler or a case was asked; what is in it is missing for both."""
    asked = SAMPLE.replace("except ZeroDivisionError", "except KeyError")
    asked = asked.replace("except ValueError", "except ArithmeticError").replace("matched([1]), ", "")
    sample.write_text(asked)
    more = set(counted(sample)) - set(traced(sample))
    assert {asked.splitlines()[line - 1].strip() for line in more} == {"except KeyError:", "case [first, *_]:"}


def test_docstrings_stay(sample):
    names = {"__name__": "sample", OPEN: lambda _place: bytearray(len(SAMPLE))}
    exec(marked(sample.read_bytes(), str(sample), "sample.py")[0], names)  # noqa: S102
    assert (names["__doc__"], names["plain"].__doc__, names["Kind"].__doc__) == (
        "A module.",
        "What it does.",
        "A class.",
    )


def run(folder, program):
    env = os.environ | {"PYTHONPATH": str(FOLDER), counting.FOLDER: str(folder)}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def test_what_all_ran_is_counted_no_more(tmp_path):
    """What ran in part still is, from where it was."""
    counting.begin(tmp_path)
    loaded = "from carefolio.base import clock, filters; print('MARKS' in vars(filters), 'MARKS' in vars(clock))"
    loaded = loaded.replace("MARKS", ROW)
    assert run(tmp_path, loaded) == "True True"
    before = counting.ran(tmp_path)
    counting.narrow(tmp_path)
    assert run(tmp_path, loaded) == "False True"
    assert run(tmp_path, "from carefolio.base import clock; clock.now()") == ""
    after = counting.ran(tmp_path)
    assert after["base/filters.py"] == before["base/filters.py"]
    assert len(after["base/clock.py"]) > len(before["base/clock.py"])
    counting.begin(tmp_path)
    assert run(tmp_path, loaded) == "True True"


@pytest.mark.parametrize("end", ["pass", f"import os; os.kill(os.getpid(), {int(signal.SIGKILL)})"])
def test_each_process_counts_and_who_is_killed_too(tmp_path, end):
    counting.begin(tmp_path)
    for _again in range(2):
        run(tmp_path, f"from carefolio.base import clock; clock.now(); {end}")
    ran = counting.ran(tmp_path)
    source = (counting.SOURCE / "base/clock.py").read_text().splitlines()
    begun = 1 + next(number for number, line in enumerate(source) if line.startswith("def now("))
    assert begun in ran["base/clock.py"]
    assert any(line in ran["base/clock.py"] for line in range(begun + 1, begun + 6))
    assert ran["cli/serve.py"] == []
