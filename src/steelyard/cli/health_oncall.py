"""Whether somebody can be rung, whether the clocks are kept, and whether every machine's clock is right."""

from collections.abc import Iterator

from steelyard.cli.health import MOST_SKEW, Grade, Line


def on_call() -> Iterator[Line]:
    yield from _keepers()
    yield from _people()


def _keepers() -> Iterator[Line]:
    from steelyard.oncall.queries import keepers, silent

    quiet = {row.name for row in silent()}
    for row in keepers():
        if row.name in quiet:
            do = "The worker keeps them. See log/worker.log under the home."
            yield Line(Grade.FAIL, f"No clock has been kept since {row.at:%Y-%m-%d %H:%M:%S} UTC.", do)
        elif abs(row.skew) > MOST_SKEW:
            do = "Set it by NTP. Deadlines are not touched: they go by the database's clock."
            yield Line(Grade.FAIL, f"The worker's clock is {row.skew:+.0f} s off the database's.", do)
        else:
            yield Line(Grade.OK, "Clocks are kept.")


def _people() -> Iterator[Line]:
    from steelyard.oncall.queries import anybody_reachable, missing_from_rota, unanswered

    if not anybody_reachable():
        do = "Each person on call enters two addresses in the console, under “On call”."
        yield Line(Grade.WARN, "Nobody can be rung.", do)
        return
    gaps = missing_from_rota()
    if gaps:
        start, end = gaps[0]
        what = f"Nobody is on call from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC."
        yield Line(Grade.WARN, what, "Fill the rota in the console, under “On call”.")
    else:
        yield Line(Grade.OK, "Somebody is on call all through the next week.")
    if ringing := unanswered():
        yield Line(Grade.WARN, f"{ringing} rings are not answered.", "See “On call” in the console.")
