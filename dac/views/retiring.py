"""What is deprecated and still there, in sentences: a plan announces what a later one deletes."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from dac.model.plan import Plan, Retirement


def announced(one: Retirement, plan: Plan) -> str:
    """Return when a deprecated thing goes, in the time zone of the project, as it follows its address."""
    from dac.resources.durations import moment  # only where there is something to announce

    when = moment(one.due, ZoneInfo(plan.timezone))
    setting = f"(delete_after = {delete_after(one)})"
    if one.is_on:
        return f"deprecated: switched off now, deleted by a plan from {when} on {setting}"
    if one.counts:
        return f"deprecated: will be deleted from {when} on {setting}"
    return f"deprecated: off already; once an apply has noted that, deleted by a plan from {when} on {setting}"


def delete_after(one: Retirement) -> str:
    """Return the time between switch and deletion as dac.toml has it."""
    from dac.resources.durations import written

    return written(one.after // 1000) if one.after else "0d"
