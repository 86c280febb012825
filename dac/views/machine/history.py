"""Past applies as JSON: `dac history --json`, with one apply or with all that are kept."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from dac.views.machine.forms import console, dumped, edits, heading, place, rfc3339

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.model.history import PastApply, PastChange
    from dac.model.plan import ConsoleRef


def history_json(ref: ConsoleRef, applies: Sequence[PastApply]) -> str:
    """The applies to a console in the order given, without their changes."""
    return dumped({**heading(), "console": console(ref), "applies": [_apply(past) for past in applies]})


def past_apply_json(past: PastApply) -> str:
    """One apply with its changes. `before` is null for what was created, `after` for all but that."""
    changes = [_change(change) for change in past.changes]
    return dumped({**heading(), "console": console(past.console), **_apply(past), "changes": changes})


def _apply(past: PastApply) -> dict[str, Any]:
    return {
        "id": past.run_id,
        "began": rfc3339(past.began),
        "ended": rfc3339(past.ended) if past.ended else None,
        "who": past.who,
        "host": past.host,
        "command": past.command,
        "stacks": list(past.stacks),
        "plan": past.plan,
        "rollback": past.rollback or None,
        "result": past.ending,
        "reason": past.reason or None,
        "counts": dict(Counter(change.action.value for change in past.changes)),
        "results": dict(Counter(change.result.value for change in past.changes if change.result)),
    }


def _change(change: PastChange) -> dict[str, Any]:
    return {
        **place(change.address),
        "action": change.action,
        "action_reason": change.reason,
        "id": change.remote_id or None,
        "uuid": change.uuid or None,
        "before": change.before,
        "after": change.after,
        "edits": edits(change.address.kind, change.edits),
        "others_entries": list(change.others),
        "has_xml": bool(change.xml),
        "result": change.result,
        "message": change.message or None,
    }
