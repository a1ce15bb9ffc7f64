"""The slow disk: each flush of a process that it is loaded into takes longer; a machine without a compiler is told."""

import subprocess
import sys

import pytest

from bench.durable import WRITERS, compiled, main, told

FLUSH = """
import os, sys, time
with open(sys.argv[1], "wb") as file:
    started = time.perf_counter()
    for call in (os.fsync, os.fdatasync):
        call(file.fileno())
    print(time.perf_counter() - started)
"""


def test_each_flush_takes_longer(tmp_path):
    shim = compiled(tmp_path)
    if shim is None:
        pytest.skip("there is no C compiler here")
    slow = {"LD_PRELOAD": str(shim), "SLOW_DISK_MICROSECONDS": "20000"}
    words = [sys.executable, "-c", FLUSH, str(tmp_path / "file")]
    done = subprocess.run(words, env=slow, capture_output=True, text=True, check=True)
    assert float(done.stdout) >= 0.04


def test_without_a_compiler_it_says_so(monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    main([])
    assert "no C compiler" in capsys.readouterr().out


@pytest.mark.parametrize(("last", "met"), [(79.0, False), (80.0, True)])
def test_the_rise_is_that_from_one_writer_to_the_most(last, met):
    rates = dict.fromkeys(WRITERS, 10.0) | {WRITERS[-1]: last}
    assert told("sqlite", rates)["met"] is met
