"""Accounts on the homeserver: made with its shared registration secret, so open registration stays off."""

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.utils.translation import gettext_noop as _

from steelyard.base.errors import Broken
from steelyard.base.files import write_private
from steelyard.enforcement.connector import MemberSession, NotAccepted
from steelyard.enforcement.connectors.matrix.wire import Denied, Wire

REGISTER = "/_synapse/admin/v1/register"
TAKEN = "M_USER_IN_USE"
ABOUT_A_NAME = {
    TAKEN: (_("This name is taken."), _("Choose another one.")),
    "M_INVALID_USERNAME": (
        _("This name cannot be used."),
        _("Use small letters, digits, dots, hyphens and underscores only."),
    ),
    "M_EXCLUSIVE": (_("This name is taken."), _("Choose another one.")),
}
ABOUT_SIGNING_IN = {
    "M_FORBIDDEN": (
        _("The name or the password is not right."),
        _("Try again, or open a new account."),
    ),
    "M_USER_DEACTIVATED": (_("This account has been closed."), ""),
}


def open_account(
    wire: Wire, secret: str, name: str, password: str, *, display_name: str = "", admin: bool = False
) -> MemberSession:
    """A new local account, signed in. Raises Refused when the name is taken or not allowed."""
    nonce = wire.call("GET", REGISTER)["nonce"]
    parts = (nonce, name, password, "admin" if admin else "notadmin")
    proof = hmac.new(secret.encode(), "\x00".join(parts).encode(), hashlib.sha1).hexdigest()
    asked = {
        "nonce": nonce, "username": name, "displayname": display_name or name, "password": password,
        "admin": admin, "mac": proof,
    }  # fmt: skip
    with _said_plainly(ABOUT_A_NAME):
        made = wire.call("POST", REGISTER, json=asked)
    return _session(made)


def sign_in(wire: Wire, name: str, password: str) -> MemberSession:
    """Raises Refused when the name or the password is wrong, NotAccepted where a decision keeps the account out."""
    asked = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": name},
        "password": password,
        "initial_device_display_name": "Steelyard",
    }
    with _said_plainly(ABOUT_SIGNING_IN):
        said = wire.call("POST", "/_matrix/client/v3/login", json=asked)
    return _session(said)


@contextmanager
def _said_plainly(words: Mapping[str, tuple[str, str]]) -> Iterator[None]:
    """Our words for the homeserver's code where we have some: people read them in their language."""
    try:
        yield
    except Denied as denied:
        if isinstance(ours := denied.said.get("steelyard"), dict):
            why, do = str(ours.get("reason", "")), str(ours.get("appeal", ""))
            raise NotAccepted(
                _("This was not accepted."), why, do, case=str(ours.get("case", ""))
            ) from denied
        if denied.code not in words:
            raise
        what, do = words[denied.code]
        raise Denied(what, "", do, code=denied.code) from denied


class OwnAccount:
    """An account of our own (the operator's, the probe's), opened on first use and then remembered.

    The password is on disk before the account exists, so a start killed in between can still sign in.
    """

    def __init__(self, wire: Wire, keys: Path, name: str, display_name: str, *, admin: bool = False) -> None:
        self._wire, self._keys, self.name = wire, keys, name
        self._display_name, self._admin = display_name, admin
        self._token = ""

    def token(self) -> str:
        """Its access token. Raises Unreachable, or Broken when neither token nor secret is at hand."""
        file = self._keys / f"{self.name}-token"
        if not self._token and file.exists():
            self._token = file.read_text().strip()
        if not self._token:
            self._token = self._open().token
            write_private(file, self._token.encode())
        return self._token

    def _open(self) -> MemberSession:
        secret = self._keys / "registration-secret"
        if not secret.exists():
            raise Broken(
                f"There is no access token for {self.name}.",
                f"{self._keys} holds neither {self.name}-token nor registration-secret.",
                "Put one of them there with mode 0600; docs/connect-matrix.md says how.",
            )
        password = self._keys / f"{self.name}-password"
        if not password.exists():
            write_private(password, secrets.token_urlsafe(32).encode())
        chosen = password.read_text()
        try:
            return open_account(
                self._wire, secret.read_text().strip(), self.name, chosen,
                display_name=self._display_name, admin=self._admin,
            )  # fmt: skip
        except Denied as denied:
            if denied.code != TAKEN:
                raise
        return sign_in(self._wire, self.name, chosen)


def join(wire: Wire, token: str, room: str) -> str:
    """Join by id or alias; joining twice changes nothing. Returns the room's id."""
    return str(
        wire.call("POST", f"/_matrix/client/v3/join/{quote(room, safe='')}", token=token, json={})["room_id"]
    )


def _session(said: dict[str, object]) -> MemberSession:
    return MemberSession(str(said["user_id"]), str(said["access_token"]), str(said["device_id"]))
