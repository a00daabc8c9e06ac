"""Anybody's classifier may be a signal; a slow or dead one never blocks a post."""

import json
import threading
import time
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from steelyard.base.config import Classifier as Stated
from steelyard.screening.engine import Item, PolicyProblems, Screen, load_screen
from steelyard.screening.plugins.guard import STRIKES, Guarded
from steelyard.screening.plugins.over_http import OverHttp

SIGNAL = """\
signal: rude
about: The house's own classifier.
plugin: {name: toxicity, threshold: 0.8}
examples: {match: [{text: x, scores: {toxicity: 0.9}}], no_match: [{text: x, scores: {toxicity: 0.2}}]}
"""
RULE = """\
- {{rule: rude-for-a-person, about: R., when: signal.rude && score.rude > 0.8, then: {then}, harm: hate,
   policy_ref: terms.hate, state: live, owner: Ada,
   examples: {{match: [{{text: x, scores: {{toxicity: 0.9}}}}], no_match: [x]}}}}
"""


def policy(folder: Path, then: str = "queue") -> Screen:
    for name in ("signals", "rules"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "policy.yaml").write_text("policy: small\nowner: Ada\n")
    (folder / "signals" / "rude.yaml").write_text(SIGNAL)
    (folder / "rules" / "rules.yaml").write_text(RULE.format(then=then))
    return load_screen(folder)


class Service:
    """A real HTTP server that scores texts, as slowly and wrongly as it is told to."""

    def __init__(self) -> None:
        self.wait, self.answer, self.asked = 0.0, "", 0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                texts = json.loads(self.rfile.read(int(self.headers["content-length"])))["texts"]
                outer.asked += 1
                time.sleep(outer.wait)
                said = outer.answer or json.dumps(
                    {"scores": [0.95 if "fool" in text else 0.1 for text in texts]}
                )
                self.send_response(200)
                self.end_headers()
                self.wfile.write(said.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/score"

    def guarded(self, budget_ms: int = 200) -> Guarded:
        return Guarded("toxicity", OverHttp(Stated(name="toxicity", url=self.url)), budget_ms / 1000)


@pytest.fixture
def service() -> Iterator[Service]:
    found = Service()
    yield found
    found.server.shutdown()
    found.server.server_close()


ITEMS = [Item("1", "what a fool you are"), Item("2", "good morning")]


def actions(screen: Screen, items: Sequence[Item] = ITEMS) -> list[str]:
    return [verdict.action for verdict in screen.screen(items)]


def test_a_classifier_over_http_asks_for_a_person_and_the_verdict_says_its_score(
    tmp_path: Path, service: Service
) -> None:
    screen = policy(tmp_path)
    screen.classifiers = {"toxicity": service.guarded(5000)}
    verdicts = screen.screen(ITEMS)
    assert [verdict.action for verdict in verdicts] == ["queue", "allow"]
    assert verdicts[0].signals == {"rude": 0.95}


def test_a_slow_classifier_costs_its_budget_three_times_and_then_nothing(
    tmp_path: Path, service: Service
) -> None:
    screen, service.wait = policy(tmp_path), 1.0
    guarded = service.guarded(50)
    screen.classifiers = {"toxicity": guarded}
    began = time.monotonic()
    for _ in range(50):
        assert actions(screen) == ["allow", "allow"]
    assert time.monotonic() - began < 5  # fifty posts that waited a second each would take fifty
    assert service.asked <= STRIKES
    assert guarded.missed == 100


def test_a_dead_one_or_one_that_answers_nonsense_blocks_nothing(tmp_path: Path, service: Service) -> None:
    screen = policy(tmp_path)
    screen.classifiers = {"toxicity": service.guarded(5000)}
    for service.answer in ("no json", '{"scores": [2, 0.1]}', '{"scores": [0.1]}', '{"scores": ["a", 1]}'):
        assert actions(screen) == ["allow", "allow"]
    gone = Guarded("toxicity", OverHttp(Stated(name="toxicity", url="http://127.0.0.1:9/score")), 5)
    screen.classifiers = {"toxicity": gone}
    assert actions(screen) == ["allow", "allow"]
    assert gone.state()["missed"] == 2


def test_after_its_rest_a_classifier_that_is_well_again_is_asked_again(
    tmp_path: Path, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen, guarded = policy(tmp_path), service.guarded(5000)
    screen.classifiers = {"toxicity": guarded}
    service.answer = "no json"
    for _ in range(STRIKES):
        actions(screen)
    assert guarded.state()["resting"]
    service.answer = ""
    assert actions(screen) == ["allow", "allow"]
    monkeypatch.setattr(guarded, "_rests_until", 0.0)
    assert actions(screen) == ["queue", "allow"]


def test_without_the_classifier_the_policy_works_and_the_platforms_own_score_counts(tmp_path: Path) -> None:
    screen = policy(tmp_path)
    assert actions(screen) == ["allow", "allow"]
    assert actions(screen, [Item("1", "x", scores={"toxicity": 0.99})]) == ["queue"]


def test_a_score_that_nobody_can_explain_takes_nothing_away_alone(tmp_path: Path) -> None:
    with pytest.raises(PolicyProblems, match="a person decides"):
        policy(tmp_path, then="hold")
