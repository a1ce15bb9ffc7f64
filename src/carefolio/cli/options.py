"""Options that every command has, and how an answer is given."""

from __future__ import annotations

import json
import os
import pwd
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Where the installation is (else CAREFOLIO_DATA, else ./data)."),
]
Replace = Annotated[
    bool, typer.Option("--replace", help="Take the place of what is there; it is kept beside the backup's.")
]
Json = Annotated[bool, typer.Option("--json", help="Answer in JSON.")]


def answer(content: dict[str, Any], words: str, *, as_json: bool) -> None:
    """What the command came to, on standard output: as JSON on one line, or in words."""
    typer.echo(json.dumps(content, ensure_ascii=False) if as_json else words)


def say(words: str) -> None:
    """Progress and remarks, on standard error."""
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


def operator_name() -> str:
    """Who is at the console, as the machine knows them."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
