"""Planning with an eye on whoever reads what would go: the console is asked only when something would."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.planning.plan import plan
from dac.planning.readers import TAKES_AWAY
from dac.qradar.readers import Thing

if TYPE_CHECKING:
    from dac.model.plan import Plan
    from dac.planning.situation import Options, Situation
    from dac.run.console import Console


def guarded(console: Console, situation: Situation, options: Options) -> tuple[Situation, Plan]:
    """Return the plan, and the situation with what the console says about the readers of what the plan takes away."""
    situation = replace(situation, on_console={})
    made = plan(situation, options)
    things = {
        change.address: Thing(change.address.kind, change.live.remote_id, change.live.uuid, change.live.name)
        for change in made.changes
        if change.action in TAKES_AWAY and change.live is not None
    }
    if not things:
        return situation, made
    found = console.reader_search.find(list(things.values()))
    situation = replace(situation, on_console={address: found[thing] for address, thing in things.items()})
    return situation, plan(situation, options)
