"""What has been found about the issuing State, and which safeguards follow. The standard of content is the same."""

from django.utils.translation import gettext as _

from steelyard.orders.assessment.matter import Matter
from steelyard.orders.assessment.shapes import Cite, Result
from steelyard.rulebook.law import Law
from steelyard.rulebook.shapes import IndexValue


def check(matter: Matter) -> Result:
    if matter.finding:
        return _gated(matter)
    if matter.in_union:
        return Result(
            check="gate", result="pass", rests_on=matter.group("eu") + matter.group("eea"),
            words=_("Nothing is recorded about this State; the Charter and the courts of the Union stand "
                    "behind its orders."),
        )  # fmt: skip
    if _values(matter):
        return Result(
            check="gate", result="person", rests_on=_published(matter), found=_shown(matter),
            words=_("No finding about this State is recorded. What others have published about it stands below, with "
                    "its edition and its age on the day the order arrived; we make no score of it. A lawyer looks at "
                    "how it protects rights before anything is done."),
        )  # fmt: skip
    return Result(
        check="gate", result="person", found=_shown(matter),
        words=_("No finding about this State is recorded, and no index value has a source here: unknown. "
                "A lawyer looks at "
                "how it protects rights before anything is done."),
    )  # fmt: skip


def _gated(matter: Matter) -> Result:
    finding = matter.finding
    assert finding is not None  # noqa: S101 (the caller has just looked)
    safeguards = {name: fact for name, fact in matter.law.safeguards_of_gate.items() if fact.value}
    alone = matter.asked.instrument == "emergency" and matter.asked.issuer != "central"
    hold = alone and "central_authority_for_emergencies" in safeguards
    named = ", ".join(safeguard_name(name) for name in safeguards)
    return Result(
        check="gate", result="fail" if hold else "person", leads_to="hold" if hold else "",
        rests_on=(Cite.of(finding), *(Cite.of(fact) for fact in safeguards.values()), *_published(matter)),
        found=(*safeguards, *(_shown(matter) if _values(matter) else ())),
        words=_("About %(country)s it has been found: %(source)s. Therefore: %(safeguards)s. The standard "
                "for content is the "
                "same as for everyone.") % {"country": matter.country, "source": finding.source, "safeguards": named},
        cure=_("Send it through the central authority for legal assistance of your State.") if hold else "",
    )  # fmt: skip


def brakes(matter: Matter) -> bool:
    """Whether the gate puts the brake on this order, whatever its content."""
    return matter.kind == "restrict" and matter.finding is not None and _on(matter, "brake_on_every_removal")


def own_territory(matter: Matter) -> bool:
    return matter.finding is not None and _on(matter, "own_territory_only")


def _on(matter: Matter, name: str) -> bool:
    fact = matter.law.safeguards_of_gate.get(name)
    return fact is not None and bool(fact.value)


def _values(matter: Matter) -> dict[str, IndexValue]:
    """Of each index the edition that was out on the day the order arrived, where it says something of this State."""
    country, found = matter.asked.country, matter.law.indices
    return {name: index.values[country] for name, index in sorted(found.items()) if country in index.values}


def _published(matter: Matter) -> tuple[Cite, ...]:
    return tuple(
        Cite.dated(f"index.{name}.{matter.asked.country}", value) for name, value in _values(matter).items()
    )


def _shown(matter: Matter) -> tuple[str, ...]:
    """Each index with its value, its edition, its day and its age; those that say nothing here are unknown."""
    values = _values(matter)
    known = tuple(index_words(matter.law, name, value) for name, value in values.items())
    return known + tuple(f"{name}: unknown" for name in sorted(matter.law.indices) if name not in values)


def index_words(law: Law, name: str, value: IndexValue) -> str:
    """One value in words; its age is that of the day the law is read for."""
    index, age = law.indices[name], law.day - value.since
    told = _("%(publisher)s, %(title)s %(edition)s: %(value)s (published %(day)s, %(age)s days old)") % {
        "publisher": index.publisher, "title": index.title, "edition": value.edition, "value": value.value,
        "day": value.since.isoformat(), "age": age.days,
    }  # fmt: skip
    return told + (
        f" · {_('old: look for a newer edition')}" if age > law.fact("house.index_is_old").period() else ""
    )


def safeguard_name(name: str) -> str:
    return {
        "brake_on_every_removal": _("two people for every removal, one of them legal"),
        "own_territory_only": _("effect in that State only"),
        "treaty_for_user_data": _("no user data without a treaty"),
        "central_authority_for_emergencies": _("emergencies through the verified central authority only"),
    }.get(name, name)
