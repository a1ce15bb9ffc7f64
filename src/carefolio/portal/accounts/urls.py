"""Addresses of signing up and in. The library's are named one by one: what is not here is not there."""

from __future__ import annotations

from allauth.account import views
from allauth.account.decorators import reauthentication_required
from allauth.mfa.recovery_codes import views as recovery
from allauth.usersessions.views import list_usersessions
from django.urls import include, path, re_path

from carefolio.portal.accounts import pages

again = reauthentication_required(app="allauth.mfa")
"""Around what lets one in without a phone: whoever finds a browser open does not get it."""

urlpatterns = [
    path("", include(([path("", pages.details, name="details"), path("stay/", pages.stay, name="stay")], "accounts"))),
    path("signup/", pages.sign_up, name="account_signup"),
    path("signup/patient/", pages.patient, name="sign_up_patient"),
    path("signup/doctor/", pages.doctor, name="sign_up_doctor"),
    path("login/", pages.sign_in, name="account_login"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("confirm-email/", views.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", views.confirm_email, name="account_confirm_email"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/recovery-codes/", again(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/download/", again(recovery.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("2fa/totp/replace/", pages.replace_app, name="replace_app"),
    path("2fa/authenticate/", pages.enter_code, name="mfa_authenticate"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", list_usersessions, name="usersessions_list"),
]
