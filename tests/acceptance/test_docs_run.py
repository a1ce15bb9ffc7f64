"""The how-to pages work: their shell blocks run in order beside a server, and say what the pages say they do.

A block of ``text`` behind one of ``sh`` is what that one prints; ``…`` in it stands for anything.
"""

import re
import shutil
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from tests.acceptance.console import COMMAND, RUN_SECONDS, serving
from tests.stores import ABOUT_SQLITE, processes_of

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to"
PAGES = (
    "connect-a-hospital",
    "ask-for-access",
    "answer-a-request",
    "import-files",
    "back-up-and-restore",
    "verify-the-ledger",
)
"""In the order in which they follow on each other."""
PRINTED_ADDRESS = "http://127.0.0.1:8000"
BORDER = "── the next block ──"
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```\n", re.MULTILINE | re.DOTALL)


def blocks(page: str) -> list[tuple[str, str | None]]:
    """Each shell block with the text that it is said to print, if the page says."""
    found: list[tuple[str, str | None]] = []
    end = -1
    for block in BLOCK.finditer(page):
        if block[1] == "sh":
            found.append((block[2], None))
        elif block.start() == end:
            found[-1] = (found[-1][0], block[2])
        end = block.end()
    return found


def matches(said: str, printed: str) -> bool:
    pattern = re.sub(r"([\[\]?*])", r"[\1]", said.strip()).replace("…", "*")
    return fnmatchcase(printed.strip(), pattern)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """A folder like a checkout's, with the command and a server on its data; the pages bring their own people."""
    folder = tmp_path_factory.mktemp("checkout")
    commands = folder / ".venv" / "bin"
    commands.mkdir(parents=True)
    (commands / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (commands / "carefolio").write_text(f"#!/bin/sh\nexec {COMMAND[0]} -c '{COMMAND[2]}' \"$@\"\n")
    for command in commands.iterdir():
        command.chmod(0o755)
    with serving(folder / "data") as server:
        yield folder, server.address


def test_every_page_is_run():
    assert sorted(page.stem for page in HOW_TO.glob("*.md")) == sorted(PAGES)
    assert all(blocks((HOW_TO / f"{page}.md").read_text(encoding="utf-8")) for page in PAGES)


@ABOUT_SQLITE
@pytest.mark.skipif(shutil.which("curl") is None, reason="the pages' lines need curl (make services)")
def test_the_pages_do_what_they_say(checkout):
    """One test for all pages: they follow on each other, and share one server."""
    folder, address = checkout
    for page in PAGES:
        wanted = blocks((HOW_TO / f"{page}.md").read_text(encoding="utf-8"))
        script = f"\necho '{BORDER}'\n".join(lines for lines, _ in wanted).replace(PRINTED_ADDRESS, address)
        done = subprocess.run(
            ["sh", "-eu"],
            input=script,
            cwd=folder,
            env=processes_of(folder / "data"),
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )
        assert done.returncode == 0, f"{page}: {done.stdout}{done.stderr}"
        printed = done.stdout.split(BORDER + "\n")
        assert len(printed) == len(wanted)
        for (lines, said), told in zip(wanted, printed, strict=True):
            assert said is None or matches(said, told), f"{page}:\n{lines}\nsays\n{said}\nand printed\n{told}"


def test_a_page_that_says_something_else_is_found():
    page = "# X\n```sh\necho 1\n```\n```text\n1\n```\nthen\n```sh\necho 2\n```\nand\n```text\n3\n```\n"
    assert blocks(page) == [("echo 1\n", "1\n"), ("echo 2\n", None)]
    assert matches("201\n… of […] rows", "201\n7 of [x] rows\n")
    assert not matches("201", "200\n")
    assert not matches("done", "done\nand more\n")
