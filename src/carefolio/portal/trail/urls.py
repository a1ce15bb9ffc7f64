"""Addresses of this folder's pages."""

from __future__ import annotations

from django.urls import path

from carefolio.portal.trail import pages

app_name = "trail"
urlpatterns = [
    path("charts/<str:chart>/looked/", pages.looked, name="looked"),
    path("charts/<str:chart>/looked/<int:number>/wrong/", pages.wrong, name="wrong"),
    path("charts/<str:chart>/looked/<int:number>/wrong/told/", pages.told, name="told"),
    path("trail/", pages.mine, name="mine"),
]
