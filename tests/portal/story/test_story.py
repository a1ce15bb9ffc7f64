"""The whole story in a real browser: with a mouse, without scripts, and with the keyboard alone.

``STORY_PICTURES=folder`` keeps pictures of the pages, small and wide.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.portal.story import arriving, emergency, returning, sharing
from tests.portal.story.hands import Keyboard, Mouse
from tests.portal.story.person import Stage, both_sizes
from tests.portal.story.scene import CANARIES, DOCTOR, EMERGENCY, Scene, hospitals_write, set_up
from tests.stores import processes_of

STORY = (
    arriving.patient_signs_up,
    arriving.doctor_signs_up,
    arriving.admin_verifies,
    hospitals_write,
    sharing.patient_sees_her_record,
    sharing.doctor_asks,
    sharing.patient_narrows,
    sharing.inside_is_read_and_outside_is_absent,
    sharing.a_second_grant_for_a_single_record,
    sharing.who_looked,
    sharing.patient_takes_it_back,
    sharing.the_rest_runs_out,
    emergency.doctor_opens_the_chart,
    emergency.patient_is_told,
    emergency.admin_reviews,
    emergency.patient_reads_the_review,
    emergency.it_closes_after_an_hour,
    returning.password_is_reset,
    returning.app_signs_in,
    returning.recovery_code_signs_in_once,
)
BEN, SUE, CARL = f"{DOCTOR} (doctor)", "Sue Marsh (doctor)", "Carl Stone (patient)"
TOLD = {
    "Sharing": (f"{BEN} asked for access", "You gave access", "You took a permission back", "A permission ran out"),
    "Emergencies": (f"{BEN} opened your health record in an emergency", "checked an emergency access", EMERGENCY),
    "Changes": ("North Hospital (hospital system) added", "South Clinic (hospital system) added"),
    "Refused": (f"{BEN} asked to see something", f"{SUE} asked to see something", f"{CARL} asked to see something"),
    "Reading": (f"{BEN} read", f"{BEN} typed your code and saw your name", "Your permission of"),
}
"""What the patient finds under each part of who looked."""


@pytest.fixture
def play(site, windows):
    """Plays the story and looks at what stays of it."""

    def played(**more):
        wanted = os.environ.get("STORY_PICTURES")
        scene = set_up(Stage(site, windows, pictures=both_sizes(Path(wanted)) if wanted else None, **more))
        for chapter in STORY:
            chapter(scene)
        what_stays(scene)
        assert [said for said in windows.complaints if "status of 404" not in said] == []

    return played


def what_stays(scene: Scene) -> None:
    """The patient's list tells each thing in words; no mail said anything of it; the ledger verifies."""
    ada = scene.ada.signs_in().clicks("Who looked").opens("Show one person, one kind or one time")
    for part, words in TOLD.items():
        ada.chooses("What", part).submits("Show")
        told = [ada.text]
        while ada.has("Older"):
            told.append(ada.clicks("Older").text)
        for one in words:
            assert any(one in page for page in told), f"{one!r} is not under {part}: {' | '.join(told)}"
        if part == "Reading":
            assert not any(f"{stranger} read" in page for stranger in (SUE, CARL) for page in told), told
    for mail in scene.stage.site.inbox.all:
        for word in CANARIES:
            assert word.encode() not in mail.raw, (word, mail.subject)
    assert verified(scene)["ok"]


def verified(scene: Scene) -> dict[str, Any]:
    """What ``carefolio ledger verify`` says at the story's time: on the machine's, its entries are of the future."""
    ahead = f"from carefolio.base import clock; clock.shift({int(scene.passed)} * clock.SECOND)"
    command = [sys.executable, "-c", f"{ahead}; from carefolio.cli import main; main()", "ledger", "verify", "--json"]
    done = subprocess.run(
        [*command, "--data", str(scene.stage.site.data)],
        capture_output=True,
        env=processes_of(scene.stage.site.data),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_with_a_mouse(play):
    play(hands=Mouse)


@pytest.mark.drill
def test_without_scripts(play):
    play(hands=Mouse, javascript=False)


@pytest.mark.drill
def test_with_the_keyboard_alone(play):
    play(hands=Keyboard)
