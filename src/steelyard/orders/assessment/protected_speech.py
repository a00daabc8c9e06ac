"""The brake: does this touch protest, journalism, human rights, elections or opposition?

It reads the content and the order, never a person, and the same words count the same for every State. It never
decides: what it finds takes two people, one of them legal.
"""

from django.utils.translation import gettext as _

from steelyard.orders.assessment.matter import Matter
from steelyard.orders.assessment.shapes import Cite, Result
from steelyard.orders.assessment.terms import shown


def check(matter: Matter) -> Result:
    if matter.kind == "preserve":
        return Result(
            check="protected_speech",
            result="not_applicable",
            words=_("Nothing is restricted or handed over."),
        )
    return _guarded(matter) if matter.topics or matter.asked.protected else _other(matter)


def _guarded(matter: Matter) -> Result:
    if matter.topics and matter.violence:
        return _violent(matter)
    if matter.kind == "restrict" and not matter.content.strip():
        return _unread(matter)
    if matter.topics and matter.kind == "restrict" and _contested(matter):
        return _unclear(matter) if matter.harsh else _peaceful(matter)
    one = matter.instrument
    raises = one is not None and one.version.raises_only is not None
    return Result(
            check="protected_speech", result="person", rests_on=_speech(matter) + _test(matter, "iccpr_19"),
            found=_found(matter), leads_to="raise" if raises else "",
            words=_("It touches speech that human-rights law guards: %(topics)s. Two people weigh it, one "
                    "of them "
                    "legal, the narrowest measure first.") % {"topics": _topics(matter)}
            + (" " + _("We do not refuse on this ground ourselves: we raise it with the issuing and the enforcing "
                       "authority, and they decide.") if raises else ""),
    )  # fmt: skip


def _other(matter: Matter) -> Result:
    if matter.kind == "restrict" and not matter.content.strip():
        return _unread(matter)
    if matter.instrument and matter.instrument.version.true_purpose:
        return _purpose(matter)
    if matter.kind == "restrict" and _contested(matter) and not matter.violence:
        return Result(
            check="protected_speech", result="person", rests_on=_speech(matter),
            words=_("It is about what was said, and no words that are written down here as a call for "
                    "violence or as a protected topic stand in it. A list misses what it does not know: a person "
                    "reads the content and says what it is."),
        )  # fmt: skip
    words = _("Its words touch no protected topic that is written down.")
    if matter.violence:
        words += " " + _("The content itself calls for violence: %(words)s.") % {
            "words": shown(matter.violence)
        }
    return Result(
        check="protected_speech", result="pass", rests_on=_speech(matter), found=matter.violence, words=words
    )


UNREAD = "content not read"
"""What is found where the order itself speaks of a guarded topic and nobody has seen the content"""


def _unread(matter: Matter) -> Result:
    return Result(
        check="protected_speech", result="person", rests_on=_speech(matter),
        found=(*_found(matter), *([UNREAD] if matter.topics else [])),
        words=_("Nobody has read the content yet. It is read before anything is restricted."),
    )  # fmt: skip


def _violent(matter: Matter) -> Result:
    return Result(
        check="protected_speech", result="person", found=_found(matter),
        rests_on=_speech(matter) + _test(matter, "rabat"),
        words=_("The topic is protected (%(topics)s), but the content itself calls for violence "
                "(%(violence)s). The call "
                "is not protected. Two people answer the six questions: context, speaker, intent, content "
                "and form, "
                "reach, likelihood and imminence.")
        % {"topics": _topics(matter), "violence": shown(matter.violence)},
    )  # fmt: skip


def _unclear(matter: Matter) -> Result:
    """Words of violence, and no call that is written down: it may be one, or tell of one, or mean something else."""
    return Result(
        check="protected_speech", result="person", found=(*_found(matter), *matter.harsh),
        rests_on=_speech(matter) + _test(matter, "iccpr_19") + _test(matter, "rabat"),
        words=_("The topic is protected (%(topics)s), and words of violence stand in the content: %(words)s. Whether "
                "they call for it, tell of it or mean something else is not for a machine to say: two people read it, "
                "one of them legal.")
        % {"topics": _topics(matter), "words": shown(matter.harsh)},
    )  # fmt: skip


def _peaceful(matter: Matter) -> Result:
    one = matter.instrument
    raises = one is not None and one.version.raises_only is not None
    return Result(
        check="protected_speech", result="fail", leads_to="raise" if raises else "refuse", found=_found(matter),
        rests_on=_speech(matter) + _test(matter, "iccpr_19") + _test(matter, "rabat"),
        words=_("It is about protected speech (%(topics)s), and no word of violence that is written down here stands "
                "in the content. The order does "
                "not show that a restriction is necessary and proportionate. Two people, one of them "
                "legal, have to "
                "agree before it can be considered at all.") % {"topics": _topics(matter)},
        cure=_("Name the words that threaten somebody, the law they break, and why nothing milder would do."),
    )  # fmt: skip


def _purpose(matter: Matter) -> Result:
    one = matter.instrument
    purpose = one.version.true_purpose if one else None
    return Result(
        check="protected_speech", result="person", found=matter.violence,
        rests_on=(Cite.article(f"instruments.{one.id}.true_purpose", purpose, one.source),) if one and purpose else (),
        words=_("A person says what the content is really for: teaching, reporting, art and research are "
                "excluded."),
    )  # fmt: skip


def _contested(matter: Matter) -> bool:
    return matter.law.speech is not None and matter.asked.harm in matter.law.speech.harms


def _found(matter: Matter) -> tuple[str, ...]:
    register = ("protected register",) if matter.asked.protected else ()
    return (*(term for terms in matter.topics.values() for term in terms), *matter.violence, *register)


def _topics(matter: Matter) -> str:
    names = {
        "protest": _("protest"),
        "journalism": _("journalism"),
        "human_rights": _("human rights"),
        "elections": _("elections"),
        "opposition": _("opposition"),
    }
    named = [names.get(topic, topic) for topic in matter.topics]
    return ", ".join([*named, *([_("the protected register")] if matter.asked.protected else [])])


def _speech(matter: Matter) -> tuple[Cite, ...]:
    speech = matter.law.speech
    if speech is None:
        return ()
    topics = [f"speech.topics.{topic}" for topic in matter.topics] or ["speech.topics"]
    violence = ["speech.violence"] if matter.violence else []
    return tuple(Cite.dated(name, speech) for name in (*topics, *violence))


def _test(matter: Matter, name: str) -> tuple[Cite, ...]:
    test = matter.law.safeguards.get(name)
    return (Cite.dated(f"safeguards.{name}", test),) if test else ()
