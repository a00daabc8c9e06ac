"""Somebody says that something is illegal or against the rules (DSA Art. 16), through a public door."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from steelyard.base.clock import database_now, now
from steelyard.base.errors import BadInput
from steelyard.base.identifiers import new_token
from steelyard.cases.actions import open_or_join
from steelyard.cases.states import CaseKind
from steelyard.flows.locate import Located, locate, remember
from steelyard.flows.resting import resting_now
from steelyard.letters.actions import address
from steelyard.letters.receipts import ReceiptFile, issue, prepare
from steelyard.misuse.actions import hold
from steelyard.notices.actions import Told, sender_mark, take
from steelyard.notices.models import Notice
from steelyard.rulebook.queries import fact, harms
from steelyard.subjects.models import Subject

MOST_LINKS = 500


@dataclass(frozen=True, kw_only=True)
class NoticeGiven:
    """What the form asks for: the elements of DSA Art. 16(2)."""

    links: tuple[str, ...]
    harm: str
    explanation: str
    name: str = ""
    email: str = ""
    good_faith: bool = False
    language: str = "en"
    door: str = "portal"


def receive_notice(
    given: NoticeGiven,
    *,
    arrived_at: datetime | None = None,
    filed: Callable[[Notice, ReceiptFile], None] | None = None,
    chosen: bool = True,
) -> ReceiptFile:
    """Take a notice: one case for each thing it points at, one receipt. Raises BadInput or Unreachable.

    `arrived_at`: when another door had it; then it is taken as it is, and `filed` called in the transaction.
    `chosen`: whether the sender said what it is about; a mail, which has no list to choose from, does not.
    """
    if arrived_at is None:
        check(given)
    moment = arrived_at or database_now()
    clock = fact("house.notice_decided", moment.date())
    found = locate(given.links)
    resting = resting_now(sender_mark(given.email), given.harm, chosen=chosen)
    prepared = prepare(
        asdict(given), what="notice", door=given.door,
        answer_by=(resting.until if resting and resting.until else moment) + clock.period(),
        clock_source=clock.source, arrived_at=moment,
    )  # fmt: skip
    token = new_token()
    with transaction.atomic():
        notice = take(
            Told(links=given.links, explanation=given.explanation, name=given.name, email=given.email),
            door=given.door, harm=given.harm, language=given.language, token=token,
        )  # fmt: skip
        if resting:  # kept, and taken up when the suspension is over (DSA Art. 23(2))
            hold(resting, notice)
        for subject in () if resting else _subjects(found):
            open_or_join(
                CaseKind.NOTICE, subject, harm=given.harm, language=given.language, clock=clock, notice=notice,
                arrived_at=moment,
            )  # fmt: skip
        receipt = issue(
            prepared, notice, key=notice.key, follow_token=token,
            follow=address(given.language, f"follow/{token}"),
        )  # fmt: skip
        if filed:
            filed(notice, receipt)
        return receipt


def _subjects(found: list[Located]) -> Iterator[Subject | None]:
    """What was found; and one None when something was not, so that a person looks for it."""
    for one in found:
        if one.thing:
            yield remember(one.thing, origin="platform")
    if not found or not all(one.thing for one in found):
        yield None


def check(given: NoticeGiven) -> None:
    """The elements the law asks for. Raises BadInput naming the first field that is missing."""
    if not given.links:
        raise BadInput(
            _("Say where it is."), _("The notice has no link."), _("Copy the post’s link."), field="links"
        )
    if len(given.links) > MOST_LINKS:
        raise BadInput(
            _("Too many links in one notice."), _("At most %(most)s fit.") % {"most": MOST_LINKS},
            _("Send the rest in a second notice."), field="links",
        )  # fmt: skip
    if given.harm not in harms():
        raise BadInput(_("Choose what it is about."), _("No category was chosen."), field="harm")
    if not given.explanation.strip():
        raise BadInput(
            _("Say why you think so."), _("A notice needs an explanation (DSA Art. 16(2)(a))."),
            _("One or two sentences are enough."), field="explanation",
        )  # fmt: skip
    if not given.good_faith:
        raise BadInput(
            _("Confirm that you believe this to be true."), _("The law asks for it (DSA Art. 16(2)(d))."),
            field="good_faith",
        )  # fmt: skip
    anonymous = given.harm in fact("dsa.anonymous_notice_harms", now().date()).value
    if not anonymous and not (given.name.strip() and given.email.strip()):
        raise BadInput(
            _("Give your name and e-mail address."), _("The law asks for them here (DSA Art. 16(2)(c))."),
            field="name" if not given.name.strip() else "email",
        )  # fmt: skip
    if given.email.strip():
        _check_email(given.email.strip())


def _check_email(email: str) -> None:
    """Strict, because the outcome is mailed there: what no mail server could read is refused while
    the person who typed it is still here."""
    try:
        validate_email(email)
    except ValidationError:
        raise BadInput(
            _("This e-mail address cannot be right."), _("No mail server could deliver to it."),
            _("Check it."), field="email",
        ) from None  # fmt: skip
