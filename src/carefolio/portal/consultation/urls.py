"""Addresses of this folder's pages."""

from __future__ import annotations

from django.urls import path

from carefolio.portal.consultation import noting, pages, talking

app_name = "consultation"
urlpatterns = [
    path("", pages.room, name="room"),
    path("here/", pages.here, name="here"),
    path("admit/", pages.admit, name="admit"),
    path("end/", pages.end, name="end"),
    path("note/", noting.note, name="note"),
    path("say/", talking.say, name="say"),
    path("ticket/", talking.ticket, name="ticket"),
]
