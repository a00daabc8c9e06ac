"""When a machine must not answer (RFC 3834): other machines, lists, forged senders, and ourselves."""

from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from steelyard.base.config import config
from steelyard.mailroom.door import role_of
from steelyard.mailroom.parsing import Parsed

_MACHINES = (
    "mailer-daemon",
    "postmaster",
    "noreply",
    "no-reply",
    "donotreply",
    "do-not-reply",
    "bounce",
    "bounces",
)


def why_silent(parsed: Parsed, envelope_sender: str, checks: Mapping[str, object]) -> str:
    """Why nothing is answered to this message; "" when it may be."""
    heads, given = parsed.headers, parsed.sender
    reasons = {
        "null sender": not envelope_sender.strip("<> "),
        "no address that an answer could reach": not _reachable(given),
        "auto-submitted": heads.get("auto-submitted", "no").strip().lower() not in ("no", ""),
        "list": "list-id" in heads or "list-unsubscribe" in heads,
        "precedence": heads.get("precedence", "").strip().lower() in ("bulk", "junk", "list", "auto_reply"),
        "asks for silence": "x-auto-response-suppress" in heads or "x-autoreply" in heads,
        "our own address": _ours(given) or _ours(envelope_sender),
        "a machine's address": given.partition("@")[0].casefold() in _MACHINES,
        # An answer would hit somebody who never wrote to us (backscatter).
        "the sender is probably forged": "fail" in (checks.get("dmarc"), checks.get("spf")),
    }
    return next((why for why, so in reasons.items() if so), "")


def _reachable(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True


def _ours(address: str) -> bool:
    contacts = (config().authorities.email, config().users.email, config().representative.email)
    return bool(role_of(address)) or address.casefold() in {one.casefold() for one in contacts if one}
