"""Which expressions to create, change in place, and delete. QRadar has no key for them, so they match as a multiset."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dac.resources.property_expressions import scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.model.deployed import Deployed
    from dac.qradar.carriers.expressions import SeenExpression


@dataclass(frozen=True, slots=True)
class ExpressionChanges:
    """What to do, in this order."""

    create: list[Deployed] = field(default_factory=list)
    update: list[tuple[SeenExpression, Deployed]] = field(default_factory=list)
    delete: list[SeenExpression] = field(default_factory=list)


def expression_changes(desired: Sequence[Deployed], ours: Sequence[SeenExpression]) -> ExpressionChanges:
    """Pair equal ones first, then those of the same scope; what is left over is created or deleted."""
    changes = ExpressionChanges()
    left = list(ours)
    missing = [one for one in desired if _take(left, [seen for seen in left if seen.deployed == one]) is None]
    for one in missing:
        seen = _take(left, [seen for seen in left if scope(seen.deployed) == scope(one)])
        if seen is None:
            changes.create.append(one)
        else:
            changes.update.append((seen, one))
    changes.delete.extend(left)
    return changes


def _take(left: list[SeenExpression], fitting: list[SeenExpression]) -> SeenExpression | None:
    if not fitting:
        return None
    left.remove(fitting[0])
    return fitting[0]
