"""The shape of the code: lengths, purposes, names, and what only the ground may touch."""

import pytest

from tests.house import rules
from tests.house.tree import ROOT, SOURCE, packages, python_files, shown, text

ALL = python_files("src", "tests", "scripts")


def findings(paths, rule):
    return [f"{shown(path)}: {finding}" for path in paths for finding in rule(text(path))]


def test_a_file_has_400_lines_at_most():
    assert findings(ALL, rules.too_long) == []


def test_a_function_has_40_lines_at_most():
    assert findings(ALL, rules.long_functions) == []


def test_every_package_says_in_one_line_what_it_is_for():
    assert [shown(folder) for folder in packages() if not (folder / "__init__.py").exists()] == []
    assert findings([folder / "__init__.py" for folder in packages()], rules.no_one_line_purpose) == []


def test_no_file_or_folder_has_a_name_that_says_nothing():
    found = [(shown(path), rules.vague_names(path.relative_to(ROOT).parts)) for path in ALL]
    assert [item for item in found if item[1]] == []


def test_time_environment_and_random_ids_come_from_base():
    above = [path for path in python_files("src") if SOURCE / "base" not in path.parents]
    assert findings(above, rules.ground_only) == []


def test_tests_neither_sleep_nor_mock():
    assert findings(python_files("tests"), rules.sleeps_and_mocks) == []


def test_a_file_of_401_lines_is_found():
    assert rules.too_long("a = 1\n" * 400) == []
    assert rules.too_long("a = 1\n" * 401) == ["401 lines, 400 at most"]


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_a_function_of_41_lines_is_found_and_its_docstring_is_free(kind):
    body = "    a = 1\n" * 39
    docstring = '    """Say.\n\n    More.\n    """\n'
    assert rules.long_functions(f"@cache\n{kind} f():\n{docstring}{body}") == []
    assert rules.long_functions(f"{kind} f():\n{body}    a = 2\n") == ["f has 41 lines, 40 at most"]


def test_a_method_inside_a_class_is_measured_too():
    assert rules.long_functions("class A:\n    def f():\n" + "        a = 1\n" * 40) == ["f has 41 lines, 40 at most"]


def test_a_package_without_its_line_is_found():
    assert rules.no_one_line_purpose("") == ["no docstring"]
    assert rules.no_one_line_purpose('"""One.\n\nTwo.\n"""') == ["its docstring has more than one line"]
    assert rules.no_one_line_purpose('"""One."""') == []


def test_a_vague_name_is_found():
    assert rules.vague_names(("src", "utils", "dates.py")) == ["'utils' does not say what it is"]
    assert rules.vague_names(("helpers.py",)) == ["'helpers.py' does not say what it is"]
    assert rules.vague_names(("store", "purge.py")) == []


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import datetime\nnow = datetime.now()",
        "import datetime\nnow = datetime.datetime.now()",
        "import os\nvalue = os.environ['A']",
        "from os import environ",
        "import os\nvalue = os.getenv('A')",
        "from uuid import uuid4",
        "import uuid\nid = uuid.uuid4()",
        "import time\nnow = time.time()",
    ],
)
def test_time_environment_or_random_ids_outside_base_are_found(source):
    assert rules.ground_only(source)


def test_a_mention_in_words_is_no_use():
    assert rules.ground_only('"""Never datetime.now or os.environ here."""  # uuid4 neither') == []


@pytest.mark.parametrize(
    "source",
    ["import time\ntime.sleep(1)", "from unittest import mock", "from unittest.mock import MagicMock"],
)
def test_a_sleep_or_a_mock_is_found(source):
    assert rules.sleeps_and_mocks(source)
