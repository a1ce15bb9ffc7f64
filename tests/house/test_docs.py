"""The documentation tells the truth: every link, folder, setting, command and make target."""

import typer
from typer.core import TyperGroup

from carefolio.base.settings import NAMES, PREFIX
from carefolio.cli import app
from tests.house import rules
from tests.house.tree import DOCS, ROOT, SOURCE, files, folders, shown, text

PAGES = [path for path in files() if path.suffix == ".md"]
MAKEFILE = text(ROOT / "Makefile")


def commands(command, name="") -> list[str]:
    """`account add`, … : every command that does something, by the words that start it."""
    if not isinstance(command, TyperGroup):
        return [name]
    context = typer.Context(command)
    found = []
    for word in command.list_commands(context):
        found += commands(command.get_command(context, word), f"{name} {word}".strip())
    return found


def broken_links(page, content):
    return [f"{shown(page)}: {link}" for link in rules.links(content) if not (page.parent / link).exists()]


def test_every_relative_link_leads_somewhere():
    assert [link for page in PAGES for link in broken_links(page, text(page))] == []


def test_the_map_lists_every_folder_of_the_source_and_no_other():
    names = [f"{folder.relative_to(SOURCE).as_posix()}/" for folder in folders()]
    assert "base/" in names
    assert rules.map_errors(names, text(DOCS / "README.md")) == []


def test_every_setting_is_documented():
    assert rules.heading_errors([PREFIX + name for name in NAMES], text(DOCS / "reference" / "settings.md")) == []


def test_every_command_is_documented():
    found = commands(typer.main.get_command(app))
    assert "serve" in found
    assert rules.heading_errors(found, text(DOCS / "reference" / "commands.md")) == []


def test_every_make_target_that_a_page_names_exists():
    assert [(shown(page), rules.unknown_targets(text(page), MAKEFILE)) for page in PAGES] == [
        (shown(page), []) for page in PAGES
    ]


def test_the_readme_names_the_two_commands():
    assert {"`make run`", "`make test`"} <= {f"`{word}`" for word in text(ROOT / "README.md").split("`")}


def test_a_broken_link_is_found():
    assert broken_links(DOCS / "README.md", "[gone](decisions/gone.md#top)") == ["docs/README.md: decisions/gone.md"]
    assert broken_links(DOCS / "README.md", "[top](#words) [out](https://hl7.org/fhir/R4/)") == []


def test_a_folder_that_the_map_forgot_or_invented_is_found():
    page = "| `fhir/` | the language |\n| `gone/` | what was |\nsee also `base/database/`"
    found = rules.map_errors(["fhir/", "base/database/"], page)
    assert found == ["base/database/ is not on the map", "gone/ is on the map only"]


def test_a_setting_or_command_without_a_heading_and_a_heading_without_one_are_found():
    page = "# Commands\n## `serve`\nRuns. See `account add`.\n## `brew coffee`\n"
    found = rules.heading_errors(["serve", "account add"], page)
    assert found == ["account add has no heading", "brew coffee does not exist"]


def test_a_make_target_that_does_not_exist_is_found():
    assert rules.unknown_targets("`make run tea`, then `make coffee X=1`; make haste", "run: install\n") == [
        "coffee",
        "tea",
    ]


def test_commands_inside_groups_are_found():
    top, account = typer.Typer(), typer.Typer()
    top.command("serve")(lambda: None)
    account.command("add")(lambda: None)
    account.command("code")(lambda: None)
    top.add_typer(account, name="account")
    assert sorted(commands(typer.main.get_command(top))) == ["account add", "account code", "serve"]
