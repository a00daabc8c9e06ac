"""A line has a new outcome: the partner hears by webhook at once, and by mail when the whole batch has its outcomes."""

from steelyard.flows.read_batch import outcome_of
from steelyard.letters.partners import send_batch_decided
from steelyard.letters.webhooks import queue_webhook
from steelyard.notices.models import BatchLine, Notice
from steelyard.people.partner_access import mail_of
from steelyard.people.states import PartnerState

FINAL = ("removed", "limited", "no_violation", "reversed", "not_here", "failed")


def tell_partner(line: BatchLine) -> None:
    """Tell what is new about `line`, in the transaction that made it so. The same outcome is told once."""
    outcome = outcome_of(line, line.batch.language)
    if outcome.word == line.told_outcome:
        return
    line.told_outcome = outcome.word
    line.save(update_fields=["told_outcome"])
    if line.batch.partner.state == PartnerState.REVOKED:  # nothing of ours goes there any more
        return
    queue_webhook(
        line.batch.partner.ref, f"line.{outcome.word}",
        {
            "batch": line.batch.ref, "line": line.place, "ref": line.ref, "outcome": outcome.word,
            "says": outcome.says, "language": line.batch.language,
            "at": outcome.at.isoformat(timespec="seconds") if outcome.at else None,
        },
        key=line.batch.key,
    )  # fmt: skip
    if outcome.word in FINAL:
        _when_all_are_decided(line)


def tell_partner_of(notice: Notice) -> None:
    """As `tell_partner`, for the line that became `notice`; nothing for a notice from elsewhere."""
    line = BatchLine.objects.select_related("batch__partner__key", "batch__key", "notice__key").filter(
        notice=notice
    ).first()  # fmt: skip
    if line:
        tell_partner(line)


def _when_all_are_decided(line: BatchLine) -> None:
    batch = line.batch
    if batch.lines.exclude(told_outcome__in=FINAL).exists():
        return
    if to := mail_of(batch.partner):
        send_batch_decided(batch, to)
