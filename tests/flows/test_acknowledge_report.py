"""Whoever reports inside the platform has a signed receipt, there and once."""

import msgspec
import pytest
from django.test import Client

from steelyard.base.clock import now
from steelyard.enforcement.connector import Operation, SeenReport, Target
from steelyard.flows import acknowledge_report as flow
from steelyard.flows.follow import matter_for, receipt_for
from steelyard.flows.receive_report import receive_report
from steelyard.flows.tasks import acknowledge_report
from steelyard.letters.models import Letter, Receipt
from steelyard.letters.receipts import check_receipt
from tests.flows.stories import SCAM, decided, delivered
from tests.platform import CHANNEL

pytestmark = pytest.mark.django_db


def reported(platform, number=1, *, reporter="@rhea:home", words="This is a scam"):
    post = platform.publish(f"${number}", SCAM)
    return receive_report(SeenReport(
        connector="memory", id=f"item-{number}", about=Target(post.id, CHANNEL), kind="item", reporter=reporter,
        reason=words, at=now(), post=post,
    ))  # fmt: skip


def test_the_reporter_reads_there_that_it_arrived_and_has_a_receipt_that_verifies(platform, monkeypatch):
    told = []
    act = platform.act_on_many
    monkeypatch.setattr(platform, "act_on_many", lambda operation, targets, **more: (
        told.append((operation, targets[0].id, targets[0].kind)), act(operation, targets, **more))[1])  # fmt: skip
    notice = reported(platform)
    assert acknowledge_report(notice=notice.ref)
    assert not acknowledge_report(notice=notice.ref), "once"
    delivered()
    ((who, text),) = platform.letters
    assert who == "@rhea:home"
    assert "Your report has reached us" in text
    token = text.split("/follow/")[1].split()[0]
    receipt = receipt_for(token)
    assert check_receipt(receipt.json).valid
    assert receipt.answer_by == matter_for(token).answer_by.isoformat(timespec="seconds")
    assert (Receipt.objects.get().ref, Receipt.objects.get().received_at) == (receipt.ref, notice.created_at)
    page = Client().get(f"/en/follow/{token}", follow=True)
    shown = Client().get(page.request["PATH_INFO"] + "/receipt", follow=True).content.decode()
    assert receipt.ref in shown.replace(" ", "").replace("-", "") or "receipt-file" in shown
    assert told == [(Operation.ACKNOWLEDGE_REPORT, "item-1", "report")]
    decided("ada", notice.bases.get().case)
    delivered()
    assert told[-1] == (Operation.REPLY_TO_REPORT, "item-1", "report")


def test_what_they_wrote_is_in_the_receipt_alone_and_goes_with_the_notices_key(platform):
    notice = reported(platform, words="He took 400 euros from my mother")
    acknowledge_report(notice=notice.ref)
    notice.refresh_from_db()
    assert b"400 euros" not in bytes(notice.sealed_receipt)
    assert b"400 euros" not in bytes(Receipt.objects.get().body)


def test_an_account_that_reports_without_end_is_written_to_some_times_a_day_and_has_all_its_receipts(
    platform, monkeypatch
):
    monkeypatch.setattr(flow, "LETTERS_A_DAY", 2)
    for number in range(4):
        acknowledge_report(notice=reported(platform, number).ref)
    acknowledge_report(notice=reported(platform, 9, reporter="@otto:home").ref)
    assert sorted(Letter.objects.values_list("recipient", flat=True)) == [
        "@otto:home",
        "@rhea:home",
        "@rhea:home",
    ]
    assert Receipt.objects.count() == 5


def test_a_platform_that_thanks_its_reporters_itself_is_not_asked_to_do_it_again(platform):
    abilities = tuple(one for one in platform.manifest.abilities if "report" not in one.operation)
    platform.manifest = msgspec.structs.replace(platform.manifest, abilities=abilities)
    notice = reported(platform)
    acknowledge_report(notice=notice.ref)
    assert not Letter.objects.exists()
    decided("ada", notice.bases.get().case)
    delivered()
    assert [who for who, text in platform.letters if "decided on it" in text] == ["@rhea:home"]
