"""What is told as it was read, and never added up over days: each with the query that was run.

Whoever reads the rows is named here by where the query comes from: the rota, the desk of orders, `flows/partner_times`.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from steelyard.oncall.queries import COUNTED
from steelyard.orders.refusals import REGISTER
from steelyard.transparency.audited import Audited, told
from steelyard.transparency.figures import ANYONE

_WAITED = f"""\
SELECT l.harm, b.language, p.country, b.partner_id AS partner, b.created_at AS since, d.made_at AS until
FROM notices_batchline AS l JOIN notices_noticebatch AS b ON b.id = l.batch_id
JOIN people_partner AS p ON p.id = b.partner_id
JOIN LATERAL (SELECT case_id FROM cases_basis WHERE notice_id = l.notice_id ORDER BY id DESC LIMIT 1) AS n ON true
JOIN cases_case AS c ON c.id = n.case_id AND c.state = 'decided'
JOIN LATERAL (SELECT made_at FROM decisions_decision WHERE case_id = c.id AND state IN ('made', 'reversed')
 AND reverses_id IS NULL ORDER BY id DESC LIMIT 1) AS d ON d.made_at IS NOT NULL
WHERE b.created_at BETWEEN :first AND :after AND {told("b.key_id", "c.key_id")}"""  # noqa: S608 (constants)
_CORRECTED = """\
SELECT DISTINCT day, version FROM corrections
WHERE corrected_on = :day ORDER BY day, version"""
_WHOLE = (
    Audited(
        "partners_waited", _("How long partners waited for an outcome, in a year"), _("lines"), "line", _WAITED,
        ("about", "lines", "median", "p90", "p95"),
        read_into=_(":first is a year before the day was counted, :after that moment. The hours of each line are "
                    "sorted; shown are the middle one and those below which nine of ten and 95 of 100 lie, of all "
                    "lines, of a harm, a language and a region, where enough lines of several partners stand behind "
                    "it."),
    ),
    Audited(
        "emergency_line", _("The emergency line: how often it rang, and how soon somebody answered"), _("rings"),
        "ring", COUNTED,
        ("rings", "acknowledged", "in_time", "unanswered", "missed", "median_seconds", "slowest_seconds"),
        read_into=_(":promised is the time within which we promise to answer; :drill is false: drills have a "
                    "scorecard of their own."),
    ),
    Audited(
        "refusals_told", _("The register of refusals"), _("orders"), "order", REGISTER,
        ("month", "country", "instrument", "issuer", "harm", "grounds", "red_lines", "correction", "told_on"),
        read_into=_("How many lines of which country and instrument have been told stands in the public ledger; the "
                    "grounds of each order stand with its refusal there."),
    ),
    Audited(
        "days_corrected", _("Published days that were corrected on a day"), _("published versions"), "day", _CORRECTED,
        ("day", "version"), who=ANYONE,
        read_into=_("corrections is the file corrections.csv; each version is a file with its hash in the ledger."),
    ),
)  # fmt: skip


def in_one_piece() -> Mapping[str, Audited]:
    """Those that are told as they were read, and never added up."""
    return _IN_ONE_PIECE


_IN_ONE_PIECE = {one.id: one for one in _WHOLE}
