"""Whoever reports inside the platform has a signed receipt, as at every other door (DSA Art. 16(4)).

After the report was taken, not with it: a signer that does not answer must not keep a report out.
"""

from django.db import transaction

from steelyard.base.clock import now
from steelyard.enforcement.connector import Operation, connector, connectors
from steelyard.flows.follow import matter_for
from steelyard.letters.actions import address
from steelyard.letters.receipts import issue, prepare
from steelyard.letters.reporters import link_of, tell_received
from steelyard.notices.actions import keep_receipt, sent_today, told
from steelyard.notices.models import Notice
from steelyard.rulebook.queries import fact

LETTERS_A_DAY = 20
"""To one account. Their receipts are all there, behind the links of later letters."""


def acknowledge_report(ref: str) -> bool:
    """Sign the receipt of one report and write to its reporter, once. Raises Unreachable when the signer is silent."""
    notice = Notice.objects.select_related("key").get(ref=ref)
    if notice.sealed_receipt is not None:
        return False
    token, said = link_of(notice), told(notice)
    found = matter_for(token)
    prepared = prepare(
        {"links": said.links, "explanation": said.explanation, "harm": notice.harm, "reporter": said.reporter},
        what="notice", door=notice.door, answer_by=None if found.state == "held" else found.answer_by,
        arrived_at=notice.created_at,
        clock_source=fact("house.notice_decided", now().date()).source,
    )  # fmt: skip
    with transaction.atomic():
        notice = Notice.objects.select_for_update(of=("self",)).select_related("key").get(pk=notice.pk)
        if notice.sealed_receipt is not None:  # somebody else was quicker
            return False
        link = address(notice.language, f"follow/{token}")
        receipt = issue(prepared, notice, key=notice.key, follow_token=token, follow=link)
        keep_receipt(notice, receipt.packed())
        if _hears(notice) and sent_today(notice) <= LETTERS_A_DAY:
            tell_received(notice, receipt)
    return True


def _hears(notice: Notice) -> bool:
    """Whether the platform hands such a letter on; one that thanks its reporters itself does not say so."""
    name = (notice.platform_event or "").partition(":")[0]
    return name in connectors() and connector(name).manifest.offers(Operation.ACKNOWLEDGE_REPORT)
