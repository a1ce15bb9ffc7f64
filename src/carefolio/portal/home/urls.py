"""Addresses of the first pages."""

from __future__ import annotations

from django.urls import path

from carefolio.portal.home import pages

app_name = "home"
urlpatterns = [path("", pages.start, name="start")]
