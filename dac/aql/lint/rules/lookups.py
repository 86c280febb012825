"""Names looked up where an id would do, and ids that mean something else than meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.lint.context import Context, Target
from dac.aql.lint.rule import Example, Hit, rule
from dac.aql.nodes import Call, String
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.predicates import Predicate
    from dac.aql.lint.subject import Subject

_IDS = {
    "LOGSOURCETYPENAME": "devicetype",
    "LOGSOURCENAME": "logsourceid",
    "QIDNAME": "qid",
    "CATEGORYNAME": "category",
    "PROTOCOLNAME": "protocolid",
}
_DETECTION = Context(target=Target.DETECTION)


def name_tests(subject: Subject) -> Iterator[tuple[Predicate, Call]]:
    """The tests in WHERE of what a name is looked up for, each with the call that looks it up."""
    for select in subject.selects:
        for test in select.predicates("where"):
            call = test.call(*_IDS)
            if call is not None:
                yield test, call


@rule(
    code="AQL040",
    severity=Severity.WARNING,
    title="a name looked up for each event",
    hint="compare the id, which is indexed",
    evidence="IBM Docs: Tips for creating AQL queries for dashboard charts",
    bad=[
        "SELECT username FROM events WHERE LOGSOURCETYPENAME(devicetype) LIKE '%Office%' LAST 1 HOURS",
        "SELECT username FROM events WHERE QIDNAME(qid) = 'Login' LAST 1 HOURS",
    ],
    good=[
        "SELECT LOGSOURCETYPENAME(devicetype) AS t FROM events WHERE devicetype = 397 LAST 1 HOURS",
        Example("SELECT a FROM events WHERE LOGSOURCETYPENAME(devicetype) = 'Okta' LAST 1 HOURS", _DETECTION),
    ],
)
def looked_up_name(subject: Subject) -> Iterator[Hit]:
    if subject.context.target is not Target.QUERY:
        return
    for test, call in name_tests(subject):
        if test.operator != "IN":
            message = f"{call.key} is looked up for each event; {_IDS[call.key]} is what the event carries"
            yield Hit(message, test.at, hint=_by_id(test, call, subject.context))


@rule(
    code="AQL041",
    severity=Severity.WARNING,
    title="a looked-up name with IN",
    hint="write the ids: devicetype IN (397, 445)",
    evidence="IBM Docs: Tips for creating AQL queries for dashboard charts names this very case as slow",
    bad=["SELECT username FROM events WHERE LOGSOURCETYPENAME(devicetype) IN ('Okta', 'Linux OS') LAST 1 HOURS"],
    good=[
        "SELECT username FROM events WHERE devicetype IN (11, 382) LAST 1 HOURS",
        Example("SELECT a FROM events WHERE LOGSOURCETYPENAME(devicetype) IN ('Okta') LAST 1 HOURS", _DETECTION),
    ],
)
def looked_up_in_list(subject: Subject) -> Iterator[Hit]:
    if subject.context.target is not Target.QUERY:
        return
    for test, call in name_tests(subject):
        if test.operator == "IN":
            yield Hit(f"{call.key} with IN is slow", test.at, hint=_by_id(test, call, subject.context))


def _by_id(test: Predicate, call: Call, context: Context) -> str | None:
    """The same test on ids, where dac knows them all."""
    names = [value.value.lower() for value in test.values if isinstance(value, String)]
    ids = context.vocabulary.log_source_type_ids
    if call.key != "LOGSOURCETYPENAME" or test.operator not in ("=", "IN") or not all(name in ids for name in names):
        return f"compare {_IDS[call.key]} instead"
    numbers = ", ".join(str(ids[name]) for name in names)
    return f"write devicetype IN ({numbers})" if test.operator == "IN" else f"write devicetype = {numbers}"
