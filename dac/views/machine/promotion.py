"""A promotion as JSON: every gate with its verdict, what differs and why, and the target's plan."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.views.machine.forms import console, dumped, edits, heading, place, rfc3339
from dac.views.machine.plan import plan_form
from dac.views.security import lowered_by_promotion

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.model.diagnostic import Diagnostic
    from dac.model.plan import Plan
    from dac.model.promotion import Divergence, Gate, Promotion


def promotion_json(
    promotion: Promotion, plan: Plan | None, deploy: str = "", warnings: Iterable[Diagnostic] = ()
) -> str:
    """One line of JSON. `plan` is null unless `promotable`, and else what `dac plan --json` prints."""
    return dumped(
        {
            **heading(),
            "source": console(promotion.source),
            "target": console(promotion.target),
            "stacks": list(promotion.stacks),
            "timestamp": rfc3339(promotion.clock),
            "gates": [_gate(gate, promotion) for gate in promotion.gates],
            "differences": [_difference(divergence) for divergence in promotion.divergences],
            "promotable": promotion.is_open,
            "plan": plan_form(plan, deploy, warnings) if plan is not None else None,
        }
    )


def _gate(gate: Gate, promotion: Promotion) -> dict[str, Any]:
    return {
        "code": gate.code,
        "title": gate.title(promotion.source.name, promotion.target.name),
        "verdict": gate.verdict,
        "notes": list(gate.notes),
        "hint": gate.hint,
    }


def _difference(divergence: Divergence) -> dict[str, Any]:
    """`before` is the source's value, `after` the target's, `reason` why they differ."""
    return {
        **place(divergence.address),
        "edits": edits(divergence.address.kind, divergence.edits),
        "lowers_security": list(lowered_by_promotion(divergence)),
    }
