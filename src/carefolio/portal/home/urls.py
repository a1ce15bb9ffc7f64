"""Addresses of the first pages and of help."""

from __future__ import annotations

from django.urls import path

from carefolio.portal.home import help, pages

app_name = "home"
urlpatterns = [
    path("", pages.start, name="start"),
    path("help/", help.index, name="help"),
    path("help/<str:key>/", help.topic, name="topic"),
]
