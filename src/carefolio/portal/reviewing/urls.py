"""Addresses of this folder's pages; a visit's own lie below the visit."""

from __future__ import annotations

from django.urls import path

from carefolio.portal.reviewing import pages

app_name = "reviewing"
urlpatterns = [
    path("ratings/", pages.ratings, name="ratings"),
    path("visits/<str:visit>/rate/", pages.rate, name="rate"),
    path("visits/<str:visit>/rate/done/", pages.done, name="done"),
    path("visits/<str:visit>/rate/back/", pages.back, name="back"),
]
