import base64
import json
from datetime import timedelta

import msgspec
import pytest
from django.db import transaction

from steelyard.base.clock import now, set_clock
from steelyard.base.errors import BadInput, NoSuchThing, Refused
from steelyard.base.models import DispatchState
from steelyard.cases.models import Case
from steelyard.cases.states import CaseState
from steelyard.decisions.models import Decision
from steelyard.decisions.states import Outcome
from steelyard.enforcement.connector import SeenMedia
from steelyard.flows.check_lines import LineGiven, check_lines, read_csv, read_text
from steelyard.flows.decide_case import undo_decision
from steelyard.flows.lift import end_what_is_over
from steelyard.flows.narrow import Narrower, narrow
from steelyard.flows.partner_desk import answer_from_partner, ask_partner, contest_line
from steelyard.flows.read_batch import batch_of, batches_of, line_of, read_batch
from steelyard.flows.take_up_lines import take_up_lines
from steelyard.ledger.models import Entry
from steelyard.letters import webhooks
from steelyard.letters.actions import text_of
from steelyard.letters.models import Letter, WebhookCall
from steelyard.letters.receipts import check_receipt
from steelyard.notices.models import BatchLine, Notice, NoticeBatch
from steelyard.people.actions import partners as acts
from tests.cast import present
from tests.flows.stories import SCAM, SCAM_RU, answered, decided, delivered, noticed, screened
from tests.partners import invited, nour, sent

pytestmark = pytest.mark.django_db
LONG = (
    "Send 0.1 bitcoin to this address today and get 0.3 back tomorrow, guaranteed by the central bank itself."
)


def outcomes(member, taken, language="fa"):
    return [line.outcome.word for line in read_batch(batch_of(member.partner, taken.ref), language).lines]


def test_links_in_farsi_are_acknowledged_at_once_and_each_reads_in_farsi_where_it_stands(platform):
    for number in range(12):
        platform.publish(f"${number}", f"{SCAM} {number}")
    member = nour()
    taken = sent(member, *(f"memory:${number}" for number in range(12)))
    assert check_receipt(taken.receipt).valid
    assert taken.lines == 12
    delivered()
    letter = Letter.objects.get(kind="batch_received")
    assert (letter.language, text_of(letter).splitlines()[0]) == ("fa", "nour@example.org")
    assert "۱۲" in text_of(letter) or "12" in text_of(letter)
    assert Case.objects.count() == Notice.objects.filter(partner=member.partner).count() == 12
    for number, case in enumerate(Case.objects.order_by("pk")[:4]):
        decided("ada", case, outcome=[Outcome.CONTAIN, Outcome.REMOVE, Outcome.NONE, Outcome.CONTAIN][number])
    delivered()
    view = read_batch(batch_of(member.partner, taken.ref), "fa")
    assert [line.outcome.word for line in view.lines[:5]] == [
        "limited", "removed", "no_violation", "limited", "open",
    ]  # fmt: skip
    assert "کلاهبرداری" in view.lines[0].outcome.says
    assert view.lines[2].outcome.says == "هیچ تخلفی یافت نشد، بنابراین چیزی محدود نشد."
    assert all(any("\u0600" <= sign <= "\u06ff" for sign in line.outcome.says) for line in view.lines)
    assert view.decided == 4


def test_a_line_becomes_one_notice_and_what_it_says_lies_sealed(platform):
    platform.publish("$1", SCAM)
    member = nour()
    sent(member, "memory:$1")
    take_up_lines()
    assert take_up_lines() == 0
    line = BatchLine.objects.get()
    assert (line.state, line.notice) == (DispatchState.CONFIRMED, Notice.objects.get())
    kept = b"".join(bytes(each) for each in (line.sealed, line.batch.sealed, line.notice.sealed))
    assert b"memory:$1" not in kept
    assert Entry.objects.filter(verb="notices:batch:received").count() == 1


def test_the_same_request_sent_again_is_the_same_batch_and_another_under_its_key_is_refused(platform):
    member = nour()
    first = sent(member, "memory:$1", idempotency_key="k1")
    again = sent(member, "memory:$1", idempotency_key="k1")
    assert (again.ref, again.receipt, again.before) == (first.ref, first.receipt, True)
    with pytest.raises(BadInput, match="used for something else"):
        sent(member, "memory:$2", idempotency_key="k1")
    assert NoticeBatch.objects.count() == 1


def test_each_line_is_checked_before_anything_is_sent(platform):
    platform.publish("$1", SCAM)
    noticed("$1")
    decided("ada")
    platform.publish("$2", SCAM)
    noticed("$2")
    member = nour()
    checked = check_lines(
        member.partner,
        read_text("memory:$1;F1\nmemory:$2;F1\nmemory:$3\tT1\nmemory:$1;F1\nmemory:$4;X9\nhttps://example.org/a,b;F1\nmemory:$5"),
    )  # fmt: skip
    assert [(one.problem, one.leads_to, one.already, one.harm) for one in checked] == [
        ("", "post", "contain", "scam"), ("", "post", "open", "scam"), ("", "post", "", "terrorism"),
        ("twin", "post", "contain", "scam"), ("unknown_code", "", "", ""), ("", "", "", "scam"),
        ("no_category", "", "", ""),
    ]  # fmt: skip
    assert checked[3].twin == 1
    assert checked[0].since is not None
    assert checked[2].their_name == "Propaganda"
    assert NoticeBatch.objects.count() == 0


def test_a_csv_file_is_read_with_its_own_names_for_the_columns(platform):
    member = nour()
    rows = read_csv(
        "\ufeffURL;Category;Remark;urgency\nmemory:$1;F1;پست سنجاق‌شده;high\nmemory:$2;;;\n".encode()
    )
    assert rows == [
        LineGiven(what="memory:$1", code="F1", note="پست سنجاق‌شده", urgency="high"), LineGiven(what="memory:$2"),
    ]  # fmt: skip
    assert [one.harm for one in check_lines(member.partner, rows, harm="spam")] == ["scam", "spam"]
    with pytest.raises(BadInput, match="cannot be read as CSV"):
        read_csv(b"\xff\xfe\x00")


def test_more_than_500_lines_and_a_batch_without_reason_or_good_faith_are_refused(platform):
    member = nour()
    with pytest.raises(BadInput, match="Too many lines"):
        sent(member, *(f"memory:${number}" for number in range(501)))
    with pytest.raises(BadInput, match="Say why"):
        sent(member, "memory:$1", explanation=" ")
    with pytest.raises(BadInput, match="Confirm"):
        sent(member, "memory:$1", good_faith=False)
    with pytest.raises(BadInput, match="Line 2 cannot be sent"):
        sent(member, lines=(LineGiven(what="memory:$1", code="F1"), LineGiven(what="two words", code="F1")))
    assert NoticeBatch.objects.count() == 0


def test_who_is_not_verified_or_suspended_cannot_send_and_the_check_still_works(platform):
    partner, _token = invited()
    member = partner.members.get()
    assert check_lines(partner, [LineGiven(what="memory:$1", harm="scam")])[0].goes
    with pytest.raises(Refused, match="not been verified"):
        sent(member, "memory:$1")
    acts.verify_partner(present("lena"), partner.ref, because="called")
    acts.suspend_partner(present("adam"), partner.ref, until=None, because="too many wrong ones")
    member.partner.refresh_from_db()
    with pytest.raises(Refused, match="suspended"):
        sent(member, "memory:$1")


def test_what_was_decided_already_is_answered_at_once_without_anybody_looking_again(platform):
    platform.publish("$1", SCAM)
    noticed("$1")
    decided("ada")
    member = nour()
    taken = sent(member, "memory:$1")
    delivered()
    assert outcomes(member, taken) == ["limited"]
    assert Case.objects.count() == 1


def test_a_platform_that_does_not_answer_keeps_no_partner_waiting(platform):
    platform.down = True
    member = nour()
    taken = sent(member, "memory:$1", "https://example.org/gone")
    take_up_lines()
    assert outcomes(member, taken) == ["open", "open"]
    assert Case.objects.filter(subject=None).count() == 2


def test_a_question_of_ours_shows_as_need_more_until_they_answer(platform):
    platform.publish("$1", SCAM)
    member = nour()
    taken = sent(member, "memory:$1")
    delivered()
    line = BatchLine.objects.get()
    with pytest.raises(NoSuchThing):
        ask_partner(present("otto").member, line.ref, "Which account?")
    ask_partner(present("ada").member, line.ref, "Which account is behind it?")
    assert outcomes(member, taken) == ["need_more"]
    assert Letter.objects.filter(kind="line_asked").count() == 1
    answer_from_partner(member.partner, line.ref, "همان حساب قبلی", author=member.ref)
    assert outcomes(member, taken) == ["open"]


def test_a_disagreement_goes_to_somebody_else_and_upheld_it_opens_the_matter_again(platform):
    from steelyard.cases.actions import claim_case
    from steelyard.decisions.models import Complaint

    platform.publish("$1", SCAM)
    member = nour()
    taken = sent(member, "memory:$1")
    delivered()
    decided("ada", outcome=Outcome.NONE, words="An ordinary offer.")
    delivered()
    assert outcomes(member, taken) == ["no_violation"]
    line = line_of(member.partner, BatchLine.objects.get().ref)
    contest_line(member.partner, line.ref, "این همان شبکه‌ی قبلی است.", author=member.ref)
    with pytest.raises(Refused):
        contest_line(member.partner, line.ref, "again", author=member.ref)
    complaint = Complaint.objects.get()
    assert (complaint.notice, complaint.decision.outcome) == (line.notice, "none")
    ben = present("ben")
    claim_case(ben.member, complaint.case.ref)
    answered(ben, complaint, "It is the same network, yes.", uphold=True)
    delivered()
    assert outcomes(member, taken) == ["open"]
    said = read_batch(line.batch, "fa").lines[0].thread[-1].text
    assert "این همان شبکه‌ی قبلی است." in said
    assert said.endswith("It is the same network, yes.")
    decided("lena", Case.objects.get(state=CaseState.OPEN))
    delivered()
    assert outcomes(member, taken) == ["limited"]


def test_a_partner_reads_what_is_left_of_a_narrowed_restriction_and_that_one_is_over(platform):
    platform.publish("$1", SCAM)
    member = nour()
    taken = sent(member, "memory:$1")
    delivered()
    made = decided("ada", Case.objects.get())
    week = now().date() + timedelta(days=7)
    with transaction.atomic():
        narrow(made, present("ben").member.ref, Narrower(until=week), because="Enough.", case=None)
    said = read_batch(batch_of(member.partner, taken.ref), "en").lines[0].outcome
    assert said.word == "limited"
    assert f"ends by itself on {week.day}" in said.says
    with set_clock(now() + timedelta(days=8)):
        end_what_is_over()
    said = read_batch(batch_of(member.partner, taken.ref), "en").lines[0].outcome
    assert (said.word, "for a time, which is over" in said.says) == ("limited", True)


def test_what_a_rule_hid_and_a_person_found_in_order_is_no_violation_for_the_partner_too(platform):
    screened(platform, "$1", SCAM_RU)
    member = nour()
    taken = sent(member, "memory:$1")
    delivered()
    decided("ada", Case.objects.get(kind="notice"), outcome=Outcome.RESTORE, words="An ordinary offer.")
    assert outcomes(member, taken) == ["no_violation"]


def test_another_partner_sees_nothing_of_it(platform):
    member = nour()
    taken = sent(member, "memory:$1")
    other, _token = invited(name="Hotline Other")
    with pytest.raises(NoSuchThing):
        batch_of(other, taken.ref)
    with pytest.raises(NoSuchThing):
        line_of(other, BatchLine.objects.get().ref)
    assert batches_of(other) == []


# ---- the same content ---------------------------------------------------------------------------------------


def test_a_decision_reaches_every_identical_post_and_comes_back_with_it(platform):
    for number in range(5):
        platform.publish(f"${number}", LONG, author=f"@author{number}:home")
    platform.publish("$other", LONG + " Or not.")
    member = nour()
    taken = sent(member, *(f"memory:${number}" for number in range(5)), "memory:$other")
    delivered()
    decided("ada", Case.objects.order_by("pk").first())
    delivered()
    assert platform.hidden == {f"${number}" for number in range(5)}
    assert outcomes(member, taken) == ["limited"] * 5 + ["open"]
    followed = Decision.objects.filter(rule__startswith="same-as:")
    assert {(one.decided_by_machine, one.outcome) for one in followed} == {(True, "contain")}
    told = {who: text for who, text in platform.letters if who != "@author0:home"}
    assert len(told) == 4
    assert all("no person has looked at this post itself" in text for text in told.values())
    first = Decision.objects.filter(decided_by_machine=False).get()
    undo_decision(present("ben"), first.ref, because="It was satire.")
    delivered()
    assert platform.hidden == set()
    assert outcomes(member, taken)[:5] == ["reversed"] * 5


def test_an_identical_post_that_turns_up_later_is_answered_unopened(platform):
    from steelyard.evidence.models import Look

    platform.publish("$1", LONG)
    noticed("$1")
    decided("ada")
    looks = Look.objects.count()
    platform.publish("$2", LONG, author="@second:home")
    member = nour()
    taken = sent(member, "memory:$2")
    delivered()
    assert outcomes(member, taken) == ["limited"]
    assert Look.objects.count() == looks


def test_a_short_text_means_something_else_elsewhere(platform):
    platform.publish("$1", "Write me in private")
    platform.publish("$2", "Write me in private", author="@other:home")
    noticed("$1")
    noticed("$2")
    decided("ada", Case.objects.order_by("pk").first())
    delivered()
    assert platform.hidden == {"$1"}


def test_what_somebody_has_in_hand_or_found_lawful_is_left_alone(platform):
    from steelyard.cases.actions import claim_case

    for number in range(3):
        platform.publish(f"${number}", LONG, author=f"@author{number}:home")
        noticed(f"${number}")
    first, second, third = Case.objects.order_by("pk")
    decided("ben", second, outcome=Outcome.NONE, words="A news report about the fraud.")
    claim_case(present("lena").member, third.ref)
    decided("ada", first)
    delivered()
    assert platform.hidden == {"$0"}
    third.refresh_from_db()
    assert third.state == CaseState.IN_REVIEW


def test_an_upheld_complaint_about_a_copy_brings_back_the_copy_alone(platform):
    from steelyard.cases.actions import claim_case
    from steelyard.decisions.models import Complaint
    from steelyard.flows.receive_complaint import ComplaintGiven, receive_complaint
    from tests.flows.stories import token_in

    for number in range(2):
        platform.publish(f"${number}", LONG, author=f"@author{number}:home")
        noticed(f"${number}")
    decided("ada", Case.objects.order_by("pk").first())
    delivered()
    letter = next(text for who, text in platform.letters if who == "@author1:home")
    receive_complaint(token_in(letter), ComplaintGiven(points=("quoted",), text="I warned others of it."))
    complaint = Complaint.objects.get()
    ben = present("ben")
    claim_case(ben.member, complaint.case.ref)
    answered(ben, complaint, "You quoted it as a warning.", uphold=True)
    delivered()
    assert platform.hidden == {"$0"}


def test_a_hash_alone_finds_the_file_that_we_know_and_nobody_opens_it(platform, picture):
    platform.files["mxc://home/a"] = picture
    media = (SeenMedia(uri="mxc://home/a", mime="image/png"),)
    platform.publish("$1", "Look at this offer of mine", media=media)
    member = nour()
    sent(member, "memory:$1")
    delivered()
    import hashlib

    taken = sent(member, f"sha256:{hashlib.sha256(picture).hexdigest()}", f"md5:{'0' * 32}")
    delivered()
    assert outcomes(member, taken) == ["open", "not_here"]
    assert Case.objects.count() == 1


def test_a_nearly_identical_picture_is_reached_by_its_likeness(platform, picture, nearly):
    for name, content in (("a", picture), ("b", nearly)):
        platform.files[f"mxc://home/{name}"] = content
        media = (SeenMedia(uri=f"mxc://home/{name}", mime="image/png"),)
        platform.publish(f"${name}", f"Caption {name}", media=media, author=f"@{name}:home")
    member = nour()
    taken = sent(member, "memory:$a", "memory:$b")
    delivered()
    decided("ada", Case.objects.order_by("pk").first())
    delivered()
    assert platform.hidden == {"$a", "$b"}
    assert outcomes(member, taken) == ["limited", "limited"]


def _drawn(shift):
    import io

    import numpy as np
    from PIL import Image

    across, down = np.meshgrid(np.linspace(0, 9, 300), np.linspace(0, 7, 300))
    waves = np.sin(across * down) + np.cos(3 * across + 0.5 * down**2)
    grey = ((waves - waves.min()) / np.ptp(waves) * 250 + shift).clip(0, 255).astype("uint8")
    out = io.BytesIO()
    Image.fromarray(grey).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def picture():
    return _drawn(0)


@pytest.fixture
def nearly():
    """The same, a little brighter."""
    return _drawn(4)


def test_the_receipt_commits_to_every_line_that_was_sent(platform):
    member = nour()
    taken = sent(member, "memory:$1", "memory:$2")
    content = json.loads(base64.b64decode(json.loads(taken.receipt)["content"]))
    assert [line["what"] for line in content["lines"]] == ["memory:$1", "memory:$2"]
    assert msgspec.json.decode(taken.receipt)["follow"].endswith(f"/fa/hotline/{taken.ref}")


def test_a_partner_shut_out_for_good_hears_nothing_more_by_webhook(platform, monkeypatch):
    platform.publish("$1", SCAM)
    platform.publish("$2", SCAM + " Again.")
    member = nour()
    monkeypatch.setattr(webhooks, "_check_url", lambda url: None)
    webhooks.add_endpoint(member.partner.ref, "https://hotline.example/hook", actor=member.ref)
    sent(member, "memory:$1", "memory:$2")
    take_up_lines()
    first, second = Case.objects.order_by("pk")
    decided("ada", first)
    before = WebhookCall.objects.count()
    acts.revoke_partner(present("lena"), member.partner.ref, because="It was never them.")
    decided("ada", second)
    assert before > 0
    assert WebhookCall.objects.count() == before


def test_what_was_queued_for_a_partner_before_it_was_shut_out_does_not_go_out(platform, monkeypatch):
    member = nour()
    platform.publish("$1", SCAM)
    monkeypatch.setattr(webhooks, "_check_url", lambda url: None)
    webhooks.add_endpoint(member.partner.ref, "https://hotline.example/hook", actor=member.ref)
    sent(member, "memory:$1")
    take_up_lines()
    decided("ada")
    assert WebhookCall.objects.get(event="line.limited").state == DispatchState.QUEUED
    acts.revoke_partner(present("lena"), member.partner.ref, because="not who they said")
    delivered()
    stopped = WebhookCall.objects.get(event="line.limited")
    assert (stopped.state, "revoked" in stopped.last_error) == (DispatchState.FAILED, True)
