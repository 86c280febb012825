"""In what manner an apply speaks with whoever started it: what it asks, what it shows, and where."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from dac.cli import options
from dac.cli.border import ask, can_ask, command_line, palette, say
from dac.cli.plan import show_warnings
from dac.errors import DacError

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.model.deployment import Deployment
    from dac.model.plan import Plan
    from dac.model.progress import Progress
    from dac.run.apply.applying import Applied, Border
    from dac.run.plan.planning import Planned


@dataclass(frozen=True, slots=True)
class Manner:
    """The options of an apply or a destroy that shape no plan. `deploy` is None when neither flag was given.

    With `json` the standard output is one document at the end; everything else goes to the error output.
    """

    auto: bool
    fail_fast: bool
    deploy: bool | None
    json: bool
    lock_timeout: str

    @property
    def stream(self) -> TextIO:
        """Where plan and progress go."""
        return sys.stderr if self.json else sys.stdout

    def require_consent(self) -> None:
        """DacError when nobody could be asked because the output is for a program."""
        if self.json and not self.auto:
            raise DacError("--json asks nobody", hint="add --auto-approve, or apply a saved plan")

    def border(self, report: Callable[[Progress], None], stopping: Callable[[], bool], deploy: str) -> Border:
        """Return what the run asks of this command; `deploy` is the console's mode."""
        from dac.run.apply.applying import Border

        return Border(
            show=lambda planned: self._show(planned, deploy),
            approve=self._approve,
            report=report,
            stopping=stopping,
            command=command_line(),
            lock_timeout=options.seconds_of(self.lock_timeout),
            fail_fast=self.fail_fast,
        )

    def consent(self, plan: Plan) -> bool | None:
        """Ask whether to deploy; None where nobody can be asked, or asked not to be."""
        from dac.views.human.deployment import deploy_prompt

        if self.auto or not can_ask():
            return None
        return ask(deploy_prompt(plan.console, palette=palette(self.stream)))

    def show_end(self, applied: Applied) -> None:
        """Show what became of the changes, before anything is deployed."""
        from dac.views.human.outcome import apply_text
        from dac.views.human.prompts import cancelled

        if not applied.approved:
            say(cancelled(applied.plan), stream=self.stream)
            return
        text = apply_text(applied.plan, applied.outcomes.values(), palette=palette(self.stream))
        say(("\n" if applied.outcomes else "") + text, stream=self.stream)

    def show_deployment(self, applied: Applied, mode: str, deployment: Deployment | None) -> None:
        """Show how the deploy ended; and for programs everything."""
        if deployment is not None:
            from dac.views.human.deployment import deployment_text

            text = deployment_text(deployment, applied.plan.console, palette=palette(self.stream))
            say(text, stream=self.stream)
        if self.json:
            from dac.views.machine.outcome import apply_json

            say(apply_json(applied.plan, applied.outcomes.values(), mode, deployment))

    def _approve(self, plan: Plan) -> bool:
        from dac.views.human.prompts import approval_prompt

        otherwise = "add --auto-approve"
        if plan.rollback:
            otherwise += ", or save the plan with --out FILE and apply that"
        elif not plan.destroy:
            otherwise += ", or apply a plan that was saved with `dac plan --out FILE`"
        return self.auto or ask(approval_prompt(plan, palette=palette(self.stream)), otherwise=otherwise)

    def _show(self, planned: Planned, deploy: str) -> None:
        from dac.views.human.plan import plan_text

        show_warnings(planned.observation.warnings)
        if planned.promoted is not None:
            from dac.views.human.promotion import promoted_text

            say(promoted_text(planned.promoted), stream=self.stream)
        text = plan_text(planned.plan, palette=palette(self.stream), deploy=deploy)
        say(text + "\n", stream=self.stream)
