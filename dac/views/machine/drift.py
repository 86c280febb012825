"""Drift as JSON: within a plan, and as the report of `dac drift`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dac.views import drift_order
from dac.views.machine import replay
from dac.views.machine.diagnostics import warnings_forms
from dac.views.machine.forms import console, dumped, edits, heading, place, rfc3339
from dac.views.questions import held, re_enable_command

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.errors import DacError
    from dac.model.address import Address
    from dac.model.change import Change, Drift
    from dac.model.deployed import Deployed
    from dac.model.drift_report import DriftReport, Stranger
    from dac.model.plan import ConsoleRef, Plan

_DATED = ("detection", "building_block")
_EPOCH_MS = re.compile(r"[0-9]{1,14}")


def drift_json(report: DriftReport, *, news: bool = False) -> str:
    """What somebody changed by hand, as one line of JSON; `drifted` is the answer in one word.

    It is also the report that a later `--since` reads: `keys` says what was there, and `new` what was not in `since`.
    With `news` the lists hold that alone; `drifted`, `kinds` and `keys` are about everything all the same.
    """
    plan = report.plan
    pairs = drift_order.news(report) if news else drift_order.lowering_first(report)
    changes = _changes(plan)
    return dumped(
        {
            **heading(),
            "console": console(plan.console),
            "stacks": list(plan.stacks),
            "timestamp": rfc3339(plan.clock),
            "drifted": report.drifted,
            "since": report.since or None,
            "news": report.news,
            "kinds": drift_order.kinds_tally(report),
            "resource_drift": [
                _drift(one.drift, changes.get(one.drift.address))
                | {"kinds": list(one.kinds), "lowers_security": list(reasons), "new": one.new}
                | {"changed_at": _changed_at(one.drift, changes.get(one.drift.address))}
                for one, reasons in pairs
            ],
            "held": _held_forms([one.drift for one, _ in pairs], plan),
            "unmanaged": None
            if report.unmanaged is None
            else [_stranger(one) for one in report.unmanaged if one.new or not news],
            "unreadable": [str(one.address) for one in report.unread],
            "not_read": [
                {"address": str(one.address), "reason": one.reason, "new": one.new}
                for one in report.unread
                if one.new or not news
            ],
            "unrecorded": [
                {"stack": one.stack, "addresses": [str(address) for address in one.addresses], "new": one.new}
                for one in report.unrecorded
                if one.new or not news
            ],
            "resolved": [{"subject": one.subject, "kinds": list(one.kinds)} for one in report.resolved],
            "interrupted": interrupted_forms(plan),
            "not_applied": list(report.not_applied),
            "warnings": warnings_forms(report.warnings),
            "keys": sorted(report.keys),
        },
    )


def failure_json(console_ref: ConsoleRef, timestamp: str, keys: Iterable[str], error: DacError) -> str:
    """What is remembered of a run that could not look: the `keys` it was to compare with, of `timestamp`, and why."""
    form = {"console": console(console_ref), "timestamp": timestamp, "error": error_form(error), "keys": sorted(keys)}
    return dumped(heading() | form)


def error_form(error: DacError) -> dict[str, str]:
    return {"summary": error.summary, "detail": error.detail, "hint": error.hint}


def _stranger(one: Stranger) -> dict[str, Any]:
    return {"type": one.kind, "name": one.name, "id": one.remote_id, "new": one.new}


def drift_forms(plan: Plan) -> list[dict[str, Any]]:
    """Each piece of drift in the shape of a resource change, from recorded to live."""
    changes = _changes(plan)
    return [_drift(item, changes.get(item.address)) for item in plan.drift]


def _changes(plan: Plan) -> dict[Address | None, Change]:
    return {change.previous: change for change in plan.changes} | {change.address: change for change in plan.changes}


def held_forms(plan: Plan) -> list[dict[str, Any]]:
    """What is shown and left alone, with the command that takes it back."""
    return _held_forms(plan.drift, plan)


def interrupted_forms(plan: Plan) -> list[dict[str, Any]]:
    """What runs have in hand, or had when they ended; `run` says which, as far as that can be told."""
    return [
        {**place(one.address), "run_id": one.run_id, "extent": one.extent, "run": one.run.life} for one in plan.left
    ]


def _held_forms(drift: Iterable[Drift], plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            **place(item.address),
            "edits": edits(item.address.kind, item.edits),
            "reason": item.reason,
            "command": re_enable_command(item, plan.console),
        }
        for item in held(drift)
    ]


def _drift(item: Drift, change: Change | None) -> dict[str, Any]:
    before, after = _sides(item, change)
    return {
        **place(item.address),
        "disposition": item.disposition,
        "reason": item.reason,
        "change": {
            "actions": ["delete"] if item.missing else ["update"],
            "before": before,
            "after": None if item.missing else after,
            "after_unknown": {},
        },
        "edits": edits(item.address.kind, item.edits),
    }


def _changed_at(item: Drift, change: Change | None) -> str | None:
    """When it was last written to, which the console says of rules alone; None elsewhere, and once it is gone."""
    if change is None or change.live is None or item.missing or item.address.kind not in _DATED:
        return None
    date = change.live.fingerprint
    return rfc3339(int(date)) if _EPOCH_MS.fullmatch(date) else None


def _sides(item: Drift, change: Change | None) -> tuple[Deployed | None, Deployed | None]:
    """From recorded to live; where nothing is recorded, from what the stack wants to what stays."""
    if change is not None and change.recorded is not None:
        return change.recorded.deployed, replay.after(change.recorded.deployed, item.edits)
    if change is not None and change.desired is not None:
        return replay.before(change.desired.deployed, item.edits), change.desired.deployed
    return None, None
