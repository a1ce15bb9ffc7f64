"""Addresses of this folder's pages."""

from __future__ import annotations

from django.urls import path

from carefolio.portal.visits import changing, choosing, doctors, exceptions, following, hours, pages

app_name = "visits"
urlpatterns = [
    path("", pages.overview, name="list"),
    path("find/", doctors.find, name="find"),
    path("doctors/<str:doctor>/", doctors.doctor, name="doctor"),
    path("doctors/<str:doctor>/book/", choosing.book, name="book"),
    path("for/<str:patient>/", following.times, name="follow"),
    path("for/<str:patient>/book/", following.book, name="follow-book"),
    path("hours/", hours.overview, name="hours"),
    path("hours/add/", hours.add, name="hours-add"),
    path("hours/remove/", hours.remove, name="hours-remove"),
    path("hours/settings/", hours.settings, name="hours-settings"),
    path("hours/off/", exceptions.off, name="hours-off"),
    path("hours/extra/", exceptions.extra, name="hours-extra"),
    path("<str:visit>/", pages.visit, name="visit"),
    path("<str:visit>/done/", pages.done, name="done"),
    path("<str:visit>/calendar/", pages.calendar_file, name="calendar"),
    path("<str:visit>/move/", changing.times, name="move"),
    path("<str:visit>/move/check/", changing.move, name="move-check"),
    path("<str:visit>/cancel/", changing.cancel, name="cancel"),
    path("<str:visit>/back/", changing.back, name="back"),
    path("<str:visit>/answer/", changing.answer, name="answer"),
    path("<str:visit>/missed/", changing.missed, name="missed"),
    path("<str:visit>/took-place/", changing.took_place, name="took-place"),
]
