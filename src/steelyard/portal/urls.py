"""The public pages, each under its language: /en/..., /fr/..., /ru/..., /ar/..., /fa/..."""

from django.urls import path, re_path

from steelyard.portal.views import (
    channel,
    decision,
    follow,
    home,
    log,
    notice,
    order,
    preview,
    receipt,
    site,
    terms,
    where,
)

app_name = "portal"
urlpatterns = [
    path("", home.home, name="home"),
    path("notice", notice.notice, name="notice"),
    path("where", where.where, name="where"),
    path("where/changes", where.changes, name="where-changes"),
    path("order", order.order, name="order"),
    path("receipt/verify", receipt.verify, name="verify"),
    path("receipt/<str:handle>", receipt.receipt, name="receipt"),
    path("receipt/<str:handle>/file", receipt.receipt_file, name="receipt-file"),
    path("follow/<str:token>", follow.open_link, name="follow-link"),
    path("following/<str:handle>", follow.follow, name="follow"),
    path("d/<str:token>", decision.open_link, name="decision-link"),
    path("decision/<str:handle>", decision.decision, name="decision"),
    path("decision/<str:handle>/complaint", decision.complain, name="complaint"),
    path("decision/<str:handle>/dispute", decision.dispute, name="dispute"),
    path("channels", preview.channels, name="channels"),
    path("channels/<path:alias>", preview.preview, name="preview"),
    path("channel/<path:alias>/join", channel.join, name="channel-join"),
    path("channel/<path:alias>/write", channel.write, name="channel-write"),
    path("channel/<path:alias>/report", channel.report, name="channel-report"),
    path("channel/<path:alias>/leave", channel.leave, name="channel-leave"),
    path("channel/<path:alias>", channel.channel, name="channel"),
    path("transparency", site.index, name="transparency"),
    path("transparency/verify", site.how, name="how"),
    re_path(r"^transparency/(?P<day>\d{4}-\d\d-\d\d)$", site.day, name="day"),
    path("ledger", log.ledger, name="ledger"),
    path("terms", terms.terms, name="terms"),
]
