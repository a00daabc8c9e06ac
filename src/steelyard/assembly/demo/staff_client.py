"""A member of the staff at a browser without a screen: real pages, real forms, a passkey in software.

The demo's cast works through this, and the tests do. It knows forms and WebAuthn, nothing of our tables.
"""

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx

from steelyard.assembly.demo.passkey import SoftPasskey
from steelyard.base.errors import Broken

_STEPS = 4  # a form is answered at most by: the step-up page, then the page itself


class StaffClient:
    """One person's browser with their two passkeys. `transport` lets tests call the application directly."""

    def __init__(
        self,
        base_url: str,
        passkey: SoftPasskey | None = None,
        spare: SoftPasskey | None = None,
        *,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.passkey = passkey or SoftPasskey(base_url)
        self.spare = spare or SoftPasskey(base_url)
        """The second factor: another authenticator."""
        self.http = httpx.Client(
            base_url=base_url,
            transport=transport,
            follow_redirects=True,
            timeout=30,
            headers={"Origin": base_url, "User-Agent": "Steelyard demo"},
        )

    def enrol(self, link: str) -> list[str]:
        """Come onto the staff through a one-time link. Returns the recovery codes; signed in afterwards."""
        self.http.get("/console/enrol")
        page = self.post("/console/enrol", {"token": link.partition("#")[2]})
        for name, authenticator in (("Demo key", self.passkey), ("Spare key", self.spare)):
            answer = authenticator.create(_form(page, "create").options)
            page = self.post(
                "/console/enrol", {"step": "passkey", "name": name, "credential": json.dumps(answer)}
            )
        page = self.post("/console/enrol", {"step": "codes"})
        codes = _codes(page)
        done = self.post("/console/enrol", {"step": "finish"})
        _expect(done, "/console/")
        return codes

    def sign_in(self) -> None:
        """Sign in with the passkey, and with the spare one where a second factor is asked."""
        page = self.http.get("/console/sign-in")
        answer = json.dumps(self.passkey.get(_form(page, "get").options))
        page = self.post("/console/sign-in", {"credential": answer})
        if page.url.path == "/console/second-factor":
            answer = json.dumps(self.spare.get(_form(page, "get").options))
            page = self.post("/console/second-factor", {"credential": answer})
        _expect(page, "/console/")

    def get(self, path: str) -> httpx.Response:
        return self.http.get(path)

    def post(self, path: str, form: dict[str, Any] | None = None) -> httpx.Response:
        """Send a form; where the answer asks for the passkey again, show it and go on."""
        answer = self._send(path, dict(form or {}))
        for _ in range(_STEPS):
            asked = next((f for f in _forms(answer) if f.step_up), None)
            if asked is None:
                return answer
            credential = json.dumps(self.passkey.get(asked.options))
            answer = self._send(path, asked.fields | {"credential": credential})
        return answer

    def save(self, folder: Path) -> None:
        """Keep both passkeys, readable by their owner alone."""
        self.passkey.save(folder / "passkey.json")
        self.spare.save(folder / "spare.json")

    @classmethod
    def load(cls, base_url: str, folder: Path) -> "StaffClient":
        return cls(
            base_url, SoftPasskey.load(folder / "passkey.json"), SoftPasskey.load(folder / "spare.json")
        )

    def _send(self, path: str, form: dict[str, Any]) -> httpx.Response:
        if "csrf" not in self._cookies():
            self.http.get("/console/account")  # any page with a form sets the cookie
        form.setdefault("csrfmiddlewaretoken", self._cookies().get("csrf", ""))
        return self.http.post(path, data=form)

    def _cookies(self) -> dict[str, str]:
        return {name.removeprefix("__Host-"): value for name, value in self.http.cookies.items()}


class _Form:
    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self.ceremony = ""
        self.options: dict[str, Any] = {}
        self.step_up = False


class _Reader(HTMLParser):
    """The forms of a page, with their hidden fields and what they ask of a passkey."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self.codes: list[str] = []
        self._in_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        self._in_code = tag == "code"
        if tag == "form":
            self.forms.append(_Form())
            self.forms[-1].step_up = "data-step-up" in has
        elif self.forms and "data-passkey" in has:
            self.forms[-1].ceremony = has["data-passkey"] or ""
            self.forms[-1].options = json.loads(has["data-options"] or "{}")
        elif self.forms and tag == "input" and has.get("type") == "hidden" and has.get("name"):
            self._keep(str(has["name"]), has.get("value") or "")

    def _keep(self, name: str, value: str) -> None:
        fields = self.forms[-1].fields
        if name in fields:
            before = fields[name] if isinstance(fields[name], list) else [fields[name]]
            fields[name] = [*before, value]
        else:
            fields[name] = value

    def handle_data(self, data: str) -> None:
        if self._in_code:
            self.codes.append(data)
            self._in_code = False


def _read(page: httpx.Response) -> _Reader:
    reader = _Reader()
    reader.feed(page.text)
    return reader


def _forms(page: httpx.Response) -> list[_Form]:
    return _read(page).forms


def _form(page: httpx.Response, ceremony: str) -> _Form:
    found = next((form for form in _forms(page) if form.ceremony == ceremony), None)
    if found is None:
        raise Broken(f"{page.url.path} did not ask for a passkey.", f"It answered {page.status_code}.")
    return found


def _codes(page: httpx.Response) -> list[str]:
    return _read(page).codes


def _expect(page: httpx.Response, path: str) -> None:
    if page.url.path != path or page.status_code != httpx.codes.OK:
        raise Broken(
            "The console did not let this person in.", f"{page.url.path} answered {page.status_code}."
        )
