"""Whether what the doors found is acted on, and whether other people's classifiers answer in time."""

from collections.abc import Iterator

from steelyard.cli.health import Grade, Line

MANY = 1000
"""Parcels that wait, from which on the workers do not keep up"""


def stream() -> Iterator[Line]:
    """A parcel is up to some hundred posts in which something was found."""
    import asyncio

    from steelyard.base.config import config
    from steelyard.base.errors import Unreachable
    from steelyard.screening.streams import stream_of

    async def counted() -> int:
        carrier = stream_of(config().stream)
        try:
            return await carrier.waiting()
        finally:
            await carrier.close()

    try:
        waiting = asyncio.run(counted())
    except Unreachable:
        do = "Nothing is lost: the doors tell platforms to send again. Look at the servers named under [stream]."
        yield Line(Grade.FAIL, "The stream of found posts does not answer.", do)
        return
    if waiting > MANY:
        do = "The worker acts on them; if the number grows, see log/worker.log or start another."
        yield Line(Grade.WARN, f"{waiting} parcels of found posts wait.", do)
    else:
        yield Line(Grade.OK, f"Found posts are acted on ({waiting} parcels wait).")


def classifiers() -> Iterator[Line]:
    """Each is asked once, about a text that is nobody's, within its own budget."""
    from steelyard.screening.plugins import classifiers as those_there_are

    for name, classifier in those_there_are().items():
        (score,) = classifier.scores(["A question of the doctor."])
        if score is None:
            do = "Posts are screened without it meanwhile. Does it run? Its budget_ms is under [[classifiers]]."
            yield Line(Grade.WARN, f"The classifier “{name}” gave no answer in time.", do)
        else:
            yield Line(Grade.OK, f"The classifier “{name}” answers in time.")
