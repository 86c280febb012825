"""Planning with an eye on whoever reads what would go: the console is asked only when something would."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.planning.plan import plan
from dac.planning.readers import TAKES_AWAY

if TYPE_CHECKING:
    from dac.model.plan import Plan
    from dac.planning.situation import Options, Situation
    from dac.run.console import Console


def guarded(console: Console, situation: Situation, options: Options) -> tuple[Situation, Plan]:
    """Return the plan, and the situation with what the console says about the readers of what the plan takes away."""
    situation = replace(situation, on_console={})
    made = plan(situation, options)
    going = {c.address: c.live for c in made.changes if c.action in TAKES_AWAY and c.live is not None}
    if not going:
        return situation, made
    from dac.qradar.readers import Thing

    things = {address: Thing(address.kind, live.remote_id, live.uuid, live.name) for address, live in going.items()}
    found = console.reader_search.find(list(things.values()))
    situation = replace(situation, on_console={address: found[thing] for address, thing in things.items()})
    return situation, plan(situation, options)
