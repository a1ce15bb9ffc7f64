"""The doctor's own profile: what the directory says of them, whether it was looked at, and changing it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as now_
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from carefolio.base.failures import Failure
from carefolio.consent.principal import Role
from carefolio.identity.profile import LONGEST_LICENCE, LONGEST_TEXT, Profile, needs_new_check, tidy
from carefolio.identity.specialities import SPECIALITIES
from carefolio.portal.asking import whom
from carefolio.portal.asking.contracts import directory_names
from carefolio.portal.asking.forms import kept_in
from carefolio.portal.asking.pages import see
from carefolio.portal.asking.standing import standing_of
from carefolio.portal.drafts import keep
from carefolio.portal.drafts.refused import shown_again, typed_into
from carefolio.portal.gate import for_roles
from carefolio.portal.look.forms import Form
from carefolio.portal.visitor import Visitor, visitor_of
from carefolio.portal.words.failures import reason, said
from carefolio.workflows.registration import rules
from carefolio.workflows.registration.profiles import change_profile, profile_of

_DRAFT: Final = "profile"
_FIELDS: Final = ("licence", "authority", "speciality", "qualification", "place", "hospital")


class ProfileForm(Form):
    """What a doctor says of themselves."""

    asks: ClassVar = {"authority": _("who issued the licence"), "place": _("the town or city where you work")}

    name = forms.CharField(
        label=_("Full name"), help_text=_("As it stands on your licence"), max_length=rules.LONGEST_NAME
    )
    licence = forms.CharField(
        label=_("Licence number"), help_text=_("As it stands in the register"), max_length=LONGEST_LICENCE
    )
    authority = forms.CharField(
        label=_("Who issued it"), help_text=_("For example, the Medical Council of Ireland"), max_length=LONGEST_TEXT
    )
    speciality = forms.ChoiceField(label=_("Speciality"), choices=[("", ""), *SPECIALITIES.items()])
    qualification = forms.CharField(
        label=_("Qualification"), help_text=_("For example, MB BCh BAO"), max_length=LONGEST_TEXT
    )
    place = forms.CharField(label=_("Town or city where you work"), required=False, max_length=LONGEST_TEXT)
    hospital = forms.ChoiceField(label=_("Hospital"), required=False)

    def __init__(self, visitor: Visitor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = visitor.reach.door.parts
        hospitals = parts.accounts.of_role(parts.database, Role.HOSPITAL.value)
        known = sorted(((one.organization, one.name) for one in hospitals), key=lambda pair: pair[1])
        chosen = self.fields["hospital"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 - it says so above
        chosen.choices = [("", now_("Not on this list")), *known]

    def profile(self) -> Profile:
        """What they say now."""
        return Profile(**{name: self.cleaned_data[name] for name in _FIELDS})

    def clean(self) -> dict[str, Any]:
        """Refuse here what registration would refuse, beside its field."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                tidy(self.profile())
            except Failure as failure:
                for issue in failure.issues:
                    self.add_error(issue.path if issue.path in self.fields else None, said(issue.text))
            try:
                rules.refuse_name(cleaned["name"])
            except Failure as failure:
                self.add_error("name", reason(failure))
        return cleaned


@for_roles(Role.DOCTOR)
@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """What the directory says, and whether it was looked at."""
    visitor = visitor_of(request)
    account = whom.account_of(visitor)
    said = profile_of(visitor.reach.door, account)
    rows = _rows(visitor, account.name, said)
    return render(
        request, "asking/profile.html", {"rows": rows, "code": account.code, "standing": standing_of(visitor)}
    )


@for_roles(Role.DOCTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """Say something else."""
    visitor = visitor_of(request)
    typed = typed_into(request, _DRAFT)
    if typed is not None:
        form = ProfileForm(visitor, typed)
        if (again := shown_again(request, _DRAFT, form)) is not None:
            return again
        if request.method == "POST" and form.is_valid():
            keep.keep(request, _DRAFT, request.POST)
            return see(reverse("asking:profile-check"))
    else:
        account = whom.account_of(visitor)
        now = profile_of(visitor.reach.door, account)
        held: dict[str, Any] = {name: getattr(now, name) for name in _FIELDS} | {"name": account.name}
        draft = keep.draft_of(request, _DRAFT)
        form = ProfileForm(visitor, initial=held | (kept_in(ProfileForm(visitor), draft) if draft else {}))
    return render(request, "asking/profile_change.html", {"form": form, "standing": standing_of(visitor)})


@for_roles(Role.DOCTOR)
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The answers once more, with what becomes of the verification; then they are saved."""
    visitor = visitor_of(request)
    account = whom.account_of(visitor)
    draft = keep.draft_of(request, _DRAFT)
    form = ProfileForm(visitor, draft) if draft else None
    if draft is None or form is None or not form.is_valid():
        return see(reverse("asking:profile-change" if form else "asking:profile"))
    wanted, name = tidy(form.profile()), " ".join(form.cleaned_data["name"].split())
    before = profile_of(visitor.reach.door, account)
    if request.method == "POST" and keep.is_as_shown(request, draft):
        return _save(request, wanted, name)
    if request.method == "POST":
        messages.warning(request, now_("Your answers were changed on another page. Look at them again."))
        return see(reverse("asking:profile-check"))
    again = name != account.name or needs_new_check(before, wanted)
    leaves = account.organization not in ("", wanted.hospital)
    rows = _rows(visitor, name, wanted, reverse("asking:profile-change"))
    context = {"rows": rows, "again": again, "leaves": leaves, "standing": standing_of(visitor)}
    context["shown"] = keep.mark_of(draft)
    return render(request, "asking/profile_check.html", context)


def _save(request: HttpRequest, wanted: Profile, name: str) -> HttpResponse:
    visitor = visitor_of(request)
    again = change_profile(visitor.reach.door, whom.account_of(visitor), wanted, name=name)
    keep.forget(request, _DRAFT)
    waits = now_("Your profile is saved. An administrator will look at it.")
    messages.success(request, waits if again else now_("Your profile is saved."))
    return see(reverse("asking:profile"))


def _rows(visitor: Visitor, name: str, said: Profile, change: str = "") -> list[Mapping[str, str]]:
    hospital = directory_names(visitor, [said.hospital]).get(said.hospital, "") if said.hospital else ""
    pairs = (
        ("name", now_("Name"), name),
        ("licence", now_("Licence number"), said.licence),
        ("authority", now_("Issued by"), said.authority),
        ("speciality", now_("Speciality"), said.speciality_name),
        ("qualification", now_("Qualification"), said.qualification),
        ("place", now_("Town or city"), said.place),
        ("hospital", now_("Hospital"), hospital),
    )
    return [
        {"name": label, "value": value} | ({"change": f"{change}#id_{field}"} if change else {})
        for field, label, value in pairs
    ]
