"""Every address of the web process."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path, re_path

from steelyard.assembly.partners_api import partners_api

handler400 = "steelyard.assembly.errors.bad_request"
handler403 = "steelyard.assembly.errors.forbidden"
handler404 = "steelyard.assembly.errors.not_found"
handler500 = "steelyard.assembly.errors.broken"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("steelyard.portal.machine_urls")),
    path("console/", include("steelyard.console.urls")),
    re_path("^api/", partners_api),
    *i18n_patterns(path("", include("steelyard.portal.urls"))),
]
