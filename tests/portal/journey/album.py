"""The journey's pictures for the documentation, and the page that tells it by them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from playwright.sync_api import Browser, Page

from tests.portal.walk.small import MOST_BYTES, small

DOCS = Path(__file__).parents[3] / "docs"
FOLDER, STORY = DOCS / "pictures/journey", DOCS / "reference/journey.md"
STEPS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "sign-up-ada": ("Ada signs up", "On her phone, with an e-mail that she confirms by a link."),
        "verify-person": (
            "An admin verifies the doctor",
            "Ben signed up too, with his licence; until an admin has looked at it, he finds nobody.",
        ),
        "free-times": (
            "Ada finds a doctor and books",
            "By name, speciality or town. Times are on her own clock, and what a visit costs stands above them.",
        ),
        "ask": ("The doctor asks for access", "With the code that she told him, in words that she will read."),
        "request": ("Ada decides", "She can give it all, choose less, or say no. Until then he sees nothing."),
        "video": (
            "They meet by video",
            "He lets her in from the waiting room. Picture and sound go from browser to browser.",
        ),
        "video-phone": ("And write to each other", "The chat works too where picture or sound do not."),
        "mass-index": (
            "The doctor examines",
            "While they talk he adds weight and height; the body mass index is worked out, and stands in her record.",
        ),
        "allergy-warning": (
            "And prescribes",
            "Ada wrote down herself that she is allergic to penicillin: he is warned, and signs with a reason or not.",
        ),
        "pharmacy": (
            "Ada picks the pharmacy",
            "She reads what it will see: the prescription, her allergies, nothing else.",
        ),
        "desk": (
            "The pharmacist hands it out",
            "She sees whether the signature holds, and what may still be handed out.",
        ),
        "receipt": (
            "Ada pays and has a receipt",
            "At the desk here; who scans the code sees that it is true, and no names.",
        ),
        "refund": ("The doctor pays a part back", "The bill says what came, what went back, and what is left."),
        "document": (
            "Ada sends a letter",
            "He asked for it in their messages. She chooses the document, and he sees that one.",
        ),
        "who-looked": ("Ada sees who looked", "Each look, with its reason and what allowed it; and who was refused."),
        "ended": ("And takes the access back", "From the next request on, the doctor finds nothing that she gave him."),
    }
)
"""Each picture by its name: what happens, and a word on it."""
HEAD = """# A journey in pictures
From signing up to taking access back, as five people go through it in `make test`: a patient on her phone, a doctor, a
pharmacist, an admin, and a doctor who is a stranger and finds nothing at any of these addresses. Written, pictures
and all, by `make drill NAME=album`.
"""


class Album:
    """Keeps the pictures that belong to a step; ``names`` are those that it has."""

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self.names: list[str] = []
        self.heavy: list[str] = []
        FOLDER.mkdir(parents=True, exist_ok=True)

    def __call__(self, page: Page, name: str) -> None:
        if name not in STEPS:
            return
        page.evaluate("scrollTo(0, 0)")
        picture = small(self._chromium, page.screenshot())
        (FOLDER / f"{name}.png").write_bytes(picture)
        self.names.append(name)
        self.heavy += [name] * (len(picture) > MOST_BYTES)

    def tell(self) -> None:
        """Write the page; every step has its picture, in this order, and none weighs too much."""
        assert self.names == list(STEPS)
        assert self.heavy == []
        STORY.write_text(HEAD + "".join(_step(number, name) for number, name in enumerate(STEPS, 1)))


def _step(number: int, name: str) -> str:
    title, words = STEPS[name]
    return f"\n## {number}. {title}\n{words}\n\n![{title}](../pictures/journey/{name}.png)\n"
