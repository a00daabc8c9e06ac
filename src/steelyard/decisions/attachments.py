"""Files that come with a complaint: few, small, of kinds that we can name, sealed, and opened on the record."""

from collections.abc import Sequence

import msgspec
from django.utils.translation import gettext as _

from steelyard.base.errors import BadInput
from steelyard.decisions.models import Attachment, Complaint
from steelyard.ledger.actions import Facts, record
from steelyard.people.access import nothing_here
from steelyard.people.models import Member
from steelyard.vault.actions import seal, unseal

MOST, LARGEST = 5, 2_000_000  # files; bytes together: the whole request stays below what the web door takes
_PLACE = "decisions.attachment"
_BEGINS = {
    b"%PDF-": "application/pdf", b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg",
    b"GIF8": "image/gif",
}  # fmt: skip


class FileGiven(msgspec.Struct, frozen=True):
    name: str
    content: bytes


def kind_of(content: bytes) -> str:
    """What the bytes themselves say they are; "" for anything that we do not take. Names are not believed."""
    for begins, kind in _BEGINS.items():
        if content.startswith(begins):
            return kind
    try:
        return "text/plain" if content and "\0" not in content.decode() else ""
    except UnicodeDecodeError:
        return ""


def check_files(files: Sequence[FileGiven]) -> None:
    """Raises BadInput for too many, too large, or of a kind we do not take."""
    if len(files) > MOST or sum(len(file.content) for file in files) > LARGEST:
        raise BadInput(
            _("This is more than we can take."),
            _("At most %(most)s files, together %(size)s MB.") % {"most": MOST, "size": LARGEST // 1_000_000},
            _("Send the most important ones."), field="papers",
        )  # fmt: skip
    if not all(kind_of(file.content) for file in files):
        raise BadInput(
            _("We cannot open one of these files."), _("We take PDF, PNG, JPEG, GIF and plain text."),
            _("Save it as one of these and add it again."), field="papers",
        )  # fmt: skip


def attach(complaint: Complaint, files: Sequence[FileGiven]) -> list[Attachment]:
    """Keep the files under the complaint's key, in its transaction."""
    found = []
    for file in files:
        row = Attachment.objects.create(
            complaint=complaint, media_type=kind_of(file.content), size=len(file.content),
            sealed=seal(complaint.case.key, msgspec.msgpack.encode(file), place=_PLACE),
        )  # fmt: skip
        record("decisions:attachment:kept", actor="complainant", about=row, key=complaint.case.key,
               facts=Facts(by="nobody"))  # fmt: skip
        found.append(row)
    return found


def files_of(complaint: Complaint) -> list[tuple[Attachment, str]]:
    """The attachments with their names, for those who decide the complaint."""
    return [(row, _open(row).name) for row in complaint.attachments.order_by("pk")]


def look_at_file(member: Member, complaint: Complaint, ref: str) -> tuple[Attachment, FileGiven]:
    """One file, opened for a person and written down. The caller has checked access to the complaint."""
    row = complaint.attachments.filter(ref=ref).first()
    if row is None:
        raise nothing_here()
    record("decisions:attachment:looked", actor=member.ref, about=row, key=complaint.case.key,
           facts=Facts(by="person"))  # fmt: skip
    return row, _open(row)


def _open(row: Attachment) -> FileGiven:
    opened = unseal(row.complaint.case.key, row.sealed, place=_PLACE)
    return msgspec.msgpack.decode(opened, type=FileGiven)
