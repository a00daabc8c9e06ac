"""What is in a package: files, a manifest of their hashes, the chain of custody; and its encryption. Pure."""

import hashlib
import io
import zipfile
from collections.abc import Iterable, Mapping

import msgspec

from steelyard.base.errors import BadInput, gettext_noop

_DAY = (1980, 1, 1, 0, 0, 0)  # a ZIP's own times say nothing; the manifest has the real ones


class File(msgspec.Struct, frozen=True, kw_only=True):
    path: str
    category: str
    sha256: str
    size: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What the package holds, and under which order. Two persons release its digest."""

    type: str = "steelyard-package/v1"
    order: str
    authority: str
    their_reference: str
    instrument: str
    collected_at: str
    categories: tuple[str, ...]
    not_held: tuple[str, ...]
    files: tuple[File, ...]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One link of the chain of custody."""

    at: str
    what: str
    by: str


def described(path: str, category: str, content: bytes) -> File:
    return File(path=path, category=category, sha256=hashlib.sha256(content).hexdigest(), size=len(content))


def manifest_bytes(manifest: Manifest) -> bytes:
    return msgspec.json.format(msgspec.json.encode(manifest), indent=1)


def packed(manifest: Manifest, files: Mapping[str, bytes], custody: Iterable[Step] = ()) -> bytes:
    """A ZIP of the files with `manifest.json` and, once there is one, `custody.json`. The same bytes each time."""
    whole = {**files, "manifest.json": manifest_bytes(manifest)}
    if chain := tuple(custody):
        whole["custody.json"] = msgspec.json.format(msgspec.json.encode(chain), indent=1)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for path in sorted(whole):
            made.writestr(zipfile.ZipInfo(path, _DAY), whole[path], zipfile.ZIP_DEFLATED)
    return out.getvalue()


def unpacked(content: bytes) -> tuple[Manifest, dict[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        whole = {name: made.read(name) for name in made.namelist()}
    manifest = msgspec.json.decode(whole.pop("manifest.json"), type=Manifest)
    whole.pop("custody.json", None)
    return manifest, whole


def readable_key(text: str) -> str:
    """An age or SSH public key, checked. Raises BadInput."""
    _recipient(text.strip())
    return text.strip()


def encrypted_to(text: str, content: bytes) -> bytes:
    """An age file (age-encryption.org/v1) that only the holder of that key opens."""
    import pyrage

    return bytes(pyrage.encrypt(content, [_recipient(text)]))


def _recipient(text: str) -> object:
    import pyrage

    kind = pyrage.ssh if text.startswith("ssh-") else pyrage.x25519
    try:
        return kind.Recipient.from_str(text)
    except Exception as fault:  # the library raises its own, bare exceptions
        raise BadInput(
            gettext_noop("This is no key that we can encrypt to."),
            gettext_noop("It is neither an age recipient (age1...) nor an SSH public key."),
            gettext_noop("Ask the authority for one on a channel that was verified."),
            field="recipient",
        ) from fault
