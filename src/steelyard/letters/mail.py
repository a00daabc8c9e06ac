"""Letters by mail, over SMTP. Without a configured server they wait in the outbox, and `doctor` says so."""

import smtplib
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

import msgspec

from steelyard.base.clock import now
from steelyard.base.config import config
from steelyard.base.errors import Refused, Unreachable

FOR_GOOD = 500
"""SMTP replies from here on are permanent (RFC 5321, section 4.2.1)."""


class Enclosed(msgspec.Struct, frozen=True, kw_only=True):
    """What goes with a letter besides its text."""

    files: tuple[tuple[str, str, bytes], ...] = ()
    """Name, media type, bytes"""
    reply_to: str = ""
    in_reply_to: str = ""
    """The Message-ID that this answers"""
    references: str = ""


def send(letter: str, *, key: str, enclosed: Enclosed | None = None) -> None:
    """Send `letter`: the address, the subject, an empty line, the text. Raises Unreachable or Refused."""
    head, _, text = letter.partition("\n\n")
    to, _, subject = head.partition("\n")
    if not config().smtp_url:
        raise Unreachable("No mail server is configured.", do="Set smtp_url in steelyard.toml.")
    message = _message(to, subject, text, key)
    _enclose(message, enclosed or Enclosed())
    try:
        with _server() as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as refusal:
        if any(code < FOR_GOOD for code, _said in refusal.recipients.values()):  # greylisting, a full mailbox
            raise Unreachable("The mail server does not take this address at the moment.") from refusal
        raise Refused("The mail server refused the address.", do="Write to them by another way.") from refusal
    except (OSError, smtplib.SMTPException) as trouble:
        raise Unreachable("The mail server did not take the letter.", type(trouble).__name__) from trouble


def _message(to: str, subject: str, text: str, key: str) -> EmailMessage:
    message = EmailMessage()
    sender = config().authorities.email or config().users.email or "noreply@localhost"
    message["From"] = Address(config().service, addr_spec=sender)
    message["To"] = _address(to)
    message["Subject"] = subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{key}@{sender.rpartition('@')[2]}>"  # the same letter twice is one letter
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text)
    return message


def _enclose(message: EmailMessage, enclosed: Enclosed) -> None:
    if enclosed.reply_to:
        message["Reply-To"] = enclosed.reply_to
    if enclosed.in_reply_to:
        message.replace_header("Auto-Submitted", "auto-replied")  # RFC 3834: nobody answers it by machine
        message["In-Reply-To"] = enclosed.in_reply_to
        message["References"] = f"{enclosed.references} {enclosed.in_reply_to}".strip()
    for name, media_type, content in enclosed.files:
        main, _, sub = media_type.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub, filename=name)


def _address(to: str) -> Address:
    """The domain in ASCII (IDNA), so that a server without SMTPUTF8 takes it too."""
    box, _, domain = to.rpartition("@")
    return Address(addr_spec=f"{box}@{domain.encode('idna').decode()}")


def _server() -> smtplib.SMTP:
    parts = urlsplit(config().smtp_url)
    make = smtplib.SMTP_SSL if parts.scheme == "smtps" else smtplib.SMTP
    server = make(parts.hostname or "localhost", parts.port or 0, timeout=20)
    if parts.username:
        if parts.scheme != "smtps":
            server.starttls()
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server
