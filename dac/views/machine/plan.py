"""A plan as JSON in the shape of `terraform show -json`, so that policies and merge request widgets read it.

What Terraform calls an import, dac calls adopt: it is `importing` beside "no-op" or "update". A move is
`previous_address`. `edits`, `lowers_security`, `stack`, `held`, `refusals`, `interrupted`, `git_only`, `rollback`,
`deprecated`, `rollout`, `unmanaged` and `warnings` are dac's own.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dac.model.change import Action
from dac.views.machine import replay
from dac.views.machine.diagnostics import warnings_forms
from dac.views.machine.drift import drift_forms, held_forms, interrupted_forms
from dac.views.machine.forms import console, dumped, edits, heading, place, rfc3339
from dac.views.questions import changes_console, pending
from dac.views.retiring import delete_after
from dac.views.security import lowered
from dac.views.watched import taken_by_rollout

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.model.change import Change
    from dac.model.deployed import Deployed
    from dac.model.diagnostic import Diagnostic
    from dac.model.plan import Plan, Refusal, Retirement
    from dac.model.promotion import PromotedFrom

_ACTIONS = {
    Action.CREATE: ["create"],
    Action.UPDATE: ["update"],
    Action.DELETE: ["delete"],
    Action.REPLACE: ["delete", "create"],
    Action.ADOPT: ["no-op"],
    Action.FORGET: ["forget"],
    Action.NO_OP: ["no-op"],
}


def plan_json(
    plan: Plan,
    deploy: str = "",
    warnings: Iterable[Diagnostic] = (),
    snapshot: str = "",
    promoted: PromotedFrom | None = None,
) -> str:
    """The whole plan, every managed resource included, as one line of JSON. `deploy` is the console's mode.

    `snapshot` is what the plan was made from, if not from the console itself: then it cannot be applied.
    `promoted` is the promotion that made it, if one did.
    """
    form = plan_form(plan, deploy, warnings)
    if promoted is not None:
        form["promotion"] = {"from": promoted.source, "lifted": list(promoted.lifted)}
    return dumped(form | ({"snapshot": snapshot, "applyable": False} if snapshot else {}))


def plan_form(plan: Plan, deploy: str = "", warnings: Iterable[Diagnostic] = ()) -> dict[str, Any]:
    """The plan as plain JSON values.

    applyable: there is something to apply and nothing forbids it. complete: applying it leaves nothing to do but
    what is held. errored: something forbids it.
    """
    return {
        **heading(),
        "console": console(plan.console),
        "stacks": list(plan.stacks),
        "timestamp": rfc3339(plan.clock),
        "destroy": plan.destroy,
        "targets": list(plan.targets),
        "rollback": plan.rollback or None,
        "resource_changes": [_change(change, plan.changes) for change in plan.changes],
        "resource_drift": drift_forms(plan),
        "held": held_forms(plan),
        "refusals": [_refusal(refusal) for refusal in plan.refusals],
        "interrupted": interrupted_forms(plan),
        "git_only": [str(address) for address in plan.git_only],
        "deprecated": [_retiring(one) for one in plan.retiring],
        "rollout": asdict(taken_by_rollout(plan)),
        "unmanaged": dict(plan.unmanaged),
        "applyable": bool(pending(plan)) and not plan.refusals,
        "complete": not plan.refusals and not plan.targets,
        "errored": bool(plan.refusals),
        "warnings": warnings_forms(warnings),
        **({"deploy": deploy} if deploy else {}),
    }


def _retiring(one: Retirement) -> dict[str, Any]:
    """`deleted_from` counts from this plan on, unless the state knows (`counts`) since when it is off."""
    return {
        **place(one.address),
        "switched_off_now": one.is_on,
        "counts": one.counts,
        "delete_after": delete_after(one),
        "deleted_from": rfc3339(one.due),
    }


def _change(change: Change, others: Iterable[Change]) -> dict[str, Any]:
    known = change.live or change.recorded
    form: dict[str, Any] = {
        **place(change.address),
        "action": change.action,
        "action_reason": change.reason,
        "id": known.remote_id if known else None,
        "uuid": _uuid(change),
        "change": _values(change),
        "edits": edits(change.address.kind, change.edits),
        "lowers_security": list(lowered(change, others)),
    }
    if change.previous is not None:
        form["previous_address"] = str(change.previous)
    return form


def _uuid(change: Change) -> str | None:
    known = change.desired or change.live or change.recorded
    return known.uuid or None if known else None


def _values(change: Change) -> dict[str, Any]:
    """Before and after as deployed forms, which hold no secrets: only what this project answers for, on both sides."""
    before, after = _sides(change)
    form = {
        "actions": _actions(change),
        "before": before,
        "after": after,
        "after_unknown": {"id": True} if change.action in {Action.CREATE, Action.REPLACE} else {},
    }
    if change.action is Action.ADOPT and change.live is not None:
        form["importing"] = {"id": change.live.remote_id}
    return form


def _sides(change: Change) -> tuple[Deployed | None, Deployed | None]:
    if change.desired is None:
        known = change.recorded or change.live
        return known.deployed if known else None, None
    wanted = change.desired.deployed
    return None if change.action is Action.CREATE else replay.before(wanted, change.edits), wanted


def _actions(change: Change) -> list[str]:
    if change.action is Action.ADOPT and changes_console(change):
        return ["update"]
    return _ACTIONS[change.action]


def _refusal(refusal: Refusal) -> dict[str, Any]:
    return {
        "code": refusal.code,
        "summary": refusal.summary,
        "hint": refusal.hint,
        "address": str(refusal.address) if refusal.address else None,
    }
