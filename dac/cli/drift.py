"""`dac drift`."""

from __future__ import annotations

import sys

from dac.cli import options
from dac.cli.border import CHANGES, ERROR, bordered, palette, say, stop
from dac.errors import DacError


@bordered
def drift(
    stacks: options.Stacks = None,
    console: options.ConsoleName = None,
    variables: options.Variables = None,
    deep: options.Deep = False,
    json: options.Json = False,
) -> None:
    """Say what was changed on the console outside of dac. Exit 0: nothing, 2: something, 1: error."""
    from dac.model.change import Disposition
    from dac.run.console import open_console
    from dac.run.observation import Looking
    from dac.run.planning import Wish, make_plan
    from dac.run.scope import choose

    asked = options.request(stacks, console, variables)
    scope = choose(asked, writes=False)
    with open_console(scope.project, scope.console, asked.env, options.now) as opened:
        planned = make_plan(scope, opened, Wish(looking=Looking(deep=deep, readers=False)))
    plan, documents = planned.plan, planned.observation.records.documents
    unknown = sorted(stack for stack in plan.stacks if not documents[stack].serial and plan.changes)
    if unknown:
        from dac.views.human.words import console_line

        say(f"{console_line(plan.console)}\n\n")
        raise DacError(
            f"nothing is recorded of {', '.join(unknown)} on console {scope.console.name}: drift cannot be told",
            hint="apply once, or bring the state back from where it is kept",
        )
    if json:
        from dac.views.machine.drift import drift_json

        say(drift_json(plan))
    else:
        from dac.views.human.drift_report import drift_text

        say(drift_text(plan, palette=palette(sys.stdout)))
    if any(refusal.code == "unreadable" for refusal in plan.refusals):
        stop(ERROR)
    stop(CHANGES if any(item.disposition is not Disposition.IGNORED for item in plan.drift) else 0)
