"""The DSA Transparency Database, as its source behaves, on a port of this machine: traps included.

Written from the facts in rulebook/law/transparency_database.json, independently of the code it tests.
"""

import json
import re
import threading
import uuid
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from steelyard.rulebook.categories import database_rules

TOKEN = "a-token-of-ours"
_NOT_NULL = ("category_addition", "incompatible_content_illegal")


class Server:
    """What it keeps, and how it misbehaves next."""

    def __init__(self):
        self.statements = {}
        self.processing = set()
        """Identifiers that another request holds a lock on"""
        self.received = []
        """Bodies of every POST, also of those it refused: it logs them"""
        self.misbehave = []
        """For the next requests, in order: "hang_up" (after taking them), 429, 500, 401, "nonsense" """
        self.calls = []

    def post(self, batch):
        errors = {f"statement_{at}": found for at, each in enumerate(batch) if (found := self.faults(each))}
        if errors:
            return 422, {"errors": errors}
        puids = [each["puid"] for each in batch]
        known = [puid for puid in puids if puid in self.statements or puid in self.processing]
        known += [puid for puid in set(puids) if puids.count(puid) > 1]
        if known:
            message = "The platform identifier(s) are not all unique within this call."
            return 422, {"message": message, "errors": {"puid": [message], "existing_puids": known}}
        made = [{**each, "uuid": str(uuid.uuid4())} for each in batch]
        self.statements |= {each["puid"]: each for each in made}
        return 201, {"statements": made}

    def faults(self, given):
        """As its validator: it does not look at end dates, nor at whether a keyword fits its category."""
        found = {}
        rules = database_rules()
        for field in rules["fields"]:
            name, value = field["name"], given.get(field["name"])
            lists = rules["enums"].get(field.get("enum"), ())
            if value is None:
                wanted = field["required"] == "required" or self._if(field.get("required_if"), given)
                absent = field.get("required_when_all_absent")
                wanted |= bool(absent) and all(given.get(each) is None for each in absent)
                if wanted or (name in given and name in _NOT_NULL):
                    found[name] = [f"The {name} field is required."]
            elif field["type"] == "array<enum>":
                if not isinstance(value, list) or set(value) - set(lists):
                    found[name] = [f"The selected {name} is invalid."]
            elif field["type"] == "enum" and value not in lists:
                found[name] = [f"The selected {name} is invalid."]
            elif field["type"] == "date" and not re.fullmatch(r"20\d\d-\d\d-\d\d", value):
                found[name] = [f"The {name} does not match the format."]
            elif len(value) > field.get("max_length", 10**9):
                found[name] = [f"The {name} is too long."]
            elif name == "puid" and not re.fullmatch(r"[a-zA-Z0-9-_]+", value):
                found[name] = ["The puid format is invalid."]
        return found

    @staticmethod
    def _if(condition, given):
        if not condition:
            return False
        left, verb, right = condition.split()
        return left in (given.get(right) or ()) if verb == "in" else given.get(left) == right


@contextmanager
def running():
    """The server and its address."""
    state = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.calls.append(("POST", self.path, len(body["statements"])))
            trouble = state.misbehave.pop(0) if state.misbehave else None
            if trouble == 429:
                return self.say(429, b"Limit Reached. Please do not overload the API", kind="text/plain")
            if self.headers["Authorization"] != f"Bearer {TOKEN}" or trouble == 401:
                return self.say(401, {"message": "Unauthenticated."})
            if trouble in (500, 418):
                return self.say(trouble, b"<html>no</html>", kind="text/html")
            if not 1 <= len(body["statements"]) <= 100:
                return self.say(422, {"errors": {"statements": ["between 1 and 100"]}})
            state.received.append(body)
            status, answer = state.post(body["statements"])
            if trouble == "hang_up":  # it took them, and nobody hears of it
                return self.connection.close()
            return self.say(status, b"<html>" if trouble == "nonsense" else answer)

        def do_GET(self):
            state.calls.append(("GET", self.path, 0))
            puid = self.path.rpartition("/")[2]
            if puid in state.statements:
                return self.say(302, {"message": "statement of reason found", "puid": puid})
            return self.say(404, {"message": "statement of reason not found", "puid": puid})

        def say(self, status, body, *, kind="application/json"):
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.02], daemon=True)
    thread.start()
    try:
        yield state, f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
