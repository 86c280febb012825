"""How an apply ended as JSON: one document, every change with what became of it and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.model.run import Result
from dac.views.machine.forms import console, dumped, heading, place
from dac.views.questions import ends

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.model.deployment import Deployment
    from dac.model.plan import Plan
    from dac.model.run import Outcome


def apply_json(plan: Plan, outcomes: Iterable[Outcome], mode: str, deployment: Deployment | None = None) -> str:
    """The end of an apply or a destroy. `deploy` says what dac.toml wants and, where it came to that, how it ended."""
    pairs = ends(plan, outcomes)
    counts = {result: sum(end.result is result for _, end in pairs) for result in Result}
    document = {
        **heading(),
        "console": console(plan.console),
        "stacks": list(plan.stacks),
        "destroy": plan.destroy,
        "complete": counts[Result.APPLIED] == len(pairs),
        "summary": {result.value: count for result, count in counts.items()},
        "outcomes": [
            {**place(change.address), "action": change.action, "result": end.result, "reason": end.message}
            for change, end in pairs
        ],
        "deploy": {"mode": mode, **_deployment(deployment)},
    }
    return dumped(document)


def _deployment(deployment: Deployment | None) -> dict[str, Any]:
    if deployment is None:
        return {"result": None, "reason": "", "hosts": {}}
    return {"result": deployment.end, "reason": deployment.reason, "hosts": dict(deployment.hosts)}
