"""What rings in somebody's pocket, for real: an HTTP receiver and a mail server on this machine."""

import json
import re
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from aiosmtpd.controller import Controller

from steelyard.oncall.actions import set_reach
from tests.cast import member


class Telephone:
    """Takes what Apprise posts. Several people share one; the path tells whose it was."""

    def __init__(self):
        self.rings = []
        self.refuses = False
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(503 if outer.refuses else 200)
                self.end_headers()
                if not outer.refuses:
                    outer.rings.append((self.path.strip("/"), json.loads(body)))

            def log_message(self, *said):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]

    def __enter__(self):
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def of(self, handle):
        return f"json://127.0.0.1:{self.port}/{handle}"

    def rung(self):
        """Who was rung, in order."""
        return [who for who, _ in self.rings]

    def link(self, number=-1):
        return re.search(r"/ring/(\S+)", self.rings[number][1]["message"]).group(1)


class Silent:
    """A service that takes the connection and never says a word, until it is let go."""

    def __init__(self):
        self.listening = socket.create_server(("127.0.0.1", 0), backlog=50)
        self.port = self.listening.getsockname()[1]

    def of(self, handle):
        return f"json://127.0.0.1:{self.port}/{handle}?rto=120&cto=120"

    def let_go(self):
        self.listening.close()


class Mailbox:
    """A mail server that keeps what it is given."""

    def __init__(self):
        self.letters = []
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    async def handle_DATA(self, server, session, envelope):
        self.letters.append((envelope.rcpt_tos[0], envelope.content.decode()))
        return "250 OK"

    def stop(self):
        if self.controller.server:
            self.controller.stop(no_assert=True)

    def of(self, handle):
        return f"mailto://127.0.0.1:{self.port}/?from=house@example.org&to={handle}@example.org&mode=insecure"


def reachable(handle, telephone, mailbox=None):
    """This person has given two addresses."""
    who = member(handle)
    second = mailbox.of(handle) if mailbox else telephone.of(f"{handle}-second")
    set_reach(who, addresses=(telephone.of(handle), second), zone="Europe/Paris")
    return who
