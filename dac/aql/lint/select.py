"""One SELECT, or one bare condition, taken apart by clauses."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeVar

from dac.aql.catalogue.vocabulary import SHIPPED
from dac.aql.lint.predicates import predicate
from dac.aql.nodes import Between, Comparison, Database, Field, GlobalView, In, Match, Node, Query, SelectItem
from dac.aql.walking import children

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dac.aql.catalogue import BuiltinField
    from dac.aql.catalogue.vocabulary import Vocabulary
    from dac.aql.lint.predicates import Predicate
    from dac.aql.nodes import Expression
    from dac.aql.position import Position

N = TypeVar("N", bound=Node)
Clause = Literal["items", "where", "group_by", "having", "order_by", "session", "time", "parameters"]
CLAUSES: tuple[Clause, ...] = ("items", "where", "group_by", "having", "order_by", "session", "time", "parameters")
_MOST_STEPS = 10


class Select:
    """`query` is None for a bare condition. Nodes of subqueries belong to Selects of their own.

    `is_open` says that there may be columns nobody can know: a saved search, a cursor, a subquery's result.
    """

    def __init__(
        self,
        node: Query | Expression,
        database: str = "events",
        aliases: frozenset[str] = frozenset(),
        *,
        is_inner: bool = False,
        vocabulary: Vocabulary = SHIPPED,
    ) -> None:
        self.query: Query | None = node if isinstance(node, Query) else None
        self.where: Expression | None = node.where if isinstance(node, Query) else node
        self.at = node.at
        self.is_inner = is_inner
        self.database = _database(self.query) if self.query else database.lower()
        self.vocabulary = vocabulary
        self.is_open = not vocabulary.fields(self.database)
        self.given = aliases if self.query is None else _columns_below(self.query)
        self.subqueries: list[Query] = []
        self._nodes: dict[type[Node], list[tuple[Clause, Node]]] = defaultdict(list)
        self._named_around: dict[Position, str] = {}
        self._take_apart()

    def nodes(self, kind: type[N], *clauses: Clause) -> Iterator[N]:
        """All nodes of exactly that kind, in reading order; of all clauses unless some are named."""
        for clause, node in self._nodes.get(kind, ()):
            if not clauses or clause in clauses:
                yield node  # type: ignore[misc]  # the table is keyed by the type

    @cached_property
    def aliases(self) -> Mapping[str, Expression]:
        """What each alias stands for; the first of two equal ones counts."""
        found: dict[str, Expression] = {}
        for item in self.query.items if self.query else ():
            if item.alias:
                found.setdefault(item.alias.key, item.expression)
        return found

    def predicate(self, node: Node) -> Predicate | None:
        """`node` as a predicate; None for any other condition."""
        return predicate(node, self.meaning)

    def predicates(self, *clauses: Clause) -> Iterator[Predicate]:
        """All in these clauses, by kind of node; everywhere unless clauses are named."""
        return (found for clause, found in self._predicates if not clauses or clause in clauses)

    @cached_property
    def _predicates(self) -> tuple[tuple[Clause, Predicate], ...]:
        found = (
            (clause, self.predicate(node))
            for kind in (Comparison, In, Match, Between)
            for clause, node in self._nodes.get(kind, ())
        )
        return tuple((clause, test) for clause, test in found if test is not None)

    @cached_property
    def fields(self) -> Mapping[str, BuiltinField]:
        return self.vocabulary.fields(self.database)

    def builtin(self, node: Node) -> BuiltinField | None:
        """The built-in field that `node` is for certain: it is none where an alias has the same name."""
        if not isinstance(node, Field) or node.key in self.given:
            return None
        if node.key in self.aliases and not self._is_itself(node):
            return None
        return self.fields.get(node.key)

    def is_property(self, node: Node) -> bool:
        """Whether `node` must be a custom property, if it is anything."""
        if not isinstance(node, Field) or self.is_open or node.key in self.given or node.key in self.fields:
            return False
        return node.key not in self.aliases or self._is_itself(node)

    def meaning(self, node: Expression) -> Expression:
        """What `node` stands for: an alias's expression, else itself."""
        for _ in range(_MOST_STEPS):
            if not isinstance(node, Field) or node.key not in self.aliases or node.key in self.fields:
                return node
            meant = self.aliases[node.key]
            if isinstance(meant, Field) and meant.key == node.key:
                return node
            node = meant
        return node

    def _is_itself(self, node: Field) -> bool:
        """`sourceip AS sourceip`; and `"AppName"` within `LOWER("AppName") AS AppName`, where it is not the alias."""
        meant = self.aliases[node.key]
        return (isinstance(meant, Field) and meant.key == node.key) or self._named_around.get(node.at) == node.key

    def _take_apart(self) -> None:
        if self.query is None:
            self._walk("where", self.where)
            return
        if isinstance(self.query.source, Query):
            self.subqueries.append(self.query.source)
        for clause in CLAUSES:
            value = getattr(self.query, clause)
            for node in value if isinstance(value, tuple) else (value,):
                self._walk(clause, node)

    def _walk(self, clause: Clause, start: Node | None) -> None:
        waiting = [] if start is None else [start]
        alias = start.alias.key if isinstance(start, SelectItem) and start.alias else ""
        while waiting:
            node = waiting.pop()
            if isinstance(node, Query):
                self.subqueries.append(node)
                continue
            self._nodes[type(node)].append((clause, node))
            if alias and isinstance(node, Field):
                self._named_around[node.at] = alias
            waiting += reversed(children(node))


def is_view(query: Query) -> bool:
    """Whether it reads the accumulated data of a saved search."""
    return isinstance(query.source, GlobalView)


def _database(query: Query) -> str:
    """Where the columns come from; "" for what has columns of its own."""
    return query.source.key if isinstance(query.source, Database) else ""


def _columns_below(query: Query) -> frozenset[str]:
    names = {"sessionid"} if query.session else set()
    if isinstance(query.source, Query):
        names |= {item.alias.key for item in query.source.items if item.alias}
    return frozenset(names)
