"""LAST, START and STOP, and conditions on the time beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.catalogue import functions
from dac.aql.lint.amounts import documented_time, instant, milliseconds_ago, window
from dac.aql.lint.context import Context, Target
from dac.aql.lint.narrowing import is_narrowed
from dac.aql.lint.rule import Example, Hit, rule
from dac.aql.lint.select import is_view
from dac.aql.nodes import Call, Last, Query, Span, String
from dac.aql.walking import walk
from dac.aql.windows import is_relative
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.predicates import Predicate
    from dac.aql.lint.select import Select
    from dac.aql.lint.subject import Subject

_HOUR = 3_600_000
_DETECTION = Context(target=Target.DETECTION)
_SEARCHED = frozenset(("events", "flows", "simarc"))


def _severity(subject: Subject) -> Severity:
    """A console takes such a query; a stack that holds it says something it does not mean."""
    return Severity.ERROR if subject.context.in_stack else Severity.WARNING


@rule(
    code="AQL010",
    severity=Severity.ERROR,
    title="no time clause",
    hint="close the query with LAST 24 HOURS, or START '..' STOP '..'",
    evidence="IBM Docs: Sample AQL queries (without a time frame, the last five minutes are searched). "
    "A warning for a bare query, which runs",
    bad=["SELECT username FROM events", Example("SELECT username FROM events", _DETECTION)],
    good=[
        "SELECT username FROM events LAST 24 HOURS",
        "SELECT a FROM (SELECT username AS a FROM events LAST 1 HOURS)",
    ],
)
def no_time_clause(subject: Subject) -> Iterator[Hit]:
    query = subject.outermost.query
    if query is None or query.time is not None or is_view(query):
        return
    if isinstance(query.source, Query) or subject.outermost.database not in _SEARCHED:
        return
    yield Hit("no LAST or START: only the last five minutes are searched", query.at, _severity(subject))


@rule(
    code="AQL011",
    severity=Severity.ERROR,
    title="a condition on the time that reaches further back than the search",
    hint="",
    evidence="IBM Docs: Sample AQL queries: the time clause says what is searched, and WHERE only filters within. "
    "A warning for a bare query, which runs, and where the window is merely shorter",
    bad=[
        "SELECT username FROM events WHERE starttime > NOW() - 86400000",
        Example("SELECT username FROM events WHERE starttime > NOW() - 86400000", _DETECTION),
        "SELECT username FROM events WHERE starttime > NOW() - 24 * 3600000 LAST 1 HOURS",
        "SELECT username FROM events WHERE devicetime > PARSEDATETIME('2 days ago') LAST 1 DAYS",
    ],
    good=[
        "SELECT username FROM events WHERE starttime > NOW() - 24 * 3600000 LAST 24 HOURS",
        "SELECT username FROM events WHERE starttime BETWEEN 1751360400000 AND 1751364000000 LAST 24 HOURS",
    ],
)
def condition_beyond_the_window(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        if select.query is None:
            continue
        for test in select.predicates("where"):
            if _is_relative(test, select):
                yield from _beyond(test, select.query, subject)


def _is_relative(test: Predicate, select: Select) -> bool:
    field = select.builtin(test.meant)
    if field is None or field.type != "time":
        return False
    return any(isinstance(part, Call) and is_relative(part) for value in test.values for part in walk(value))


def _beyond(test: Predicate, query: Query, subject: Subject) -> Iterator[Hit]:
    back = max((milliseconds_ago(value) or 0.0 for value in test.values), default=0.0)
    if query.time is None:
        hint = f"{_last(back)} and drop this condition" if back else "say the window with LAST, and drop this condition"
        message = "this looks like a window, and only filters within the last five minutes"
        yield Hit(message, test.at, _severity(subject), hint)
        return
    length = window(query.time)
    if length is not None and back > length:
        message = "this reaches further back than the time clause, which says what is searched"
        yield Hit(message, test.at, Severity.WARNING, f"{_last(back)} and drop this condition")


def _last(milliseconds: float) -> str:
    for unit, length in (("DAYS", 24 * _HOUR), ("HOURS", _HOUR), ("MINUTES", _HOUR // 60)):
        if milliseconds >= length and milliseconds % length == 0 and milliseconds != 24 * _HOUR:
            return f"write LAST {milliseconds / length:.0f} {unit}"
        if milliseconds == 24 * _HOUR:
            return "write LAST 24 HOURS"
    return "say the window with LAST"


@rule(
    code="AQL012",
    severity=Severity.WARNING,
    title="a long window and nothing indexed to narrow it",
    hint="add devicetype, logsourceid, qid, username or an address with = or IN, or shorten the window",
    evidence="IBM Docs: Building AQL queries; the window policy of the project (24 hours unless set)",
    bad=["SELECT username FROM events WHERE \"AppName\" = 'x' LAST 7 DAYS"],
    good=[
        "SELECT username FROM events WHERE devicetype = 397 LAST 7 DAYS",
        "SELECT username FROM events WHERE \"AppName\" = 'x' LAST 24 HOURS",
        "SELECT username FROM events WHERE \"AppName\" = 'x' LAST 0 DAYS",
    ],
)
def long_window(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        query, most = select.query, subject.context.longest_hours * _HOUR
        if query is None or query.time is None or is_view(query) or isinstance(query.source, Query):
            continue
        length = window(query.time)
        if length is not None and length > most and not is_narrowed(select, subject.context):
            hours = f"{subject.context.longest_hours} hours"
            yield Hit(f"this reads more than {hours} of all {select.database or 'data'}", query.time.at)


@rule(
    code="AQL013",
    severity=Severity.INFO,
    title="no LIMIT",
    hint="add LIMIT 1000 before the time clause",
    evidence="IBM Docs: Building AQL queries: an error might occur when a LIMIT is not included",
    bad=["SELECT username FROM events LAST 1 HOURS"],
    good=["SELECT username FROM events LIMIT 1000 LAST 1 HOURS", "SELECT COUNT(*) AS n FROM events LAST 1 HOURS"],
)
def no_limit(subject: Subject) -> Iterator[Hit]:
    query = subject.outermost.query
    if query is not None and query.limit is None and not _is_one_row(query):
        yield Hit("no LIMIT: the result may have any number of rows", query.at)


def _is_one_row(query: Query) -> bool:
    def is_aggregate(item: object) -> bool:
        known = functions().get(item.key) if isinstance(item, Call) else None
        return known is not None and known.aggregate

    return not query.group_by and all(is_aggregate(item.expression) for item in query.items)


@rule(
    code="AQL014",
    severity=Severity.WARNING,
    title="a unit of LAST that IBM does not document",
    hint="write MINUTES, HOURS or DAYS, in the plural",
    evidence="IBM Docs: Sample AQL queries; IBM's MCP server for QRadar (its guide to AQL)",
    bad=["SELECT username FROM events LAST 1 HOUR", "SELECT username FROM events LAST 30 SECONDS"],
    good=["SELECT username FROM events LAST 1 HOURS"],
)
def unit(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        time = select.query.time if select.query else None
        if isinstance(time, Last) and time.unit not in ("MINUTES", "HOURS", "DAYS"):
            yield Hit(f"LAST {time.count} {time.unit}: IBM documents MINUTES, HOURS and DAYS", time.at)


@rule(
    code="AQL015",
    severity=Severity.ERROR,
    title="a time that ends before it begins, or in a form that IBM does not document",
    hint="write '2026-07-01 09:00', '2026-07-01 09:00:00', or milliseconds",
    evidence="IBM Docs: AQL START and STOP. A warning for a form that may work, such as 2026-07-01T09:00:00",
    bad=[
        "SELECT username FROM events START '2026-07-10 09:00' STOP '2026-07-09 09:00'",
        "SELECT username FROM events START 'yesterday'",
        "SELECT username FROM events START '2026-07-01T09:00:00'",
    ],
    good=[
        "SELECT username FROM events START '2026-07-01 09:00' STOP '2026/07/01-10:00:00Z'",
        "SELECT username FROM events START 1751360400000 STOP PARSEDATETIME('now')",
    ],
)
def start_and_stop(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        time = select.query.time if select.query else None
        if not isinstance(time, Span):
            continue
        moments = [time.start] if time.stop is None else [time.start, time.stop]
        for moment in moments:
            if isinstance(moment, String) and documented_time(moment.value) is None:
                has_digits = any(character.isdigit() for character in moment.value)
                severity = Severity.WARNING if has_digits else Severity.ERROR
                yield Hit(f"'{moment.value[:40]}' is no time in a documented form", moment.at, severity)
        known = [instant(moment) for moment in moments]
        if len(known) == 2 and known[0] is not None and known[1] is not None and known[1] < known[0]:  # noqa: PLR2004
            yield Hit("STOP lies before START: nothing is searched", time.at, hint="exchange the two times")
