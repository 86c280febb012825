"""The tree of an AQL query: frozen values that compare by meaning.

Equality ignores positions, the case of names and keywords, and redundant parentheses (they leave no node).
Operators are canonical: `==` is read as `=`, `<>` as `!=`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from dac.aql.position import NOWHERE, Position

ComparisonOperator = Literal["=", "!=", "<", "<=", ">", ">="]
MatchOperator = Literal["LIKE", "ILIKE", "MATCHES", "IMATCHES"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    at: Position = field(default=NOWHERE, compare=False, repr=False)


class Expression(Node):
    """Anything with a value: fields, literals, calls, arithmetic, CASE; and every Condition."""

    __slots__ = ()


class Condition(Expression):
    """What is true, false or unknown, and stands in WHERE, HAVING, WHEN and IF only."""

    __slots__ = ()


# Values


@dataclass(frozen=True, slots=True)
class Field(Expression):
    """A column, custom property or alias; `quoted` is how it was written."""

    name: str = field(compare=False)
    quoted: bool = field(default=False, compare=False)
    key: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.name.lower())


@dataclass(frozen=True, slots=True)
class Star(Expression):
    """`*`, as a SELECT item or in COUNT(*)."""


@dataclass(frozen=True, slots=True)
class String(Expression):
    value: str


@dataclass(frozen=True, slots=True)
class Number(Expression):
    """A number without sign, as written: 5, 0.5, 0xff000000."""

    text: str


@dataclass(frozen=True, slots=True)
class Boolean(Expression):
    value: bool


@dataclass(frozen=True, slots=True)
class Null(Expression):
    pass


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """`name(arguments)`; `name` holds the namespace of an extension's function: GEO::LOOKUP."""

    name: str = field(compare=False)
    arguments: tuple[Expression, ...] = ()
    key: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.name.upper())


@dataclass(frozen=True, slots=True)
class Unary(Expression):
    operator: Literal["-", "+", "~"]
    operand: Expression


@dataclass(frozen=True, slots=True)
class Arithmetic(Expression):
    """Operands joined by operators of one rank, worked from left to right; one operator fewer than operands.

    `hyphenated` marks `Bluecoat-cs-host`: written without blanks, so perhaps meant as one name.
    """

    operands: tuple[Expression, ...]
    operators: tuple[str, ...]
    hyphenated: bool = field(default=False, compare=False)

    def __post_init__(self) -> None:
        first = self.operands[0]
        # (a + b) + c is a + b + c. Not for ^, whose associativity IBM does not state.
        if isinstance(first, Arithmetic) and RANKS[first.operators[0]] == RANKS[self.operators[0]] != RANKS["^"]:
            object.__setattr__(self, "operands", first.operands + self.operands[1:])
            object.__setattr__(self, "operators", first.operators + self.operators)


@dataclass(frozen=True, slots=True)
class When(Node):
    """One arm of a CASE; `test` is a condition, or a value where the CASE has an operand."""

    test: Expression
    result: Expression


@dataclass(frozen=True, slots=True)
class Case(Expression):
    operand: Expression | None
    arms: tuple[When, ...]
    otherwise: Expression | None = None


@dataclass(frozen=True, slots=True)
class If(Expression):
    """`IF test THEN result ELSE otherwise`, which has no END."""

    test: Expression
    result: Expression
    otherwise: Expression


# Conditions


@dataclass(frozen=True, slots=True)
class And(Condition):
    """Two or more operands; an And among them is flattened into this one."""

    operands: tuple[Expression, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "operands", _flat(And, self.operands))


@dataclass(frozen=True, slots=True)
class Or(Condition):
    """Two or more operands; an Or among them is flattened into this one."""

    operands: tuple[Expression, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "operands", _flat(Or, self.operands))


@dataclass(frozen=True, slots=True)
class Not(Condition):
    operand: Expression


@dataclass(frozen=True, slots=True)
class Comparison(Condition):
    operator: ComparisonOperator
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class In(Condition):
    operand: Expression
    choices: tuple[Expression, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class InQuery(Condition):
    operand: Expression
    query: Query
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Match(Condition):
    operator: MatchOperator
    operand: Expression
    pattern: Expression
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Between(Condition):
    operand: Expression
    low: Expression
    high: Expression
    negated: bool = False


@dataclass(frozen=True, slots=True)
class IsNull(Condition):
    operand: Expression
    negated: bool = False


@dataclass(frozen=True, slots=True)
class TextSearch(Condition):
    """`TEXT SEARCH 'terms'`: the quick filter."""

    terms: str


# Queries


@dataclass(frozen=True, slots=True)
class Alias(Node):
    """The name of a result column; `quote` is how it was written: nothing, ' or "."""

    name: str = field(compare=False)
    quote: Literal["", "'", '"'] = field(default="", compare=False)
    key: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.name.lower())


@dataclass(frozen=True, slots=True)
class SelectItem(Node):
    expression: Expression
    alias: Alias | None = None


@dataclass(frozen=True, slots=True)
class Database(Node):
    name: str = field(compare=False)
    key: str = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", self.name.lower())


@dataclass(frozen=True, slots=True)
class GlobalView(Node):
    """`GLOBALVIEW('saved search', 'NORMAL')`: the accumulated data of a saved search."""

    search: str
    resolution: str


@dataclass(frozen=True, slots=True)
class OrderItem(Node):
    expression: Expression
    descending: bool = False
    collation: str | None = None


@dataclass(frozen=True, slots=True)
class Session(Node):
    """`SESSION BY time values BEGIN .. END ..`; `timeout` in milliseconds, `window` as (count, unit)."""

    time: Expression
    values: tuple[Expression, ...]
    begin: Expression | None = None
    end: Expression | None = None
    explicit_begin: bool = False
    explicit_end: bool = False
    timeout: int | None = None
    window: tuple[int, str] | None = None


@dataclass(frozen=True, slots=True)
class Last(Node):
    """`LAST count unit`; the unit in upper case, as written (HOUR or HOURS)."""

    count: int
    unit: str


@dataclass(frozen=True, slots=True)
class Span(Node):
    """`START start [STOP stop]`."""

    start: Expression
    stop: Expression | None = None


@dataclass(frozen=True, slots=True)
class OffenseTime(Node):
    """`TIMES OFFENSE_TIME(id)`."""

    offense: Expression


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    """`name=value` after PARAMETERS; the name in upper case."""

    name: str
    value: Expression


@dataclass(frozen=True, slots=True)
class Comment(Node):
    """A comment as written, marks included. IBM documents none; they are kept so that they can be found."""

    text: str


@dataclass(frozen=True, slots=True)
class Query(Node):
    items: tuple[SelectItem, ...]
    source: Database | GlobalView | Query
    into: str | None = None
    where: Expression | None = None
    group_by: tuple[Expression, ...] = ()
    having: Expression | None = None
    order_by: tuple[OrderItem, ...] = ()
    limit: int | None = None
    session: Session | None = None
    time: Last | Span | OffenseTime | None = None
    parameters: tuple[Parameter, ...] = ()
    comments: tuple[Comment, ...] = field(default=(), compare=False)


RANKS = {
    "|": 5,
    "#": 6,
    "&": 7,
    "<<": 8,
    ">>": 8,
    ">>>": 8,
    "+": 9,
    "-": 9,
    "*": 10,
    "/": 10,
    "%": 10,
    "^": 12,
}
"""How tightly the operators of Arithmetic bind; 1 to 4 are OR, AND, NOT and predicates, 11 is a sign."""


def _flat(kind: type[And | Or], operands: tuple[Expression, ...]) -> tuple[Expression, ...]:
    if not any(isinstance(operand, kind) for operand in operands):
        return operands
    flat: list[Expression] = []
    for operand in operands:
        flat.extend(operand.operands if isinstance(operand, kind) else (operand,))
    return tuple(flat)
