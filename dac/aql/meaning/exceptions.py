"""Exceptions as dac compiles them, and as people write them by hand: what a reference set holds is let pass."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.aql.conditions import conjuncts, disjuncts
from dac.aql.meaning.said import shown
from dac.aql.nodes import Call, IsNull, Not, Or, String

if TYPE_CHECKING:
    from dac.aql.nodes import Expression


@dataclass(frozen=True, slots=True)
class Exemption:
    """`guard OR guard OR NOT (when AND REFERENCESETCONTAINS(set, field))`.

    `guards` are the IS NULL in front, `when` the terms that limit it to some events.
    """

    reference_set: str
    field: Expression
    when: tuple[Expression, ...] = ()
    guards: tuple[Expression, ...] = ()

    @property
    def key(self) -> tuple[str, Expression]:
        """What two versions of one exception have in common."""
        return (self.reference_set, self.field)

    def __str__(self) -> str:
        where = f" where {' AND '.join(map(_operand, self.when))}" if self.when else ""
        return f"{shown(self.field)} in {shown(String(self.reference_set))}{where}"


def _operand(term: Expression) -> str:
    return f"({shown(term)})" if isinstance(term, Or) else shown(term)


def exemption(term: Expression) -> Exemption | None:
    """The exception that a canonical term is; None when it is none."""
    alternatives = disjuncts(term)
    guards = tuple(part for part in alternatives if isinstance(part, IsNull))
    rest = [part for part in alternatives if not isinstance(part, IsNull)]
    if len(rest) != 1 or not isinstance(rest[0], Not):
        return None
    *when, last = conjuncts(rest[0].operand)
    if not (isinstance(last, Call) and last.key == "REFERENCESETCONTAINS"):
        return None
    match last.arguments:
        case (String(value=name), field):
            return Exemption(name, field, tuple(when), guards)
    return None
