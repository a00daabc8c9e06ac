"""Addresses that machines read: no language in them, never moved."""

from django.urls import path, re_path

from steelyard.portal.views import chat, follow, gate, log, matters, opened, receipt, site, where
from steelyard.portal.views.figures import about, day, one, refused

app_name = "machine"
urlpatterns = [
    path(".well-known/legal-requests.json", where.directory_file, name="directory"),
    re_path(
        r"^\.well-known/legal-requests\.json\.(?P<algorithm>ed25519|mldsa44)$",
        where.signature,
        name="directory-signature",
    ),
    path(".well-known/legal-requests.schema.json", where.schema_file, name="directory-schema"),
    path(".well-known/security.txt", where.security_txt, name="security-txt"),
    path("receipt/<str:ref>.tlog-proof", receipt.proof, name="receipt-proof"),
    path("gate.json", gate.file, name="gate-file"),
    path("answers/certificate.pem", follow.certificate, name="answers-certificate"),
    path("chat/", chat.chat, name="chat"),
    path("chat/sign-up", chat.sign_up, name="chat-sign-up"),
    path("chat/opened", opened.messenger, name="chat-opened"),
    path("chat/translate", chat.translate, name="chat-translate"),
    path("ledger/checkpoint", log.checkpoint, name="checkpoint"),
    path("ledger/vkeys", log.vkeys, name="vkeys"),
    path("ledger/proof/<int:index>", log.proof, name="proof"),
    path("ledger/tile/<path:path>", log.tile, name="tile"),
    path("ledger/sealed/checkpoint", log.checkpoint, {"sealed": True}, name="sealed-checkpoint"),
    path("ledger/sealed/vkeys", log.vkeys, {"sealed": True}, name="sealed-vkeys"),
    path("ledger/sealed/tile/<path:path>", log.tile, {"sealed": True}, name="sealed-tile"),
    path("transparency/days.atom", site.feed, name="feed"),
    path("transparency/matters.atom", matters.feed, name="matters-feed"),
    path("transparency/matters.json", matters.file, name="matters-file"),
    path("transparency/papers/<str:ref>", matters.paper, name="paper"),
    path("transparency/refusals.csv", refused.register_file, name="refusals"),
    path("transparency/corrections.csv", about.corrections_file, name="corrections-file"),
    path("transparency/events.csv", one.events_file, name="events"),
    path("transparency/files.csv", one.files, name="files"),
    path("transparency/figures/<str:figure>.csv", one.figure_file, {"ending": "csv"}, name="figure-csv"),
    path("transparency/figures/<str:figure>.json", one.figure_file, {"ending": "json"}, name="figure-json"),
    path("transparency/<str:day>.json", site.latest_file, {"ending": "json"}, name="day-json"),
    path("transparency/<str:day>.csv", site.latest_file, {"ending": "csv"}, name="day-csv"),
    path("transparency/<str:day>/v<int:version>/figures/<str:figure>.csv", day.day_figure, name="day-figure"),
    path("transparency/<str:day>/v<int:version>/<str:name>", site.day_file, name="day-file"),
]
