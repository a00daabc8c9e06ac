"""The public pages, each under its language: /en/..., /fr/..., /ru/..., /ar/..., /fa/..."""

from django.urls import path

from steelyard.portal.views import home

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
]
