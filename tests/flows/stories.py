"""Steps that several stories share. Each goes through the same flow as its door."""

import msgspec

from steelyard.cases.actions import claim_case
from steelyard.cases.models import Case
from steelyard.cases.states import CaseKind
from steelyard.decisions.actions import argument
from steelyard.decisions.replies import Reply
from steelyard.decisions.states import Outcome
from steelyard.flows.confirm_law import unconfirmed_of
from steelyard.flows.decide_case import DecisionGiven, countersign_decision, decide_case
from steelyard.flows.decide_complaint import Becomes, decide_complaint
from steelyard.flows.deliver import deliver_letters, deliver_measures
from steelyard.flows.move_order import confirm_law
from steelyard.flows.receive_notice import NoticeGiven, receive_notice
from steelyard.flows.receive_order import OrderGiven, receive_order
from steelyard.flows.screen_posts import screen_posts
from steelyard.flows.take_up_lines import take_up_lines
from steelyard.letters.webhooks import deliver_webhooks
from steelyard.orders.access import missing_for
from steelyard.orders.actions import sent
from steelyard.orders.verification.actions import call_back
from tests.cast import present
from tests.directory import agency, entry

SCAM = (
    "Earn $500 a day from home, guaranteed profit, no risk! Write to me in private: https://t.me/+AbCdEfGh123"
)
SCAM_RU = "Дoxoд от 500$ в день без вложений, опыт не нужен! Кому интересно, пишите в личку, пиши в лс +"
HARMLESS = "Does anyone know when the farmers' market opens on Saturday?"


def screened(platform, id_, text, *, batch=""):
    """A post appears and is screened."""
    post = platform.publish(id_, text)
    return screen_posts("memory", [post], batch or f"batch-{id_}")


def noticed(id_, **more):
    given = {
        "links": (f"memory:{id_}",), "harm": "scam", "explanation": "They took my savings.",
        "name": "Rhea", "email": "rhea@example.org", "good_faith": True, "language": "fr",
    }  # fmt: skip
    return receive_notice(NoticeGiven(**{**given, **more}))


def ordered(id_, **more):
    given = {
        "instrument": "dsa_9", "country": "FR", "authority": "Tribunal judiciaire de Paris",
        "reference": "24/1234", "targets": (f"memory:{id_}",), "harm": "scam",
        "legal_basis": "Code pénal, art. 313-1", "reasons": "Escroquerie.", "redress": "Cour d’appel",
        "territory": "FR", "contact": "greffe@example.org", "language": "fr",
    }  # fmt: skip
    return receive_order(OrderGiven(**{**given, **more}))


def decided(
    handle, case=None, *, outcome=Outcome.CONTAIN, ground="terms.scam", words="A scam.", territory=(),
    known=True, measure="",
):  # fmt: skip
    """Somebody claims the one open case and decides it; on an order's own law, once its sender is `known`."""
    case = case or Case.objects.get()
    who = present(handle)
    claim_case(who.member, case.ref)
    confirmed(handle, case)
    if known and ground.startswith("law.") and outcome != Outcome.NONE:
        verified(case)
    made = decide_case(
        who, case.ref,
        DecisionGiven(outcome=outcome, ground=ground, words=words, territory=territory, measure=measure),
    )  # fmt: skip
    if outcome == Outcome.REMOVE and case.kind != CaseKind.ORDER:  # what is final is signed by another
        return countersign_decision(present("lena" if handle != "lena" else "ben"), made.ref)
    return made


def confirmed(handle, case):
    """This lawyer reads what nobody has read in the primary text, and stands in for it."""
    for order in orders_of_case(case):
        if left := unconfirmed_of(order):
            confirm_law(present(handle), order.ref, frozenset(cite.fact for cite in left))


def verified(case):
    """Each order behind a case is found to be the authority's own: called back on a number of the directory."""
    for order in orders_of_case(case):
        if missing_for(order, kind="restrict"):
            called_back(order)


def called_back(order):
    line = entry(agency(sent(order).authority, order.country), "number", f"+331{order.pk:08}")
    call_back(present("lena"), order.ref, line.ref, spoke_with="The registry", because="They read it to us.")


def orders_of_case(case):
    return [basis.order for basis in case.bases.exclude(order=None).select_related("order__key")]


def answered(who, complaint, text, *, uphold=True, **more):
    """The complaint this person has claimed is decided, and everything it argues is answered."""
    reply = Reply(text, quote=argument(complaint), points=dict.fromkeys(complaint.points, text))
    becomes = Becomes.UPHELD if uphold else Becomes.REJECTED
    return decide_complaint(who, complaint.ref, more.pop("becomes", becomes), reply, **more)


def delivered():
    """The worker's round: everything that is due goes out."""
    while take_up_lines() + deliver_measures() + deliver_letters() + deliver_webhooks():
        pass


def token_in(text):
    """The secret in a statement's link."""
    return text.split("/d/")[1].split()[0]


def as_plain(thing):
    return msgspec.to_builtins(thing)
