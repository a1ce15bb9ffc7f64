"""``carefolio demo``: hospitals, people and years of records, all invented."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from carefolio.cli.commands import Exemplified, examples, new_group
from carefolio.cli.late import Late
from carefolio.cli.options import Data, Json, answer

if TYPE_CHECKING:
    from carefolio.cli import casting, opening, progress, story
else:
    casting = Late("carefolio.cli.casting")
    opening = Late("carefolio.cli.opening")
    progress = Late("carefolio.cli.progress")
    story = Late("carefolio.cli.story")

app = new_group()

PATIENTS, SEED, MOST_PATIENTS = 20, 7, 100_000


@app.command(
    "demo",
    cls=Exemplified,
    short_help="make hospitals, people and years of records, all invented",
    epilog=examples(
        "carefolio demo",
        "carefolio demo --patients 200 --seed 11",
    ),
)
def demo(
    patients: Annotated[int, typer.Option(min=1, max=MOST_PATIENTS, help="How many patients.")] = PATIENTS,
    seed: Annotated[int, typer.Option(help="The same seed makes the same people.")] = SEED,
    data: Data = None,
    json: Json = False,
) -> None:
    """Makes hospitals, people and years of their records from a seed and prints the sign-ins.

    What is there already stays.
    """
    with opening.opened(data, create=True) as carefolio:
        with progress.counting("Making the demo's people") as count:
            casting.make(carefolio, patients, seed, count)
        people = casting.cast(carefolio)
    words = story.sign_ins(people) + "Next: carefolio serve"
    answer({"patients": patients, "seed": seed, "people": [asdict(each) for each in people]}, words, as_json=json)
