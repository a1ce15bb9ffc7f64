"""Ben forgot his password; then he signs in with his app, and then without it, by a recovery code."""

from __future__ import annotations

from tests.portal.story.person import SECOND_STEP, SIGN_IN
from tests.portal.story.scene import DOCTOR, Scene
from tests.portal.story.sharing import EVERYTHING

NEW = "quite another sentence"


def password_is_reset(scene: Scene) -> None:
    """The link comes by mail and holds once; it does not stand in for the app."""
    ben = scene.ben
    ben.goes("/accounts/").sees("Sign in").clicks("I forgot my password").fills("E-mail", ben.email)
    ben.shows("forgot").submits("Send the link")
    link = scene.mail(ben, "Set a new password").link
    ben.goes(link).fills("New password", NEW).fills("New password again", NEW).submits("Save the password")
    ben.sees("Your password is changed").shows("password-changed")
    scene.mail(ben, "Your password was changed")
    scene.sue.goes(link).sees("run out or was used before")
    ben.goes(SIGN_IN).fills("E-mail", ben.email).fills("Password", ben.password).submits("Sign in")
    ben.sees("There is a problem")
    ben.password = NEW


def app_signs_in(scene: Scene) -> None:
    ben = scene.ben
    ben.goes(SIGN_IN).fills("E-mail", ben.email).fills("Password", NEW).submits("Sign in")
    assert ben.path == SECOND_STEP
    ben.is_refused("/patients/", "/trail/", "/accounts/")
    ben.shows("second-step").gives_code("Code", "Sign in").sees(f"Hello {DOCTOR}")
    ben.is_refused(scene.chart, *scene.records.values(), but_never=EVERYTHING)


def recovery_code_signs_in_once(scene: Scene) -> None:
    ben = scene.ben
    code = ben.recovery_codes[0]
    for is_new in (True, False):
        ben.signs_out().goes(SIGN_IN).fills("E-mail", ben.email).fills("Password", NEW).submits("Sign in")
        ben.fills("Code", code).submits("Sign in").sees(f"Hello {DOCTOR}" if is_new else "There is a problem")
