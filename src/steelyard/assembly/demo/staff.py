"""The staff side of the story: all come in by a one-time link, with passkeys, through the real pages."""

import re
from pathlib import Path
from typing import Any

import yaml

from steelyard.assembly.demo.memory import Memory
from steelyard.assembly.demo.staff_client import StaffClient
from steelyard.base.config import config
from steelyard.base.errors import Broken, Refused
from steelyard.base.places import seeds
from steelyard.console.views.members import link_for
from steelyard.people.actions import found_house, link_from_operator

FIRST = "adam"


class Staff:
    """Who works here. Each keeps their passkeys in a folder of mode 0700 between starts."""

    def __init__(self, memory: Memory, home: Path) -> None:
        self.memory, self.folder = memory, home / "demo" / "passkeys"
        self._clients: dict[str, StaffClient] = {}

    @property
    def cast(self) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, dict[str, Any]]] = yaml.safe_load((seeds() / "cast.yaml").read_text())
        return found["staff"]

    def enrol_everybody(self) -> None:
        """Adam is named at the machine; he invites the others while he is the only administrator."""
        if not self._enrolled(FIRST):
            self._enrol(FIRST, self._first_link())
        for handle in sorted(self.cast, key=lambda who: "administrator" in self.cast[who]["roles"]):
            if not self._enrolled(handle):
                self._enrol(handle, self._link(handle))

    def signed_in(self, handle: str) -> StaffClient:
        """This person at a browser of their own."""
        if handle not in self._clients:
            client = StaffClient.load(config().public_url, self.folder / handle)
            try:
                client.sign_in()
            except Broken:  # somebody took this person's place through the printed link: its turn is over
                self._enrol(handle, link_for(link_from_operator(handle)[1]))
                client = StaffClient.load(config().public_url, self.folder / handle)
                client.sign_in()
            client.save(self.folder / handle)
            self._clients[handle] = client
        return self._clients[handle]

    def _enrolled(self, handle: str) -> bool:
        return bool(self.memory.get(f"enrolled:{handle}"))

    def _enrol(self, handle: str, link: str) -> None:
        client = StaffClient(config().public_url)
        client.enrol(link)
        client.save(self.folder / handle)
        self.memory[f"enrolled:{handle}"] = True

    def _first_link(self) -> str:
        who = self.cast[FIRST]
        try:
            _, token = found_house(name=who["name"], handle=FIRST, language=who["language"])
        except Refused:  # named by a start that was killed before he enrolled
            _, token = link_from_operator(FIRST)
        return link_for(token)

    def _link(self, handle: str) -> str:
        """An invitation from the console; where a killed start sent one already, the operator's link."""
        who = self.cast[handle]
        answer = self.signed_in(FIRST).post(
            "/console/members",
            {
                "name": who["name"], "handle": handle, "language": who["language"], "roles": who["roles"],
                "because": "Joins the house.",
            },
        )  # fmt: skip
        if found := re.search(r"/console/enrol#[\w-]+", answer.text):
            return found.group(0)
        try:
            return link_for(link_from_operator(handle)[1])
        except Exception as fault:
            raise Broken(f"{handle} could not be invited.", f"{answer.status_code}: {fault}") from fault
