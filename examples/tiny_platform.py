"""A message board in a hundred lines that Steelyard moderates from end to end.

    pip install ./integrations/python
    export STEELYARD_ITEMS=http://127.0.0.1:8473 STEELYARD_KEY=live_… STEELYARD_SECRET=whsec_…
    python examples/tiny_platform.py 8600

Everybody's posts are screened before they are shown. What Steelyard decides later arrives at /steelyard, signed.
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any, ClassVar

from steelyard_client import Refused, Steelyard, Unreachable, webhook

HIDES = {"hold", "limit", "remove"}


class Board:
    """Posts, which of them are hidden, and what people were told."""

    def __init__(self, steelyard: Steelyard) -> None:
        self.steelyard, self.lock = steelyard, Lock()
        self.posts: dict[str, dict[str, str]] = {}
        self.hidden: set[str] = set()
        self.notices: dict[str, list[str]] = {}

    def publish(self, post: dict[str, str]) -> dict[str, Any]:
        """Shown at once when it is clean; hidden from the first moment when a rule holds it."""
        with self.lock:
            post = {"id": f"p{len(self.posts) + 1}", **post}
            self.posts[post["id"]] = post
        try:
            verdict = self.steelyard.screen([post])[0]
        except Unreachable:  # people go on talking; what was not screened is handed over later
            return {"id": post["id"], "shown": True}
        if verdict["action"] in HIDES:
            self.hidden.add(post["id"])
        return {"id": post["id"], "shown": post["id"] not in self.hidden}

    def shown(self) -> list[dict[str, str]]:
        return [post for post in self.posts.values() if post["id"] not in self.hidden]

    def report(self, said: dict[str, str]) -> dict[str, Any]:
        post = self.posts.get(said["about"])
        return self.steelyard.report(
            [{**said, **({"item": post, "channel": post["channel"]} if post else {})}]
        )

    def told(self, message: dict[str, Any]) -> dict[str, Any]:
        """What Steelyard asks for. Doing the same twice changes nothing."""
        if message["type"] == "read":
            post = message["target"]["id"]
            return {"sight": "visible" if post in self.posts and post not in self.hidden else "hidden"}
        if message["type"] == "fetch":
            return {"post": self.posts.get(message["target"]["id"])}
        if message["type"] == "action":
            return {"done": [target["id"] for target in message["targets"] if self.do(message, target["id"])]}
        return {}

    def do(self, message: dict[str, Any], about: str) -> bool:
        match message["operation"]:
            case "contain_item":
                self.hidden.add(about)
            case "restore_item":
                self.hidden.discard(about)
            case "notify_account":
                self.notices.setdefault(about, []).append(message["params"]["text"])
            case _:
                return False
        return True


class Page(BaseHTTPRequestHandler):
    board: ClassVar[Board]
    secret: ClassVar[str]

    def do_GET(self) -> None:
        pages = {"/posts": self.board.shown, "/notices": lambda: self.board.notices}
        self.answer(200 if self.path in pages else 404, pages.get(self.path, dict)())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        try:
            match self.path:
                case "/steelyard":
                    self.answer(200, self.board.told(webhook(self.secret, dict(self.headers), body)))
                case "/posts":
                    self.answer(200, self.board.publish(json.loads(body)))
                case "/reports":
                    self.answer(200, self.board.report(json.loads(body)))
                case _:
                    self.answer(404, {})
        except (Refused, ValueError, KeyError) as fault:
            self.answer(400, {"error": str(fault)})

    def answer(self, status: int, said: object) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(said).encode())

    def log_message(self, *_: object) -> None:
        """Who reads what is nobody's business."""


def main() -> None:
    Page.board = Board(Steelyard(os.environ["STEELYARD_ITEMS"], os.environ["STEELYARD_KEY"]))
    Page.secret = os.environ["STEELYARD_SECRET"]
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Page).serve_forever()


if __name__ == "__main__":
    main()
