"""Members of the staff at work: they read the queue, take a case, decide, sign, answer, on the pages."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

import httpx

from steelyard.assembly.demo.staff_client import StaffClient
from steelyard.base.clock import now
from steelyard.base.errors import Broken

REF = "[0-9A-HJKMNP-TV-Z]{26}"


@dataclass(frozen=True)
class Saw:
    """What a person writes into the form."""

    outcome: str
    words: str
    ground: str = "terms.spam"
    """Chosen where the page proposes none"""


class Desk:
    """One person's browser, at the console."""

    def __init__(self, who: StaffClient) -> None:
        self._who = who

    def waiting(self, kind: str) -> list[str]:
        """The cases of a kind that this person sees in the queue."""
        page = _good(self._who.get(f"/console/cases?kind={kind}"))
        return list(dict.fromkeys(re.findall(rf"/console/cases/({REF})\b", page.text)))

    def decide_all(self, kind: str, saw: Saw) -> None:
        """Take and decide each waiting case of a kind."""
        for ref in self.waiting(kind):
            self._claim(ref)
            page = _good(self._who.get(f"/console/cases/{ref}"))
            if f"/console/cases/{ref}/decide" not in page.text:
                continue  # it waits for a second person, or somebody else has it
            form = {"outcome": saw.outcome, "words": saw.words, "ground": _ground(page.text) or saw.ground}
            _good(self._who.post(f"/console/cases/{ref}/decide", form | {"do": "decide"}))

    def countersign_all(self) -> None:
        """Read what a colleague proposed, and sign it as the second person."""
        for ref in self.waiting("order"):
            page = _good(self._who.get(f"/console/cases/{ref}"))
            for decision in re.findall(rf"/console/cases/{ref}/countersign/({REF})", page.text):
                _good(self._who.post(f"/console/cases/{ref}/countersign/{decision}", {"answer": "sign"}))

    def uphold_all(self, answer: str) -> None:
        """Take each complaint, answer its argument, and bring the post back."""
        for ref in self.waiting("complaint"):
            self._claim(ref)
            page = _good(self._who.get(f"/console/cases/{ref}"))
            for complaint in set(re.findall(rf"/console/cases/{ref}/complaint/({REF})", page.text)):
                _good(
                    self._who.post(
                        f"/console/cases/{ref}/complaint/{complaint}",
                        {"becomes": "uphold", "answer": answer, "quote": _argument(page.text)}
                        | dict.fromkeys(re.findall(r'name="(on_\w+)"', page.text), answer),
                    )
                )

    def fill_rota(self, turns: Sequence[dict[str, Any]]) -> None:
        """Who is rung when: every day of the week, in the order given. A rota that has turns stays as it is."""
        page = _good(self._who.get("/console/oncall")).text
        if "/console/oncall/turns/" in page:
            return
        offered = {name: ref for ref, name in re.findall(rf'<option value="({REF})">\s*([\w-]+)', page)}
        for turn in turns:
            form = {
                "do": "turn", "member_ref": offered[turn["who"]], "rank": turn["rank"], "begins": turn["begins"],
                "ends": turn["ends"], "weekdays": [str(day) for day in range(7)], "zone": "Europe/Tallinn",
                "first_day": now().date().isoformat(),
            }  # fmt: skip
            _good(self._who.post("/console/oncall", form))

    def list_authority(self, known: Mapping[str, Any]) -> str:
        """Somebody the desk has looked up, with the lines it is called back on. Returns its page."""
        there = re.search(
            rf'/console/authorities/({REF})"><bdi>{re.escape(known["listed"]["name"])}',
            _good(self._who.get("/console/authorities")).text,
        )
        if there:
            return f"/console/authorities/{there[1]}"
        page = _good(self._who.post("/console/authorities", known["listed"])).url.path
        for line in known["lines"]:
            found = {**line, **known["found"], "found_on": now().date().isoformat()}
            _good(self._who.post(f"{page}/change", {"do": "entry", **found}))
        _good(self._who.post(f"{page}/change", {"do": "propose", "because": "It asks us often."}))
        return page

    def agree_to_authority(self, page: str) -> None:
        """As the second person: find the same lines again, and agree to its enrolment."""
        text = _good(self._who.get(page)).text
        for line in re.findall(rf'name="thing" value="({REF})"><p><button[^>]*value="confirm_entry"', text):
            _good(self._who.post(f"{page}/change", {"do": "confirm_entry", "thing": line}))
        if 'value="enrol"' in text:
            _good(self._who.post(f"{page}/change", {"do": "enrol", "because": "I called them."}))

    def name_officer(self, page: str, officer: Mapping[str, str]) -> None:
        """Its first administrator; who has to be agreed to by somebody else."""
        if f"<bdi>{officer['handle']}</bdi>" not in _good(self._who.get(page)).text:
            _good(self._who.post(f"{page}/change", {"do": "officer", **officer}))

    def publish_today(self) -> None:
        """Publish the day as far as it has gone."""
        _good(self._who.post("/console/days", {"day": now().date().isoformat()}))

    def _claim(self, ref: str) -> None:
        _good(self._who.post(f"/console/cases/{ref}/claim"))


def _argument(page: str) -> str:
    """What the author says, as the page quotes it."""
    quoted = re.findall(r'(?s)<blockquote class="item" dir="auto">(.*?)</blockquote>', page)
    return unescape(quoted[-1]) if quoted else ""


def _ground(page: str) -> str:
    """The rule that the page proposes."""
    offered = re.search(r'(?s)<select name="ground".*?</select>', page)
    chosen = re.search(r'<option value="([\w.]+)" selected', offered.group(0)) if offered else None
    return chosen.group(1) if chosen else ""


def _good(page: httpx.Response) -> httpx.Response:
    if page.status_code != httpx.codes.OK:
        said = re.findall(r'(?s)class="[^"]*error[^"]*"[^>]*>(.*?)</(?:p|ul|div|li|span)>', page.text)
        why = " ".join(re.sub(r"<[^>]+>", " ", " ".join(said)).split())
        raise Broken(f"{page.url.path} answered {page.status_code}.", why, "See log/web.log in the home.")
    return page
