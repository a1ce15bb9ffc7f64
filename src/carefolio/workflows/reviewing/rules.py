"""What a rating is, and how ratings are counted. Pure.

A rating is a QuestionnaireResponse beside the doctor's directory record, with nobody's name in it and no more of a date
than its month, also where it counts as written (``records/rights.py``); its id is made from the visit with a key, so
that nobody tells from it whose visit it was. Count and sum stand in the doctor's PractitionerRole, whose every version
everybody may read: so they are worked out anew of all ratings once a day, and put there only when several came in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from carefolio.base.failures import unprocessable
from carefolio.base.sentences import sentence
from carefolio.records.carried import TALLY
from carefolio.records.rights import RATING
from carefolio.records.visits import Visit

Resource = dict[str, Any]

LEAST, MOST = 1, 5
LONGEST: Final = 1000
SEVERAL: Final = 5
"""How many ratings more, or fewer, change the numbers that everybody sees: of fewer one could work out each."""
_GONE: Final = "entered-in-error"


@dataclass(frozen=True, slots=True)
class Rating:
    """1 (bad) to 5 (very good), and words. ``month``: ``2030-05``, when it was given."""

    score: int
    words: str = ""
    month: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many ratings a doctor has, and their sum."""

    count: int = 0
    sum: int = 0

    @property
    def average(self) -> float:
        """0 where there is none."""
        return self.sum / self.count if self.count else 0.0

    def gives_way_to(self, now: Tally) -> bool:
        """Whether these are the numbers to show from now on. What was only said anew waits for the next several."""
        return abs(now.count - self.count) >= SEVERAL


def refuse(visit: Visit, person: str, rating: Rating | None) -> None:
    """Raise unless this person was there, the visit was kept, and the rating is one."""
    if visit.patient.reference != person or visit.status != "fulfilled":
        raise unprocessable("You can rate a visit after you were there.")
    if rating is not None and (not LEAST <= rating.score <= MOST or len(rating.words) > LONGEST):
        raise unprocessable(
            sentence(
                "Give {least} to {most}, and {longest} characters at the most.", least=LEAST, most=MOST, longest=LONGEST
            )
        )


def response_of(rating: Rating | None, doctor: str, id_: str) -> Resource:
    """The QuestionnaireResponse; one without answers for a rating that was taken back."""
    response: Resource = {
        "resourceType": "QuestionnaireResponse",
        "id": id_,
        "questionnaire": RATING,
        "status": "completed" if rating else _GONE,
        "subject": {"reference": doctor},
    }
    if rating is not None:
        response["authored"] = rating.month
        response["item"] = [{"linkId": "score", "answer": [{"valueInteger": rating.score}]}]
        if rating.words:
            response["item"].append({"linkId": "words", "answer": [{"valueString": rating.words}]})
    return response


def rating_of(response: Resource) -> Rating | None:
    """The rating that a QuestionnaireResponse is; None for one that was taken back, and for any other."""
    if response.get("questionnaire") != RATING or response.get("status") == _GONE:
        return None
    said: Resource = {item["linkId"]: item["answer"][0] for item in response.get("item", [])}
    words = said.get("words", {}).get("valueString", "")
    return Rating(said["score"]["valueInteger"], words, response.get("authored", ""))


def counted(ratings: Iterable[Rating]) -> Tally:
    """How many these are, and their sum."""
    scores = [one.score for one in ratings]
    return Tally(len(scores), sum(scores))


def tally_of(post: Resource) -> Tally:
    """What a doctor's PractitionerRole says of their ratings."""
    extensions: list[Resource] = post.get("extension", [])
    said: Resource = next((one for one in extensions if one.get("url") == TALLY), {})
    numbers = {one["url"]: one["valueInteger"] for one in said.get("extension", [])}
    return Tally(numbers.get("count", 0), numbers.get("sum", 0))


def with_tally(post: Resource, tally: Tally) -> Resource:
    """The same with these numbers."""
    others = [one for one in post.get("extension", []) if one.get("url") != TALLY]
    numbers = [{"url": "count", "valueInteger": tally.count}, {"url": "sum", "valueInteger": tally.sum}]
    return post | {"extension": [*others, {"url": TALLY, "extension": numbers}]}
