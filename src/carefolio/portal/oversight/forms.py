"""What admins and auditors are asked for."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from carefolio.consent.principal import Role
from carefolio.identity.profile import LONGEST_LICENCE
from carefolio.identity.profile import LONGEST_TEXT as LONGEST_PARTICULAR
from carefolio.identity.verifications import LONGEST_REASON
from carefolio.portal.look.forms import Form, Option, Text
from carefolio.portal.oversight.labels import OUTCOMES, ROLES
from carefolio.workflows.oversight.rules import LONGEST_TEXT, Outcome
from carefolio.workflows.registration.rules import LONGEST_EMAIL, LONGEST_NAME, HospitalType

MOST_SEEN = 2**62
LONGEST_IDENTIFIER = 400
_TYPES = {
    HospitalType.HOSPITAL: _("Hospital"),
    HospitalType.CLINIC: _("Clinic"),
    HospitalType.LABORATORY: _("Laboratory"),
    HospitalType.PHARMACY: _("Pharmacy"),
}
STATES = {
    "waiting": _("Waiting to be verified"),
    "verified": _("Verified"),
    "suspended": _("Suspended"),
}


class SeenForm(Form):
    """A decision on what was seen: the account's version at that moment goes back with it."""

    seen = forms.IntegerField(min_value=0, max_value=MOST_SEEN, widget=forms.HiddenInput)


class ReasonForm(Form):
    """Why; the person reads it."""

    asks: ClassVar = {"reason": _("a reason")}

    reason = forms.CharField(
        label=_("Reason"), max_length=LONGEST_REASON, widget=forms.Textarea({"rows": 5}), strip=True
    )

    def __init__(self, *args: Any, label: Text, hint: Text, needed: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        field.label, field.help_text, field.required = str(label), str(hint), needed


class RefusalForm(ReasonForm, SeenForm):
    """Why a licence does not hold."""


class PeopleForm(Form):
    """Whom to find."""

    all_optional = True
    text = forms.CharField(label=_("Name, or whole e-mail"), max_length=254, required=False)
    role = forms.ChoiceField(
        label=_("Role"),
        required=False,
        choices=[("", _("All roles")), *[(role.value, name) for role, name in ROLES.items() if role != Role.HOSPITAL]],
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("Any state")), *STATES.items()])


class HospitalForm(Form):
    """A hospital that will send records."""

    asks: ClassVar = {"name": _("a name"), "type": _("what kind it is")}

    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, help_text=_("As patients know it, like North Hospital")
    )
    type = forms.ChoiceField(
        label=_("What kind is it?"),
        widget=forms.RadioSelect,
        choices=[(kind.value, words) for kind, words in _TYPES.items()],
        initial=HospitalType.HOSPITAL.value,
    )
    identifier = forms.CharField(
        label=_("Identifier"),
        required=False,
        max_length=LONGEST_IDENTIFIER,
        help_text=_("How others know it: a system and a value, like https://example.org/hospitals|north"),
        widget=forms.TextInput({"spellcheck": "false", "autocapitalize": "none"}),
    )


class PharmacistForm(Form):
    """Somebody who will hand out at a pharmacy."""

    asks: ClassVar = {
        "name": _("their full name"),
        "email": _("their e-mail"),
        "licence": _("the licence number"),
        "authority": _("who issued it"),
    }

    name = forms.CharField(label=_("Full name"), max_length=LONGEST_NAME)
    email = forms.EmailField(
        label=_("E-mail"),
        max_length=LONGEST_EMAIL,
        help_text=_("They sign in with it. We write to them there how to choose a password"),
    )
    licence = forms.CharField(
        label=_("Licence number"), max_length=LONGEST_LICENCE, help_text=_("As it stands in the register")
    )
    authority = forms.CharField(
        label=_("Who issued it"),
        max_length=LONGEST_PARTICULAR,
        help_text=_("Like the Pharmaceutical Society of Ireland"),
    )


class ReviewForm(Form):
    """What is to be said of an emergency access."""

    asks: ClassVar = {"outcome": _("what you found"), "text": _("why")}

    outcome = forms.ChoiceField(
        label=_("What did you find?"),
        widget=forms.RadioSelect,
        choices=[
            (Outcome.JUSTIFIED.value, Option(OUTCOMES[Outcome.JUSTIFIED], hint=_("There was an emergency"))),
            (
                Outcome.QUESTIONED.value,
                Option(OUTCOMES[Outcome.QUESTIONED], hint=_("The reason is not clear: somebody has to ask the doctor")),
            ),
            (Outcome.ABUSE.value, Option(OUTCOMES[Outcome.ABUSE], hint=_("There was no good reason"))),
        ],
    )
    text = forms.CharField(
        label=_("Why?"),
        required=False,
        max_length=LONGEST_TEXT,
        help_text=_("The patient reads this. It is needed unless the access was justified"),
        widget=forms.Textarea({"rows": 5}),
    )
    suspend = forms.BooleanField(
        label=_("Shut the doctor out at once"),
        required=False,
        help_text=_("After an abuse only. It works on their next request, and an admin can lift it"),
    )


class EmergenciesForm(Form):
    """Which emergency accesses to list."""

    all_optional = True
    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("All")), ("open", _("To review")), ("reviewed", _("Reviewed"))],
    )
