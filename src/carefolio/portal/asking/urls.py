"""Addresses of this folder's pages."""

from __future__ import annotations

from django.urls import path

from carefolio.portal.asking import emergencies, own_profile, pages, requesting, standing_requests

app_name = "asking"
urlpatterns = [
    path("", pages.patients, name="patients"),
    path("profile/", own_profile.profile, name="profile"),
    path("profile/change/", own_profile.change, name="profile-change"),
    path("profile/check/", own_profile.check, name="profile-check"),
    path("requests/<str:consent>/", standing_requests.request_page, name="request"),
    path("requests/<str:consent>/change/", requesting.change, name="change"),
    path("requests/<str:consent>/check/", requesting.check_change, name="check-change"),
    path("requests/<str:consent>/sent/", standing_requests.sent, name="sent"),
    path("requests/<str:consent>/end/", standing_requests.end, name="end"),
    path("<str:patient>/", pages.patient, name="patient"),
    path("<str:patient>/ask/", requesting.ask, name="ask"),
    path("<str:patient>/ask/check/", requesting.check, name="check"),
    path("<str:patient>/emergency/", emergencies.emergency, name="emergency"),
]
