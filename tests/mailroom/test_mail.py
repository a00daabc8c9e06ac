"""Mail by real SMTP and LMTP: what is kept, where it lands, and what is answered."""

import errno
import json
import re
import smtplib
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from steelyard.arrivals.access import about_these, arrival_for
from steelyard.arrivals.actions import Envelope, keep, kept, read_in
from steelyard.arrivals.models import Arrival, Desk
from steelyard.arrivals.threads import about_of, address_for, token_for
from steelyard.base.clock import set_clock
from steelyard.base.errors import NoSuchThing, Refused
from steelyard.base.identifiers import shown as shown_ref
from steelyard.cases.models import Case
from steelyard.flows.assess_order import assessment_of
from steelyard.flows.move_order import ask_sender
from steelyard.flows.read_order import inbox_of, read_order
from steelyard.flows.secrecy import end_secrecy
from steelyard.flows.sort_arrival import sort_by_hand
from steelyard.ledger.models import Entry
from steelyard.ledger.queries import is_sealed
from steelyard.letters.actions import enclosed_in, text_of
from steelyard.letters.mail import _enclose, _message
from steelyard.letters.models import Letter, Receipt
from steelyard.letters.receipts import check_receipt
from steelyard.mailroom.door import role_of
from steelyard.mailroom.reading import read_due
from steelyard.notices.models import Notice
from steelyard.oncall.emergency import said
from steelyard.oncall.models import Emergency, Ring
from steelyard.orders import actions
from steelyard.orders.access import orders_for
from steelyard.orders.actions import sent
from steelyard.orders.life import last_words
from steelyard.orders.models import Order
from steelyard.orders.queries import level_of
from steelyard.orders.verification.actions import everything_said
from tests.cast import member, present
from tests.mailroom.conftest import TO, mail
from tests.mailroom.files import pdf

ORDER = (
    "Tribunal judiciaire de Lyon\nNous, juge d'instruction, requérons la communication des données du compte "
    "https://platform.example/@uma dans un délai de 5 jours, en application de l'article 99-3 du code de procédure "
    "pénale. N° parquet 26/1234\nMme Durand, juge d'instruction"
)


@pytest.fixture
def inbox(settings_of_mail, db, platform):
    """Our addresses, without the network between."""


def delivered(_inbox, message, role="users", *, to=(), sender="jo@post.example"):
    """It is kept, and the worker goes round."""
    raw = message if isinstance(message, bytes) else message.as_bytes()
    seen = Envelope(sender=sender, recipients=tuple(to) or (TO[role],))
    keep(raw, door="mail", role=role_of(seen.recipients[0]), envelope=seen)
    while read_due():
        pass
    return Arrival.objects.latest("pk")


def letters():
    return list(Letter.objects.filter(kind="arrival_received"))


def test_a_message_is_sealed_byte_for_byte_before_anybody_reads_it(post):
    post.send(mail("Hello"), to=[TO["users"]])
    arrival = Arrival.objects.get()
    assert (arrival.state, arrival.desk, arrival.read) == ("queued", "", None)
    message = kept(arrival)
    assert message.raw.replace(b"\r\n", b"\n").rstrip() == mail("Hello").as_bytes().rstrip()
    assert message.envelope.sender == "jo@post.example"
    assert "arrivals:arrival:kept" in Entry.objects.values_list("verb", flat=True)
    assert b"jo@post.example" not in bytes(arrival.sealed)


def test_an_order_at_supports_address_is_an_order_from_the_moment_it_arrived(inbox):
    arrival = delivered(inbox, mail(ORDER, sender="Greffe <greffe@justice.example>"))
    order = Order.objects.get()
    assert (arrival.desk, arrival.about) == ("orders", order.ref)
    assert (order.door, sent(order).contact) == ("mail", "greffe@justice.example")
    assert sent(order).targets == ("https://platform.example/@uma",)
    assert Case.objects.get().deadlines.earliest("pk").starts_at == arrival.arrived_at
    (letter,) = letters()
    assert "l’ordre d’une autorité" in text_of(letter)
    ((name, kind, receipt),) = enclosed_in(letter).files
    assert (name.endswith(".json"), kind) == (True, "application/json")
    checked = check_receipt(receipt)
    assert (checked.valid, checked.what) == (True, "order")
    assert checked.received_at == arrival.arrived_at.isoformat(timespec="seconds")


def test_a_name_with_a_comma_and_no_quotation_marks_is_still_a_name(inbox):
    given = mail(ORDER, sender="greffe@justice.example").as_bytes()
    plain = given.replace(
        b"From: greffe@justice.example", b"From: Tribunal, greffe <greffe@justice.example>", 1
    )
    arrival = delivered(inbox, plain)
    assert plain != given
    assert (arrival.desk, sent(Order.objects.get()).contact) == ("orders", "greffe@justice.example")
    assert len(letters()) == 1


def test_an_order_that_is_only_in_an_attached_pdf_is_one(inbox):
    arrival = delivered(inbox, mail("", files=[("requisition.pdf", "application/pdf", pdf(ORDER))]), "press")
    assert arrival.desk == "orders"
    assert "Tribunal judiciaire" in read_in(arrival).attachments[0]["text"]


def test_a_cry_for_help_at_the_authorities_address_rings_somebody(inbox):
    arrival = delivered(
        inbox, mail("please help me, he is going to kill me, he knows where i live"), "authorities"
    )
    assert (arrival.desk, Ring.objects.get().about_ref) == ("emergency", arrival.about)
    assert "emergency number of your country" in text_of(letters()[0])


def test_a_notice_at_the_authorities_address_reaches_its_desk(inbox):
    arrival = delivered(
        inbox, mail("We are reporting a channel with stolen cards: https://platform.example/c. Please remove it."),
        "authorities",
    )  # fmt: skip
    assert (arrival.desk, Notice.objects.get().ref) == ("notices", arrival.about)
    assert "meant for something else" in text_of(letters()[0])


def test_what_nobody_can_tell_waits_for_a_person(inbox):
    arrival = delivered(inbox, mail("გთხოვთ", sender="a@police.gov.ge"), "users")
    assert (arrival.desk, Order.objects.count()) == ("unsorted", 0)


@pytest.mark.parametrize(
    "header",
    [
        {"Auto_Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"List_Id": "<l.example>"},
        {"X_Auto_Response_Suppress": "All"},
    ],
    ids=str,
)  # fmt: skip
def test_a_machine_gets_no_answer(inbox, header):
    arrival = delivered(inbox, mail("I am away", **header))
    assert (arrival.desk != "", letters()) == (True, [])


@pytest.mark.parametrize("sender", ["", "help@mail.example"])
def test_bounces_and_our_own_mail_get_no_answer(inbox, sender):
    given = mail("Hello", sender="help@mail.example" if sender else "MAILER-DAEMON@post.example")
    delivered(inbox, given, sender=sender)
    assert letters() == []


def test_two_machines_that_answer_each_other_stop(inbox, monkeypatch):
    monkeypatch.setattr("steelyard.flows.acknowledge_arrival.ANSWERS_A_DAY", 3)
    for _ in range(5):
        delivered(inbox, mail("Hello"))
    assert (len(letters()), Arrival.objects.count()) == (3, 5)


def test_whoever_is_named_as_sender_in_a_flood_is_not_flooded_by_us(inbox, monkeypatch):
    """Each time another envelope, and in the letter the same somebody who never wrote to us."""
    monkeypatch.setattr("steelyard.flows.acknowledge_arrival.ANSWERS_A_DAY", 3)
    for number in range(6):
        delivered(inbox, mail("Hello"), sender=f"{number}@anywhere.example")
    assert (len(letters()), Arrival.objects.count()) == (3, 6)


def test_a_forged_sender_is_kept_and_nobody_else_is_written_to(inbox, monkeypatch):
    monkeypatch.setattr("steelyard.mailroom.reading.check", lambda *given: {"spf": "fail", "dmarc": "fail"})
    arrival = delivered(inbox, mail("Hello"))
    assert (read_in(arrival).checks["dmarc"], letters()) == ("fail", [])


def answer_to(letter, body):
    """What a mail program makes of "reply"."""
    enclosed = enclosed_in(letter)
    first = _message("jo@post.example", "x", "x", letter.ref)
    _enclose(first, enclosed)
    return mail(body, subject="AW: something else", to=first["Reply-To"], In_Reply_To=first["Message-ID"])


def test_an_answer_lands_in_its_matter_whatever_its_subject(inbox):
    delivered(inbox, mail(ORDER, sender="Greffe <greffe@justice.example>"))
    answer = answer_to(letters()[0], "Voici la pièce demandée.")
    arrival = delivered(inbox, answer, to=[str(answer["To"])])
    assert (arrival.desk, arrival.about) == ("case", Order.objects.get().ref)
    assert Order.objects.count() == 1


def test_a_mail_program_that_keeps_only_the_message_id_finds_the_matter_too(inbox):
    delivered(inbox, mail(ORDER))
    first = _message("jo@post.example", "x", "x", letters()[0].ref)["Message-ID"]
    arrival = delivered(inbox, mail("Voici.", subject="autre", In_Reply_To=first))
    assert (arrival.desk, arrival.about) == ("case", Order.objects.get().ref)


def test_a_token_with_one_letter_changed_leads_nowhere():
    token = token_for("7K3PW00000000000000000000Z")
    assert about_of(f"help+{token}@mail.example") == "7K3PW00000000000000000000Z"
    changed = token[:-1] + ("0" if token[-1] != "0" else "1")
    assert about_of(f"help+{changed}@mail.example") == ""


def test_the_thread_address_is_one_of_ours(settings_of_mail):
    assert role_of(address_for("7K3PW00000000000000000000Z")) == "authorities"


def test_an_address_that_is_none_of_ours_is_refused_at_once(post):
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        post.send(mail("Hello"), to=["someone@else.example"])
    assert not Arrival.objects.exists()


def test_a_message_that_is_too_large_is_refused_at_once(post):
    with pytest.raises(smtplib.SMTPResponseException) as refusal:
        post.send(mail("x" * 1_100_000), to=[TO["users"]])
    assert refusal.value.smtp_code == 552


def test_a_message_that_does_not_say_how_large_it_is_is_cut_off(post):
    with smtplib.SMTP("127.0.0.1", post.smtp, timeout=60) as server:
        server.ehlo()
        assert (server.mail("jo@post.example")[0], server.rcpt(TO["users"])[0]) == (250, 250)
        assert server.data((b"x" * 998 + b"\r\n") * 3000)[0] == 552
        assert server.noop()[0] == 250
    assert not Arrival.objects.exists()


def test_a_thousand_recipients_are_one_message_and_most_are_put_off(post):
    local, _, domain = TO["users"].partition("@")
    refused = post.send(mail("Hello"), to=[f"{local}+{number}@{domain}" for number in range(1000)])
    assert {code for code, _ in refused.values()} == {452}
    while read_due():
        pass
    assert (len(refused), Arrival.objects.count(), len(letters())) == (980, 1, 1)


def test_no_header_of_theirs_becomes_a_header_of_ours(inbox):
    line = "=?utf-8?q?one=40post.example=3E=0D=0ABcc:_victim=40else.example?="
    raw = (
        f"From: =?utf-8?q?victim=40else.example=2C=0D=0ABcc:_x?= <jo@post.example>\r\nTo: help@mail.example\r\n"
        f"Message-ID: <{line}\r\nReferences: {line}\r\nReply-To: {line}\r\n"
        "Subject: =?utf-8?q?Hi=0D=0ACc:_victim=40else.example?=\r\n\r\nHello, how does the app work?"
    )
    delivered(inbox, raw.encode())
    (letter,) = letters()
    to, subject = text_of(letter).split("\n")[:2]
    message = _message(to, subject, "x", letter.ref)
    _enclose(message, enclosed_in(letter))
    again = message_from_bytes(message.as_bytes(), policy=default)
    assert (again["To"], again["Cc"], again["Bcc"]) == ("jo@post.example", None, None)


@pytest.mark.parametrize(
    "sender",
    [
        "=?utf-8?q?greffe=40tj.example.fr=2C?= <jo@post.example>", "greffe@tj.example.fr, jo@post.example",
        "greffe@tj.example.fr\r\nFrom: jo@post.example", '"greffe@tj.example.fr" <jo@post.example>',
    ],
    ids=["encoded", "two", "twice", "quoted"],
)  # fmt: skip
def test_a_domain_that_vouches_for_its_own_mail_vouches_for_nobody_elses_address_in_it(
    inbox, monkeypatch, sender
):
    """post.example signs everything it sends; the order's own address is elsewhere."""
    order, _letter = the_matter()
    ask_sender(present("lena"), order.ref, "Which account?")
    monkeypatch.setattr("steelyard.mailroom.reading.check", lambda *given: {"dmarc": "pass"})
    raw = f"From: {sender}\r\nTo: help@mail.example\r\n\r\nRef {shown_ref(order.ref)}: take the other one."
    delivered(inbox, raw.encode())
    order.refresh_from_db()
    assert order.state == "asked"


def test_one_network_that_sends_too_much_is_put_off_not_refused(post, settings_of_mail, monkeypatch):
    import msgspec

    less = msgspec.structs.replace(settings_of_mail.mailroom, per_minute=2)
    fewer = msgspec.structs.replace(settings_of_mail, mailroom=less)
    monkeypatch.setattr("steelyard.mailroom.door.config", lambda: fewer)
    for _ in range(2):
        post.send(mail("Hello"), to=[TO["users"]])
    with pytest.raises(smtplib.SMTPDataError) as refusal:
        post.send(mail("Hello"), to=[TO["users"]])
    assert (refusal.value.smtp_code, Arrival.objects.count()) == (451, 2)


def test_a_fault_of_ours_is_no_refusal_and_the_sender_tries_again(post, monkeypatch):
    def full(*_given, **_named):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("steelyard.arrivals.actions.seal", full)
        with pytest.raises(smtplib.SMTPDataError) as refusal:
            post.send(mail("Hello"), to=[TO["users"]])
    assert (refusal.value.smtp_code, Arrival.objects.count()) == (451, 0)
    assert (post.send(mail("Hello"), to=[TO["users"]]), Arrival.objects.count()) == ({}, 1)


def test_the_same_order_by_mail_and_by_form_at_the_same_instant_is_one_order(post, monkeypatch):
    gate, identity = Barrier(2, timeout=120), actions._identity

    def waited(*given):
        """Both doors are about to look for a twin before either goes on."""
        gate.wait()
        return identity(*given)

    def by_form():
        told = {"email": "greffe@tj.example.fr", "name": "Greffe", "message": ORDER}
        return Client().post("/fr/contact", told).status_code

    def by_mail():
        post.send(mail(ORDER, sender="Greffe <greffe@tj.example.fr>"), to=[TO["press"]])
        return read_due()

    def with_own_connection(door):
        try:
            return door()
        finally:
            connection.close()

    monkeypatch.setattr(actions, "_identity", waited)
    with ThreadPoolExecutor(2) as pool:
        doors = [pool.submit(copy_context().run, with_own_connection, one) for one in (by_form, by_mail)]
        assert [one.result(240) for one in doors] == [302, 1]
    order = Order.objects.get()
    assert (order.door, Case.objects.get().bases.count()) in (("mail", 1), ("contact", 1))
    assert Receipt.objects.filter(about=order.ref).count() == 2
    assert set(Arrival.objects.values_list("door", "about")) == {("mail", order.ref), ("contact", order.ref)}
    assert Entry.objects.filter(verb="orders:order:repeated").count() == 1


def test_lmtp_answers_for_each_recipient(post):
    with smtplib.LMTP("127.0.0.1", post.lmtp, timeout=60) as server:
        server.ehlo()
        server.mail("jo@post.example")
        assert [server.rcpt(TO[role])[0] for role in ("users", "press")] == [250, 250]
        first, _ = server.data(mail("Hello").as_bytes())
        second, _ = server.getreply()
    assert (first, second, Arrival.objects.count()) == (250, 250, 1)


def test_a_mail_goes_all_the_way_by_smtp(post):
    post.send(mail(ORDER), to=[TO["press"]])
    while read_due():
        pass
    assert (Arrival.objects.get().desk, len(letters())) == ("orders", 1)


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"\x00\xff" * 500, b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n" * 5000,
        b"From: =?utf-8?q?=0ABcc:_x@y.example?= <a@b.example>\r\nSubject: =?x-none?b?////?=\r\n\r\nhi",
        b"Content-Type: text/plain; charset=nonsense\r\n\r\nhello", b"From: " + b"a" * 100_000,
    ],
    ids=["empty", "bytes", "parts", "injection", "charset", "long"],
)  # fmt: skip
def test_whatever_arrives_is_kept_and_lies_on_a_desk(inbox, raw):
    arrival = delivered(inbox, raw)
    assert arrival.desk
    for letter in letters():
        made = _message(text_of(letter).partition("\n")[0], "x", "x", letter.ref)
        assert "y.example" not in str(made.get("Bcc", ""))


def test_the_letter_that_goes_out_carries_the_receipt_and_says_it_is_automatic(inbox):
    delivered(inbox, mail("Hello, how does the app work?"))
    (letter,) = letters()
    to, subject = text_of(letter).split("\n")[:2]
    message = _message(to, subject, "x", letter.ref)
    _enclose(message, enclosed_in(letter))
    again = message_from_bytes(message.as_bytes(), policy=default)
    assert (again["Auto-Submitted"], again["In-Reply-To"]) == ("auto-replied", "<one@post.example>")
    assert re.fullmatch(r"orders\+[0-9a-z]{26}-[0-9a-f]{16}@mail\.example", again["Reply-To"])
    (file,) = list(again.iter_attachments())
    assert check_receipt(
        file.get_content().encode() if isinstance(file.get_content(), str) else file.get_content()
    ).valid


def called_back(order):
    from steelyard.orders.verification.actions import call_back
    from tests import directory
    from tests.cast import present

    agency = directory.agency("Tribunal judiciaire de Lyon", "FR", "court")
    number = directory.entry(agency, "number", "+33 4 55 55 01 00")
    return call_back(present("lena"), order.ref, number.ref, spoke_with="Greffe", because="Oui.",
                     answers_for="The registry's own page names this office."), number  # fmt: skip


def the_matter(text=ORDER, **headers):
    delivered(None, mail(text, sender="Greffe <greffe@tj.example.fr>", **headers))
    order = Order.objects.get()
    return order, answer_to(letters()[-1], "Rappelez-moi au 04 55 55 01 00.")


def test_a_number_in_a_later_mail_of_the_authority_is_not_called_back_on(inbox):
    order, answer = the_matter()
    del answer["From"]
    answer["From"] = "greffe@tj.example.fr"
    delivered(inbox, answer, to=[str(answer["To"])])
    assert any("04 55 55 01 00" in said for said in everything_said(order))
    with pytest.raises(Refused, match="came from the requester"):
        called_back(order)


@pytest.mark.parametrize(
    ("sender", "more", "level"),
    [
        ("greffe@tj.example.fr", {}, 2),
        ("greffe@tj-example.fr", {}, 0),
        ("greffe@tj.example.fr", {"Reply_To": "me@elsewhere.example"}, 0),
        ("MAILER-DAEMON@relay.example", {}, 2),
    ],
    ids=["the same address", "another address", "answers elsewhere", "a bounce"],
)
def test_another_address_in_the_same_matter_starts_the_verification_over(inbox, sender, more, level):
    order, answer = the_matter()
    called_back(order)
    later = mail("Voici la pièce.", sender=sender, to=str(answer["To"]), **more)
    delivered(inbox, later, to=[str(answer["To"])])
    assert level_of(order).level == level


def test_answers_that_are_asked_for_elsewhere_are_shown_as_unusual(inbox):
    order, _answer = the_matter(Reply_To="Greffe <greffe@elsewhere.example>")
    assert sent(order).contact == "greffe@tj.example.fr"
    (sign,) = [one for one in assessment_of(order).unusual if one.sign == "reply_elsewhere"]
    assert sign.found == ("tj.example.fr", "elsewhere.example")


def test_a_number_at_the_end_of_a_very_long_paper_came_from_the_sender_too(inbox):
    order, _answer = the_matter(ORDER + "\n" + "considérant ce qui précède " * 1000 + "04 55 55 01 00")
    with pytest.raises(Refused, match="came from the requester"):
        called_back(order)


def test_a_cry_for_help_is_a_case_of_the_emergency_line_whatever_address_it_came_to(inbox):
    arrival = delivered(inbox, mail("he is going to kill me, he knows where i live, help"), "authorities")
    row = Emergency.objects.get()
    assert (arrival.about, row.arrived_at, row.door) == (row.ref, arrival.arrived_at, "mail")
    assert Case.objects.get().kind == "emergency"
    assert Case.objects.get().deadlines.get().starts_at == arrival.arrived_at
    assert "he knows where i live" in said(row).said


SECRET = ORDER + "\nNe pas informer l'abonné de la présente réquisition."


def secretly(**more):
    keeper = member("lena")
    keeper.roles = ["legal", "secrecy"]
    keeper.save(update_fields=["roles"])
    arrival = delivered(None, mail(SECRET, sender="Greffe <greffe@tj.example.fr>"), **more)
    return arrival, Order.objects.get()


def test_an_order_that_asks_for_silence_is_sealed_until_a_person_has_read_it(inbox):
    arrival, order = secretly()
    assert is_sealed(order.key)
    assert "Ne pas informer" in sent(order).secrecy
    assert list(orders_for(member("lev"))) == []
    assert list(orders_for(member("lena"))) == [order]
    assert {arrival.key.ring, order.key.ring} == {"sealed"}
    with pytest.raises(NoSuchThing):
        arrival_for(member("lena"), arrival.ref)
    assert kept(arrival).raw.startswith(b"From: Greffe")
    assert [one.about for one in about_these([order.ref])] == [order.ref]


def test_the_public_log_says_of_a_secret_mail_what_it_says_of_any_other(inbox):
    before = Entry.objects.count()
    delivered(inbox, mail("Hello, how does the app work?"))
    plain = list(Entry.objects.order_by("pk").values_list("verb", flat=True))[before:]
    ordinary = {verb: json.loads(leaf) for verb, leaf in Entry.objects.values_list("verb", "leaf")}
    before = Entry.objects.count()
    secretly()
    told = list(Entry.objects.order_by("pk").values_list("verb", "leaf"))[before:]
    told = [(verb, json.loads(leaf)) for verb, leaf in told if verb.startswith("arrivals")]
    assert [verb for verb, _ in told] == [verb for verb in plain if verb.startswith("arrivals")]
    for verb, leaf in told:
        shown = ("harm", "verb", "source", "instrument", "authority_country", "by")
        assert {name: leaf[name] for name in shown} == {name: ordinary[verb][name] for name in shown}
    assert not Entry.objects.filter(verb__startswith="orders:").exists()


def test_when_its_secrecy_ends_the_mail_may_be_told_of_with_the_order(inbox):
    arrival, order = secretly()
    end_secrecy(present("lena"), order.ref, "A footer of every mail of theirs; they do not ask for it.")
    assert not is_sealed(order.key)
    assert not is_sealed(arrival.key)
    assert "orders:order:received" in Entry.objects.values_list("verb", flat=True)


def test_an_answer_in_a_secret_matter_is_as_secret(inbox):
    _, order = secretly()
    answer = answer_to(letters()[-1], "Voici la pièce.")
    arrival = delivered(inbox, answer, to=[str(answer["To"])])
    assert (arrival.about, is_sealed(arrival.key)) == (order.ref, True)


def test_an_answer_by_mail_puts_an_order_that_was_asked_about_back_on_the_desk(inbox):
    order, answer = the_matter()
    ask_sender(present("lena"), order.ref, "Which account?")
    delivered(inbox, answer, to=[str(answer["To"])])
    order.refresh_from_db()
    assert order.state == "received"
    assert last_words(order, "take_up").endswith("04 55 55 01 00.")


def asked_and_answered(monkeypatch, *, sender, checks):
    """The order was asked about, and somebody who knows its reference, and nothing else of ours, writes."""
    order, _answer = the_matter()
    ask_sender(present("lena"), order.ref, "Which account?")
    monkeypatch.setattr("steelyard.mailroom.reading.check", lambda *given: checks)
    shown = shown_ref(order.ref)
    arrival = delivered(None, mail(f"About your order {shown}: the account is @uma:home.", sender=sender))
    assert (arrival.desk, arrival.about) == ("case", order.ref)
    order.refresh_from_db()
    return order


@pytest.mark.parametrize(
    ("sender", "checks"),
    [
        ("stranger@mail.example", {"dmarc": "pass"}),
        ("greffe@tj.example.fr", {"dmarc": "none", "spf": "pass"}),
        ("greffe@tj.example.fr", {"dmarc": "not checked"}),
    ],
    ids=["another address", "unproven", "not looked at"],
)
def test_whoever_only_knows_the_reference_moves_nothing_and_a_person_looks(
    inbox, monkeypatch, sender, checks
):
    order = asked_and_answered(monkeypatch, sender=sender, checks=checks)
    assert order.state == "asked"
    (row,) = [row for row in inbox_of(present("lena")) if row.line.order == order]
    assert row.wrote_back
    view = read_order(present("lena"), order.ref)
    assert (view.wrote_back, "@uma:home" in view.messages[-1].read.text) == (True, True)


def test_the_orders_own_address_as_its_domain_vouches_for_it_moves_it(inbox, monkeypatch):
    order = asked_and_answered(monkeypatch, sender="greffe@tj.example.fr", checks={"dmarc": "pass"})
    assert order.state == "received"
    assert not any(row.wrote_back for row in inbox_of(present("lena")))


def test_a_machine_that_answers_a_question_answers_nothing(inbox):
    order, answer = the_matter()
    ask_sender(present("lena"), order.ref, "Which account?")
    answer["Auto-Submitted"] = "auto-replied"
    delivered(inbox, answer, to=[str(answer["To"])])
    order.refresh_from_db()
    assert order.state == "asked"


def test_a_notice_that_a_person_moves_days_later_keeps_the_clock_of_the_first_door(inbox):
    with set_clock(datetime(2026, 12, 1, 9, 0, tzinfo=UTC)):
        arrival = delivered(inbox, mail("გთხოვთ", sender="a@police.gov.ge"))
    with set_clock(datetime(2026, 12, 3, 9, 0, tzinfo=UTC)):
        sort_by_hand(present("lena"), arrival.ref, Desk.NOTICES, "A notice about https://platform.example/1")
    clock = Case.objects.get().deadlines.earliest("pk")
    assert clock.starts_at == arrival.arrived_at == datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
