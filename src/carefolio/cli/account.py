"""``carefolio account``: people who sign in."""

from __future__ import annotations

from typing import Annotated

import typer

from carefolio.cli.commands import new_group
from carefolio.cli.opening import opened
from carefolio.cli.options import Data, Json, answer
from carefolio.workflows.registration import actions
from carefolio.workflows.registration.rules import Gender, NewPerson, PersonRole

app = new_group("Add, verify and suspend people.")

Account = Annotated[str, typer.Option(metavar="E-MAIL", help="The account's e-mail.")]


@app.callback()
def _group() -> None:
    """Add, verify and suspend people."""


@app.command("add", short_help="add somebody who signs in")
def add(  # noqa: PLR0913 - a command's options are its arguments
    role: Annotated[PersonRole, typer.Option(help="What they are here for.")],
    name: Annotated[str, typer.Option(metavar='"GIVEN FAMILY"', help="Their name; the last word is the family's.")],
    email: Annotated[str, typer.Option(metavar="E-MAIL", help="What they sign in with.")],
    birth_date: Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="A patient's date of birth.")] = "",
    gender: Annotated[Gender | None, typer.Option(help="As FHIR says it.")] = None,
    hospital: Annotated[str, typer.Option(metavar="Organization/ID", help="Where they work.")] = "",
    person: Annotated[
        str, typer.Option(metavar="Patient/ID", help="The chart, or the Practitioner, that is here already.")
    ] = "",
    verified: Annotated[bool, typer.Option("--verified", help="Their licence was looked at and holds.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    r"""\b
    Examples:
      carefolio account add --role patient --name "Ada Byron" --email ada@example.org --birth-date 1985-04-23
      carefolio account add --role doctor --name "Dr Sam Hart" --email sam@example.org --verified
      carefolio account add --role patient --name "Ada Byron" --email ada@example.org --person Patient/123

    Adds somebody who signs in. A patient gets a chart and a patient code, or the chart that a hospital sent (--person);
    everybody else stands in the directory and gets a doctor code.
    """
    new = NewPerson(role, name, email, birth_date, gender, hospital, person, verified)
    with opened(data, create=True) as carefolio:
        added = actions.add_person(carefolio.door, new)
    words = (
        f"Added {added.account} ({role.value}), {added.person}, code {added.code}.\n"
        f"Next: carefolio token issue --account {added.account}"
    )
    answer({"account": added.account, "person": added.person, "code": added.code}, words, as_json=json)


@app.command("verify", short_help="note that a licence holds, or take that back")
def verify(
    account: Account,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="The licence does not hold (any more).")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    r"""\b
    Examples:
      carefolio account verify --account sam@example.org
      carefolio account verify --account sam@example.org --withdraw

    Notes that a doctor's or pharmacist's licence was looked at and holds. It counts from their next request on.
    """
    with opened(data) as carefolio:
        actions.verify(carefolio.door, account, verified=not withdraw)
    state = "not verified" if withdraw else "verified"
    answer({"account": account, "verified": not withdraw}, f"{account} is {state} from now on.", as_json=json)


@app.command("suspend", short_help="shut an account out, or let it in again")
def suspend(
    account: Account,
    lift: Annotated[bool, typer.Option("--lift", help="Let it in again.")] = False,
    data: Data = None,
    json: Json = False,
) -> None:
    r"""\b
    Examples:
      carefolio account suspend --account sam@example.org
      carefolio account suspend --account sam@example.org --lift

    Shuts an account out: none of its tokens holds from the next request on, until it is let in again.
    """
    with opened(data) as carefolio:
        actions.suspend(carefolio.door, account, suspended=not lift)
    state = "let in again" if lift else "shut out"
    answer({"account": account, "suspended": not lift}, f"{account} is {state} from now on.", as_json=json)
