"""The cast, with real rows: everyone in the tests is one of these people (seeds/cast.yaml)."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.contrib.auth import get_user_model

from steelyard.assembly.demo.passkey import SoftPasskey
from steelyard.base.config import config
from steelyard.base.identifiers import new_token
from steelyard.people.access import Presence
from steelyard.people.actions import start_sign_in
from steelyard.people.models import Member
from steelyard.people.passkeys import begin_creation, finish_creation
from steelyard.people.second_factors import new_recovery_codes
from steelyard.people.states import MemberState
from steelyard.vault.actions import new_key, seal

SEEDS = Path(__file__).resolve().parent.parent / "seeds"


@cache
def cast() -> dict[str, dict[str, dict[str, Any]]]:
    return yaml.safe_load((SEEDS / "cast.yaml").read_text())


def member(handle: str) -> Member:
    """Somebody on the staff, enrolled: `member("ada")`. The same row when asked again."""
    if found := Member.objects.filter(handle=handle).first():
        return found
    who = cast()["staff"][handle]
    key = new_key()
    row = Member(
        handle=handle,
        key=key,
        name_sealed=seal(key, who["name"].encode(), place="member.name"),
        language=who["language"],
        roles=who["roles"],
        state=MemberState.ACTIVE,
    )
    row.user = get_user_model().objects.create_user(username=row.ref)
    row.save()
    return row


def present(handle: str, credential: str = "") -> Presence:
    """This person, freshly signed in at a browser of their own."""
    who = member(handle)
    sign_in = start_sign_in(who, credential or new_token(), device="tests", complete=True)
    return Presence(who, sign_in, sign_in.credential, sign_in.passkey_at)


def with_keys(who: Member) -> Member:
    """Two passkeys and recovery codes, as everyone has after enrolment."""
    for name in ("Key", "Spare key"):
        options, challenge = begin_creation(who)
        finish_creation(who, challenge, SoftPasskey(config().public_url).create(options), name)
    new_recovery_codes(who)
    return who


@dataclass(frozen=True)
class Staff:
    """The whole staff at once."""

    adam: Member
    aida: Member
    ada: Member
    ben: Member
    lena: Member
    lev: Member
    ines: Member
    otto: Member


def staff() -> Staff:
    return Staff(**{handle: member(handle) for handle in cast()["staff"]})
