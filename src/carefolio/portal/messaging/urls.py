"""Addresses of this folder's pages."""

from __future__ import annotations

from django.urls import path

from carefolio.portal.messaging import pages, wishes

app_name = "messaging"
urlpatterns = [
    path("", pages.correspondents, name="list"),
    path("<str:other>/", pages.conversation, name="conversation"),
    path("<str:other>/ask/", wishes.ask, name="ask"),
    path("wanted/<str:task>/", wishes.wish, name="wish"),
    path("wanted/<str:task>/no/", wishes.refuse, name="refuse"),
    path("wanted/<str:task>/back/", wishes.take_back, name="take-back"),
]
