"""What keeps a search from reading everything: a condition on something that Ariel has an index for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.conditions import conjuncts, disjuncts
from dac.aql.nodes import And, Call, Field, Or, TextSearch

if TYPE_CHECKING:
    from dac.aql.lint.context import Context
    from dac.aql.lint.select import Select
    from dac.aql.nodes import Expression

INDEXED = frozenset(
    (
        "applicationid",
        "category",
        "destinationip",
        "destinationport",
        "devicetype",
        "domainid",
        "highlevelcategory",
        "logsourceid",
        "logsourceidentifier",
        "qid",
        "sourceip",
        "sourceport",
        "username",
    )
)
"""Fields that have an index from the start or commonly get one."""

_LOOKUPS_OF_INDEXED = frozenset(("LOGSOURCENAME", "LOGSOURCETYPENAME", "QIDNAME", "CATEGORYNAME"))
_TESTS = frozenset(("INCIDR", "REFERENCESETCONTAINS", "INOFFENSE"))


def is_narrowed(select: Select, context: Context) -> bool:
    """Whether every event that is found must pass an indexed test; a rule's log source types are one."""
    if context.log_source_types and not select.is_inner:
        return True
    return select.where is not None and _narrows(select.where, select)


def _narrows(condition: Expression, select: Select) -> bool:
    if isinstance(condition, And):
        return any(_narrows(term, select) for term in conjuncts(condition))
    if isinstance(condition, Or):
        return all(_narrows(term, select) for term in disjuncts(condition))
    if isinstance(condition, (TextSearch, Call)):
        return isinstance(condition, TextSearch) or condition.key in _TESTS
    return _is_indexed_test(condition, select)


def _is_indexed_test(condition: Expression, select: Select) -> bool:
    test = select.predicate(condition)
    if test is None or test.operator not in ("=", "IN", "BETWEEN") or test.negated:
        return False
    if isinstance(test.meant, Field):
        return test.meant.key in INDEXED
    return isinstance(test.meant, Call) and test.meant.key in (_LOOKUPS_OF_INDEXED | _TESTS)
