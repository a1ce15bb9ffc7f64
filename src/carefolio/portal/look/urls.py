"""Where the look shows itself."""

from django.urls import path

from carefolio.portal.look import pages

app_name = "look"
urlpatterns = [path("", pages.style, name="style")]
