"""Addresses that machines read: no language in them, never moved."""

from django.urls import URLPattern, URLResolver

app_name = "machine"
urlpatterns: list[URLPattern | URLResolver] = []
