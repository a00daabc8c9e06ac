"""`steelyard demo`: bring the house up with a Synapse beside it, play the story, keep serving.

This process only starts others and shows what they say; it imports neither Django nor a client library.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from steelyard.assembly.demo.screen import Screen
from steelyard.assembly.postgres import become
from steelyard.base.config import home, read_config
from steelyard.base.files import write_private

SETTINGS = """\
# The demo's settings. `steelyard setup` writes such a file for a real platform.
service = "Steelyard demo"
public_url = "{public_url}"
web_port = {web_port}
intake_port = {intake_port}
synapse_port = {synapse_port}
languages = ["en", "fr", "ru", "ar", "fa"]
countries = ["FR", "DE", "EE", "LB"]
established_in = "EE"
# Where our letters go; `.venv/bin/python -m aiosmtpd -n -l 127.0.0.1:8476` prints them. Without it they wait.
#smtp_url = "smtp://127.0.0.1:8476"

[matrix]
server_name = "localhost"
announcements = "#daily:localhost"

[authorities]
email = "authorities@demo.example.org"
phone = "+372 600 0000"
name = "Representative's desk (invented)"

[users]
email = "help@demo.example.org"

# The door for mail, left out because it costs some ten megabytes. Take the signs before words away, start again.
#[mailroom]
#smtp = "127.0.0.1:8475"
#dns = false
#[mailroom.addresses]
#"authorities@demo.example.org" = "authorities"
#"help@demo.example.org" = "users"
"""


def main() -> int:
    asked = argparse.ArgumentParser(prog="steelyard demo")
    asked.add_argument("--once", action="store_true")
    once = asked.parse_args().once
    began, folder = time.time(), home()
    if not (folder / "steelyard.toml").exists():
        write_private(folder / "steelyard.toml", settings(os.environ).encode())
    screen = Screen()
    with _house(screen) as house:
        if house is None:
            return 1
        result = _play(screen, began)
        if "fault" in result:
            screen.fault(result["fault"])
        else:
            screen.addresses(result)
        worked = "outcome" in result and _all_of_it(result["outcome"])
        if once:
            sys.stdout.write(json.dumps(result.get("outcome", {"fault": result.get("fault", "")})) + "\n")
            sys.stdout.flush()
            return 0 if worked else 1
        if "outcome" in result:
            return house.wait()
    return 1


def settings(environment: Mapping[str, str]) -> str:
    """The demo's file. Ports chosen in the environment are kept, so that later commands find the same house."""
    chosen = read_config(home() / "steelyard.toml", environment)
    public_url = environment.get("STEELYARD_PUBLIC_URL", f"http://localhost:{chosen.web_port}")
    return SETTINGS.format(
        public_url=public_url, web_port=chosen.web_port, intake_port=chosen.intake_port,
        synapse_port=chosen.synapse_port,
    )  # fmt: skip


@contextmanager
def _house(screen: Screen) -> Iterator["subprocess.Popen[str] | None"]:
    """The supervisor, up and ready; None when it could not start, its reason shown."""
    house = subprocess.Popen(
        [sys.executable, "-m", "steelyard.assembly.supervisor", "--with", "synapse"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        # Killed, this process leaves no house behind that would keep the next start out.
        preexec_fn=become(None, die_with=signal.SIGKILL),
    )  # fmt: skip
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: house.terminate())
    try:
        yield house if _ready(house, screen) else None
    finally:
        if house.poll() is None:
            house.terminate()
        house.wait()


def _ready(house: "subprocess.Popen[str]", screen: Screen) -> bool:
    assert house.stdout  # noqa: S101 - asked for above
    assert house.stderr  # noqa: S101
    for line in house.stdout:
        screen.starting(line.strip())
        if line.startswith("serving"):
            return True
    ended = "It was ended from outside. Start again: it carries on from there."
    screen.fault(house.stderr.read().strip() or ended)
    return False


def _play(screen: Screen, began: float) -> dict[str, Any]:
    """Play the story; returns its outcome, or its fault."""
    said: dict[str, Any] = {"fault": "The story stopped without a word. See log/ in the home."}
    story = subprocess.Popen(
        [sys.executable, "-m", "steelyard.assembly.demo.play"], stdout=subprocess.PIPE, text=True,
        env=os.environ | {"STEELYARD_DEMO_BEGAN": str(began)},
        preexec_fn=become(None, die_with=signal.SIGKILL),
    )  # fmt: skip
    assert story.stdout  # noqa: S101
    for line in story.stdout:
        said = json.loads(line)
        if "chapter" in said:
            screen.chapter(said["chapter"], said["done"], said["of"])
    story.wait()
    if "chapter" in said:
        return {"fault": f"The story stopped in “{said['chapter']}”. Start again: it goes on from there."}
    return said


def _all_of_it(outcome: dict[str, Any]) -> bool:
    """Whether every step happened."""
    return (
        all(outcome[name] for name in outcome)
        and outcome["receipts"] == outcome["receipts_verified"]
        and Path(home() / "demo" / "story.json").exists()
    )


if __name__ == "__main__":
    sys.exit(main())
