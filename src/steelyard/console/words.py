"""How roles and permissions are called on screen."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from steelyard.base.errors import SteelyardError
from steelyard.oncall.words import URGENCIES  # noqa: F401 - looked up here by its name, as all tables are
from steelyard.people.permissions import Permission, Role

ROLE_NAMES = {
    Role.MODERATOR: _("Moderator"),
    Role.SENIOR_MODERATOR: _("Senior moderator"),
    Role.LEGAL: _("Legal"),
    Role.HOTLINE: _("Hotline"),
    Role.POLICY_LEAD: _("Policy lead"),
    Role.AUDITOR: _("Auditor"),
    Role.SECRECY: _("Orders under secrecy"),
    Role.ADMINISTRATOR: _("Administrator"),
}

PERMISSION_NAMES = {
    Permission.CASES_CASE_READ: _("See cases"),
    Permission.CASES_CASE_CLAIM: _("Take a case to work on"),
    Permission.CASES_CASE_DECIDE: _("Decide a case"),
    Permission.NOTICES_NOTICE_READ: _("Read notices"),
    Permission.ORDERS_ORDER_READ: _("Read orders of authorities"),
    Permission.ORDERS_ORDER_CHECK: _("Check where an order comes from"),
    Permission.ORDERS_ORDER_DECIDE: _("Decide an order"),
    Permission.ARRIVALS_ARRIVAL_SORT: _("Sort messages that came by any door"),
    Permission.ORDERS_REGISTER_KEEP: _("Ask the protected register about one account, and keep it"),
    Permission.ORDERS_SEAL_OPEN: _("Know of new orders under secrecy, and end the secrecy"),
    Permission.ORDERS_LAW_CONFIRM: _("Confirm law that nobody has read in the primary text"),
    Permission.DISCLOSURE_PACKAGE_RELEASE: _("Release a sealed package of data, as the second person"),
    Permission.DECISIONS_DECISION_READ: _("Read decisions"),
    Permission.DECISIONS_DECISION_COUNTERSIGN: _("Countersign a decision"),
    Permission.DECISIONS_DECISION_UNDO: _("Undo a decision"),
    Permission.DECISIONS_COMPLAINT_READ: _("Read complaints"),
    Permission.DECISIONS_COMPLAINT_DECIDE: _("Decide a complaint"),
    Permission.MISUSE_MATTER_KEEP: _("Warn and suspend those who misuse notices, complaints or posting"),
    Permission.EVIDENCE_EXHIBIT_LOOK: _("Look at evidence"),
    Permission.EVIDENCE_STORE_OPEN: _("Open what is put away, with a reason"),
    Permission.ENFORCEMENT_MEASURE_READ: _("See measures and whether they were carried out"),
    Permission.ENFORCEMENT_MEASURE_RETRY: _("Have a measure tried again"),
    Permission.LETTERS_LETTER_READ: _("Read letters that were sent"),
    Permission.SCREENING_POLICY_READ: _("Read the screening rules"),
    Permission.SCREENING_POLICY_DRAFT: _("Draft screening rules"),
    Permission.SCREENING_POLICY_PUBLISH: _("Put screening rules into force"),
    Permission.TRANSPARENCY_DAY_PUBLISH: _("Publish a day's report"),
    Permission.LEDGER_LOG_READ: _("Read the log"),
    Permission.ONCALL_RING_ANSWER: _("Be on call and answer when rung"),
    Permission.ONCALL_ROTA_EDIT: _("Say who is on call when"),
    Permission.PEOPLE_MEMBER_READ: _("See the members and their names"),
    Permission.PEOPLE_MEMBER_INVITE: _("Invite members"),
    Permission.PEOPLE_MEMBER_GRANT: _("Give roles"),
    Permission.PEOPLE_MEMBER_REVOKE: _("Take roles away, suspend members"),
    Permission.PEOPLE_AGENCY_READ: _("See the directory of authorities"),
    Permission.PEOPLE_AGENCY_KEEP: _("Keep the directory of authorities and agree to their officers"),
    Permission.ARRIVALS_ARRIVAL_SORT: _("Read messages that wait and put them on their desk"),
    Permission.PEOPLE_PARTNER_READ: _("See partner organisations and how working with them goes"),
    Permission.MARKETS_MARKET_READ: _("See where the service stands in a country"),
    Permission.MARKETS_MATTER_KEEP: _("Keep the register of proceedings and letters"),
    Permission.MARKETS_MARKET_LEAVE: _("Leave a country, or come back to one"),
    Permission.PEOPLE_PARTNER_MANAGE: _("Invite, verify, suspend and revoke partner organisations"),
}

PARTNER_KINDS = {
    "hotline": _("Hotline"),
    "trusted_flagger": _("Trusted flagger (DSA Art. 22)"),
    "terrorism_alerts": _("Alert service for terrorist content"),
}
PARTNER_STATES = {
    "invited": _("Invited, not verified yet"),
    "verified": _("Verified"),
    "suspended": _("Suspended"),
    "revoked": _("Revoked"),
}
AWARDS = {
    "": _("Not on the list"),
    "awarded": _("Awarded"),
    "suspended": _("Suspended"),
    "revoked": _("Revoked"),
}
CASE_KINDS = {
    "finding": _("Findings"),
    "notice": _("Notices"),
    "order": _("Orders"),
    "complaint": _("Complaints"),
    "review": _("Reviews"),
    "emergency": _("Emergencies"),
    "drill": _("Drills"),
}
CASE_KIND = {
    "finding": _("Finding"),
    "notice": _("Notice"),
    "order": _("Order of an authority"),
    "complaint": _("Complaint"),
    "review": _("Review of what was done alone"),
    "emergency": _("Danger to life"),
    "drill": _("DRILL"),
}
VERDICTS = {
    "handed_on": _("Real: handed on to those who can help"),
    "no_danger": _("No danger"),
    "forged": _("Forged: somebody wanted something else by it"),
    "unclear": _("It stayed unclear"),
}
PLAYED = {"real": _("a real one"), "forged": _("a forged one")}
WEEKDAYS = {
    0: _("Monday"), 1: _("Tuesday"), 2: _("Wednesday"), 3: _("Thursday"), 4: _("Friday"), 5: _("Saturday"),
    6: _("Sunday"),
}  # fmt: skip
PAUSED_FOR = {
    "unclear": _("the sender was asked what it means"),
    "impossible": _("it cannot be done for reasons outside our power"),
    "third_country_conflict": _("a court weighs a conflict with the law of another State"),
}
REFERRAL_STATES = {
    "waiting": _("The channel’s own moderators look at it first."),
    "acted": _("A moderator of the channel decided."),
    "handed_on": _("The channel’s moderators left it to you."),
    "lapsed": _("The channel’s moderators did not act in time."),
    "contested": _("It was with the channel’s moderators; somebody wanted you to look."),
}
CASE_STATES = {
    "open": _("Waits for somebody"),
    "in_review": _("In review"),
    "second_needed": _("Waits for a second person"),
    "decided": _("Decided"),
    "lapsed": _("Over: what it rested on is gone"),
}
OUTCOMES = {
    "none": _("No violation"),
    "contain": _("Hide"),
    "remove": _("Remove for good"),
    "restore": _("Bring back"),
    "label": _("Label"),
    "unlabel": _("Take the label away"),
}
CONSEQUENCES = {
    "none": _("Nothing changes on the platform. Whoever reported it is told so."),
    "contain": _(
        "Nobody sees it any more; it can be brought back exactly as it was. "
        "Its author is told why, and how to contest it."
    ),
    "remove": _(
        "A second person signs. Then it is deleted on the platform and cannot be brought back; until then it is "
        "hidden, unless it is an order that asks for it. Its author is told why, and how to contest it."
    ),
    "label": _(
        "It stays as it is, with our words beside it. What only a rule had hidden is visible again. "
        "Its author is told why, and how to contest it."
    ),
    "restore": _(
        "You found nothing wrong: what the rule hid comes back exactly as it was, and its author is told that "
        "we were wrong."
    ),
}
OUTCOMES_OF: dict[str, dict[str, Any]] = {
    "channel": {"contain": _("Close to new posts"), "restore": _("Open again")},
    "account": {
        "contain": _("Stop from posting"),
        "restore": _("Let it post again"),
        "mute": _("Stop from writing in one channel"),
        "unmute": _("Let it write in the channel again"),
    },
}
"""What an outcome means for a channel or an account, where that differs from a post."""
CONSEQUENCES_OF: dict[str, dict[str, Any]] = {
    "channel": {
        "contain": _(
            "Nobody can post in it any more; what is in it stays readable. "
            "Its owner is told why, and how to contest it."
        )
    },
    "account": {
        "contain": _(
            "It cannot post anywhere any more; it can still read. It is told why, and how to contest it."
        )
    },
}
KINDS = {"post": _("A post"), "channel": _("A channel"), "account": _("An account")}
OPERATIONS = {
    "contain_item": _("Hide a post"),
    "restore_item": _("Bring a post back"),
    "remove_item": _("Remove a post"),
    "label_item": _("Label a post"),
    "unlabel_item": _("Take a label away"),
    "mute_in_channel": _("Stop an account from writing in one channel"),
    "unmute_in_channel": _("Let an account write in a channel again"),
    "remove_reactions": _("Remove an account’s reactions"),
    "block_content": _("Refuse the same content from now on"),
    "unblock_content": _("Take the same content again"),
    "freeze_channel": _("Close a channel to new posts"),
    "unfreeze_channel": _("Let a channel take posts again"),
    "close_channel": _("Close a channel"),
    "reopen_channel": _("Open a channel again"),
    "unlist_channel": _("Take a channel out of the directory"),
    "relist_channel": _("Put a channel back into the directory"),
    "limit_account": _("Let an account post less often"),
    "unlimit_account": _("Let an account post as often as before"),
    "suspend_account": _("Suspend an account"),
    "unsuspend_account": _("Let an account take part again"),
    "ban_account": _("Ban an account"),
    "unban_account": _("Lift an account’s ban"),
    "quarantine_media": _("Take a file away"),
    "release_media": _("Hand a file out again"),
    "erase_media": _("Destroy the files of a removed post"),
    "mute_account": _("Stop an account from posting"),
    "unmute_account": _("Let an account post again"),
}
LETTER_KINDS = {
    "market_notice": _("A notice about leaving a country"),
    "statement_of_reasons": _("A statement of reasons"),
    "reversed": _("That we were wrong"),
    "narrowed": _("That they were right in part"),
    "fixed": _("What was changed is back"),
    "misuse_warned": _("A warning (Art. 23)"),
    "misuse_suspended": _("A suspension (Art. 23)"),
    "misuse_over": _("The end of a suspension (Art. 23)"),
    "misuse_answered": _("The answer to what was said against it (Art. 23)"),
    "complaint_rejected": _("The answer to a complaint"),
    "notice_outcome": _("The outcome of a notice"),
    "notice_reversed": _("A changed outcome of a notice"),
    "announcement": _("An announcement"),
    "report_received": _("The receipt of a report"),
    "report_outcome": _("The outcome of a report"),
    "report_changed": _("A changed outcome of a report"),
    "report_complaint_answered": _("The answer to a reporter’s complaint"),
    "report_referred": _("Who looks at a report first"),
    "report_back": _("A report that comes back from a channel’s moderators"),
    "moderators_asked": _("A report for a channel’s moderators"),
    "notifier_answered": _("The answer to a notifier’s complaint"),
    "batch_received": _("That a batch arrived"),
    "batch_decided": _("That a batch has its outcomes"),
    "line_asked": _("A question about a line"),
    "arrival_received": _("That a message arrived"),
    "order_answer": _("The answer to an order"),
    "order_question": _("A question about an order"),
    "mailbox_code": _("A code to try an authority’s mailbox"),
    "officer_link": _("A link for an officer of an authority"),
}
TO_PARTNERS = {
    "webhook": _("A message to a partner’s webhook"),
    "batch_line": _("A partner’s line that could not be taken up"),
}
OUTBOX_STATES = {"queued": _("waits"), "sending": _("on its way"), "failed": _("failed")}
DECISION_STATES = {
    "proposed": _("proposed"),
    "made": _("in force"),
    "declined": _("declined"),
    "reversed": _("reversed"),
    "ended": _("over, its time has ended"),
}
SUSPICION_STATES = {
    "prepared": _("prepared"),
    "asked": _("waits for a second person"),
    "released": _("released, not yet handed over"),
    "sent": _("handed over"),
    "dropped": _("dropped"),
}
MISUSE_KINDS = {
    "content": _("Manifestly illegal posts"),
    "notices": _("Manifestly unfounded notices"),
    "complaints": _("Manifestly unfounded complaints"),
}
MISUSE_STATES = {
    "warned": _("warned"),
    "asked": _("waits for a second person"),
    "suspended": _("suspended"),
    "over": _("over"),
    "lifted": _("taken back"),
}
DISPUTE_STATES = {
    "open": _("under way"),
    "for_them": _("decided for them"),
    "in_part": _("decided for them in part"),
    "for_us": _("decided for us"),
    "settled": _("settled"),
    "dropped": _("dropped"),
}
SOURCES = {"finding": _("Found by a rule"), "notice": _("A notice"), "order": _("An order")}
DESKS = {
    "orders": _("the desk for orders"),
    "notices": _("the desk for notices"),
    "complaints": _("complaints"),
    "emergency": _("calls for help"),
    "support": _("everything else"),
    "unsorted": _("unsorted"),
    "case": _("its case"),
}
ROLES_OF_DOORS = {
    "authorities": _("the address for authorities"),
    "users": _("the address for users"),
    "hotline": _("the address for hotlines"),
    "emergency": _("the address for danger to life"),
    "press": _("the address for the press"),
    "contact": _("the contact form"),
    "notice": _("the notice form"),
    "order": _("the order form"),
    "complaint": _("the complaint form"),
}
DOORS = {
    "contact": _("through the contact form"),
    "notice": _("through the notice form"),
    "order": _("through the order form"),
    "complaint": _("through the complaint form"),
    "portal": _("through the public page"),
    "platform": _("from inside the platform"),
    "hotline": _("through the hotline desk"),
    "emergency": _("through the emergency line"),
    "api": _("through the API"),
    "mail": _("by mail"),
}
CHECK_RESULTS = {
    "pass": _("fits"),
    "fail": _("does not fit"),
    "softfail": _("does not fit"),
    "neutral": _("says nothing either way"),
    "none": _("nothing to compare with"),
    "temperror": _("could not be looked up"),
    "permerror": _("could not be looked up"),
    "not checked": _("not checked"),
}
"""What SPF, DKIM, DMARC and ARC can come to (RFC 8601, section 2.7)."""
ORDER_PARTS = {
    "authority": _("Authority"),
    "reference": _("Their reference"),
    "targets": _("What it is about"),
    "legal_basis": _("Legal basis"),
    "reasons": _("Their reasons"),
    "redress": _("How it can be contested"),
    "territory": _("Where it shall apply"),
    "contact": _("Contact"),
    "validated_by": _("Validated by"),
    "offence_years": _("Longest sentence, in years"),
    "secrecy": _("Secrecy"),
    "valid_until": _("Valid until"),
    "written_in": _("Written in"),
    "issuer": _("Kind of authority"),
    "demand": _("What they ask for"),
    "data": _("Data asked for"),
    "offence": _("Offence"),
    "emergency": _("The danger"),
}
CHECKS = {
    "red_lines": _("Red lines"),
    "in_force": _("Instrument"),
    "authenticity": _("Sender"),
    "competence": _("Competence"),
    "form": _("Form"),
    "language": _("Language"),
    "necessity": _("Necessity"),
    "privileges": _("Immunities"),
    "protected_speech": _("Protected speech"),
    "gate": _("Rule of law"),
    "conflict_of_laws": _("Conflict of laws"),
    "territory": _("Scope"),
    "possibility": _("What is held"),
}
RESULTS = {
    "pass": _("In order"),
    "fail": _("Not in order"),
    "person": _("A person has to say"),
    "not_applicable": _("Does not apply"),
}
STEPS = {
    "refuse": _("refuse"),
    "hold": _("hold until the sender is verified"),
    "raise": _("raise it with the authorities"),
    "ask": _("ask the sender"),
    "comply_in_part": _("comply in part"),
    "comply": _("comply"),
}
STATUSES = {
    "verified": _("read in the primary text"),
    "secondary": _("read in a secondary source"),
    "memory": _("from memory, to be confirmed"),
    "house": _("our own rule"),
}
ORDER_STATES = {
    "received": _("On the desk"),
    "verifying": _("The sender is being verified"),
    "asked": _("The sender was asked"),
    "held": _("Held"),
    "raised": _("Before the enforcing authority"),
    "proposed": _("Waits for a second person"),
    "executed": _("Executed"),
    "partly": _("Executed in part"),
    "refused": _("Refused"),
    "withdrawn": _("Withdrawn"),
    "expired": _("Run out"),
    "superseded": _("Replaced by a later version"),
}
ORDER_WHO = {
    "received": _("The desk moves next."),
    "verifying": _("Whoever verifies the sender moves next; the desk takes it up again."),
    "asked": _("The authority moves next."),
    "held": _("The desk moves next, once what it waits for is settled."),
    "raised": _("The enforcing authority moves next."),
    "proposed": _("A second person moves next."),
    **dict.fromkeys(
        ("executed", "partly", "refused", "withdrawn", "expired", "superseded", "repeated"),
        _("Closed: nobody has to move."),
    ),
}
ORDER_MOVES: dict[str, dict[str, Any]] = {
    "ask": {
        "label": _("Ask the sender"), "key": "q", "button": _("Send the question"),
        "help": _("The exact question. Clocks stand still where their article says so, and run on elsewhere."),
        "done": _("The sender is asked. The question is at their own address."),
    },
    "answered": {
        "label": _("The sender answered"), "key": "w", "button": _("Note the answer and take it up"),
        "help": _("What they answered, and how it came."), "done": _("Noted. The clocks run on."),
    },
    "verify": {
        "label": _("Have the sender verified"), "key": "v", "button": _("Wait for the verification"),
        "help": _("What is to be found out. The clocks run on."), "done": _("It waits for the verification."),
    },
    "hold": {
        "label": _("Hold"), "key": "o", "button": _("Hold it"),
        "help": _("What has to be settled first: counsel, a court, a listed party. The clocks run on."),
        "done": _("Held. The clocks run on."),
    },
    "raise": {
        "label": _("Raise with the enforcing authority"), "key": "e", "button": _("Raise it"),
        "help": _("What stands against it. We state it; the enforcing authority decides."),
        "done": _("Raised with the enforcing authority."),
    },
    "take_up": {
        "label": _("Take up again"), "key": "u", "button": _("Take it up"),
        "help": _("Why it goes on now."), "done": _("Back on the desk."),
    },
    "consider": {
        "label": _("Ask a second person to consider a measure"), "key": "b", "button": _("Ask a second person"),
        "help": _("Which law provides for it, which legitimate aim it has, and why nothing milder would do."),
        "done": _("A colleague has to agree before a measure can be proposed. It waits under “Two persons”."),
    },
    "refuse": {
        "label": _("Refuse all of it"), "key": "x", "button": _("Refuse it"),
        "help": _("Your reasons. The answer adds each ground of the checks, what it rests on and how to cure it."),
        "done": _("Refused, and answered."),
    },
    "withdraw": {
        "label": _("It was withdrawn"), "key": "d", "button": _("Note the withdrawal"),
        "help": _("Who took it back, and how. What was done comes back where nothing else restricts it."),
        "done": _("Withdrawn. Nothing of it is carried out any more."),
    },
    "supersede": {
        "label": _("A later version takes its place"), "key": "s", "button": _("Replace it"),
        "help": _("How you know that the later version is genuine."),
        "done": _("Replaced. Nothing of this version is carried out any more."),
    },
    "name": {
        "label": _("Name somebody for it"), "key": "n", "button": _("Name them"),
        "help": _("Their handle. They will know of this order; nobody else does."), "done": _("Named."),
    },
    "end_secrecy": {
        "label": _("The secrecy has ended"), "key": "t", "button": _("End the secrecy"),
        "help": _("Why. Its entries join the public log, its days are corrected, and those affected are told."),
        "done": _("It is an order like any other now."),
    },
}  # fmt: skip
"""What can be done with an order: its label, its single-letter key, its button, its help, and what is said after."""
PACKAGE_STATES = {
    "collected": _("Collected and sealed; nothing has left"),
    "asked": _("Waits for a second person"),
    "released": _("Released: the authority can fetch it"),
    "expired": _("Expired; its content is destroyed"),
    "withdrawn": _("Withdrawn; its content is destroyed"),
}
TOUCHES = {
    "collected": _("copied from the platform and sealed"),
    "asked": _("release asked for"),
    "declined": _("release declined"),
    "released": _("released by a second person"),
    "linked": _("a link was made"),
    "downloaded": _("downloaded"),
    "expired": _("expired"),
    "withdrawn": _("withdrawn"),
}
LETTER_OUTCOMES = {name: ORDER_STATES[name] for name in ("executed", "partly", "refused")} | {
    "draft": _("Not decided yet")
}
PRECEDENT_PARTS = {
    "instrument": _("the instrument"),
    "harm": _("what it is about"),
    "country": _("the country"),
    "missing": _("what its form lacks"),
}
POINTS = {
    "context": _("The context was missed: news, criticism, research or a warning"),
    "quoted": _("They were quoting somebody else"),
    "satire": _("A joke or satire"),
    "rule": _("The rule does not cover it"),
    "not_mine": _("They did not post it"),
    "other": _("Something else"),
    "fixed": _("They have changed it, and ask for a look"),
}
MEASURE_STATES = {
    "queued": _("on its way"),
    "sending": _("on its way"),
    "confirmed": _("confirmed by the platform"),
    "failed": _("failed: it is tried again, or somebody has to look"),
}


def outcome_word(outcome: str, kind: str) -> str:
    """How an outcome is called for a post, a channel or an account."""
    return str(OUTCOMES_OF.get(kind, {}).get(outcome) or OUTCOMES.get(outcome, outcome))


def consequence(outcome: str, kind: str) -> str:
    """What follows from an outcome."""
    return str(CONSEQUENCES_OF.get(kind, {}).get(outcome) or CONSEQUENCES.get(outcome, ""))


SEVERITIES = {1: "low", 2: "medium", 3: "high", 4: "critical"}

MEMBER_STATES = {"invited": _("Invited"), "active": _("Active"), "suspended": _("Suspended")}

ACTS = {
    "people:member:granted": _("Give a role"),
    "disclosure:package:release": _("Hand over data"),
    "disclosure:suspicion:release": _("Suspicion of a crime"),
    "misuse:matter:suspend": _("Suspend"),
    "decisions:decision:make": _("A decision"),
    "orders:speech:consider": _("Consider a measure against guarded speech"),
    "orders:register:off": _("Take an entry off the protected register"),
    "markets:market:left": _("Leave a country"),
    "markets:market:returned": _("Come back to a country"),
}
"""Acts that take two persons, by the verb they leave in the log."""


def said(fault: SteelyardError) -> str:
    """An error in the reader's language: what happened, why, what to do."""
    return " ".join(gettext(part) for part in (fault.what, fault.why, fault.do) if part)


LADDER_STEPS = {
    "mailbox": _("Mailbox"),
    "call_back": _("Call-back"),
    "officer": _("Officer with passkey"),
    "signature": _("Signature"),
    "release": _("Release"),
    "denied": _("Denied by the authority"),
}
SHARED = {
    "text": _("the same text"),
    "address": _("the same mail address"),
    "domain": _("the same mail domain"),
    "number": _("the same telephone number"),
}
LADDER_GONE = {
    "denied": _("worth nothing, the authority has denied the order"),
    "ended": _("over, its time has run out"),
    "voided": _("taken back, or started over"),
    "no_match": _("answered, but the directory does not know the address"),
    "directory": _("over, the line of the directory no longer holds"),
    "officer": _("over, the officer or the authority is shut out"),
}
