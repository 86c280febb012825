"""What becomes of a text as the filter of a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.aliases import Aliases
from dac.aql.conditions import conjuncts
from dac.aql.lint.context import Context, Target
from dac.aql.lint.rule import Example, Hit, rule
from dac.aql.nodes import Field, Query
from dac.aql.position import Position
from dac.aql.rule_limits import refuse_unfit, refuse_unfit_query
from dac.aql.windows import is_window
from dac.errors import AqlError
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.subject import Subject

_DETECTION = Context(target=Target.DETECTION)
_FILTER = Context(target=Target.FILTER)
_RULE = Context(target=Target.RULE)
_BUILT_IN = {"qid": "when the event QID is one of", "devicetype": "when the event was detected by one of these types"}


@rule(
    code="AQL070",
    severity=Severity.ERROR,
    title="a filter that is more than a condition",
    hint="keep the condition alone, or give the whole query as `aql`",
    evidence="three independent readers and writers of rules: an AQL test holds the WHERE expression only",
    bad=[
        Example("SELECT username FROM events WHERE qid = 1", _FILTER),
        Example("qid = 1 LAST 5 MINUTES", _RULE),
    ],
    good=[Example("qid = 1", _RULE)],
    always=True,
)
def more_than_a_condition(subject: Subject) -> Iterator[Hit]:
    error = subject.refused
    if error is not None and error.code == "AQL070":
        yield Hit(error.summary, Position(error.line, error.column), hint=error.hint)


@rule(
    code="AQL071",
    severity=Severity.ERROR,
    title="what a rule cannot say",
    hint="",
    evidence="by meaning, IBM publishes no list: a rule sees one event as it arrives, before there is an offense",
    bad=[
        Example("COUNT(*) > 5", _RULE),
        Example("SELECT username, COUNT(*) AS n FROM events WHERE qid = 1 GROUP BY username LAST 1 HOURS", _DETECTION),
        Example("qid IN (SELECT qid FROM events LAST 1 HOURS)", _FILTER),
        Example("starttime > NOW() - 3600000 AND qid = 1", _RULE),
        Example("SELECT username FROM events LAST 1 HOURS", _DETECTION),
    ],
    good=[
        Example("SELECT username AS u FROM events WHERE u = 'a' AND starttime > NOW() - 5 LAST 1 HOURS", _DETECTION),
        Example("DATEFORMAT(starttime, 'HH') < '06'", _RULE),
        "SELECT username, COUNT(*) AS n FROM events GROUP BY username LAST 1 HOURS",
    ],
)
def beyond_a_rule(subject: Subject) -> Iterator[Hit]:
    if not subject.context.becomes_rule:
        return
    for error in _refused(subject):
        yield Hit(error.summary, Position(error.line, error.column), hint=error.hint)


def _refused(subject: Subject) -> Iterator[AqlError]:
    select, query = subject.outermost, subject.outermost.query
    if query is not None and (error := _clauses(query)):
        yield error
        return
    terms = conjuncts(select.where) if select.where is not None else ()
    if subject.context.target is not Target.RULE:  # a window only narrows a search, and dac leaves it out
        terms = tuple(term for term in terms if not is_window(term))
    if not terms:
        summary = "this has no condition a rule could test: the rule would match every event"
        hint = "add a WHERE that says what is found, beside the time window"
        yield AqlError("AQL071", summary, line=select.at.line, column=select.at.column, hint=hint)
    aliases = Aliases(query.items if query else (), select.database)
    for term in terms:
        try:
            refuse_unfit(aliases.expand(term), select.database)
        except AqlError as error:
            yield error


def _clauses(query: Query) -> AqlError | None:
    try:
        refuse_unfit_query(query)
    except AqlError as error:
        return error
    return None


@rule(
    code="AQL072",
    severity=Severity.WARNING,
    title="a filter where a built-in test would do",
    hint="built-in tests are cheaper and are asked first",
    evidence="IBM Docs: Tuning guide, Optimizing custom rules; IBM Support 6569559. A note for QIDs in a stack",
    bad=[
        Example("qid = 1 AND username = 'a'", _RULE),
        Example("devicetype IN (12, 13) AND username = 'a'", _RULE),
        Example(
            "SELECT a FROM events WHERE LOGSOURCETYPENAME(devicetype) = 'Okta' AND a = 'b' LAST 1 HOURS", _DETECTION
        ),
    ],
    good=[
        Example("username = 'a' AND (qid = 1 OR category = 2)", _RULE),
        "SELECT username FROM events WHERE qid = 1 LAST 1 HOURS",
    ],
)
def built_in_test(subject: Subject) -> Iterator[Hit]:
    context, select = subject.context, subject.outermost
    if not context.becomes_rule or context.target is Target.EXCEPTION or select.where is None:
        return
    for term in conjuncts(select.where):
        test = select.predicate(term)
        if test is None or not test.is_positive_equality:
            continue
        if context.in_stack and (test.call("LOGSOURCETYPENAME") or _is(test.meant, "devicetype")):
            yield Hit(
                "the rule has a built-in test for log source types", test.at, hint="write log_source_types = [..]"
            )
        elif isinstance(test.meant, Field) and test.meant.key in _BUILT_IN:
            severity = Severity.INFO if context.in_stack else None
            yield Hit(f"the rule wizard has a test for this: {_BUILT_IN[test.meant.key]}", test.at, severity)


def _is(node: object, name: str) -> bool:
    return isinstance(node, Field) and node.key == name
