"""What a webhook is told of drift, or of a run that could not look for it.

No values of allowlists, for a chat has more readers than the console. `text` is what Slack, Mattermost and Teams'
incoming webhooks show; the rest is for programs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.model.deployed import digest
from dac.views.drift_order import in_words, kinds_tally, lowering_first, news
from dac.views.human.quote import visible
from dac.views.human.words import counted
from dac.views.machine.drift import error_form
from dac.views.machine.forms import console, heading, rfc3339

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dac.errors import DacError
    from dac.model.drift_report import DriftReport, Sighting
    from dac.model.plan import ConsoleRef

_LINES = 20
"""Of `text`; `drift` lists everything."""


def drift_notice(report: DriftReport) -> Mapping[str, Any]:
    """Return the body of the POST as JSON values. `id` is the same when the same is sent twice."""
    plan = report.plan
    pairs = lowering_first(report)
    gone = [{"subject": one.subject, "kinds": list(one.kinds)} for one in report.resolved]
    return {
        **heading(),
        "event": "drift",
        "status": _status(report),
        "id": digest([plan.console.name, plan.console.url, list(plan.stacks), sorted(report.keys), gone])[:32],
        "console": console(plan.console),
        "stacks": list(plan.stacks),
        "timestamp": rfc3339(plan.clock),
        "since": report.since or None,
        "drifted": report.drifted,
        "text": "\n".join(_text(report)),
        "kinds": kinds_tally(report),
        "drift": [_item(one, reasons) for one, reasons in pairs],
        "unmanaged": [
            {"type": one.kind, "name": one.name, "id": one.remote_id} for one in report.unmanaged or () if one.new
        ],
        "not_read": [{"address": str(one.address), "new": one.new} for one in report.unread],
        "resolved": gone,
        "unrecorded": [{"stack": one.stack, "new": one.new} for one in report.unrecorded],
    }


def failure_notice(console_ref: ConsoleRef, stacks: Sequence[str], clock: int, error: DacError) -> Mapping[str, Any]:
    """Return what is told when nobody knows whether there is drift: `status` is "error", and `error` says why."""
    name = console_ref.name
    headline = f"dac drift on console {_plain(name)}: nobody knows, it could not be looked at"
    return {
        **heading(),
        "event": "drift",
        "status": "error",
        "id": digest([name, console_ref.url, list(stacks), clock])[:32],
        "console": console(console_ref),
        "stacks": list(stacks),
        "timestamp": rfc3339(clock),
        "text": f"{headline}\n• {_plain(error.summary)}",
        "error": error_form(error),
    }


def _status(report: DriftReport) -> str:
    """Drift outweighs what could not be compared, and that outweighs what has gone."""
    if report.drifted:
        return "drift"
    return "resolved" if report.certain else "not-read"


def _item(one: Sighting, reasons: tuple[str, ...]) -> dict[str, Any]:
    return {
        "address": str(one.drift.address),
        "kinds": list(one.kinds),
        "lowers_security": list(reasons),
        "disposition": one.drift.disposition,
        "fields": sorted({edit.path.partition("[")[0] for edit in one.drift.edits}),
        "new": one.new,
    }


def _text(report: DriftReport) -> Iterator[str]:
    lines = list(_lines(report))
    yield f"dac drift on console {_plain(report.plan.console.name)}: {_counts(report)}"
    yield from lines[:_LINES]
    if len(lines) > _LINES:
        yield f"and {len(lines) - _LINES:,} more"


def _counts(report: DriftReport) -> str:
    new = sum(one.new and one.counts for one in report.sightings)
    parts = (
        [f"{counted(new, 'new difference' if report.since else 'difference')}"] if new or not report.resolved else []
    )
    parts += [f"{len(report.resolved):,} resolved"] if report.resolved else []
    parts += [f"{sum(one.new for one in report.unmanaged or ()):,} in no stack"] if report.unmanaged else []
    parts += [f"{len(report.unread):,} not read"] if report.unread else []
    parts += [f"the state of {counted(len(report.unrecorded), 'stack')} missing"] if report.unrecorded else []
    return ", ".join(parts)


def _lines(report: DriftReport) -> Iterator[str]:
    for seen, reasons in news(report):
        if seen.counts:
            why = f" - lowers security: {'; '.join(reasons)}" if reasons else ""
            kinds = ", ".join(in_words(kind) for kind in seen.kinds)
            yield _plain(f"• {seen.drift.address}: {kinds} ({seen.drift.disposition}){why}")
    for stranger in report.unmanaged or ():
        if stranger.new:
            yield _plain(f'• in no stack: {stranger.kind} "{stranger.name}"')
    for unread in report.unread:
        if unread.new:
            yield _plain(f"• {unread.address}: not read")
    for one in report.unrecorded:
        if one.new:
            yield _plain(f"• stack {one.stack}: its state is missing, so nobody can tell")
    for resolved in report.resolved:
        yield _plain(f"• resolved: {resolved.subject} ({', '.join(map(in_words, resolved.kinds))})")


def _plain(text: str) -> str:
    """Return text that Slack takes as it is: & < > are its markup, and the only characters that need it."""
    return visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
