"""The statement of reasons, drafted from the decision in its author's language (DSA Art. 17(3)).

Every sentence comes from a catalogue, so it is right in each language; a person's own words are quoted.
"""

from datetime import datetime

import msgspec
from django.utils.translation import get_language, gettext_noop, override
from django.utils.translation import gettext as _

from steelyard.base.config import config
from steelyard.base.wording import day, isolated, plain_id
from steelyard.base.wording import link as plain_link
from steelyard.decisions.labels import label_words
from steelyard.decisions.models import Decision
from steelyard.decisions.states import COPY_OF, SAME_AS, Outcome
from steelyard.orders.actions import sent
from steelyard.rulebook.countries import country_name
from steelyard.rulebook.queries import instruments, rule
from steelyard.subjects.models import Subject
from steelyard.subjects.states import Kind

CITED = (
    gettext_noop("Regulation (EU) 2022/2065, Art. 9"),
    gettext_noop("Regulation (EU) 2021/784, Art. 3"),
    gettext_noop("National law, named in the order"),
)
"""The sources of rulebook/law/instruments.yaml, so that the catalogues have them."""


MISUSE = "terms.misuse"
"""The rule that stops somebody for a time who frequently posts what is manifestly illegal (DSA Art. 23(1))."""


class Reasons(msgspec.Struct, frozen=True, kw_only=True):
    """What the author is told. The letters (a) to (f) are those of DSA Art. 17(3)."""

    language: str
    restriction: str  # (a)
    post: str = ""  # which post, channel or account it is
    territory: str  # (a)
    duration: str  # (a)
    facts: str  # (b)
    words: str  # (b) the decider's own words, in the language they wrote them
    source: str  # (b)
    automated: str  # (c)
    ground: str  # (d), (e) the rule or the law
    ground_text: str
    ground_version: str
    redress: tuple[str, ...]  # (f)
    contest_until: datetime


def compose(decision: Decision, language: str, *, words: str, contest_until: datetime) -> Reasons:
    """The statement for `decision`, in `language`."""
    with override(language):
        ground, text, version = _ground(decision, language)
        return Reasons(
            language=language,
            restriction=_restriction(decision),
            post=which_post(decision.subject),
            territory=_territory(decision, language),
            duration=_duration(decision),
            facts=_facts(decision, ground),
            words=words,
            source=_source(decision, language),
            automated=_automated(decision),
            ground=ground,
            ground_text=text,
            ground_version=version,
            redress=(
                _("If you disagree, you can complain to us free of charge until %(day)s. A person who had no "
                  "part in this decision will decide on your complaint.") % {"day": day(contest_until)},
                _("You can turn to a certified out-of-court dispute settlement body."),
                _("You can go to court."),
            ),
            contest_until=contest_until,
        )  # fmt: skip


def as_text(reasons: Reasons, link: str) -> str:
    """The statement as a message on the platform."""
    with override(reasons.language):
        paragraphs = (
            (reasons.restriction, reasons.post, f"{reasons.territory} {reasons.duration}"),
            (reasons.source, reasons.facts, _quoted(reasons), _rule(reasons), reasons.automated),
            reasons.redress,
            (_("The decision, and the form for a complaint:"), plain_link(link)),
            (config().service,),
        )
    return "\n\n".join("\n".join(line for line in lines if line) for lines in paragraphs)


def which_post(subject: Subject | None) -> str:
    """What of theirs a letter is about, in the active language; "" when we cannot say more."""
    if subject is None:
        return ""
    if subject.kind == Kind.CHANNEL:
        return _("It is the channel “%(channel)s”.") % {"channel": _named(subject)}
    if subject.kind == Kind.ACCOUNT:
        return _("It is the account %(account)s.") % {"account": plain_id(subject.native_id)}
    if subject.posted_at is None:
        return ""
    when = {"day": day(subject.posted_at)}
    if subject.channel is None or not subject.channel.name:
        return _("It is your post of %(day)s.") % when
    where = {"channel": isolated(subject.channel.name)}
    return _("It is your post of %(day)s in the channel “%(channel)s”.") % {**when, **where}


def refusal(decision: Decision, language: str) -> str:
    """What somebody reads whose new posts are refused because of `decision`."""
    with override(language):
        ground = {"ground": ground_name(decision, language)}
        if decision.measure == "close_channel":
            return _("This channel is closed. The ground: “%(ground)s”.") % ground
        if decision.measure == "limit_account":
            return _("Your account can post only at intervals. The ground: “%(ground)s”.") % ground
        if decision.measure == "ban_account":
            return _("Your account is banned. The ground: “%(ground)s”.") % ground
        if decision.subject and decision.subject.kind == Kind.POST:
            return (
                _("This was removed by a decision and cannot be posted again. The ground: “%(ground)s”.")
                % ground
            )
        if decision.subject and decision.subject.kind == Kind.CHANNEL:
            return _("This channel takes no new posts. The ground: “%(ground)s”.") % ground
        return _("Your account cannot post at present. The ground: “%(ground)s”.") % ground


def extent(decision: Decision, language: str) -> str:
    """Where and until when something is hidden, where that is less than everywhere and for good; else ""."""
    with override(language):
        where = _territory(decision, language) if decision.territory else ""
        ends = (
            _("This ends by itself on %(day)s; then everything is as before.") % {"day": day(decision.until)}
            if decision.until
            else ""
        )
        return " ".join(part for part in (where, ends) if part)


def ground_name(decision: Decision, language: str) -> str:
    """What the rule or the instrument is called."""
    return _ground(decision, language)[0]


def _named(subject: Subject) -> str:
    return isolated(subject.name) if subject.name else plain_id(subject.native_id)


def _quoted(reasons: Reasons) -> str:
    if not reasons.words:
        return ""
    return _("In the words of the person who decided: “%(words)s”") % {"words": isolated(reasons.words)}


def _rule(reasons: Reasons) -> str:
    if not reasons.ground_version:
        return f"{reasons.ground}. {reasons.ground_text}"
    parts = {"ground": reasons.ground, "text": reasons.ground_text, "version": reasons.ground_version}
    return _("Our rule “%(ground)s”, in the version of %(version)s, says: “%(text)s”") % parts


def _restriction(decision: Decision) -> str:
    if decision.outcome == Outcome.REMOVE:
        return _("We have removed your post.")
    if decision.outcome == Outcome.LABEL:
        said = isolated(label_words(decision.label, get_language() or ""))
        return _("We have put a label beside your post. It says: “%(label)s”") % {"label": said}
    if decision.outcome == Outcome.MUTE and decision.moderators_of:
        return _("A moderator of the channel “%(channel)s” has stopped you from writing in it.") % {
            "channel": _named(decision.moderators_of)
        }
    return _measures(decision)[0] if decision.measure else _usual(decision)


def _usual(decision: Decision) -> str:
    kind = decision.subject.kind if decision.subject else Kind.POST
    if kind == Kind.CHANNEL:
        return _("We have closed your channel to new posts.")
    if kind == Kind.ACCOUNT:
        return _("We have stopped your account from posting.")
    return _("We have hidden your post.")


def _territory(decision: Decision, language: str) -> str:
    if decision.territory:
        names = _(", ").join(country_name(code, language) for code in decision.territory)
        return _("This applies in these countries: %(countries)s.") % {"countries": names}
    return _("This applies in every country.")


def _duration(decision: Decision) -> str:
    if decision.outcome == Outcome.REMOVE:
        return _("The removal is permanent.")
    if decision.outcome == Outcome.LABEL:
        return _("The post stays visible as you wrote it; the label stays unless this decision is reversed.")
    if decision.until and decision.ground != MISUSE:
        return _("This ends by itself on %(day)s; then everything is as before.") % {
            "day": day(decision.until)
        }
    if decision.outcome == Outcome.MUTE:
        return _("You can still read everything, and write elsewhere, unless this decision is reversed.")
    return _unless_reversed(decision)


def _measures(decision: Decision) -> tuple[str, str]:
    """What was done, and how it goes on, for what is not the usual restriction of a channel or an account."""
    return {
        "unlist_channel": (
            _("We have taken your channel out of the directory."),
            _("Whoever knows its address can read and post in it; it is not listed unless this decision is reversed."),
        ),
        "close_channel": (
            _("We have closed your channel."),
            _("Nobody can read it or post in it unless this decision is reversed. Its posts are kept, and its members "
              "come back when it is opened again."),
        ),
        "limit_account": (
            _("We have limited how often your account can post."),
            _("You can read everything and post at intervals unless this decision is reversed."),
        ),
        "suspend_account": (
            _("We have suspended your account."),
            _("You can read, and take back your own posts; you can do nothing else unless this decision is reversed. "
              "Nothing of your account is deleted."),
        ),
        "ban_account": (
            _("We have banned your account."),
            _("You cannot come in or take part unless this decision is reversed. Nothing of your account is deleted."),
        ),
    }[decision.measure]  # fmt: skip


def _unless_reversed(decision: Decision) -> str:
    if decision.measure:
        return _measures(decision)[1]
    kind = decision.subject.kind if decision.subject else Kind.POST
    if kind == Kind.CHANNEL:
        return _(
            "What is in the channel stays readable; nobody can post in it unless this decision is reversed."
        )
    if kind == Kind.ACCOUNT and decision.until:
        return _("You can still read everything; you cannot post until %(day)s.") % {
            "day": day(decision.until)
        }
    if kind == Kind.ACCOUNT:
        return _("You can still read everything; you cannot post unless this decision is reversed.")
    return _("The post is kept unchanged and stays hidden unless this decision is reversed.")


def _facts(decision: Decision, ground: str) -> str:
    if decision.rule.startswith(SAME_AS):
        return _(
            "A person looked at another post with the same content and found that it goes against our rule "
            "“%(ground)s”. An automated comparison found that your post has this content."
        ) % {"ground": ground}
    if decision.rule.startswith(COPY_OF):
        return _(
            "A person looked at another post that says nearly the same and found that it goes against our rule "
            "“%(ground)s”. An automated comparison found that your post is a near copy of it."
        ) % {"ground": ground}
    if decision.decided_by_machine:
        return _("An automated check found in your post the signs of “%(ground)s”.") % {"ground": ground}
    if decision.ground.startswith("law."):
        return _("We were ordered to do this. Two people checked the order before we followed it.")
    return _found_by_people(decision, ground)


def _found_by_people(decision: Decision, ground: str) -> str:
    if decision.moderators_of:
        return _(
            "A moderator of the channel “%(channel)s”, who is none of our staff, read what you posted there and found "
            "that it goes against our rule “%(ground)s”."
        ) % {"channel": _named(decision.moderators_of), "ground": ground}
    if decision.ground == MISUSE:
        return _(
            "You had been warned. Two people looked at what you posted, before and after the warning, one post at a "
            "time, and found that it goes against our rule “%(ground)s”."
        ) % {"ground": ground}
    kind = decision.subject.kind if decision.subject else Kind.POST
    if kind == Kind.CHANNEL:
        return _(
            "Two people looked at your channel and found that it goes against our rule “%(ground)s”."
        ) % {"ground": ground}
    if kind == Kind.ACCOUNT:
        return _(
            "Two people looked at your account and found that it goes against our rule “%(ground)s”."
        ) % {"ground": ground}
    return _("A person read your post and found that it goes against our rule “%(ground)s”.") % {
        "ground": ground
    }


def _source(decision: Decision, language: str) -> str:
    if decision.ground == MISUSE:
        return _("This followed earlier decisions about posts of yours.")
    if decision.source == "order":
        return _("This followed an order from a public authority (%(country)s).") % {
            "country": country_name(decision.authority_country, language)
        }
    return {
        "notice": _("This followed a notice that we received."),
        "rule": _("Nobody reported the post: our own checks found it."),
        "complaint": _("This followed a complaint."),
    }[decision.source]


def _automated(decision: Decision) -> str:
    if decision.rule.startswith(SAME_AS):
        return _(
            "The post was found by automated means. The decision follows one that a person made about the same "
            "content; no person has looked at this post itself."
        )
    if decision.rule.startswith(COPY_OF):
        return _(
            "The post was found by automated means. The decision follows one that a person made about nearly the same "
            "content; no person has looked at this post itself."
        )
    if decision.decided_by_machine:
        return _("The post was found, and the decision made, by automated means, without a person.")
    if decision.found_by_machine:
        return _("The post was found by automated means; a person decided.")
    if decision.subject and decision.subject.kind != Kind.POST:
        return _("No automated means were used, neither to find what this is about nor to decide.")
    return _("No automated means were used, neither to find the post nor to decide.")


def _ground(decision: Decision, language: str) -> tuple[str, str, str]:
    """Name, text and version of the rule; of a law, its name and where it stands."""
    kind, _dot, name = decision.ground.partition(".")
    if kind == "law":
        basis = {"basis": isolated(_(decision.ground_version))}
        text = _("The legal basis: %(basis)s.") % basis
        if claimed := _claimed_basis(decision):
            quoted = _("The authority names as its basis: “%(claimed)s”.") % {"claimed": isolated(claimed)}
            text = f"{text} {quoted}"
        return instruments()[name].name(language), text, ""
    found = rule(decision.ground, decision.created_at.date())
    return found.title(language), found.text(language), day(found.version)


def _claimed_basis(decision: Decision) -> str:
    """The legal basis as the order itself names it: a claim of the authority, quoted and not checked by us."""
    bases = decision.case.bases.exclude(order=None).select_related("order__key") if decision.case else ()
    return next((sent(basis.order).legal_basis.strip() for basis in bases if basis.order), "")
