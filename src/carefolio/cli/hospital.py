"""``carefolio hospital``: organisations that send records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from carefolio.cli.commands import Exemplified, examples, new_group
from carefolio.cli.late import Late
from carefolio.cli.options import Data, Json, answer
from carefolio.workflows.registration.rules import HospitalType, NewHospital

if TYPE_CHECKING:
    from carefolio.cli import opening
    from carefolio.workflows.registration import actions
else:
    actions = Late("carefolio.workflows.registration.actions")
    opening = Late("carefolio.cli.opening")

app = new_group("Add organisations that send records.")


@app.callback()
def _group() -> None:
    """Add organisations that send records."""


@app.command(
    "add",
    cls=Exemplified,
    short_help="add an organisation that sends records",
    epilog=examples(
        'carefolio hospital add --name "North Clinic" --type clinic',
    ),
)
def add(
    name: Annotated[str, typer.Option(help="What it is called.")],
    type_: Annotated[HospitalType, typer.Option("--type", help="What kind it is.")] = HospitalType.HOSPITAL,
    identifier: Annotated[
        str, typer.Option(metavar="SYSTEM|VALUE", help="By which records that come from outside name it.")
    ] = "",
    data: Data = None,
    json: Json = False,
) -> None:
    """Adds an organisation that sends records, and gives its systems a token that holds until it is revoked.

    The token is shown this once.
    """
    with opening.opened(data, create=True) as carefolio:
        new = actions.add_hospital(carefolio.door, NewHospital(name, type_, identifier))
    words = (
        f"Added {new.organization} ({name}).\nToken of its systems, shown this once: {new.token}\n"
        f"Next: carefolio import --hospital {new.organization} FILES"
    )
    answer({"organization": new.organization, "token": new.token}, words, as_json=json)
