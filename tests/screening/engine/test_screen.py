"""What a post's author and its reviewer notice of screening."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from steelyard.screening.engine import Action, Item, Screen, Verdict, load_screen
from tests.screening.engine.conftest import Write


def only(screen: Screen, text: str, **facts: int | str | bool) -> Verdict:
    (verdict,) = screen.screen([Item("1", text, facts=facts)])
    return verdict


def test_each_item_gets_one_verdict_in_order(starter: Screen) -> None:
    items = [Item(str(number), "Привет, как дела?") for number in range(9000)]
    assert [verdict.id for verdict in starter.screen(items)] == [item.id for item in items]


def test_an_ordinary_message_is_allowed_and_says_nothing(starter: Screen) -> None:
    assert only(starter, "Привет, как дела?") == Verdict("1", Action.ALLOW, policy=starter.version)


def test_threads_may_share_a_screen(starter: Screen) -> None:
    items = [Item(str(number), "казино @some_bot, привет") for number in range(3000)]
    with ThreadPoolExecutor(4) as pool:
        first, *others = pool.map(lambda _: starter.screen(items), range(4))
    assert others == [first] * 3


def test_nothing_to_screen_gives_nothing(starter: Screen) -> None:
    assert starter.screen([]) == []


def test_a_disguised_offer_is_held_and_explained_on_its_original_text(starter: Screen) -> None:
    text = "Привет! Дoxoд oт 500$ в день, пиши в лс"
    verdict = only(starter, text)
    assert (verdict.action, verdict.policy) == (Action.HOLD, starter.version)
    deciding = verdict.deciding
    assert deciding is not None
    assert (deciding.harm, deciding.policy_ref, deciding.commercial) == ("scam", "terms.scam", True)
    assert {"income_offer", "contact_me"} <= set(deciding.signals)
    shown = {(span.signal, text[span.start : span.end], span.folding) for span in verdict.spans}
    assert ("income_offer", "Дoxoд oт 500$", ("case", "confusables")) in shown
    assert ("contact_me", "в лс", ()) in shown


def test_the_neighbours_in_a_batch_do_not_change_a_verdict(starter: Screen) -> None:
    texts = [
        "Дoxoд oт 500$ в день, пиши в лс",
        "",
        "привет",
        "a\x01b",
        "п р и в е т всем",
        "Кто в лс?",
        "казино t.me/x",
    ]
    together = starter.screen([Item(text, text) for text in texts])
    assert together == [starter.screen([Item(text, text)])[0] for text in texts]


def test_draft_and_shadow_rules_are_told_but_never_change_the_action(write_policy: Write) -> None:
    rules = [{"name": state, "state": state, "then": "remove"} for state in ("draft", "shadow")]
    verdict = only(load_screen(write_policy(*rules)), "привет")
    assert verdict.action == Action.ALLOW
    assert [(hit.rule, hit.state, hit.action) for hit in verdict.rules] == [
        ("draft", "draft", "remove"),
        ("shadow", "shadow", "remove"),
    ]


def test_a_retired_rule_is_silent(write_policy: Write) -> None:
    assert only(load_screen(write_policy({"state": "retired"})), "привет").rules == ()


@pytest.mark.parametrize(
    ("actions", "strongest"),
    [
        (["count", "queue"], "queue"),
        (["queue", "hold"], "hold"),
        (["limit", "label"], "limit"),
        (["remove", "hold"], "remove"),
    ],
)
def test_the_strongest_live_rule_decides(write_policy: Write, actions: list[str], strongest: str) -> None:
    rules = [{"name": f"rule-{number}", "then": action} for number, action in enumerate(actions)]
    verdict = only(load_screen(write_policy(*rules)), "привет")
    assert verdict.action == strongest
    assert verdict.wants_person == ("queue" in actions)


@pytest.mark.parametrize(
    "facts", [{}, {"first_message": "yes"}, {"first_message": False}, {"unheard_of": True}]
)
def test_a_fact_that_is_unknown_or_of_the_wrong_kind_makes_no_rule_match(
    starter: Screen, facts: dict[str, bool]
) -> None:
    assert "invitation-from-a-newcomer" not in {
        hit.rule for hit in only(starter, "t.me/+AbCdEf", **facts).rules
    }
    known = only(starter, "t.me/+AbCdEf", first_message=True)
    assert "invitation-from-a-newcomer" in {hit.rule for hit in known.rules}


def test_a_verdict_can_be_written_as_json(starter: Screen) -> None:
    told = msgspec.json.decode(msgspec.json.encode(only(starter, "казино @some_bot")))
    assert {"id", "action", "rules", "signals", "spans"} <= told.keys()
    assert told["action"] == "hold"


def test_the_engine_works_where_django_and_the_network_are_missing(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        "sys.modules['django'] = sys.modules['socket'] = None\n"
        "from steelyard.screening.engine import Item, load_screen\n"
        "print(load_screen().screen([Item('1', 'text')])[0].action)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert (done.stdout.strip(), done.returncode) == ("allow", 0), done.stderr
