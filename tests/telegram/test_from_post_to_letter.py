"""Real spam of Telegram from the post to the letter: the bot is aiogram, the platform refuses what Telegram refuses."""

import pytest

from steelyard.base.places import seeds
from steelyard.cases.models import Case
from steelyard.decisions.actions import Weighed, write
from steelyard.decisions.models import Decision
from steelyard.decisions.states import Outcome
from steelyard.enforcement.connector import Operation, Target, register
from steelyard.enforcement.connectors.telegram.connector import TelegramConnector
from steelyard.enforcement.models import Measure
from steelyard.flows.carry_out import carry_out
from steelyard.flows.read_outbox import measures_on_their_way
from steelyard.ledger.models import Entry
from steelyard.letters.models import Letter
from steelyard.notices.models import Notice
from steelyard.screening.engine import Item
from steelyard.screening.models import Finding
from steelyard.screening.policy import screen_in_force
from steelyard.subjects.models import Subject
from tests.cast import member
from tests.flows.stories import HARMLESS, SCAM_RU, decided, delivered, screened
from tests.platform import attached
from tests.telegram.conftest import WORKROOM

pytestmark = pytest.mark.django_db
SPAM = (seeds() / "data" / "telegram_spam" / "spam.txt").read_text().splitlines()
DAY = 24 * 3600


@pytest.fixture
def market(telegram):
    return telegram.api.group(-1001001, "Market", username="market_square")


def rules_may_delete(telegram):
    settings = telegram.settings
    telegram.connector = TelegramConnector(
        settings.socket, settings.store, workroom=WORKROOM, rules_delete=True
    )
    register("telegram", lambda: telegram.connector)


def ids_of(posts):
    return {f"{post['chat']['id']}:{post['message_id']}" for post in posts}


def test_published_spam_goes_from_the_post_to_the_statement_of_reasons(telegram, market):
    rules_may_delete(telegram)
    telegram.api.write_to_bot(50, "/start")
    posts = [telegram.api.say(market, text[:4000]) for text in SPAM[:60]]
    telegram.api.say(market, HARMLESS, author=51)
    verdicts = screen_in_force().screen([Item(str(n), post["text"]) for n, post in enumerate(posts)])
    hidden = [
        post
        for post, verdict in zip(posts, verdicts, strict=True)
        if verdict.action in ("hold", "limit", "remove")
    ]
    telegram.heard()
    delivered()
    assert hidden, "the starter policy finds none of this, so the test would say nothing"
    left = telegram.api.shown(market)
    assert HARMLESS in left
    assert not {post["text"] for post in hidden} & set(left)
    measures = Measure.objects.select_related("subject")
    assert ids_of(hidden) <= {m.subject.native_id for m in measures}
    assert {m.state for m in measures} == {"confirmed"}
    assert Entry.objects.filter(verb="enforcement:measure:confirmed").count() == measures.count()
    letters = Letter.objects.filter(kind="statement_of_reasons")
    assert {letter.state for letter in letters} == {"confirmed"}
    private = telegram.api.shown(telegram.api.chats[50])
    assert sum("/d/" in text for text in private) == letters.count() == measures.count()
    assert not telegram.store.waiting(1), "what is in our database is not kept beside it"


def test_a_rule_alone_deletes_nothing_because_telegram_cannot_give_it_back(telegram, market):
    post = telegram.api.say(market, SCAM_RU)
    telegram.heard()
    delivered()
    assert (Finding.objects.count() > 0, Measure.objects.count(), Case.objects.count()) == (True, 0, 1)
    assert telegram.api.shown(market) == [SCAM_RU]
    decided("ada", outcome=Outcome.CONTAIN)
    delivered()
    assert telegram.api.shown(market)[:1] != [SCAM_RU]
    assert Measure.objects.get().subject.native_id == f"-1001001:{post['message_id']}"


def test_who_never_opened_a_chat_is_asked_to_and_then_gets_the_letter(telegram, market):
    rules_may_delete(telegram)
    telegram.api.say(market, SCAM_RU)
    telegram.heard()
    delivered()
    (hint,) = telegram.api.shown(market)
    assert hint.startswith("✉")
    assert "/d/" not in hint, "the group reads that there is a letter, and nothing of it"
    assert Letter.objects.get().state == "queued"
    telegram.api.write_to_bot(50, "/start letter")
    telegram.heard()
    delivered()
    assert Letter.objects.get().state == "confirmed"
    assert "/d/" in telegram.api.shown(telegram.api.chats[50])[-1]


def test_what_is_older_than_two_days_waits_for_an_administrator_and_counts_once_they_did_it(telegram, market):
    telegram.api.group(WORKROOM, "Moderators")
    post = telegram.api.say(market, SCAM_RU, age=3 * DAY)
    telegram.heard()
    decided("ada")
    delivered()
    measure = Measure.objects.get()
    assert (measure.state, "48 hours" in measure.last_error) == ("failed", True)
    assert "t.me" not in measure.last_error, "who looks after the machines does not learn what it is about"
    asked = telegram.api.shown(telegram.api.chats[WORKROOM])
    assert [f"https://t.me/market_square/{post['message_id']}" in text for text in asked] == [True]
    (task,) = measures_on_their_way(member("ada"))
    assert task.address == f"https://t.me/market_square/{post['message_id']}", "the console has the link too"
    (machine,) = measures_on_their_way(member("adam"))
    assert (machine.address, machine.decision) == ("", ""), "who looks after the machines is shown no post"
    del market.posts[post["message_id"]]
    Measure.objects.update(state="queued")
    delivered()
    assert Measure.objects.get().state == "confirmed"
    assert len(telegram.api.shown(telegram.api.chats[WORKROOM])) == 1


def test_a_post_that_was_deleted_by_mistake_is_posted_again_from_the_sealed_copy(telegram, market):
    rules_may_delete(telegram)
    telegram.api.write_to_bot(50, "/start")
    telegram.api.say(market, SCAM_RU)
    telegram.heard()
    delivered()
    first = Decision.objects.get()
    back = write(
        Weighed(outcome=Outcome.RESTORE, harm=first.harm, ground=first.ground, source="complaint"), first.subject, None,
        needs_second=False,
    )  # fmt: skip
    carry_out(back, tell_author=False)
    delivered()
    delivered()
    (again,) = telegram.api.shown(market)
    assert again.endswith(SCAM_RU)
    assert again != SCAM_RU, "a reader sees that it is not the post itself"


def test_flood_control_is_obeyed_and_nothing_is_lost(telegram, market):
    telegram.api.opened.add(50)
    telegram.api.chats[50] = telegram.api.group(50, "", type_="private")
    telegram.api.floods["sendMessage"] = [1]
    with pytest.raises(Exception, match="slow down"):
        telegram.connector.act(Operation.NOTIFY_ACCOUNT, Target("50"), key="k", params={"text": "Hello"})
    with pytest.raises(Exception, match="slow down"):
        telegram.connector.act(Operation.NOTIFY_ACCOUNT, Target("50"), key="k", params={"text": "Hello"})
    telegram.bot._pace._silent.clear()
    telegram.api.silent_until.clear()
    for _ in range(2):
        telegram.connector.act(Operation.NOTIFY_ACCOUNT, Target("50"), key="k", params={"text": "Hello"})
    assert telegram.api.shown(telegram.api.chats[50]) == ["Hello"]
    assert telegram.api.too_early == []


def test_two_hundred_and_thirty_posts_are_deleted_a_hundred_at_a_time(telegram, market):
    posts = [telegram.api.say(market, f"Post {n}") for n in range(230)]
    telegram.heard()
    targets = [Target(id_) for id_ in sorted(ids_of(posts))]
    receipt = telegram.connector.act_on_many(Operation.REMOVE_ITEM, targets, key="wave")
    assert (len(receipt.done), receipt.missing, receipt.by_hand) == (230, (), {})
    assert [len(call["message_ids"]) for call in telegram.api.asked("deleteMessages")] == [100, 100, 30]
    again = telegram.connector.act_on_many(Operation.REMOVE_ITEM, targets[:1], key="other")
    assert (again.done, again.already) == ((), (targets[0].id,))


def test_a_member_reports_in_the_group_and_nobody_there_sees_who(telegram, market):
    post = telegram.api.say(market, HARMLESS)
    telegram.api.write_to_bot(60, "/start")
    telegram.api.say(market, "/report@scales_bot he took my money", author=60, reply_to_message=post)
    telegram.heard()
    notice = Notice.objects.get()
    assert (notice.door, Case.objects.get().subject.native_id) == (
        "platform",
        f"-1001001:{post['message_id']}",
    )
    assert telegram.api.shown(market) == [HARMLESS]
    assert "Your report has arrived" in telegram.api.shown(telegram.api.chats[60])[-1]
    telegram.heard()
    assert Notice.objects.count() == 1


def test_a_link_sent_to_the_bot_in_private_is_a_report(telegram, market):
    post = telegram.api.say(market, HARMLESS)
    telegram.heard()
    telegram.api.write_to_bot(60, f"Look at this: https://t.me/market_square/{post['message_id']}")
    telegram.heard()
    assert Notice.objects.count() == 1


def test_private_groups_are_not_read(telegram):
    circle = telegram.api.group(-1001002, "Friends")
    telegram.api.say(circle, SCAM_RU)
    telegram.heard()
    assert not Finding.objects.exists()
    assert not Subject.objects.exists()


def test_a_changed_post_is_judged_again(telegram, market):
    post = telegram.api.say(market, HARMLESS)
    telegram.heard()
    telegram.api.edit(market, post["message_id"], SCAM_RU)
    telegram.heard()
    assert Finding.objects.count() > 0


def test_a_channels_post_belongs_to_the_channel_and_its_owner_gets_the_letter(telegram):
    rules_may_delete(telegram)
    news = telegram.api.group(-1001003, "News", username="daily_news", type_="channel", owner=70)
    telegram.api.write_to_bot(70, "/start")
    telegram.api.say(news, SCAM_RU)
    telegram.heard()
    delivered()
    assert telegram.api.shown(news) == []
    assert "/d/" in telegram.api.shown(telegram.api.chats[70])[-1]


def test_a_muted_person_gets_back_exactly_what_they_had(telegram, market):
    telegram.api.say(market, HARMLESS)
    before = {"status": "restricted", "is_member": True, "until_date": 0, "can_react_to_messages": False,
              "can_edit_tag": False, "can_send_messages": True, "can_send_polls": False}  # fmt: skip
    market.members[50] = dict(before)
    telegram.heard()
    act = telegram.connector.act
    for _ in range(2):
        act(Operation.MUTE_ACCOUNT, Target("50", kind="account"), key="m")
    assert market.members[50]["can_send_messages"] is False
    act(Operation.UNMUTE_ACCOUNT, Target("50", kind="account"), key="u")
    after = {name: value for name, value in market.members[50].items() if value is True}
    assert after == {"is_member": True, "can_send_messages": True}


def test_a_closed_group_opens_with_the_rights_it_had(telegram, market):
    market.permissions = {"can_send_messages": True, "can_send_polls": True}
    telegram.heard()
    telegram.connector.act(Operation.FREEZE_CHANNEL, Target("-1001001", kind="channel"), key="f")
    assert market.permissions == {}
    telegram.connector.act(Operation.UNFREEZE_CHANNEL, Target("-1001001", kind="channel"), key="g")
    assert market.permissions == {"can_send_messages": True, "can_send_polls": True}


def test_channels_that_post_in_groups_can_be_banned_and_a_banned_person_cannot_ask_to_join(telegram, market):
    telegram.heard()
    telegram.connector.act(Operation.MUTE_ACCOUNT, Target("-1005", kind="account"), key="c")
    assert market.banned_channels == {-1005}
    telegram.connector.act(Operation.UNMUTE_ACCOUNT, Target("-1005", kind="account"), key="d")
    assert market.banned_channels == set()
    telegram.connector.act(Operation.BAN_ACCOUNT, Target("80", kind="account"), key="b")
    assert market.members[80]["status"] == "kicked"
    telegram.api.asks_to_join(market, 80)
    telegram.api.asks_to_join(market, 81)
    telegram.heard()
    assert telegram.api.declined == [(-1001001, 80)]


def test_an_accounts_reactions_go_and_other_peoples_stay(telegram, market):
    first = telegram.api.say(market, HARMLESS)["message_id"]
    market.reactions = [(first, 50, "👍"), (first, 51, "🔥"), (first, 50, "💩"), (first, -1005, "👍")]
    telegram.heard()
    for account, left in (("50", [51, -1005]), ("-1005", [51])):
        receipt = telegram.connector.act(
            Operation.REMOVE_REACTIONS, Target(account, kind="account"), key=account
        )
        assert (receipt.done, receipt.inverse) == ((account,), None)
        assert [who for _, who, _ in market.reactions] == left
    telegram.api.say(market, "/unreact", author=1, reply_to_message=telegram.api.say(market, "x", author=51))
    telegram.heard()
    assert market.reactions == []


def test_a_groups_own_administrators_have_their_tools_and_others_do_not(telegram, market):
    first, second = telegram.api.say(market, "one"), telegram.api.say(market, "two")
    telegram.api.say(market, "/delete", author=50, reply_to_message=second)
    telegram.api.say(market, "/delete", author=1, reply_to_message=first)
    telegram.heard()
    assert telegram.api.shown(market) == ["two", "/delete"]
    assert not Decision.objects.exists()


def test_two_platforms_at_once_each_get_their_own(telegram, market):
    rules_may_delete(telegram)
    with attached() as memory:
        telegram.api.say(market, SCAM_RU)
        telegram.heard()
        screened(memory, "$scam", SCAM_RU)
        delivered()
        assert memory.hidden == {"$scam"}
        assert SCAM_RU not in telegram.api.shown(market)
    assert set(Measure.objects.values_list("subject__connector", "state")) == {
        ("telegram", "confirmed"), ("memory", "confirmed"),
    }  # fmt: skip
