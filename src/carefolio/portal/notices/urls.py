"""Addresses of this folder's pages."""

from __future__ import annotations

from django.urls import path

from carefolio.portal.notices import pages

app_name = "notices"
urlpatterns = [path("", pages.notices, name="list")]
