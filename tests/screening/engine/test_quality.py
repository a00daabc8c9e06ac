"""What the starter policy does to real messages and to ordinary ones that look like offers."""

import json

import pytest

from bench.bench_quality import DATA, contained, hatecheck_rows, noticed, telegram
from steelyard.screening.engine import Item, Screen, Verdict


def screened(screen: Screen, texts: list[str]) -> list[Verdict]:
    return screen.screen([Item(str(number), text) for number, text in enumerate(texts)])


@pytest.mark.parametrize("half", ["dev", "test"])
def test_no_ordinary_message_of_a_real_group_is_taken_away(starter: Screen, half: str) -> None:
    ham = [text for text, spam in telegram(half) if not spam]
    assert [
        text for text, verdict in zip(ham, screened(starter, ham), strict=True) if contained(verdict)
    ] == []


def test_no_ordinary_message_that_looks_like_an_offer_is_taken_away(starter: Screen) -> None:
    lines = (DATA / "ordinary_offers" / "ordinary.txt").read_text("utf-8").splitlines()
    assert [
        text for text, verdict in zip(lines, screened(starter, lines), strict=True) if contained(verdict)
    ] == []


def written(name: str) -> list[dict[str, str]]:
    lines = (DATA / "written_messages" / f"{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("name", ["open", "ours", "second"])
def test_no_ordinary_message_of_somebody_else_is_taken_away_and_few_reach_a_person(
    starter: Screen, name: str
) -> None:
    texts = [row["text"] for row in written(name) if row["is"] == "ordinary"]
    verdicts = screened(starter, texts)
    assert [text for text, verdict in zip(texts, verdicts, strict=True) if contained(verdict)] == []
    assert sum(map(noticed, verdicts)) / len(verdicts) < 0.03


@pytest.mark.parametrize("name", ["open", "second"])
def test_what_it_learned_from_is_noticed_in_every_language(starter: Screen, name: str) -> None:
    """No measure of unseen messages: it says that no list or rule was broken since."""
    bad = [row for row in written(name) if row["is"] != "ordinary"]
    verdicts = screened(starter, [row["text"] for row in bad])
    for language in {row["language"] for row in bad}:
        found = [noticed(v) for row, v in zip(bad, verdicts, strict=True) if row["language"] == language]
        assert sum(found) / len(found) > 0.8, language


def test_most_unseen_spam_is_taken_away_and_more_reaches_a_person(starter: Screen) -> None:
    verdicts = screened(starter, [text for text, spam in telegram("test") if spam])
    assert sum(map(contained, verdicts)) / len(verdicts) > 0.65
    assert sum(map(noticed, verdicts)) / len(verdicts) > 0.8


def test_words_of_hate_alone_take_nothing_away(starter: Screen) -> None:
    texts = [text for rows in hatecheck_rows().values() for _, _, text in rows]
    assert not any(map(contained, screened(starter, texts)))


def test_no_rule_or_list_names_a_single_message(starter: Screen) -> None:
    """A long term that stands in exactly one real message would be its fingerprint, no word of the trade."""
    messages = [text for half in ("dev", "test") for text, _ in telegram(half)]
    written = [term for s in starter.policy.signals for words in s.words for term in words.terms]
    assert max(len(term) for term in written) < 45
    assert not [term for term in written if term in messages]


THREATS = [
    "Скажи сестре: пусть заберёт заявление, иначе окажется в больнице",
    "We know what time your kids leave school. You have until Friday",
    "Paga lo que debes o te quemamos el local",
    "Wir wissen, wo du wohnst, heute Nacht brechen wir dir die Knochen",
    "Zapłać albo twoje nagie zdjęcia zobaczą wszyscy znajomi",
]
NO_THREATS = [
    "После аварии дядя на костылях, но уже выписали, спасибо врачам",
    "You have until Friday to register for the choir trip",
    "Mods please ban him, he wrote that he will break my legs",
    "Wenn du spoilerst, brech ich dir die Beine, hahaha",
]


def test_a_threat_is_put_before_a_person_and_never_taken_away_alone(starter: Screen) -> None:
    verdicts = screened(starter, THREATS)
    assert [text for text, verdict in zip(THREATS, verdicts, strict=True) if not noticed(verdict)] == []
    assert not any(map(contained, verdicts))


def test_injuries_deadlines_reports_and_laughter_are_no_threats(starter: Screen) -> None:
    verdicts = screened(starter, NO_THREATS)
    assert [text for text, verdict in zip(NO_THREATS, verdicts, strict=True) if noticed(verdict)] == []
