"""The forms of signing up and in: allauth's, in our words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.recovery_codes.forms import GenerateRecoveryCodesForm
from allauth.mfa.totp.forms import ActivateTOTPForm, DeactivateTOTPForm
from django import forms
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from carefolio.base.failures import Category, Failure
from carefolio.identity.profile import Profile, tidy
from carefolio.identity.specialities import SPECIALITIES
from carefolio.portal.accounts import attempts, signing_up
from carefolio.portal.accounts.models import SignIn
from carefolio.portal.look.forms import DateField, Form, Text
from carefolio.portal.reach import Reach, reach_of
from carefolio.portal.words import zones
from carefolio.portal.words.failures import said
from carefolio.workflows.registration import rules
from carefolio.workflows.registration.rules import Gender, NewPerson, PersonRole

_EMAIL = _("E-mail")
_PASSWORD = _("Password")
_NEW_PASSWORD = _("New password")
_ASKS = MappingProxyType(
    {
        "login": _("your e-mail"),
        "email": _("your e-mail"),
        "name": _("your full name"),
        "birth_date": _("your date of birth"),
        "password": _("your password"),
        "oldpassword": _("your password"),
        "password1": _("a new password"),
        "password2": _("the new password again"),
        "code": _("the code"),
        "present": _("a code that works now"),
    }
)
_PASSWORD_HINT = _("Use at least 10 letters, numbers or signs. Three words in a row work well.")


class _Plain(Form):
    """Ours in look: no placeholders, labels and hints that help."""

    labels: ClassVar[Mapping[str, Text]] = MappingProxyType({})
    hints: ClassVar[Mapping[str, Text]] = MappingProxyType({})
    asks = _ASKS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            if name in self.labels:
                field.label = str(self.labels[name])
            if name not in type(self).base_fields or name in self.hints:
                field.help_text = str(self.hints.get(name, ""))


class SignInForm(_Plain, account_forms.LoginForm):
    """E-mail and password."""

    labels: ClassVar[Mapping[str, Text]] = {"login": _EMAIL, "password": _PASSWORD}
    hints: ClassVar[Mapping[str, Text]] = {"password": ""}  # allauth puts a link there; it stands below the form


class ResetForm(_Plain, account_forms.ResetPasswordForm):
    """Where to send the link that sets a new password."""

    labels: ClassVar[Mapping[str, Text]] = {"email": _EMAIL}

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Send it, unless so many were sent already; the answer is the same."""
        email: str = self.cleaned_data["email"]
        return str(super().save(request, **kwargs)) if attempts.may_mail(request, email) else email


class NewPasswordForm(_Plain, account_forms.ResetPasswordKeyForm):
    """A new password, twice."""

    labels: ClassVar[Mapping[str, Text]] = {"password1": _NEW_PASSWORD, "password2": _("New password again")}
    hints: ClassVar[Mapping[str, Text]] = {"password1": _PASSWORD_HINT}


class ChangePasswordForm(_Plain, account_forms.ChangePasswordForm):
    """The old password and the new one."""

    labels: ClassVar[Mapping[str, Text]] = {
        "oldpassword": _("Your password now"),
        "password1": _NEW_PASSWORD,
        "password2": _("New password again"),
    }
    hints: ClassVar[Mapping[str, Text]] = {"password1": _PASSWORD_HINT}


class SetPasswordForm(_Plain, account_forms.SetPasswordForm):
    """The first password."""

    labels: ClassVar[Mapping[str, Text]] = {"password1": _NEW_PASSWORD, "password2": _("New password again")}
    hints: ClassVar[Mapping[str, Text]] = {"password1": _PASSWORD_HINT}


class ReauthenticateForm(_Plain, account_forms.ReauthenticateForm):
    """The password once more, before something that matters."""

    labels: ClassVar[Mapping[str, Text]] = {"password": _PASSWORD}


class CodeForm(_Plain, factor_forms.AuthenticateForm):
    """A code from an app, or one of the recovery codes."""

    labels: ClassVar[Mapping[str, Text]] = {"code": _("Code")}
    hints: ClassVar[Mapping[str, Text]] = {"code": _("6 digits from your app, or one of your recovery codes.")}


class CodeAgainForm(_Plain, factor_forms.ReauthenticateForm):
    """The same once more, before something that matters."""

    labels = CodeForm.labels
    hints = CodeForm.hints


class ActivateForm(_Plain, ActivateTOTPForm):
    """A first code shows that the app was set up."""

    labels: ClassVar[Mapping[str, Text]] = {"code": _("Code from your app")}
    hints: ClassVar[Mapping[str, Text]] = {"code": _("6 digits. The app shows a new code every 30 seconds.")}


class ReplaceForm(ActivateForm):
    """A code of what holds now, and the first one of the new app."""

    field_order = ("present", "code")
    labels: ClassVar[Mapping[str, Text]] = {"code": _("Code from your new app")}
    present = forms.CharField(
        label=_("Code that works now"),
        help_text=_("6 digits from the app that you use now, or one of your recovery codes."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )

    def clean(self) -> dict[str, Any]:
        """Take the old code last: a mistake in the new one does not use up a recovery code."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            held = factor_forms.ReauthenticateForm(user=self.user, data={"code": cleaned["present"]})
            if held.is_valid():
                held.save()
            else:
                self.add_error("present", held.errors["code"].as_data())
        return cleaned


class DeactivateForm(_Plain, DeactivateTOTPForm):
    """Nothing to fill in."""


class RecoveryForm(_Plain, GenerateRecoveryCodesForm):
    """Nothing to fill in."""


class SignUpForm(_Plain, account_forms.SignupForm):
    """What everybody is asked for."""

    role: PersonRole
    field_order: Sequence[str] = ("name", "birth_date", "gender", "email", "password1")
    labels: ClassVar[Mapping[str, Text]] = {"email": _EMAIL, "password1": _PASSWORD}
    hints: ClassVar[Mapping[str, Text]] = {
        "name": _("First name and family name, as your doctors write it."),
        "email": _("We send a link there to check that it is yours."),
        "password1": _PASSWORD_HINT,
    }

    name = forms.CharField(
        label=_("Full name"), max_length=rules.LONGEST_NAME, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )

    def particulars(self) -> NewPerson:
        """Who signs up."""
        return NewPerson(self.role, self.cleaned_data["name"], self.cleaned_data["email"])

    def profile(self) -> Profile | None:
        """What a doctor is, for the directory and for whoever looks at their licence."""
        return None

    def __init__(self, *args: Any, reach: Reach, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reach = reach
        hospitals = reach.door.parts.accounts.of_role(reach.door.parts.database, "hospital")
        if "hospital" in self.fields:
            known = [(one.organization, one.name) for one in hospitals]
            self.fields["hospital"] = forms.ChoiceField(
                label=_("Hospital"), required=False, choices=[("", _("Not on this list")), *known]
            )

    def clean(self) -> dict[str, Any]:
        """Refuse here what the platform would refuse, while the typed values still stand in the form."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                rules.refuse_person(self.particulars())
                self.profile()
            except Failure as failure:
                for issue in failure.issues:
                    self.add_error(issue.path if issue.path in self.fields else None, said(issue.text))
        return cleaned

    def validate_unique_email(self, value: str) -> str:
        """Note whether somebody signs in with it already; they are told by e-mail, whoever asks here is not."""
        signing_up.clear(self._reach.door, value)
        return str(super().validate_unique_email(value))

    def try_save(self, request: HttpRequest) -> tuple[AbstractBaseUser | None, HttpResponse | None]:
        """The new sign-in, or None and the answer that a new one would get, after the same work."""
        if not self.account_already_exists:
            try:
                return self.save(request), None
            except IntegrityError:  # somebody signs up with it at the same moment
                self.account_already_exists = True
            except Failure as failure:
                if failure.category is not Category.CONFLICT:
                    raise
                self.account_already_exists = True
        make_password(self.cleaned_data["password1"])
        _none, answer = super().try_save(request)
        return None, answer

    def save(self, request: HttpRequest) -> AbstractBaseUser:
        """Make the sign-in, inactive until the account stands; then the account."""
        sign_in = SignIn.objects.make(self.cleaned_data["email"], self.cleaned_data["password1"], is_active=False)
        try:
            signing_up.sign_up(reach_of(request), sign_in, self.particulars(), self.profile())
        except Failure:
            sign_in.delete()
            raise
        return sign_in


class PatientSignUpForm(SignUpForm):
    """A patient's."""

    role = PersonRole.PATIENT
    birth_date = DateField(birthday=True, label=_("Date of birth"), help_text=_("For example, 27 3 1985"))
    gender = forms.ChoiceField(
        label=_("Sex"),
        required=False,
        choices=[("", _("I would rather not say")), *[(one.value, one.value.capitalize()) for one in list(Gender)[:3]]],
        widget=forms.RadioSelect,
    )

    def particulars(self) -> NewPerson:
        """Who signs up."""
        given = self.cleaned_data
        gender = Gender(given["gender"]) if given["gender"] else None
        return NewPerson(
            self.role, given["name"], given["email"], birth_date=given["birth_date"].isoformat(), gender=gender
        )


class DoctorSignUpForm(SignUpForm):
    """A doctor's, with what an admin checks before they can ask anybody for access."""

    role = PersonRole.DOCTOR
    field_order = (
        "name",
        "licence",
        "authority",
        "speciality",
        "qualification",
        "hospital",
        "place",
        "email",
        "password1",
    )
    licence = forms.CharField(label=_("Licence number"), max_length=64, help_text=_("As it stands in the register."))
    authority = forms.CharField(
        label=_("Who issued it"), max_length=200, help_text=_("For example, the Medical Council of Ireland.")
    )
    speciality = forms.ChoiceField(label=_("Speciality"), choices=[("", ""), *SPECIALITIES.items()])
    qualification = forms.CharField(label=_("Qualification"), max_length=200, help_text=_("For example, MB BCh BAO."))
    place = forms.CharField(label=_("Town or city where you work"), max_length=200)
    hospital = forms.ChoiceField(label=_("Hospital"), required=False)

    def profile(self) -> Profile:
        """What an admin checks."""
        given = self.cleaned_data
        names = ("licence", "authority", "speciality", "qualification", "place", "hospital")
        return tidy(Profile(**{name: given[name] for name in names}))


class DetailsForm(Form):
    """Time zone and language."""

    zone = forms.ChoiceField(label=_("Time zone"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        as_device = ("", _("The same as my device"))
        self.fields["zone"] = forms.ChoiceField(
            label=_("Time zone"),
            required=False,
            choices=[as_device, *((name, zones.called(name)) for name in zones.PLACES)],
        )
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), required=False, choices=[as_device, *settings.LANGUAGES]
        )
