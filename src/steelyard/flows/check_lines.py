"""What a partner's lines say, before anything is sent: to what each leads, what is known, what is wrong with it."""

import csv
import io
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from django.utils.translation import gettext as _

from steelyard.base.errors import BadInput, SteelyardError
from steelyard.cases.states import OPEN_STATES, CaseKind
from steelyard.decisions.states import BACK, DecisionState, Outcome
from steelyard.enforcement.connector import Target, connector, connectors
from steelyard.evidence.marks import KINDS
from steelyard.flows.same_again import known_by
from steelyard.ledger.queries import sealed_keys
from steelyard.notices.batches import MOST_LINES, Line
from steelyard.people.partner_access import Partner, harm_of_code
from steelyard.rulebook.queries import harms
from steelyard.subjects.models import Subject
from steelyard.subjects.states import Kind

PATIENCE = 10.0  # seconds in which platforms may be asked about aliases; the rest is found after sending
LONGEST = 2000
URGENCIES = ("", "low", "medium", "high", "critical")
_HASH = re.compile(r"(sha256|md5|pdq):([0-9a-f]{32,64})\Z", re.IGNORECASE)
_LENGTH = {"sha256": 64, "md5": 32, "pdq": 64}
_KIND = {"item": Kind.POST, "channel": Kind.CHANNEL, "account": Kind.ACCOUNT}
COLUMNS = ("what", "code", "harm", "note", "urgency")


class LineGiven(msgspec.Struct, frozen=True, kw_only=True):
    """One line as a partner writes it: the text, or the row of a CSV file, or an item of the API."""

    what: str
    code: str = ""
    harm: str = ""
    note: str = ""
    urgency: str = ""


@dataclass(frozen=True)
class Checked:
    """One line, looked at."""

    place: int
    given: LineGiven
    harm: str = ""
    their_name: str = ""
    """What their own scheme calls the category"""
    leads_to: str = ""
    """post, channel, account, file (a hash); "" when no platform of ours knows such an address"""
    problem: str = ""
    """unreadable, unknown_code, no_category, unknown_urgency, twin; "" when it can be sent"""
    twin: int = 0
    """The earlier line that says the same"""
    already: str = ""
    """contain, remove, label, none: decided; open: being looked at; "" when nothing is known"""
    since: datetime | None = None

    @property
    def goes(self) -> bool:
        return not self.problem

    def line(self) -> Line:
        """As it is kept once it is sent."""
        given = self.given
        return Line(what=given.what, harm=self.harm, code=given.code, note=given.note, urgency=given.urgency)


def read_text(text: str, *, kind: str = "") -> list[LineGiven]:
    """One link, identifier or hash on each line, a category code behind it after a tab, comma or semicolon.

    `kind`: the lines are bare hashes of this kind (sha256, md5, pdq).
    """
    found = []
    for raw in text.splitlines():
        if not (row := raw.strip()):
            continue
        what, code = _apart(row)
        bare = kind in KINDS and re.fullmatch("[0-9A-Fa-f]+", what)
        found.append(LineGiven(what=f"{kind}:{what}" if bare else what, code=code))
    return found


def _apart(row: str) -> tuple[str, str]:
    """A comma may stand in an address; a code has no space and no slash in it."""
    for sign in ("\t", ";", ","):
        what, found, code = row.rpartition(sign)
        if found and re.fullmatch(r"[\w.\-]{1,40}", code.strip()):
            return what.strip(), code.strip()
    return row, ""


def read_csv(content: bytes) -> list[LineGiven]:
    """A CSV file with a head line that has `what` (or link, url, hash), and any of code, harm, note, urgency."""
    try:
        text = content.decode("utf-8-sig")
        dialect = csv.Sniffer().sniff(text[:4000], delimiters=",;\t") if text.strip() else csv.excel
        rows = list(csv.DictReader(io.StringIO(text), dialect=dialect))
    except (UnicodeDecodeError, csv.Error):
        raise _no_csv() from None
    names = {"link": "what", "url": "what", "hash": "what", "category": "code", "remark": "note"}
    found = []
    for row in rows:
        named = {str(key or "").strip().lower(): str(value or "").strip() for key, value in row.items()}
        clean = {names.get(key, key): value for key, value in named.items()}
        if clean.get("what"):
            found.append(LineGiven(**{name: clean.get(name, "") for name in COLUMNS}))
    if not found:
        raise _no_csv()
    return found


def _no_csv() -> BadInput:
    return BadInput(
        _("This file cannot be read as CSV."), _("Its first line names the columns; one of them is “what”."),
        _("Save it as CSV in UTF-8."), field="file",
    )  # fmt: skip


def check_lines(partner: Partner, lines: Sequence[LineGiven], *, harm: str = "") -> list[Checked]:
    """Look at every line. `harm`: for lines without a category of their own. Raises BadInput for too many.

    No file and no post is fetched; aliases are asked about while patience lasts.
    """
    if not lines:
        raise BadInput(_("Say where it is."), _("There is no line."), field="lines")
    if len(lines) > MOST_LINES:
        raise BadInput(
            _("Too many lines at once."), _("At most %(most)s fit.") % {"most": MOST_LINES},
            _("Send the rest in a second batch."), field="lines",
        )  # fmt: skip
    until = time.monotonic() + PATIENCE
    return list(_each(partner, lines, harm, until))


def _each(partner: Partner, lines: Sequence[LineGiven], harm: str, until: float) -> Iterator[Checked]:
    seen: dict[str, int] = {}
    for place, given in enumerate(lines, start=1):
        line = _read(partner, place, given, harm)
        if line.goes:
            line = _look(line, patient=time.monotonic() < until)
            twin = seen.setdefault(_same(line), place)
            line = replace(line, problem="twin", twin=twin) if twin != place else line
        yield line


def _read(partner: Partner, place: int, given: LineGiven, harm: str) -> Checked:
    ours = harm_of_code(partner, given.code) or given.harm or harm
    name = str(partner.scheme.get("codes", {}).get(given.code, {}).get("name", ""))
    line = Checked(place, given, harm=ours, their_name=name)
    if len(given.what) > LONGEST or len(given.note) > LONGEST or any(sign.isspace() for sign in given.what):
        return replace(line, problem="unreadable")
    if given.code and not harm_of_code(partner, given.code):
        return replace(line, problem="unknown_code")
    if ours not in harms():
        return replace(line, problem="no_category")
    return replace(line, problem="" if given.urgency in URGENCIES else "unknown_urgency")


def _look(line: Checked, *, patient: bool) -> Checked:
    if found := as_hash(line.given.what):
        known = known_by(*found)
        return _what_is_known(replace(line, leads_to="file"), known[0] if known else None)
    if re.match(r"(sha256|md5|pdq):", line.given.what, re.IGNORECASE):
        return replace(line, problem="unreadable")
    name, target = _target(line.given.what) if patient else ("", None)
    if target is None:
        return line
    kind = _KIND[target.kind]
    subject = Subject.objects.filter(connector=name, kind=kind, native_id=target.id).first()
    return _what_is_known(replace(line, leads_to=kind), subject)


def as_hash(what: str) -> tuple[str, str] | None:
    """Kind and hexadecimal value of a hash, or None."""
    found = _HASH.match(what)
    if not found or len(found[2]) != _LENGTH[found[1].lower()]:
        return None
    return found[1].lower(), found[2].lower()


def _target(link: str) -> tuple[str, Target | None]:
    for name in connectors():
        try:
            if target := connector(name).find(link):
                return name, target
        except SteelyardError:
            continue
    return "", None


def _what_is_known(line: Checked, subject: Subject | None) -> Checked:
    """Only of what stands in public: of anything else even that we know it is not told."""
    if subject is None or subject.surface != "public_channel":
        return line
    made = subject.decisions.filter(state=DecisionState.MADE, reverses=None)
    decided = made.exclude(case__key__in=sealed_keys()).order_by("-pk").first()
    if subject.cases.filter(state__in=OPEN_STATES, kind=CaseKind.NOTICE).exists():
        return replace(line, already="open")
    if decided is None:
        return line
    outcome = Outcome.NONE if decided.outcome in BACK else decided.outcome
    return replace(line, already=str(outcome), since=decided.made_at)


def _same(line: Checked) -> str:
    found = as_hash(line.given.what)
    return ":".join(found) if found else line.given.what
