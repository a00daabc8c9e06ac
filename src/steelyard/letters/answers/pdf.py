"""An answer as PDF/A: typeset by typst from `answer.typ`, the JSON attached, signed with the house's key."""

import json
from io import BytesIO
from pathlib import Path

import msgspec
from django.utils.translation import get_language_bidi, override
from django.utils.translation import gettext as _

from steelyard.letters.answers.shapes import Answer
from steelyard.rulebook.countries import country_name
from steelyard.vault.house import HouseKey, house_key

_LAYOUT = Path(__file__).with_name("answer.typ")


def pdf_of(answer: Answer) -> bytes:
    """The signed PDF (PAdES, B-B). Takes some tens of milliseconds; never inside a transaction."""
    return _signed(typeset(answer), house_key("answers"), answer)


def typeset(answer: Answer) -> bytes:
    """The PDF without a signature, as the desk sees it before it goes."""
    import typst  # heavy; only whoever makes an answer pays for it

    raw = msgspec.json.encode(answer)
    with override(answer.language):
        page = {"labels": _labels(answer), "answer": json.loads(raw), "raw": raw.decode()}
        page["countries"] = {code: country_name(code, answer.language) for code in _countries(answer)}
        page["rtl"] = "yes" if get_language_bidi() else ""
    made = typst.compile(
        _LAYOUT.read_bytes(), sys_inputs={"page": json.dumps(page)}, pdf_standards=["a-3b"],
        timestamp=int(answer.answered_at.timestamp()),
    )  # fmt: skip
    return bytes(made)


def _countries(answer: Answer) -> set[str]:
    return {answer.country, *(code for each in answer.effects for code in each.territory)}


def _labels(answer: Answer) -> dict[str, str]:
    outcomes = {
        "executed": _("Executed"), "partly": _("Executed in part"), "refused": _("Refused"),
        "draft": _("Draft: nothing has been decided"),
    }  # fmt: skip
    told = {
        "told": _("The person affected was told, with the reasons and how to contest them."),
        "withheld": _("The person affected was not told: the order asks for secrecy."),
        "nobody": _("Nothing was restricted, so nobody was told."),
    }
    return {
        "outcome": outcomes[answer.outcome], "told": told.get(answer.recipient_told, ""),
        "to": _("To"), "order": _("Your order"), "ours": _("Our reference"), "received": _("Received"),
        "answered": _("Answered"), "instrument": _("Under"), "effects": _("What was done"),
        "where": _("Where"), "everywhere": _("wherever the service runs"), "when": _("In effect since"),
        "not_yet": _("not confirmed by the platform yet"), "grounds": _("What was not done, and why"),
        "cure": _("What you can do"), "rests": _("It rests on"), "form": _("Form"),
        "structure": _("Only the structure of the official form is known to us. This answer keeps to that "
                       "structure; its wording is ours."),
        "sections": _("The form, section by section"), "section": _("Section"),
        "by_hand": _("to be filled in by a person"),
        "memory": _("from memory"), "secondary": _("from a secondary source"),
        "confirmed": _("confirmed by a lawyer for this order"), "contact": _("Write to us"),
        "machine": _("The same answer is attached to this file as JSON."),
    }  # fmt: skip


def _signed(made: bytes, key: HouseKey, answer: Answer) -> bytes:
    from asn1crypto import keys, x509
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    certificate = x509.Certificate.load(key.certificate)
    signer = signers.SimpleSigner(
        signing_cert=certificate,
        signing_key=keys.PrivateKeyInfo.load(key.private),
        cert_registry=SimpleCertificateStore.from_certs([certificate]),  # type: ignore[no-untyped-call]
    )
    about = signers.PdfSignatureMetadata(
        field_name="Signature", md_algorithm="sha256", name=answer.service, reason=answer.form.title,
        subfilter=SigSeedSubFilter.PADES,
    )  # fmt: skip
    out = signers.sign_pdf(IncrementalPdfFileWriter(BytesIO(made)), about, signer=signer)
    return bytes(out.getbuffer())
