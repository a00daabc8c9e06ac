"""Addresses that machines read: no language in them, never moved."""

from django.urls import path

from steelyard.portal.views import log, site

app_name = "machine"
urlpatterns = [
    path("ledger/checkpoint", log.checkpoint, name="checkpoint"),
    path("ledger/vkeys", log.vkeys, name="vkeys"),
    path("ledger/tile/<path:path>", log.tile, name="tile"),
    path("ledger/sealed/checkpoint", log.checkpoint, {"sealed": True}, name="sealed-checkpoint"),
    path("ledger/sealed/vkeys", log.vkeys, {"sealed": True}, name="sealed-vkeys"),
    path("ledger/sealed/tile/<path:path>", log.tile, {"sealed": True}, name="sealed-tile"),
    path("transparency/days.atom", site.feed, name="feed"),
    path("transparency/<str:day>.json", site.latest_file, {"ending": "json"}, name="day-json"),
    path("transparency/<str:day>.csv", site.latest_file, {"ending": "csv"}, name="day-csv"),
    path("transparency/<str:day>/v<int:version>/<str:name>", site.day_file, name="day-file"),
]
