"""The routes of the API. Each reads its input, calls a flow and shapes the answer; a key opens what its scopes name."""

from dataclasses import asdict
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext
from ninja import Header, NinjaAPI, Status
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import HttpBearer

from steelyard.api.shapes import (
    BatchIn,
    BatchOut,
    CheckedOut,
    ErrorOut,
    ListedOut,
    ScorecardOut,
    TakenOut,
    WordIn,
)
from steelyard.base.config import config
from steelyard.base.errors import BadInput, NoSuchThing, Refused, SteelyardError, Unreachable
from steelyard.flows.check_lines import check_lines
from steelyard.flows.partner_desk import answer_from_partner, contest_line
from steelyard.flows.read_batch import batch_of, batches_of, read_batch
from steelyard.flows.receive_batch import BatchGiven, receive_batch
from steelyard.flows.scorecard import scorecard, yearly_report
from steelyard.people.partner_access import Partner, PartnerKey, key_holder


class Key(HttpBearer):
    """A partner's key with one scope. Unknown, withdrawn and another's all look the same."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> PartnerKey:
        try:
            return key_holder(token, self.scope)
        except NoSuchThing:
            raise AuthenticationError from None


WRITES, READS, REPORTS = Key("notices:write"), Key("notices:read"), Key("reports:read")
ERRORS = dict.fromkeys((400, 401, 403, 404, 422, 503), ErrorOut)

api = NinjaAPI(
    title="Steelyard partners", version="1", urls_namespace="api", docs_url=None,
    description="Batches of notices by hotlines and trusted flaggers, and what became of each line.",
)  # fmt: skip


@api.post("/batches", auth=WRITES, response={201: TakenOut, **ERRORS}, operation_id="sendBatch",
          summary="Send a batch; the receipt comes at once.")  # fmt: skip
def send(
    request: HttpRequest,
    batch: BatchIn,
    idempotency_key: Annotated[str, Header(alias="Idempotency-Key")] = "",
) -> Any:
    key = _key(request)
    taken = receive_batch(
        key.partner,
        BatchGiven(
            lines=tuple(line.given() for line in batch.lines), explanation=batch.explanation, harm=batch.harm,
            imminent=batch.imminent, language=batch.language, door="api", sent_by=key.ref,
            good_faith=batch.good_faith, idempotency_key=idempotency_key[:120],
        ),
    )  # fmt: skip
    return Status(201, TakenOut(
        ref=taken.ref, lines=taken.lines, rang=taken.rang, before=taken.before,
        receipt=msgspec.json.decode(taken.receipt),
        moved_receipt=msgspec.json.decode(taken.moved.receipt.json) if taken.moved and taken.moved.receipt else None,
    ))  # fmt: skip


@api.post("/check", auth=WRITES, response={200: list[CheckedOut], **ERRORS}, operation_id="checkLines",
          summary="Look at lines without sending them.")  # fmt: skip
def check(request: HttpRequest, batch: BatchIn) -> Any:
    lines = [line.given() for line in batch.lines]
    return [CheckedOut.of(one) for one in check_lines(_partner(request), lines, harm=batch.harm)]


@api.get("/batches", auth=READS, response={200: list[ListedOut], **ERRORS}, operation_id="listBatches",
         summary="The newest batches.")  # fmt: skip
def batches(request: HttpRequest) -> Any:
    return [
        ListedOut(ref=one.ref, received_at=one.created_at, lines=lines, told=told)
        for one, lines, told in batches_of(_partner(request))
    ]


@api.get("/batches/{ref}", auth=READS, response={200: BatchOut, **ERRORS}, operation_id="readBatch",
         summary="A batch with the outcome of each line, in its language.")  # fmt: skip
def batch(request: HttpRequest, ref: str) -> Any:
    found = batch_of(_partner(request), ref)
    return BatchOut.of(read_batch(found, found.language))


@api.post("/lines/{ref}/messages", auth=WRITES, response={204: None, **ERRORS}, operation_id="writeAboutLine",
          summary="Answer a question about a line, or contest its outcome.")  # fmt: skip
def message(request: HttpRequest, ref: str, word: WordIn) -> Any:
    act = contest_line if word.contest else answer_from_partner
    act(_partner(request), ref, word.text, author=_key(request).ref)
    return Status(204, None)


@api.get("/scorecard", auth=REPORTS, response={200: ScorecardOut, **ERRORS}, operation_id="readScorecard",
         summary="How it goes, both ways. You see the figures that we see.")  # fmt: skip
def card(request: HttpRequest) -> Any:
    return asdict(scorecard(_partner(request)))


@api.get("/reports/{year}.csv", auth=REPORTS, response={200: None, **ERRORS}, operation_id="readYearlyReport",
         summary="What DSA Art. 22(3) asks you to publish about us, as CSV.")  # fmt: skip
def yearly(request: HttpRequest, year: int) -> HttpResponse:
    return HttpResponse(yearly_report(_partner(request), year), content_type="text/csv; charset=utf-8")


@api.get("/feed.atom", auth=READS, response={200: None, **ERRORS}, operation_id="readFeed",
         summary="Your newest outcomes as an Atom feed.")  # fmt: skip
def feed(request: HttpRequest) -> HttpResponse:
    partner, root = _partner(request), config().public_url.rstrip("/")
    atom = Atom1Feed(
        title=f"{config().service}: {partner.name}", link=f"{root}/{partner.language}/hotline",
        description="", language=partner.language, feed_url=f"{root}/api/v1/feed.atom",
    )  # fmt: skip
    for found, _lines, _told in batches_of(partner, limit=20):
        view = read_batch(found, found.language)
        for line in view.lines:
            if line.outcome.at:
                atom.add_item(
                    title=line.outcome.says, link=f"{root}/{found.language}/hotline/line/{line.ref}",
                    description=line.outcome.reason, unique_id=f"{root}/{line.ref}/{line.outcome.word}",
                    updateddate=line.outcome.at, pubdate=line.outcome.at,
                )  # fmt: skip
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _key(request: HttpRequest) -> PartnerKey:
    found: PartnerKey = request.auth  # type: ignore[attr-defined]  # ninja puts what opened the door there
    return found


def _partner(request: HttpRequest) -> Partner:
    return _key(request).partner


_STATUS = {NoSuchThing: 404, BadInput: 422, Refused: 403, Unreachable: 503}


@api.exception_handler(SteelyardError)
def _said(request: HttpRequest, fault: SteelyardError) -> HttpResponse:
    status = next((code for kind, code in _STATUS.items() if isinstance(fault, kind)), 500)
    if status in (500, 503):  # which part it is and where it lives is for the person on call
        return _error(request, "A part of our system does not answer.", "Send it again in a minute.", 503)
    what = " ".join(gettext(part) for part in (fault.what, fault.why) if part)
    return _error(request, what, gettext(fault.do) if fault.do else "", status)


@api.exception_handler(AuthenticationError)
def _who(request: HttpRequest, fault: AuthenticationError) -> HttpResponse:
    return _error(
        request, "This key opens nothing here.", "Send Authorization: Bearer and a key of yours.", 401
    )


@api.exception_handler(ValidationError)
def _shape(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    place = ".".join(str(part) for part in fault.errors[0]["loc"][2:]) if fault.errors else ""
    return _error(request, f"This is not what we can read: {place}.", "See docs/openapi.yaml.", 422)


def _error(request: HttpRequest, what: str, do: str, status: int) -> HttpResponse:
    return api.create_response(request, {"error": {"what": what, "do": do}}, status=status)
