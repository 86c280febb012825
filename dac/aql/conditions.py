"""Conditions taken apart, put together, and brought into one spelling."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.aql.catalogue import is_builtin_field
from dac.aql.nodes import And, Call, Expression, Field, Node, Or
from dac.aql.walking import rewrite

if TYPE_CHECKING:
    from collections.abc import Sequence


def conjuncts(condition: Expression) -> tuple[Expression, ...]:
    """The terms that must all hold: the operands of a top-level AND, or the condition itself."""
    return condition.operands if isinstance(condition, And) else (condition,)


def disjuncts(condition: Expression) -> tuple[Expression, ...]:
    """The terms of which one must hold: the operands of a top-level OR, or the condition itself."""
    return condition.operands if isinstance(condition, Or) else (condition,)


def conjunction(terms: Sequence[Expression]) -> Expression:
    """All `terms` joined by AND; one term stays as it is. Raises ValueError for none."""
    if not terms:
        raise ValueError("a conjunction of nothing")
    return terms[0] if len(terms) == 1 else And(tuple(terms), at=terms[0].at)


def normal_form(condition: Expression, database: str = "events") -> Expression:
    """The same condition in the spelling dac deploys.

    Functions stand in upper case, built-in fields bare and in lower case, custom properties as written and
    quoted. Equal conditions print equally then, except for the case of a custom property's name.
    """

    def spell(node: Node) -> Node:
        if isinstance(node, Call) and node.name != node.key:
            return replace(node, name=node.key)
        if isinstance(node, Field):
            is_builtin = is_builtin_field(node.name, database)
            name = node.key if is_builtin else node.name
            if (name, not is_builtin) != (node.name, node.quoted):
                return Field(name, quoted=not is_builtin, at=node.at)
        return node

    return rewrite(condition, spell)
