"""A detection's query as the AQL filter of a rule.

A rule holds a WHERE expression and is asked for each event as it arrives. Of a search that leaves the
condition: without aliases, without the window, with names of log source types as ids, and with the exceptions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dac.aql.aliases import Aliases
from dac.aql.catalogue import fields
from dac.aql.conditions import conjunction, conjuncts, normal_form
from dac.aql.log_source_types import ids_for_names
from dac.aql.nodes import And, Call, Field, IsNull, Last, Not, Or, Query, Span, String
from dac.aql.parsing import parse_condition
from dac.aql.position import error_at
from dac.aql.printing import condition_lines, to_aql
from dac.aql.references import database_of, references
from dac.aql.rule_limits import refuse_unfit, refuse_unfit_query
from dac.aql.walking import walk
from dac.aql.windows import is_window
from dac.errors import AqlError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dac.aql.nodes import Expression
    from dac.aql.references import References


@dataclass(frozen=True, slots=True)
class ExceptionClause:
    """Events with `field` in `reference_set` are let pass, where `when` holds (None: always).

    `ignore_case` is for sets that fold to lower case (ALNIC).
    """

    field: str
    reference_set: str
    when: Expression | None = None
    ignore_case: bool = False


@dataclass(frozen=True, slots=True)
class RuleFilter:
    """`lines` is for reading, `one_line` the same joined by blanks; `dropped` is what only a search needs."""

    lines: tuple[str, ...]
    one_line: str
    dropped: tuple[str, ...]
    references: References


def rule_filter(
    source: Query | Expression,
    *,
    exceptions: Sequence[ExceptionClause] = (),
    log_source_type_id: Callable[[str], int | None] | None = None,
) -> RuleFilter:
    """The filter of a rule that finds what `source` finds, less the exceptions.

    `log_source_type_id` answers the id of a log source type by name, None for a name it does not know;
    without it names stay. Raises AqlError: AQL071 for what a rule cannot say, AQL042 for an unknown name.
    An error inside the `when` of an exception says so in its detail.
    """
    database = database_of(source)
    condition, dropped = _condition(source)
    aliases = Aliases(source.items if isinstance(source, Query) else (), database)

    def deployed(part: Expression) -> Expression:
        refuse_unfit(part, database)
        return ids_for_names(normal_form(part, database), log_source_type_id)

    terms = conjuncts(aliases.expand(condition))
    kept = [term for term in terms if not is_window(term)]
    dropped += tuple(to_aql(term) for term in terms if is_window(term))
    if not kept:
        raise _matches_everything(source)
    kept = [deployed(conjunction(kept))]
    for number, clause in enumerate(exceptions, start=1):
        try:
            when = None if clause.when is None else deployed(aliases.expand(clause.when))
        except AqlError as error:
            error.detail = f"in the `when` of exception {number}"
            raise
        kept.append(_exception(replace(clause, when=when), database))
    return _result(conjunction(kept), dropped, database)


def _condition(source: Query | Expression) -> tuple[Expression, tuple[str, ...]]:
    if not isinstance(source, Query):
        return source, ()
    refuse_unfit_query(source)
    if source.where is None:
        raise _matches_everything(source)
    order = ", ".join(map(to_aql, source.order_by))
    parameters = ", ".join(map(to_aql, source.parameters))
    dropped = (
        f"ORDER BY {order}" if order else "",
        f"LIMIT {source.limit}" if source.limit is not None else "",
        to_aql(source.time) if isinstance(source.time, (Last, Span)) else "",
        f"PARAMETERS {parameters}" if parameters else "",
    )
    return source.where, tuple(text for text in dropped if text)


def _matches_everything(source: Query | Expression) -> AqlError:
    summary = "this has no condition a rule could test: the rule would match every event"
    return error_at(source.at, "AQL071", summary, "add a WHERE that says what is found, beside the time window")


def _exception(clause: ExceptionClause, database: str) -> Expression:
    """`(field IS NULL OR a IS NULL OR NOT ((when) AND REFERENCESETCONTAINS('set', field)))`.

    Whatever an exception cannot judge is let through to the detection. `a` stands for what `when` reads: where it is
    missing, `when` is neither true nor false, NOT of that is neither, and the event would be silenced.
    """
    field = normal_form(Field(clause.field, quoted=True), database)
    sought = Call("LOWER", (field,)) if clause.ignore_case else field
    contains = Call("REFERENCESETCONTAINS", (String(clause.reference_set), sought))
    if clause.when is None:
        return Or((IsNull(field), Not(contains)))
    missing = [IsNull(other) for other in _unjudged(clause.when, database) if other != field]
    return Or((IsNull(field), *missing, Not(And((clause.when, contains)))))


def _unjudged(when: Expression, database: str) -> tuple[Field, ...]:
    """Return the fields of `when` that an event may lack and that `when` does not ask to be (or not to be) NULL."""
    nodes = list(walk(when))
    asked = {node.operand for node in nodes if isinstance(node, IsNull)}
    read = dict.fromkeys(node for node in nodes if isinstance(node, Field) and node not in asked)
    return tuple(field for field in read if _may_be_missing(field.name, database))


def _may_be_missing(name: str, database: str) -> bool:
    """Every event has numbers, times and flags; texts and custom properties it may lack."""
    known = fields(database).get(name.lower())
    return known is None or known.type in ("string", "mac")


def _result(condition: Expression, dropped: tuple[str, ...], database: str) -> RuleFilter:
    try:
        lines = condition_lines(condition)
    except ValueError as error:  # the name of a field or set in an exception can be any text
        raise AqlError("AQL071", f"this cannot be said in a filter: {error}", hint="choose another name") from error
    one_line = " ".join(line.strip() for line in lines)
    if parse_condition(one_line) != condition:  # what is deployed is what was meant, or nothing is
        raise AqlError("AQL071", "the filter does not read back as it was meant", hint="report this query as a bug")
    return RuleFilter(lines, one_line, dropped, references(condition, database=database))
