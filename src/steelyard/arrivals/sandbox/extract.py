"""Runs inside the sandbox, alone: text out of files that anybody may have sent, and their signatures.

Nothing of Steelyard is here. Whatever happens to this process happens to it alone; its answer is one JSON object.
It starts for each message, so what few files need is loaded where it is used.
"""

import io
import json
import re
import stat
import sys
import zipfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path

LONGEST = 200_000
MOST_PAGES, MOST_MEMBERS, DEEPEST = 200, 300, 3
UNPACKED = 60_000_000
"""Bytes that all archives together may unpack to"""
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"#!")
_ARCHIVES = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", b"Rar!")
_SCRIPTS = re.compile(
    r"\.(exe|dll|scr|com|pif|bat|cmd|ps1|vbs|vbe|js|jse|wsf|wsh|hta|lnk|msi|jar|apk|sh|py|iso|img|chm|url)$",
    re.I,
)
_DOCUMENT = re.compile(
    r"^(word/(document|header\d*|footer\d*|footnotes)\.xml|content\.xml|xl/sharedStrings\.xml|ppt/slides/slide\d+\.xml)$"
)
_LEFT = [UNPACKED]


class Shut(Exception):
    """Left unopened, with the reason that a person reads."""


def open_file(name: str, kind: str, content: bytes, depth: int = 0) -> str:
    """The text in it. Raises Shut with the reason when it is not to be opened."""
    if depth > DEEPEST:
        raise Shut("an archive in an archive in an archive")
    refuse(name, kind, content)
    if content.startswith(b"%PDF") or b"%PDF-" in content[:1024]:
        return pdf(content)
    if content.startswith(b"PK"):
        return zipped(content, depth)
    if kind == "message/rfc822" or name.lower().endswith(".eml"):
        return mail(content, depth)
    return written(kind, content)


def refuse(name: str, kind: str, content: bytes) -> None:
    """What is never opened. Raises Shut with the reason."""
    if content.startswith(_PROGRAMS) or _SCRIPTS.search(name):
        raise Shut("a program or a script")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Shut("an old Office file; it may hold macros")
    if content.startswith(_ARCHIVES) or content[257:262] == b"ustar":
        raise Shut("an archive of a kind that is not unpacked here")
    if kind.startswith(("image/", "audio/", "video/")):
        raise Shut("a picture or a recording: nothing here to read as text")


def written(kind: str, content: bytes) -> str:
    text = decoded(content)
    if "xml" in kind or text.lstrip()[:5].lower() == "<?xml":
        return xml(content)
    if "html" in kind or re.search(r"<(html|body)\b", text[:2000], re.I):
        return html(text)
    if text.startswith("{\\rtf"):
        return rtf(text)
    if "\x00" in text[:4000]:
        raise Shut("of a kind that is not known here")
    return text


def pdf(content: bytes) -> str:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Shut("it is locked with a password")
    out: list[str] = []
    for number, page in enumerate(reader.pages):
        if number >= MOST_PAGES or sum(map(len, out)) > LONGEST:
            break
        out.append(page.extract_text() or "")
    text = "\n".join(out)
    if not text.strip():
        raise Shut("it holds pictures of pages, no text")
    return text


def zipped(content: bytes, depth: int) -> str:
    """Documents are archives too. Nothing is written anywhere, so where a member's name leads does not matter."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise Shut(f"it holds {len(members)} files")
    names = [one.filename for one in members]
    document = [one for one in members if _DOCUMENT.match(one.filename)]
    notes = ["[It holds macros; they were not run.]"] if any("vbaProject" in name for name in names) else []
    out: list[str] = []
    for one in document or members:
        if one.is_dir() or stat.S_ISLNK(one.external_attr >> 16):
            continue
        if one.flag_bits & 1:
            raise Shut("it is locked with a password")
        inner = unpacked(archive, one)
        try:
            out.append(
                xml(inner)
                if document
                else f"{safe(one.filename)}\n{open_file(one.filename, '', inner, depth + 1)}"
            )
        except Shut as reason:
            notes.append(f"[{safe(one.filename)}: {reason}]")
    if not out:
        raise Shut("; ".join(notes) or "nothing in it can be read")
    return "\n".join(out + notes)


def unpacked(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> bytes:
    """Counted while it unpacks: what an archive says of its own sizes is a claim."""
    out = io.BytesIO()
    with archive.open(one) as stream:
        while piece := stream.read(65_536):
            _LEFT[0] -= len(piece)
            if _LEFT[0] < 0:
                raise Shut("it unpacks to more than is kept")
            out.write(piece)
    return out.getvalue()


def safe(name: str) -> str:
    return re.sub(r"[^\w. -]", "_", name)[:120]


def mail(content: bytes, depth: int) -> str:
    import email
    import email.policy

    message = email.message_from_bytes(content, policy=email.policy.default)
    heads = [f"{name}: {message.get(name, '')}" for name in ("From", "To", "Date", "Subject")]
    out = ["\n".join(str(one)[:500] for one in heads)]
    for number, part in enumerate(message.walk()):
        if number > MOST_MEMBERS:
            break
        if part.is_multipart():
            continue
        payload = part.get_payload(decode=True)
        if isinstance(payload, bytes) and payload:
            try:
                out.append(open_file(part.get_filename() or "", part.get_content_type(), payload, depth + 1))
            except Shut as reason:
                out.append(f"[{safe(part.get_filename() or 'part')}: {reason}]")
    return "\n".join(out)


def xml(content: bytes) -> str:
    """Without entities, external parts or document types."""
    from defusedxml.ElementTree import fromstring

    out: list[str] = []
    for node in fromstring(content).iter():
        if node.text and node.text.strip():
            out.append(node.text)
        if node.tag.rpartition("}")[2] in ("p", "tr", "br"):
            out.append("\n")
        if node.tail and node.tail.strip():
            out.append(node.tail)
    return ("" if b"wordprocessingml" in content[:4000] else " ").join(out)


class _Plain(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.out: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.hidden += tag in ("script", "style")
        if tag in ("p", "br", "div", "tr", "li", "h1", "h2"):
            self.out.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style") and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.out.append(data)


def html(text: str) -> str:
    reader = _Plain()
    reader.feed(text)
    return "".join(reader.out)


def rtf(text: str) -> str:
    plain = re.sub(r"\\u(-?\d+) ?\??", lambda m: chr(int(m.group(1)) % 65_536), text)
    plain = re.sub(
        r"\\'([0-9a-f]{2})", lambda m: bytes.fromhex(m.group(1)).decode("cp1252", "replace"), plain
    )
    return re.sub(r"\\[a-z]+-?\d* ?|[{}]", "", plain)


def decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return content.decode("cp1252", "replace")


def signatures(files: list[dict[str, str]]) -> Iterator[dict[str, object]]:
    """What signatures there are and whether each fits its content. Whose key it is, is another question."""
    for number, given in enumerate(files):
        content = Path(str(number)).read_bytes()
        if b"/ByteRange" in content and content.startswith(b"%PDF"):
            yield from tried("pdf", given["name"], pdf_signatures, content)
    if Path("message").exists():
        raw = Path("message").read_bytes()
        yield from tried("mail", "message", mail_signature, raw)


def tried(
    kind: str, name: str, check: Callable[[str, bytes], Iterator[dict[str, object]]], content: bytes
) -> Iterator[dict[str, object]]:
    try:
        yield from check(name, content)
    except Exception as fault:
        yield {"kind": kind, "of": name, "valid": None, "problem": type(fault).__name__}


def pdf_signatures(name: str, content: bytes) -> Iterator[dict[str, object]]:
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko_certvalidator import ValidationContext

    for each in PdfFileReader(io.BytesIO(content), strict=False).embedded_signatures:
        status = validate_pdf_signature(each, ValidationContext(allow_fetching=False, trust_roots=[]))
        yield {
            "kind": "pdf", "of": name, "valid": bool(status.intact and status.valid), "trusted": bool(status.trusted),
            "whole_document": "ENTIRE_FILE" in str(status.coverage),
            "signer": status.signing_cert.subject.human_friendly, "issuer": status.signing_cert.issuer.human_friendly,
        }  # fmt: skip


def mail_signature(name: str, raw: bytes) -> Iterator[dict[str, object]]:
    """multipart/signed: the signed part byte for byte, with CRLF at the line ends (RFC 1847, section 2.1)."""
    import email
    import email.policy
    from email.message import Message

    message = email.message_from_bytes(raw, policy=email.policy.compat32)
    for part in message.walk():
        if part.get_content_type() != "multipart/signed":
            continue
        boundary = (part.get_boundary() or "").encode()
        pieces = re.split(rb"(?:\A|\r?\n)--" + re.escape(boundary) + rb"(?:--)?[ \t]*(?:\r?\n|\Z)", raw)
        signed = re.sub(rb"\r?\n", b"\r\n", pieces[1])
        subparts = part.get_payload()
        first, second = subparts[:2] if isinstance(subparts, list) else (None, None)
        given = second.get_payload(decode=True) if isinstance(second, Message) else b""
        signature = given if isinstance(given, bytes) else b""
        told = {"whole": part is message}
        if not isinstance(first, Message) or _plain(first) != _plain(email.message_from_bytes(signed)):
            # Where a boundary stands twice, what is signed and what people read can be two things.
            yield told | {
                "kind": "mail",
                "of": "message",
                "valid": False,
                "problem": "not the part that is shown",
            }
            return
        checked = pgp if "pgp" in str(part.get_param("protocol")) else smime
        yield from (told | one for one in checked(signed, signature))
        return


def _plain(part) -> bytes:  # type: ignore[no-untyped-def]
    return bytes(part.as_bytes()).replace(b"\r\n", b"\n").rstrip(b"\n")


def smime(signed: bytes, signature: bytes) -> Iterator[dict[str, object]]:
    from asn1crypto import cms
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization

    data = cms.ContentInfo.load(signature)["content"]
    certificates = [x509.load_der_x509_certificate(one.chosen.dump()) for one in data["certificates"]]
    for info in data["signer_infos"]:
        serial = (
            info["sid"].chosen["serial_number"].native
            if info["sid"].name == "issuer_and_serial_number"
            else None
        )
        signer = next((one for one in certificates if serial in (None, one.serial_number)), None)
        if signer is None:
            yield {"kind": "smime", "of": "message", "valid": None, "problem": "no certificate"}
            continue
        algorithm = getattr(hashes, info["digest_algorithm"]["algorithm"].native.upper())()
        valid = digest_fits(info, signed, algorithm) and signature_fits(info, signer, algorithm, signed)
        yield {
            "kind": "smime", "of": "message", "valid": valid, "trusted": False,
            "signer": signer.subject.rfc4514_string(), "issuer": signer.issuer.rfc4514_string(),
            "certificate": signer.fingerprint(hashes.SHA256()).hex(),
            "from": signer.not_valid_before_utc.isoformat(), "until": signer.not_valid_after_utc.isoformat(),
            "pem": signer.public_bytes(serialization.Encoding.PEM).decode(),
        }  # fmt: skip


def digest_fits(info, signed, algorithm) -> bool:  # type: ignore[no-untyped-def]
    from cryptography.hazmat.primitives import hashes

    for attribute in info["signed_attrs"].native or []:
        if attribute["type"] == "message_digest":
            made = hashes.Hash(algorithm)
            made.update(signed)
            return bool(made.finalize() == attribute["values"][0])
    return info["signed_attrs"].native is None


def signature_fits(info, signer, algorithm, signed) -> bool:  # type: ignore[no-untyped-def]
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

    attributes = info["signed_attrs"]
    over = attributes.untag().dump() if attributes.native else signed
    key, given = signer.public_key(), info["signature"].native
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(given, over, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(given, over, ec.ECDSA(algorithm))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def pgp(signed: bytes, signature: bytes) -> Iterator[dict[str, object]]:
    """Against the keys that the operator keeps; a key that comes with the message proves nothing."""
    from pysequoia import Cert, Sig, verify

    found = Sig.from_bytes(signature)
    known = (
        [Cert.from_bytes(file.read_bytes()) for file in sorted(Path("/keys").glob("*"))]
        if Path("/keys").is_dir()
        else []
    )
    told = {"kind": "openpgp", "of": "message", "issuer": str(found.issuer_fpr or found.issuer_key_id or "")}
    if not known:
        yield told | {"valid": None, "problem": "no key of this sender is kept"}
        return
    try:
        verify(signed, store=lambda _ids: known, signature=found)
    except Exception:
        yield told | {"valid": False}
    else:
        yield told | {"valid": True}


def main() -> None:
    sys.path.append(sys.argv[1])
    listed = json.loads(Path("list.json").read_text())
    out = []
    for number, given in enumerate(listed):
        try:
            text = open_file(given["name"], given["type"], Path(str(number)).read_bytes())[:LONGEST]
            out.append({"text": text.encode("utf-8", "replace").decode()})
        except Shut as reason:
            out.append({"text": "", "unopened": f"not opened: {reason}"})
        except Exception as fault:
            out.append({"text": "", "unopened": f"not opened: it cannot be read ({type(fault).__name__})"})
    found = list(signatures(listed))
    sys.stdout.write(json.dumps({"files": out, "signatures": found}))


if __name__ == "__main__":
    main()
