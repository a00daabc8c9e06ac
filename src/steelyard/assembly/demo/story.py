"""The main story, through the doors that people use. A chapter can be played again after a kill."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import yaml

from steelyard.assembly.demo.counting import (
    outbox_is_empty,
    patiently,
    reports_inside,
    screened_posts,
    tables_that_hold,
)
from steelyard.assembly.demo.desk import Desk, Saw
from steelyard.assembly.demo.memory import Memory
from steelyard.assembly.demo.outside import Outside
from steelyard.assembly.demo.staff import Staff
from steelyard.assembly.demo.town import IN_PRIVATE, Town
from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.base.errors import Broken
from steelyard.base.places import seeds

UMA_WRITES = "Соседи, осторожно: вчера мне звонили и обещали лёгкие деньги. Не верьте, это обман."
"""A warning that a hasty moderator takes for the thing it warns of."""

Say = Callable[[str, int, int], None]
"""chapter, done, of how many"""


class Story:
    def __init__(self, folder: Path, say: Say) -> None:
        self.memory = Memory(folder / "demo" / "story.json")
        self.town, self.staff = Town(self.memory, folder), Staff(self.memory, folder)
        self.outside = Outside(config().public_url)
        self.say = say

    def play(self) -> None:
        """Every chapter that has not been played yet, in order."""
        for name, chapter in self.chapters():
            if f"done:{name}" not in self.memory:
                self.say(name, 0, 1)
                chapter()
                self.memory[f"done:{name}"] = now().isoformat()
            self.say(name, 1, 1)

    def chapters(self) -> list[tuple[str, Callable[[], None]]]:
        return [
            ("People and channels", self.town.settle),
            ("Two people talk, end-to-end encrypted", self.private),
            ("Staff enrol with passkeys", self.staff.enrol_everybody),
            ("Real messages are posted", self.posts),
            ("Screening has seen each", self.screened),
            ("A notice, a report, an order come in", self.complain_about),
            ("People decide", self.decide),
            ("The author contests", self.contest),
            ("A different person upholds it", self.uphold),
            ("The day is published", self.publish),
            ("Work is left on each desk", self.leave_work),
        ]

    def private(self) -> None:
        self.town.whisper()
        for line in IN_PRIVATE:
            if found := tables_that_hold(line):
                raise Broken("Something said end-to-end encrypted is in our database.", ", ".join(found))

    def posts(self) -> None:
        self.town.post_real_messages(lambda done, of: self.say("Real messages are posted", done, of))

    def screened(self) -> None:
        """Until every post was screened, and every measure and letter that followed has gone out."""
        wanted = len(self.memory["posts"])
        patiently(lambda: screened_posts() >= wanted and outbox_is_empty(), "the screening of every post")

    def complain_about(self) -> None:
        """Rhea sends a notice about Uma's post and reports another inside; an officer orders a third away."""
        if "noticed" not in self.memory:
            mine = self.town.member("uma").post(self.town.channel, UMA_WRITES, key="uma-1")
            self.memory["noticed"] = mine
            self.memory["noticed_before"] = self.town.sight_of(mine)
        if "left" not in self.memory:
            self.memory["left"] = self.town.still_visible(["spam", "ham"], wanted=2)
        ordered, reported = self.memory["left"]
        self.receipt("notice", lambda: self.outside.send_notice(self.town.link(self.memory["noticed"])))
        self.receipt("order", lambda: self.outside.send_order(self.town.link(ordered)))
        rhea = self.town.member("rhea")
        rhea.read_channel(self.town.channel, limit=1)
        if not reports_inside():
            rhea.report(self.town.channel, reported, "The same advertisement again and again.")
        patiently(lambda: reports_inside() > 0, "the report to become a case")

    def receipt(self, name: str, send: Callable[[], str]) -> None:
        """Send once, and keep the receipt file."""
        if name not in self.memory.get("receipts", {}):
            self.memory["receipts"] = {**self.memory.get("receipts", {}), name: send()}

    def decide(self) -> None:
        """Ada decides what she may alone; Lena and Lev decide the order together."""
        ada, lena, lev = (Desk(self.staff.signed_in(who)) for who in ("ada", "lena", "lev"))
        if "decided" not in self.memory:
            ada.decide_all("finding", Saw("contain", "It offers easy money and asks to write in private."))
            ada.decide_all("notice", Saw("contain", "It speaks of easy money and calls."))
            lena.decide_all("order", Saw("contain", "The order is complete, and the post is what it says."))
            lev.countersign_all()
            self.memory["decided"] = True
        patiently(outbox_is_empty, "the decisions to be carried out")

    def contest(self) -> None:
        """Uma reads why, on the platform, opens the link without signing in, and says what went wrong."""
        link = self.town.letter_link("uma")
        self.receipt("complaint", lambda: self.outside.send_complaint(link))

    def uphold(self) -> None:
        ben = Desk(self.staff.signed_in("ben"))
        ben.uphold_all("You warned your neighbours of a fraud. Hiding that was wrong.")
        patiently(outbox_is_empty, "the post to come back")
        self.memory["noticed_after"] = self.town.sight_of(self.memory["noticed"])

    def leave_work(self) -> None:
        """Something open for everybody who signs in next, a rota, and an authority that can be called back."""
        left = yaml.safe_load((seeds() / "open_work.yaml").read_text())
        notice, order = left["notice"], left["order"]
        first = self.town.member("poster2").post(self.town.channel, notice["about"], key="tickets-1")
        forms = [
            (notice["page"], notice["form"] | {"links": self.town.link(first)}),
            (order["page"], order["form"] | {"targets": self.town.link(self.memory["noticed"])}),
            *[(one["page"], one["form"]) for one in left["messages"]],
        ]
        forged, sold = left["forged"], self.town.link(first)
        forms += [
            (forged["page"], forged["form"] | {"targets": sold, "reference": one})
            for one in forged["references"]
        ]
        for number, (page, form) in enumerate(forms):
            self.receipt(f"left open {number}", partial(self.outside.send, page, form))
        link = self.town.letter_link("poster1")
        self.receipt("open complaint", lambda: self.outside.contest(link, left["complaint"]))
        lena, lev = (Desk(self.staff.signed_in(who)) for who in ("lena", "lev"))
        lena.fill_rota(left["rota"])
        page = lena.list_authority(left["authority"])
        lev.agree_to_authority(page)
        lena.name_officer(page, left["authority"]["officer"])

    def publish(self) -> None:
        Desk(self.staff.signed_in("ines")).publish_today()
        patiently(outbox_is_empty, "the day to be announced")
