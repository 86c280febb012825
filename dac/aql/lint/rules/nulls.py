"""What a missing value does to a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.lint.rule import Hit, rule
from dac.aql.nodes import Call, Expression, Field, IsNull
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.select import Select
    from dac.aql.lint.subject import Subject


@rule(
    code="AQL038",
    severity=Severity.INFO,
    title="a negated test on a value that may be missing",
    hint='where events without it should be found too, add OR "x" IS NULL',
    evidence="three-valued logic: != and NOT LIKE are neither true nor false on a missing value",
    bad=[
        "SELECT username FROM events WHERE \"ConditionalAccessStatus\" != 'notApplied' LAST 1 HOURS",
        "SELECT username FROM events WHERE username NOT LIKE 'svc%' LAST 1 HOURS",
    ],
    good=[
        'SELECT username FROM events WHERE ("Status" != \'x\' OR "Status" IS NULL) LAST 1 HOURS',
        "SELECT username FROM events WHERE devicetype != 18 LAST 1 HOURS",
    ],
)
def negated_and_missing(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        asked = {_inside(node.operand, select) for node in select.nodes(IsNull)}
        for test in select.predicates("where"):
            field = _inside(test.operand, select)
            if test.negated and field is not None and field not in asked and _may_be_missing(field, select):
                hint = f'where such events should be found too, add OR "{field.name}" IS NULL'
                yield Hit(f"events without {field.name} are not found by this either", test.at, hint=hint)


def _inside(node: Expression, select: Select) -> Field | None:
    """The field that is tested, also through LOWER and the like."""
    node = select.meaning(node)
    while isinstance(node, Call) and node.arguments:
        node = select.meaning(node.arguments[0])
    return node if isinstance(node, Field) else None


def _may_be_missing(field: Field, select: Select) -> bool:
    known = select.builtin(field)
    return known.type in ("string", "mac") if known else select.is_property(field)
