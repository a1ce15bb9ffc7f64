"""The table of commands, and how a failure becomes one sentence and an exit code.

Importing every group would make ``carefolio --help`` wait for the whole product. So the words and what they are for
stand here, and a group's module is imported by its name from this table when it is called. This is the one place where
something is imported late.
"""

from __future__ import annotations

import atexit
import gc
import sqlite3
import sys
from collections.abc import Iterator, MutableMapping, Sequence
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from carefolio import __version__
from carefolio.base.failures import Failure

if TYPE_CHECKING:
    from typer._click import Command, Context, HelpFormatter

GROUPS = MappingProxyType(
    {
        "serve": ("carefolio.cli.serve", "run the platform"),
        "demo": ("carefolio.cli.demo", "make hospitals, people and years of records, all invented"),
        "hospital": ("carefolio.cli.hospital", "add organisations that send records"),
        "account": ("carefolio.cli.account", "add, verify and suspend people"),
        "token": ("carefolio.cli.token", "issue and revoke access tokens"),
        "import": ("carefolio.cli.import_", "take in FHIR files on behalf of a hospital"),
        "ledger": ("carefolio.cli.ledger", "verify that the ledger and the records are what was written"),
        "check": ("carefolio.cli.check", "look at settings, keys, disk, clock and database"),
        "move": ("carefolio.cli.move", "carry everything to PostgreSQL, or back to SQLite"),
        "backup": ("carefolio.cli.backup", "save a verified copy of the data, without the keys"),
        "restore": ("carefolio.cli.restore", "put a backup in place"),
        "keys": ("carefolio.cli.keys", "save the keys, or put them in place"),
        "bench": ("carefolio.cli.bench", "measure how fast it is, and under which conditions"),
    }
)
"""Each word with the module that holds it and what it is for."""

_COLLECT_AFTER = (50_000, 20, 50)
"""How many new objects make a collection worth its time; Python's own 700 are right for programs that drop more."""

_EXAMPLES = (
    "carefolio serve --demo",
    'carefolio hospital add --name "North Clinic" --type clinic',
    'carefolio account add --role doctor --name "Ada Byron" --email ada@example.org --verified',
    "carefolio token issue --account ada@example.org",
)


class Groups(TyperGroup):
    """The top of the command line: knows all words, imports the module behind one when it is asked for."""

    def __init__(self, **attrs: Any) -> None:
        super().__init__(**attrs)
        self.commands = _Words()

    def format_help_text(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Examples of the words that people begin with."""
        _write_examples(formatter, _EXAMPLES)

    def format_commands(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The list of words, from the table alone."""
        with formatter.section("Commands"):
            formatter.write_dl([(word, purpose) for word, (_, purpose) in GROUPS.items()])


class _Words(MutableMapping[str, "Command"]):
    """The commands by their words, each made when it is looked up."""

    def __init__(self) -> None:
        self._made: dict[str, Command] = {}

    def __getitem__(self, word: str) -> Command:
        if word not in self._made:
            module, purpose = GROUPS[word]
            command = typer.main.get_command(import_module(module).app)
            command.name, command.short_help = word, purpose
            self._made[word] = command
        return self._made[word]

    def __setitem__(self, word: str, command: Command) -> None:
        self._made[word] = command

    def __delitem__(self, word: str) -> None:
        del self._made[word]

    def __iter__(self) -> Iterator[str]:
        return iter(GROUPS)

    def __len__(self) -> int:
        return len(GROUPS)


class Exemplified(TyperCommand):
    """A command whose help begins with its examples, which its epilog holds line by line."""

    def format_help_text(self, ctx: Context, formatter: HelpFormatter) -> None:
        """The examples, then what the command does."""
        _write_examples(formatter, (self.epilog or "").splitlines())
        super().format_help_text(ctx, formatter)

    def format_epilog(self, ctx: Context, formatter: HelpFormatter) -> None:
        """Nothing: the examples stand at the top."""


def examples(*lines: str) -> str:
    """The examples of a command, for its epilog."""
    return "\n".join(lines)


def _write_examples(formatter: HelpFormatter, lines: Sequence[str]) -> None:
    with formatter.section("Examples"):
        for line in lines:
            formatter.write(f"{'':>{formatter.current_indent}}{line}\n")


def new_group(purpose: str = "") -> typer.Typer:
    """A part of the command line that formats its help as plain text, which every terminal and NO_COLOR agrees with."""
    return typer.Typer(
        help=purpose or None, rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False
    )


app = typer.Typer(cls=Groups, rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"carefolio {__version__}")
        raise typer.Exit


@app.callback()
def _top(
    version: Annotated[
        bool, typer.Option("--version", help="Say which version this is.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    pass


def main() -> None:
    """Run the command line. Exit 0: done; 1: refused or failed, with one sentence on standard error; 2: wrong usage."""
    _collect_rarely()
    try:
        typer.main.get_command(app)(prog_name="carefolio")
    except Failure as failure:
        _fail(failure.sentence)
    except sqlite3.Error as problem:
        _fail(f"The database could not do that: {problem}.")
    except OSError as problem:
        what = f"{problem.filename}: {problem.strerror}" if problem.filename else str(problem)
        _fail(f"That could not be done: {what}.")


def _collect_rarely() -> None:
    """Nearly all that a command loads stays to its end: looking through it again and again for what may go, and once
    more at the end, would be a quarter of what a short command costs.
    """
    gc.set_threshold(*_COLLECT_AFTER)
    atexit.register(gc.freeze)


def _fail(sentence: str) -> None:
    sys.stderr.write(f"carefolio: {sentence}\n")
    sys.exit(1)
