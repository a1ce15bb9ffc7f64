"""``carefolio hospital``: organisations that send records."""

from __future__ import annotations

from typing import Annotated

import typer

from carefolio.cli.commands import new_group
from carefolio.cli.opening import opened
from carefolio.cli.options import Data, Json, answer
from carefolio.workflows.registration.actions import add_hospital
from carefolio.workflows.registration.rules import HospitalType, NewHospital

app = new_group("Add organisations that send records.")


@app.callback()
def _group() -> None:
    """Add organisations that send records."""


@app.command("add", short_help="add an organisation that sends records")
def add(
    name: Annotated[str, typer.Option(help="What it is called.")],
    type_: Annotated[HospitalType, typer.Option("--type", help="What kind it is.")] = HospitalType.HOSPITAL,
    identifier: Annotated[
        str, typer.Option(metavar="SYSTEM|VALUE", help="By which records that come from outside name it.")
    ] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    r"""\b
    Example:
      carefolio hospital add --name "North Clinic" --type clinic

    Adds an organisation that sends records, and gives its systems a token that holds until it is revoked. The token is
    shown this once.
    """
    with opened(data, create=True) as carefolio:
        new = add_hospital(carefolio.door, NewHospital(name, type_, identifier))
    words = (
        f"Added {new.organization} ({name}).\nToken of its systems, shown this once: {new.token}\n"
        f"Next: carefolio import --hospital {new.organization} FILES"
    )
    answer({"organization": new.organization, "token": new.token}, words, as_json=json)
