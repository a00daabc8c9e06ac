"""What members report inside the platform reaches us whole: posts, channels, accounts."""

from steelyard.enforcement.connector import SeenReport, Target
from steelyard.notices.models import Notice
from tests.homeserver import Homeserver, wait_until
from tests.intake.conftest import Intake


def newest(homeserver: Homeserver, kind: str) -> SeenReport:
    reports, _ = homeserver.connector.reports_after("")
    return [report for report in reports if report.kind == kind][-1]


def test_a_reported_post_becomes_a_notice_and_keeps_every_field(
    homeserver: Homeserver, intake: Intake
) -> None:
    uma, rhea = homeserver.person("uma"), homeserver.person("rhea")
    room = homeserver.channel(uma, rhea)
    post = homeserver.say(uma, room, "Send me your card number")
    body = {"reason": "They are after my card", "harm": "scam", "org.example.disclosed": {"key": "AAEC"}}
    path = f"/_matrix/client/v3/rooms/{room}/report/{post}"
    homeserver.connector.wire.call("POST", path, token=rhea.token, json=body)

    wait_until(Notice.objects.exists)
    report = newest(homeserver, "item")
    assert (report.about, report.reporter, report.reason, report.body, report.encrypted) == (
        Target(post, room), rhea.account, "They are after my card", body, False,
    )  # fmt: skip
    assert report.post == homeserver.connector.fetch(Target(post, room))
    assert Notice.objects.get().platform_event == f"matrix:{report.id}"


def test_a_reported_channel_and_a_reported_account_arrive(homeserver: Homeserver, intake: Intake) -> None:
    uma, rhea = homeserver.person("uma"), homeserver.person("rhea")
    room = homeserver.channel(uma, rhea)
    call, reason = homeserver.connector.wire.call, {"reason": "Every post here is a fraud"}
    call("POST", f"/_matrix/client/v3/rooms/{room}/report", token=rhea.token, json=reason)
    call("POST", f"/_matrix/client/v3/users/{uma.account}/report", token=rhea.token, json=reason)
    wait_until(lambda: Notice.objects.count() == 2)
    channel, account = newest(homeserver, "channel"), newest(homeserver, "account")
    assert (channel.about, account.about) == (Target(room), Target(uma.account))
    assert {channel.reason, account.reason} == {reason["reason"]}


def test_the_cursor_gives_each_report_once(homeserver: Homeserver) -> None:
    uma, rhea = homeserver.person("uma"), homeserver.person("rhea")
    room = homeserver.channel(uma, rhea)
    _, cursor = homeserver.connector.reports_after("")
    for number in range(2):
        post = homeserver.say(uma, room, f"Reported {number}")
        homeserver.connector.as_member(rhea).report(room, post, f"Reason {number}", harm="scam")
    reports, after = homeserver.connector.reports_after(cursor)
    assert [report.body for report in reports] == [
        {"reason": f"Reason {number}", "harm": "scam"} for number in range(2)
    ]
    assert homeserver.connector.reports_after(after) == ((), after)
