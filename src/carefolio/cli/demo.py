"""``carefolio demo``: hospitals, people and years of records, all invented."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from carefolio.cli import casting
from carefolio.cli.commands import new_group
from carefolio.cli.opening import opened
from carefolio.cli.options import Data, Json, answer
from carefolio.cli.progress import counting
from carefolio.cli.story import sign_ins

app = new_group()

PATIENTS, SEED, MOST_PATIENTS = 20, 7, 100_000


@app.command("demo", short_help="make hospitals, people and years of records, all invented")
def demo(
    patients: Annotated[int, typer.Option(min=1, max=MOST_PATIENTS, help="How many patients.")] = PATIENTS,
    seed: Annotated[int, typer.Option(help="The same seed makes the same people.")] = SEED,
    data: Data = None,
    json: Json = False,
) -> None:
    r"""\b
    Examples:
      carefolio demo
      carefolio demo --patients 200 --seed 11

    Makes hospitals, people and years of their records from a seed and prints the sign-ins. What is there already stays.
    """
    with opened(data, create=True) as carefolio:
        with counting("Making the demo's people") as count:
            casting.make(carefolio, patients, seed, count)
        people = casting.cast(carefolio)
    words = sign_ins(people) + "Next: carefolio serve"
    answer({"patients": patients, "seed": seed, "people": [asdict(each) for each in people]}, words, as_json=json)
