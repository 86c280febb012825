"""The canonical one-line text of a tree.

Parentheses stand wherever a reader or another parser could doubt the precedence: AND inside OR, the operand
of NOT, bit operators, powers, signs. Keywords are upper case; names keep their spelling and their quotes.
"""

from __future__ import annotations

import re
from functools import singledispatch
from typing import TYPE_CHECKING

from dac.aql.literals import quoted
from dac.aql.nodes import (
    RANKS,
    Alias,
    And,
    Arithmetic,
    Between,
    Boolean,
    Call,
    Case,
    Comment,
    Comparison,
    Database,
    Field,
    GlobalView,
    If,
    In,
    InQuery,
    IsNull,
    Last,
    Match,
    Node,
    Not,
    Null,
    Number,
    OffenseTime,
    Or,
    OrderItem,
    Parameter,
    Query,
    SelectItem,
    Session,
    Span,
    Star,
    String,
    TextSearch,
    Unary,
    When,
)
from dac.aql.tokens import UNFIT
from dac.aql.words import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.aql.nodes import Expression

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FUNCTION = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*")
_NEVER_A_BARE_CALL = (RESERVED - {"LAST"}) | {"CAST", "EXISTS"}


@singledispatch
def to_aql(node: Node) -> str:
    """`node` as AQL on one line; `parse` or `parse_condition` of it is an equal tree. Comments are left out.

    Raises ValueError for a tree that no text has, such as a name that holds a double quote.
    """
    raise ValueError(f"{type(node).__name__} has no text")


# Values


@to_aql.register(Field)
def _field(node: Field) -> str:
    return _name(node.name, quote=node.quoted)


@to_aql.register(String)
def _string(node: String) -> str:
    return quoted(node.value)


@to_aql.register(Number)
def _number(node: Number) -> str:
    return node.text


@to_aql.register(Star)
def _star(_: Star) -> str:
    return "*"


@to_aql.register(Null)
def _null(_: Null) -> str:
    return "NULL"


@to_aql.register(Boolean)
def _boolean(node: Boolean) -> str:
    return "TRUE" if node.value else "FALSE"


@to_aql.register(Call)
def _call(node: Call) -> str:
    first = node.name.partition("::")[0].upper()
    is_bare = _FUNCTION.fullmatch(node.name) is not None and first not in _NEVER_A_BARE_CALL
    return f"{node.name if is_bare else _name(node.name, quote=True)}({_list(node.arguments)})"


@to_aql.register(Unary)
def _unary(node: Unary) -> str:
    return node.operator + _within(node.operand, Unary, Arithmetic, If)


@to_aql.register(Arithmetic)
def _arithmetic(node: Arithmetic) -> str:
    parts = [_arithmetic_operand(node, 0)]
    for index, operator in enumerate(node.operators, start=1):
        parts += [operator, _arithmetic_operand(node, index)]
    return " ".join(parts)


@to_aql.register(Case)
def _case(node: Case) -> str:
    operand = [] if node.operand is None else [_within(node.operand, If)]
    otherwise = [] if node.otherwise is None else [f"ELSE {to_aql(node.otherwise)}"]
    return " ".join(["CASE", *operand, *map(to_aql, node.arms), *otherwise, "END"])


@to_aql.register(When)
def _when(node: When) -> str:
    return f"WHEN {to_aql(node.test)} THEN {to_aql(node.result)}"


@to_aql.register(If)
def _if(node: If) -> str:
    return f"IF {to_aql(node.test)} THEN {to_aql(node.result)} ELSE {to_aql(node.otherwise)}"


def _arithmetic_operand(node: Arithmetic, index: int) -> str:
    operand = node.operands[index]
    if isinstance(operand, Arithmetic):
        product_in_sum = RANKS[operand.operators[0]] == RANKS["*"] and RANKS[node.operators[0]] == RANKS["+"]
        return to_aql(operand) if product_in_sum else f"({to_aql(operand)})"
    if isinstance(operand, Unary) and (index or node.operators[0] == "^"):
        return f"({to_aql(operand)})"
    return _within(operand, If)


# Conditions


@to_aql.register(And)
def _and(node: And) -> str:
    return " AND ".join(_within(operand, Or) for operand in node.operands)


@to_aql.register(Or)
def _or(node: Or) -> str:
    return " OR ".join(_within(operand, And) for operand in node.operands)


@to_aql.register(Not)
def _not(node: Not) -> str:
    is_plain = isinstance(node.operand, (Call, Boolean))
    return f"NOT {to_aql(node.operand)}" if is_plain else f"NOT ({to_aql(node.operand)})"


@to_aql.register(Comparison)
def _comparison(node: Comparison) -> str:
    return f"{_compared(node.left)} {node.operator} {_compared(node.right)}"


@to_aql.register(In)
def _in(node: In) -> str:
    return f"{_tested(node)} IN ({_list(node.choices)})"


@to_aql.register(InQuery)
def _in_query(node: InQuery) -> str:
    return f"{_tested(node)} IN ({to_aql(node.query)})"


@to_aql.register(Match)
def _match(node: Match) -> str:
    return f"{_tested(node)} {node.operator} {_compared(node.pattern)}"


@to_aql.register(Between)
def _between(node: Between) -> str:
    return f"{_tested(node)} BETWEEN {_compared(node.low)} AND {_compared(node.high)}"


@to_aql.register(IsNull)
def _is_null(node: IsNull) -> str:
    return f"{_compared(node.operand)} IS {'NOT ' if node.negated else ''}NULL"


@to_aql.register(TextSearch)
def _text_search(node: TextSearch) -> str:
    return f"TEXT SEARCH {quoted(node.terms)}"


def _tested(node: In | InQuery | Match | Between) -> str:
    return _compared(node.operand) + (" NOT" if node.negated else "")


def _compared(node: Expression) -> str:
    """An operand of a predicate. Other languages rank bit operators below comparisons, so those get parentheses."""
    if isinstance(node, Arithmetic) and RANKS[node.operators[0]] < RANKS["+"]:
        return f"({to_aql(node)})"
    return _within(node, If)


# Clauses


@to_aql.register(Query)
def _query(query: Query) -> str:
    source = to_aql(query.source)
    clauses = [
        ("SELECT", _list(query.items)),
        ("FROM", f"({source})" if isinstance(query.source, Query) else source),
        ("INTO", _name(query.into) if query.into is not None else ""),
        ("WHERE", to_aql(query.where) if query.where else ""),
        ("GROUP BY", _list(query.group_by)),
        ("HAVING", to_aql(query.having) if query.having else ""),
        ("ORDER BY", _list(query.order_by)),
        ("LIMIT", str(query.limit) if query.limit is not None else ""),
        ("SESSION BY", to_aql(query.session) if query.session else ""),
        ("", to_aql(query.time) if query.time else ""),
        ("PARAMETERS", _list(query.parameters)),
    ]
    return " ".join(f"{word} {text}".strip() for word, text in clauses if text)


@to_aql.register(SelectItem)
def _select_item(node: SelectItem) -> str:
    return to_aql(node.expression) + (f" AS {to_aql(node.alias)}" if node.alias else "")


@to_aql.register(Alias)
def _alias(node: Alias) -> str:
    return quoted(node.name) if node.quote == "'" else _name(node.name, quote=bool(node.quote))


@to_aql.register(Database)
def _database(node: Database) -> str:
    return _name(node.name)


@to_aql.register(GlobalView)
def _global_view(node: GlobalView) -> str:
    return f"GLOBALVIEW({quoted(node.search)}, {quoted(node.resolution)})"


@to_aql.register(OrderItem)
def _order_item(node: OrderItem) -> str:
    collation = f" COLLATE {quoted(node.collation)}" if node.collation is not None else ""
    return to_aql(node.expression) + (" DESC" if node.descending else "") + collation


@to_aql.register(Session)
def _session(session: Session) -> str:
    parts = [f"{to_aql(session.time)} {_list(session.values)}"]
    if session.begin is not None:
        parts.append(f"{'EXPLICIT ' if session.explicit_begin else ''}BEGIN {to_aql(session.begin)}")
    if session.end is not None:
        parts.append(f"{'EXPLICIT ' if session.explicit_end else ''}END {to_aql(session.end)}")
    if session.timeout is not None:
        parts.append(f"TIMEOUT {session.timeout}")
    if session.window is not None:
        parts.append("TIMEWINDOW {} {}".format(*session.window))
    return " ".join(parts)


@to_aql.register(Last)
def _last(node: Last) -> str:
    return f"LAST {node.count} {node.unit}"


@to_aql.register(Span)
def _span(node: Span) -> str:
    return f"START {to_aql(node.start)}" + (f" STOP {to_aql(node.stop)}" if node.stop else "")


@to_aql.register(OffenseTime)
def _offense_time(node: OffenseTime) -> str:
    return f"TIMES OFFENSE_TIME({to_aql(node.offense)})"


@to_aql.register(Parameter)
def _parameter(node: Parameter) -> str:
    return f"{node.name}={to_aql(node.value)}"


@to_aql.register(Comment)
def _comment(node: Comment) -> str:
    return node.text


def _list(nodes: Iterable[Node]) -> str:
    return ", ".join(map(to_aql, nodes))


def _within(node: Expression, *kinds: type[Expression]) -> str:
    """`node`, in parentheses if it is one of `kinds`."""
    return f"({to_aql(node)})" if isinstance(node, kinds) else to_aql(node)


def _name(text: str, *, quote: bool = False) -> str:
    """A name as it stands in AQL: bare where it can be, unless `quote`."""
    if not quote and _WORD.fullmatch(text) and text.upper() not in RESERVED:
        return text
    if not text or '"' in text or UNFIT.search(text):
        raise ValueError(f"{text!r} cannot be a name in AQL")
    return f'"{text}"'
