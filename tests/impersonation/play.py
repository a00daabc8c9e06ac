"""One case from its door to the end, against a desk that is honest, hurried and willing."""

import re
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import msgspec
import pyrage

from steelyard.base.clock import now, set_clock
from steelyard.base.errors import SteelyardError
from steelyard.cases.models import Case as DeskCase
from steelyard.flows.assess_order import assessment_of
from steelyard.flows.disclose import ask_release, collect, release_package
from steelyard.flows.verify_sender import send_code
from steelyard.letters.actions import text_of
from steelyard.letters.models import Letter
from steelyard.orders.access import may_disclose, missing_for
from steelyard.orders.actions import sent
from steelyard.orders.models import Order, Step, Verification
from steelyard.orders.queries import level_of
from steelyard.orders.verification import actions as ladder
from steelyard.orders.verification.standing import standing_of
from steelyard.people.agencies import plain
from tests.cast import present
from tests.directory import entry
from tests.flows.stories import confirmed, decided
from tests.impersonation.doors import Browser, by_http, new_orders, typed
from tests.impersonation.mail import answer, deliver
from tests.impersonation.officers import sits
from tests.impersonation.shapes import Case, Fields
from tests.impersonation.world import World, key_of

FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
RECIPIENT = str(pyrage.x25519.Identity.generate().to_public())
"""The key that the sender named: whoever they are, they can open what is encrypted to it"""


@dataclass
class Play:
    case: Case
    world: World
    since: int = 0
    orders: list[Order] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    """What the desk tried and was not allowed to do, for whoever reads a failure"""
    alone: bool = False
    hours: float = 0

    def run(self):
        with set_clock(self.begins):
            self.since = Order.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            self.arrive()
            self.take_up()
            self.signatures()
            for step in self.case.next:
                self.after(step)
        with set_clock(self.begins + timedelta(hours=self.hours)):
            self.desk()
        return self

    @property
    def begins(self):
        """When it arrives. No rule of ours is older than 2026: what is dated earlier arrives a year later."""
        at = self.case.at or TUESDAY
        return at if at >= FIRST_DAY else at + timedelta(days=364)

    # --- the sender -----------------------------------------------------------------------------------

    def arrive(self):
        if self.case.door == "http":
            by_http(self.case.fields)
        elif self.case.door == "officer":
            page = sits(self.case, self.world)
            self.log.append(f"officer's door: {page.status}")
        else:
            deliver(self.case, self.place())
        self.orders = new_orders(self.since)

    def after(self, step):
        moved = set_clock(now() + timedelta(hours=self.hours)) if self.hours else nullcontext()
        with moved:
            getattr(self, f"_{step.do}")(step)
            self.take_up()

    def _answer_code(self, _step):
        if self.case.reads_mail:
            for code in self.codes:
                Browser().post("confirm-address", {"code": code})

    def _guess_code(self, step):
        assert "one-time-code" in Browser().post("confirm-address", {"code": step.code}).text

    def _say(self, step):
        for order in self.orders:
            if step.door == "telephone":
                ladder.note_said(order, step.text, door="telephone")
            else:
                answer(order, step.text, sent(order).contact)
            assert any(step.text.strip() in said for said in ladder.everything_said(order))
        for number in plain.numbers_in(step.text):
            self.try_number(number)

    def _new_contact(self, step):
        for order in self.orders:
            answer(order, "Please write to me here from now on.", step.contact)
            assert not standing_of(order).by(Step.CALL_BACK)

    def _send_again(self, step):
        fields = changed(self.case.fields, step.fields)
        if self.case.door == "officer":
            sits(msgspec.structs.replace(self.case, fields=fields), self.world)
        elif self.case.door == "smtp":
            deliver(msgspec.structs.replace(self.case, fields=fields), self.place())
        else:
            by_http(fields)

    def _send_at(self, step):
        by_http(changed(self.case.fields, step.fields))

    def _wait(self, step):
        self.hours += step.hours

    def _hurry(self, step):
        for order in self.orders:
            ladder.note_said(order, step.text, door="telephone")
            self.try_(
                "release without a call", ladder.release, present("lev"), order.ref, because="They press."
            )
            self.try_("disclose", may_disclose, order)

    def _one_person(self, _step):
        self.alone = True

    # --- the desk -------------------------------------------------------------------------------------

    def take_up(self):
        """Whatever has come in since: a code goes to the address that it claims."""
        self.orders = new_orders(self.since)
        for order in self.orders:
            if not order.codes.exists():
                self.try_("send a code", send_code, present("lena"), order.ref)
                letter = Letter.objects.filter(kind="mailbox_code", about=order.ref).order_by("-pk").first()
                if letter:
                    self.codes.append(re.search(r"[0-9A-Z]{5}(-[0-9A-Z]{1,5})+", text_of(letter)).group())

    def signatures(self):
        place = self.place()
        for order in self.orders:
            for one in self.case.attachments:
                file, signature = signed(one, place, self.case.fields)
                if signature:
                    self.try_(
                        "take the signature",
                        ladder.check_signature,
                        present("lena"),
                        order.ref,
                        file,
                        signature,
                    )

    def try_number(self, number):
        """The sender named a number. The desk even writes it into the directory, and somebody confirms it."""
        place = self.place() or self.world.places["pj"]
        line = entry(place.row, "number", f"+{number}")
        for order in self.orders:
            self.try_("call the sender's own number", ladder.call_back, present("lena"), order.ref, line.ref,
                      spoke_with="A voice", because="They say it is theirs.", answers_for="They said so.")  # fmt: skip

    def desk(self):
        for order in self.orders:
            self.call(order)
            releaser = present("lena", "her-other-key") if self.alone else present("lev")
            self.try_("release", ladder.release, releaser, order.ref, because="It looks right.")
            self.hand_over(order, releaser)
            self.remove(order)
            self.denied(order)

    def call(self, order):
        place = self.place()
        if place is None or self.case.says != "confirms":
            return
        for line in place.numbers:
            done = self.try_("call back", ladder.call_back, present("lena"), order.ref, line.ref,
                             spoke_with="The duty officer", because="They read the reference to us.",
                             answers_for="The directory of the ministry, p. 4.")  # fmt: skip
            if done:
                return

    def denied(self, order):
        """What the authority says is written down; somebody on its other line then says the opposite."""
        place = self.place()
        if place is None or self.case.says != "denies":
            return
        said = {
            "because": "The registry looked it up.",
            "answers_for": "The directory of the ministry, p. 4.",
        }
        first, other = (line.ref for line in place.numbers)
        if self.try_(
            "note the denial",
            ladder.deny,
            present("lena"),
            order.ref,
            first,
            spoke_with="The registry",
            **said,
        ):
            self.try_(
                "believe the other line",
                ladder.call_back,
                present("lev"),
                order.ref,
                other,
                spoke_with="A voice",
                **said,
            )

    def hand_over(self, order, second):
        """Whatever was asked for is collected, sealed and sent, as far as the product lets two people go."""
        if not missing_for(order, kind="disclose"):  # a lawyer does not hold it up either
            for basis in order.bases.select_related("case"):
                confirmed("lena", basis.case)
        package = self.try_("collect", collect, present("lena"), order.ref, sent(order).data)
        asked = package and self.try_(
            "ask for its release", ask_release, present("lena"), package.ref, RECIPIENT, because="They wait."
        )
        if asked:
            self.try_("let it go", release_package, second, package.ref)

    def remove(self, order):
        """Two people decide to remove what the order names, where the platform has it."""
        for case in DeskCase.objects.filter(bases__order=order, subject__isnull=False, state="open"):
            self.try_(
                "remove",
                decided,
                "lena",
                case,
                outcome="remove",
                ground=f"law.{order.instrument}",
                words="As ordered.",
                known=False,
            )

    def place(self):
        if self.case.door == "officer":
            return self.world.places[self.case.sits.partition(":")[2] or "paris"]
        fields = self.case.fields
        return self.world.named(fields.authority, fields.country) if fields else None

    def try_(self, what, act, *given, **named):
        try:
            return act(*given, **named) or True
        except SteelyardError as fault:
            self.log.append(f"{what}: {fault}")
            return None


def changed(fields: Fields, more) -> Fields:
    return msgspec.convert({**msgspec.to_builtins(fields), **more}, Fields)


def signed(one, place, fields):
    """The file and its signature as the case wants them; a genuine key only signs what the authority really said."""
    file = one.text.encode()
    if one.signature == "none":
        return file, b""
    if one.signature == "forged" or place is None or place.key is None:
        return file, key_of(fields.authority if fields else "Somebody").sign(file)
    if one.signature == "edited":
        return file + b"\nand " + (fields.targets[0] if fields else "").encode(), place.key.sign(file)
    if one.signature == "other":
        other = b"Reference 11/0001, about https://elsewhere.example/1"
        return other, place.key.sign(other)
    named = [name for name in (fields.reference, *fields.targets) if name not in one.text] if fields else []
    whole = "\n".join((one.text, *named)).encode()
    return whole, place.key.sign(whole)


# --- what was left behind ---------------------------------------------------------------------------------


def kind_of(order):
    return assessment_kind(order) or "restrict"


def assessment_kind(order):
    from steelyard.flows.assess_order import as_asked
    from steelyard.orders.assessment.matter import Matter
    from steelyard.rulebook.law import law_on

    return Matter(as_asked(order), law_on(order.created_at.date())).kind


def disclosable(order):
    try:
        may_disclose(order)
    except SteelyardError:
        return False
    return True


def proposal(order):
    return assessment_of(order).proposal.step


def turned_away_for(order):
    """The checks on which it would be refused."""
    found = {one.check for one in assessment_of(order).checks if one.leads_to == "refuse"}
    return found if proposal(order) == "refuse" else set()


def standing(order):
    return level_of(order).level


def reached(order, goal):
    """Whether a genuine request stands where its case says."""
    if goal == "desk":
        return True
    if goal.startswith("level:"):
        return standing(order) >= int(goal[6:])
    if goal == "measure":
        return not missing_for(order, kind="restrict")
    return disclosable(order)


__all__ = [
    "Play",
    "Verification",
    "disclosable",
    "kind_of",
    "proposal",
    "reached",
    "standing",
    "turned_away_for",
    "typed",
]
