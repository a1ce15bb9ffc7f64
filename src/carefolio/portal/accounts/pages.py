"""Pages about oneself: signing up, the sign-in page with the demo's people, own details."""

from __future__ import annotations

from functools import partial
from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.views import LoginView, SignupView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_removed
from allauth.mfa.totp.views import ActivateTOTPView
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carefolio.portal.accounts import admission
from carefolio.portal.accounts.demo import people
from carefolio.portal.accounts.forms import DetailsForm, DoctorSignUpForm, PatientSignUpForm, ReplaceForm
from carefolio.portal.accounts.models import SignIn
from carefolio.portal.gate import open_to_all, signed_in
from carefolio.portal.reach import reach_of
from carefolio.portal.visitor import visitor_of
from carefolio.workflows.registration import actions


@open_to_all
def sign_up(request: HttpRequest) -> HttpResponse:
    """Asks who signs up: a patient or a doctor."""
    return render(request, "accounts/sign_up.html")


class SigningUp(SignupView):
    """One role's sign-up."""

    template_name = "accounts/sign_up_form.html"

    def get_form_class(self) -> type:
        """The role's own form."""
        return self.form_class

    def get_form_kwargs(self) -> dict[str, Any]:
        """What forms are made of, with the request."""
        return super().get_form_kwargs() | {"reach": reach_of(self.request)}


patient = open_to_all(SigningUp.as_view(form_class=PatientSignUpForm))
doctor = open_to_all(SigningUp.as_view(form_class=DoctorSignUpForm))


class SigningIn(LoginView):
    """E-mail and password; on a demo installation its people stand beside the form."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the template shows."""
        return super().get_context_data(**kwargs) | {"people": people(reach_of(self.request))}


sign_in = open_to_all(SigningIn.as_view())


class EnteringCode(AuthenticateView):
    """The code of the second factor; on a demo installation, where nobody has its app, its people's codes."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the template shows."""
        held = [one for one in people(reach_of(self.request)) if one.code]
        return super().get_context_data(**kwargs) | {"people": held}


enter_code = open_to_all(EnteringCode.as_view())


class Replacing(ActivateTOTPView):
    """Another app instead of the one that holds: for who has a code of that one, or a recovery code."""

    template_name = "mfa/totp/replace_form.html"
    success_url = reverse_lazy("mfa_index")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """To setting up the first one where there is none."""
        if not self._held().exists():
            return redirect("mfa_activate_totp")
        return super(ActivateTOTPView, self).dispatch(request, *args, **kwargs)

    def get_form_class(self) -> type:
        """With a code of what holds now."""
        return ReplaceForm

    def form_valid(self, form: ReplaceForm) -> HttpResponse:
        """One goes and the other comes, or neither; other sessions end."""
        with transaction.atomic():
            for old in self._held():
                old.delete()
                transaction.on_commit(partial(self._tell, old))
            return super().form_valid(form)

    def _held(self) -> QuerySet[Authenticator]:
        return Authenticator.objects.filter(user_id=self.request.user.pk, type=Authenticator.Type.TOTP)

    def _tell(self, old: Authenticator) -> None:
        user = self.request.user
        authenticator_removed.send(sender=Authenticator, request=self.request, user=user, authenticator=old)


replace_app = signed_in(reauthentication_required(app="allauth.mfa")(Replacing.as_view()))


@signed_in
@require_POST
def stay(request: HttpRequest) -> HttpResponse:
    """They are still there."""
    admission.stays(request)
    return HttpResponse(status=204)


@signed_in
def details(request: HttpRequest) -> HttpResponse:
    """What we know of them as somebody who signs in; time zone and language are theirs to choose."""
    user = request.user
    assert isinstance(user, SignIn)  # noqa: S101 - the gate let nobody else in
    form = DetailsForm(request.POST or None, initial={"zone": user.zone, "language": user.language})
    if request.method == "POST" and form.is_valid():
        user.zone, user.language = form.cleaned_data["zone"], form.cleaned_data["language"]
        user.save(update_fields=["zone", "language"])
        messages.success(request, _("Your choices are saved."))
        return redirect("accounts:details")
    visitor = visitor_of(request)
    account = visitor.account
    code = account.code or actions.chart_code(visitor.reach.door, account) if account else ""
    return render(request, "accounts/details.html", {"form": form, "code": code})
