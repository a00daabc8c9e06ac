"""Below /api/. Loaded when somebody first asks for it: a house without partners pays nothing."""

from django.urls import path

from steelyard.api.app import api

urlpatterns = [path("v1/", api.urls)]
