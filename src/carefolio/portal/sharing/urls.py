"""Addresses of this folder's pages."""

from __future__ import annotations

from django.urls import path

from carefolio.portal.sharing import answering, giving, pages

app_name = "sharing"
urlpatterns = [
    path("", pages.overview, name="overview"),
    path("list/", pages.list_records, name="list"),
    path("give/", giving.give, name="give"),
    path("give/<str:type>/<str:id>/", giving.choose, name="gift"),
    path("give/<str:type>/<str:id>/records/", giving.choose_records, name="gift_records"),
    path("give/<str:type>/<str:id>/check/<str:key>/", giving.check, name="gift_check"),
    path("requests/<str:id>/", answering.request, name="request"),
    path("requests/<str:id>/allow/", answering.allow, name="allow"),
    path("requests/<str:id>/refuse/", answering.refuse, name="refuse"),
    path("requests/<str:id>/choose/", answering.choose, name="choose"),
    path("requests/<str:id>/records/", answering.choose_records, name="choose_records"),
    path("requests/<str:id>/check/<str:key>/", answering.check, name="check"),
    path("<str:id>/", pages.contract, name="contract"),
    path("<str:id>/withdraw/", pages.withdraw, name="withdraw"),
    path("<str:id>/change/", pages.change, name="change"),
    path("<str:id>/change/records/", pages.change_records, name="change_records"),
    path("<str:id>/change/check/<str:key>/", pages.check_change, name="check_change"),
    path("<str:id>/given/", pages.given, name="given"),
    path("<str:id>/changed/", pages.changed, name="changed"),
    path("<str:id>/refused/", pages.refused, name="refused"),
    path("<str:id>/ended/", pages.ended, name="ended"),
]
