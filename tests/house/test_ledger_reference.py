"""The ledger's reference names every kind of entry with its number, and no other."""

import re

from carefolio.ledger.entry import Kind
from tests.house.tree import DOCS, text

PAGE = DOCS / "reference" / "ledger.md"
ROW = re.compile(r"^\| ([\d, ]+) \| ([^|]+) \|", re.MULTILINE)
KEPT = re.compile(r"\b(\d+)\s`([a-z-]+)`")


def named(page):
    """The kinds of the table's rows and of the list of those to come, by number."""
    found = dict(KEPT.findall(page))
    for numbers, words in ROW.findall(page):
        found |= zip(numbers.split(", "), re.findall(r"`([a-z-]+)`", words), strict=True)
    return {int(number): name for number, name in found.items()}


def test_every_kind_is_named_with_its_number():
    assert named(text(PAGE)) == {int(kind): kind.name.lower().replace("_", "-") for kind in Kind}


def test_a_kind_that_is_missing_is_found():
    page = "| 1, 2 | `record-created`, `record-updated` | a write |\nlater: 4\n`chart-erased`.\n"
    assert named(page) == {1: "record-created", 2: "record-updated", 4: "chart-erased"}
