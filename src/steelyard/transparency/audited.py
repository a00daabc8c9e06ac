"""What an auditor can recompute: counted from records that are not public, by the query that is printed beside it.

`:first` and `:after` are the bounds of the days that are counted (UTC). Matters that may not be told of are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext_noop as _

from steelyard.transparency.figures import AUDITOR


@dataclass(frozen=True)
class Audited:
    id: str
    title: str
    unit: str
    what: str
    """What the rows are about: notice, complaint, order; notices, statements, complaints"""
    sql: str
    columns: tuple[str, ...]
    who: str = AUDITOR
    monthly: bool = False
    """Counted once a month, on its last day, over all of it: days alone would be too small to be shown"""
    read_into: str = ""
    """What is made of the rows; English, translated where it is shown"""


def told(*keys: str) -> str:
    return f"NOT EXISTS (SELECT 1 FROM ledger_sealedkey AS k WHERE k.key_id IN ({', '.join(keys)}))"  # noqa: S608


_ENDED = "{0} >= :first AND {0} < :after"
_CAME = _ENDED.format("{0}.created_at")
_TIMES = ("key", "n", "p10", "p50", "p90", "limit", "within")
_NOTICE_TIMES = f"""\
SELECT n.harm AS key, n.created_at AS since, min(c.decided_at) AS until FROM notices_notice AS n
JOIN cases_basis AS b ON b.notice_id = n.id JOIN cases_case AS c ON c.id = b.case_id
WHERE {told("n.key_id")}
GROUP BY n.id HAVING {_ENDED.format("min(c.decided_at)")}"""  # noqa: S608 (constants)
_COMPLAINT_TIMES = f"""\
SELECT d.harm AS key, x.created_at AS since, x.decided_at AS until FROM decisions_complaint AS x
JOIN decisions_decision AS d ON d.id = x.decision_id JOIN cases_case AS c ON c.id = x.case_id
WHERE {_ENDED.format("x.decided_at")} AND {told("c.key_id")}"""  # noqa: S608
_ORDER_TIMES = f"""\
SELECT o.country || ' ' || o.instrument AS key, o.created_at AS since, o.answered_at AS until FROM orders_order AS o
WHERE {_ENDED.format("o.answered_at")} AND {told("o.key_id")}"""  # noqa: S608
_NOTICES = f"""\
SELECT n.language, count(*) AS n FROM notices_notice AS n
WHERE {_CAME.format("n")} AND {told("n.key_id")}
GROUP BY n.language"""  # noqa: S608
_STATEMENTS = f"""\
SELECT s.language, count(*) AS n FROM decisions_statement AS s JOIN decisions_decision AS d ON d.id = s.decision_id
LEFT JOIN subjects_subject AS t ON t.id = d.subject_id LEFT JOIN cases_case AS c ON c.id = d.case_id
WHERE {_CAME.format("s")} AND {told("t.key_id", "c.key_id")}
GROUP BY s.language"""  # noqa: S608
_COMPLAINTS = f"""\
SELECT x.language, count(*) AS n FROM decisions_complaint AS x JOIN cases_case AS c ON c.id = x.case_id
WHERE {_CAME.format("x")} AND {told("c.key_id")}
GROUP BY x.language"""  # noqa: S608
_DECIDED = f"""\
SELECT x.language, count(*) AS n FROM decisions_complaint AS x JOIN cases_case AS c ON c.id = x.case_id
WHERE x.state IN ({{0}}) AND {_ENDED.format("x.decided_at")} AND {told("c.key_id")}
GROUP BY x.language"""  # noqa: S608

_SHOWN = ("language", "n")
_ALL = (
    Audited("times_notice", _("How soon notices were decided"), _("notices"), "notice", _NOTICE_TIMES, _TIMES),
    Audited(
        "times_complaint", _("How soon complaints were decided"), _("complaints"), "complaint",
        _COMPLAINT_TIMES, _TIMES,
    ),
    Audited("times_order", _("How soon orders were answered"), _("orders"), "order", _ORDER_TIMES, _TIMES),
    Audited("languages_notices", _("Languages of those who sent notices"), _("notices"), "notices", _NOTICES, _SHOWN),
    Audited(
        "languages_statements", _("Languages of those who were told of a decision, with reasons"), _("statements"),
        "statements", _STATEMENTS, _SHOWN,
    ),
    Audited(
        "languages_complaints", _("Languages of those who complained"), _("complaints"), "complaints", _COMPLAINTS,
        _SHOWN,
    ),
    Audited(
        "languages_overturned", _("Languages of those whose complaint was upheld, in whole or in part"),
        _("complaints"), "overturned", _DECIDED.format("'upheld', 'partly'"), _SHOWN, monthly=True,
    ),
    Audited(
        "languages_stood", _("Languages of those whose complaint was rejected"), _("complaints"), "stood",
        _DECIDED.format("'rejected'"), _SHOWN, monthly=True,
    ),
)  # fmt: skip


def audited() -> Mapping[str, Audited]:
    """Those that are kept by day and summed over periods, in the order in which they are published."""
    return _BY_ID


_BY_ID = {one.id: one for one in _ALL}


def rows_on(one: Audited, day: date) -> list[tuple[Any, ...]]:
    """The rows of the printed query on `day`, as it is printed; of a monthly one, from the first of its month on."""
    start = datetime.combine(day.replace(day=1) if one.monthly else day, time(), UTC)
    after = datetime.combine(day + timedelta(days=1), time(), UTC)
    return rows_between(one, start, after)


def rows_between(one: Audited, first: datetime, after: datetime) -> list[tuple[Any, ...]]:
    """The rows of the printed query, as it is printed, with these two for `:first` and `:after`."""
    sql = one.sql.replace(":first", "%(first)s").replace(":after", "%(after)s")
    with connection.cursor() as cursor:
        cursor.execute(sql, {"first": first, "after": after})
        return list(cursor.fetchall())
