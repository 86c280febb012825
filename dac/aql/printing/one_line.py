"""The canonical one-line text of a tree.

Parentheses stand wherever a reader or another parser could doubt the precedence: AND inside OR, the operand
of NOT, bit operators, powers, signs. Keywords are upper case; names keep their spelling and their quotes.
"""

from __future__ import annotations

import re
from typing import assert_never

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
    Expression,
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

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FUNCTION = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:::[A-Za-z_][A-Za-z0-9_]*)*")
_NEVER_A_BARE_CALL = (RESERVED - {"LAST"}) | {"CAST", "EXISTS"}


def to_aql(node: Node) -> str:
    """`node` as AQL on one line; `parse` or `parse_condition` of it is an equal tree. Comments are left out.

    Raises ValueError for a tree that no text has, such as a name that holds a double quote.
    """
    if isinstance(node, Expression):
        return _expression(node)
    return _clause(node)


def _expression(node: Expression) -> str:
    match node:
        case Field():
            return name(node.name, quote=node.quoted)
        case String():
            return quoted(node.value)
        case Number():
            return node.text
        case Star():
            return "*"
        case Null():
            return "NULL"
        case Boolean():
            return "TRUE" if node.value else "FALSE"
        case Call():
            return f"{_function(node.name)}({_list(node.arguments)})"
        case Unary():
            return node.operator + _within(node.operand, Unary, Arithmetic, If)
        case Arithmetic():
            return _arithmetic(node)
        case Case() | If():
            return _choice(node)
        case _:
            return _condition(node)


def _condition(node: Expression) -> str:
    match node:
        case And():
            return " AND ".join(_within(operand, Or) for operand in node.operands)
        case Or():
            return " OR ".join(_within(operand, And) for operand in node.operands)
        case Not():
            is_plain = isinstance(node.operand, (Call, Boolean))
            return f"NOT {to_aql(node.operand)}" if is_plain else f"NOT ({to_aql(node.operand)})"
        case Comparison():
            return f"{_compared(node.left)} {node.operator} {_compared(node.right)}"
        case TextSearch():
            return f"TEXT SEARCH {quoted(node.terms)}"
        case IsNull():
            return f"{_compared(node.operand)} IS {'NOT ' if node.negated else ''}NULL"
        case In() | InQuery() | Match() | Between():
            return f"{_compared(node.operand)} {'NOT ' if node.negated else ''}{_test(node)}"
    raise ValueError(f"{type(node).__name__} has no text")


def _test(node: In | InQuery | Match | Between) -> str:
    match node:
        case In():
            return f"IN ({_list(node.choices)})"
        case InQuery():
            return f"IN ({to_aql(node.query)})"
        case Match():
            return f"{node.operator} {_compared(node.pattern)}"
        case Between():
            return f"BETWEEN {_compared(node.low)} AND {_compared(node.high)}"
        case _:
            assert_never(node)


def _choice(node: Case | If) -> str:
    if isinstance(node, If):
        return f"IF {to_aql(node.test)} THEN {to_aql(node.result)} ELSE {to_aql(node.otherwise)}"
    operand = [] if node.operand is None else [_within(node.operand, If)]
    otherwise = [] if node.otherwise is None else [f"ELSE {to_aql(node.otherwise)}"]
    return " ".join(["CASE", *operand, *map(to_aql, node.arms), *otherwise, "END"])


def _arithmetic(node: Arithmetic) -> str:
    parts = [_arithmetic_operand(node, 0)]
    for index, operator in enumerate(node.operators, start=1):
        parts += [operator, _arithmetic_operand(node, index)]
    return " ".join(parts)


def _arithmetic_operand(node: Arithmetic, index: int) -> str:
    operand = node.operands[index]
    if isinstance(operand, Arithmetic):
        product_in_sum = RANKS[operand.operators[0]] == RANKS["*"] and RANKS[node.operators[0]] == RANKS["+"]
        return to_aql(operand) if product_in_sum else f"({to_aql(operand)})"
    if isinstance(operand, Unary) and (index or node.operators[0] == "^"):
        return f"({to_aql(operand)})"
    return _within(operand, If)


def _compared(node: Expression) -> str:
    """An operand of a predicate. Other languages rank bit operators below comparisons, so those get parentheses."""
    if isinstance(node, Arithmetic) and RANKS[node.operators[0]] < RANKS["+"]:
        return f"({to_aql(node)})"
    return _within(node, If)


def _within(node: Expression, *kinds: type[Expression]) -> str:
    return f"({to_aql(node)})" if isinstance(node, kinds) else to_aql(node)


def _list(nodes: tuple[Expression, ...]) -> str:
    return ", ".join(map(to_aql, nodes))


def _clause(node: Node) -> str:
    match node:
        case Query():
            return " ".join(_clauses(node))
        case SelectItem():
            return to_aql(node.expression) + (f" AS {to_aql(node.alias)}" if node.alias else "")
        case Alias():
            return quoted(node.name) if node.quote == "'" else name(node.name, quote=bool(node.quote))
        case Database():
            return name(node.name)
        case GlobalView():
            return f"GLOBALVIEW({quoted(node.search)}, {quoted(node.resolution)})"
        case When():
            return f"WHEN {to_aql(node.test)} THEN {to_aql(node.result)}"
        case OrderItem():
            collation = f" COLLATE {quoted(node.collation)}" if node.collation is not None else ""
            return to_aql(node.expression) + (" DESC" if node.descending else "") + collation
        case Session():
            return " ".join(_session(node))
        case Last():
            return f"LAST {node.count} {node.unit}"
        case Span():
            return f"START {to_aql(node.start)}" + (f" STOP {to_aql(node.stop)}" if node.stop else "")
        case OffenseTime():
            return f"TIMES OFFENSE_TIME({to_aql(node.offense)})"
        case Parameter():
            return f"{node.name}={to_aql(node.value)}"
        case Comment():
            return node.text
    raise ValueError(f"{type(node).__name__} has no text")


def _clauses(query: Query) -> list[str]:
    source = to_aql(query.source)
    clauses = [
        ("SELECT", ", ".join(map(to_aql, query.items))),
        ("FROM", f"({source})" if isinstance(query.source, Query) else source),
        ("INTO", name(query.into) if query.into is not None else ""),
        ("WHERE", to_aql(query.where) if query.where else ""),
        ("GROUP BY", _list(query.group_by)),
        ("HAVING", to_aql(query.having) if query.having else ""),
        ("ORDER BY", ", ".join(map(to_aql, query.order_by))),
        ("LIMIT", str(query.limit) if query.limit is not None else ""),
        ("", to_aql(query.session) if query.session else ""),
        ("", to_aql(query.time) if query.time else ""),
        ("PARAMETERS", ", ".join(map(to_aql, query.parameters))),
    ]
    return [f"{word} {text}".strip() for word, text in clauses if text]


def _session(session: Session) -> list[str]:
    parts = [f"SESSION BY {to_aql(session.time)} {_list(session.values)}"]
    if session.begin is not None:
        parts.append(f"{'EXPLICIT ' if session.explicit_begin else ''}BEGIN {to_aql(session.begin)}")
    if session.end is not None:
        parts.append(f"{'EXPLICIT ' if session.explicit_end else ''}END {to_aql(session.end)}")
    if session.timeout is not None:
        parts.append(f"TIMEOUT {session.timeout}")
    if session.window is not None:
        parts.append("TIMEWINDOW {} {}".format(*session.window))
    return parts


def name(text: str, *, quote: bool = False) -> str:
    """A name as it stands in AQL: bare where it can be, unless `quote`."""
    if not quote and _WORD.fullmatch(text) and text.upper() not in RESERVED:
        return text
    if not text or '"' in text or UNFIT.search(text):
        raise ValueError(f"{text!r} cannot be a name in AQL")
    return f'"{text}"'


def _function(text: str) -> str:
    first = text.partition("::")[0].upper()
    is_bare = _FUNCTION.fullmatch(text) is not None and first not in _NEVER_A_BARE_CALL
    return text if is_bare else name(text, quote=True)
