"""Plays the story inside a house that is up, and says what came of it: `-m steelyard.assembly.demo.play`.

A process of its own, which ends: what keeps serving afterwards stays small. Progress goes out as JSON lines.
"""

import json
import logging
import os
import sys
import time
from pathlib import Path

from steelyard.base.config import home
from steelyard.base.errors import SteelyardError


def say(chapter: str, done: int, of: int) -> None:
    sys.stdout.write(json.dumps({"chapter": chapter, "done": done, "of": of}) + "\n")
    sys.stdout.flush()


def play(folder: Path, began: float) -> None:
    from steelyard.assembly.demo.counting import as_line, count
    from steelyard.assembly.demo.story import Story

    story = Story(folder, say)
    story.play()
    before, after = story.memory["noticed_before"], story.memory["noticed_after"]
    outcome = count(
        posted=len(story.memory["posts"]) + 1,
        receipts=list(story.memory["receipts"].values()),
        restored_identical=after == before and after["sight"] == "visible" and bool(after["content_hash"]),
        seconds=time.time() - began,
    )
    sys.stdout.write(json.dumps({"outcome": as_line(outcome), "sign_ins": sign_ins(story)}) + "\n")


def sign_ins(story: object) -> list[dict[str, str]]:
    """One-time links for a newcomer who wants to be one of the staff, each good for some minutes."""
    from steelyard.assembly.demo.staff import Staff
    from steelyard.console.views.members import link_for
    from steelyard.people.actions import link_from_operator

    staff: Staff = story.staff  # type: ignore[attr-defined]
    return [
        {"handle": handle, "roles": ", ".join(who["roles"]), "link": link_for(link_from_operator(handle)[1])}
        for handle, who in staff.cast.items()
        if who["roles"]
    ]


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.assembly.settings")
    import django

    django.setup()
    logging.getLogger("nio").setLevel(logging.ERROR)  # it warns of every session it has not met yet
    try:
        play(home(), float(os.environ.get("STEELYARD_DEMO_BEGAN", time.time())))
    except SteelyardError as fault:
        sys.stdout.write(json.dumps({"fault": str(fault)}) + "\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
