"""`steelyard doctor` says whether found posts wait, and whether other people's classifiers answer in time."""

import asyncio
from collections.abc import Iterator

import pytest

from steelyard.base.config import Classifier, Config, Stream
from steelyard.cli.health import Grade, Line
from steelyard.cli.health_screening import MANY, classifiers, stream
from steelyard.screening import plugins
from steelyard.screening.streams import stream_of
from tests.screening.test_plugins import Service
from tests.screening.test_streams import some


@pytest.mark.django_db(transaction=True)
def test_parcels_that_wait_are_counted_and_too_many_are_a_warning() -> None:
    async def put(number: int) -> None:
        rows = stream_of(Stream())
        await rows.put(some(number))
        await rows.close()

    asyncio.run(put(3))
    assert list(stream()) == [Line(Grade.OK, "Found posts are acted on (3 parcels wait).")]
    asyncio.run(put(MANY + 1))
    (line,) = stream()
    assert (line.grade, line.what) == (Grade.WARN, f"{MANY + 1} parcels of found posts wait.")


def test_a_stream_that_is_down_is_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    down = Config(stream=Stream(nats=("nats://127.0.0.1:9",)))
    monkeypatch.setattr("steelyard.base.config.config", lambda: down)
    (line,) = stream()
    assert (line.grade, line.what) == (Grade.FAIL, "The stream of found posts does not answer.")


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    found = Service()
    stated = Config(classifiers=(Classifier(name="toxicity", url=found.url, budget_ms=2_000),))
    monkeypatch.setattr(plugins, "config", lambda: stated)
    plugins.classifiers.cache_clear()
    yield found
    plugins.classifiers.cache_clear()
    found.server.shutdown()
    found.server.server_close()


def test_a_classifier_that_answers_wrongly_is_a_warning(service: Service) -> None:
    assert list(classifiers()) == [Line(Grade.OK, "The classifier “toxicity” answers in time.")]
    service.answer = "no scores"
    (line,) = classifiers()
    assert (line.grade, line.what) == (Grade.WARN, "The classifier “toxicity” gave no answer in time.")
