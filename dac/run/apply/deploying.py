"""After an apply: whether to deploy, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.config.project import load_project
from dac.errors import ConsoleError, DacError
from dac.model.deployment import DeployEnd, Deployment, DeployMode
from dac.model.plan import Step
from dac.model.progress import Deploying
from dac.qradar.carriers.work import told
from dac.qradar.deploys import deploy_incremental

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dac.config.settings import ConsoleSettings
    from dac.model.plan import Plan
    from dac.run.apply.applying import Applied, Border
    from dac.run.console import Console


def mode_for(plan: Plan, folder: Path) -> str:
    """Return the mode of a plan's console by the dac.toml around a folder; '' where there is none that names it."""
    try:
        settings = load_project(folder).consoles.get(plan.console.name)
    except DacError:
        return ""
    return settings.deploy if settings is not None else ""


def require_allowed(settings: ConsoleSettings, choice: bool | None) -> None:
    """DacError when a deploy is asked for where dac.toml says never. `choice`: --deploy, --no-deploy, or neither."""
    if choice and settings.deploy == DeployMode.NEVER:
        raise DacError(
            f'--deploy: dac.toml does not let dac deploy on console {settings.name} (deploy = "never", the default)',
            hint=f'write deploy = "ask" or "incremental" into [console.{settings.name}], or deploy in the console',
        )


def deploy_after(
    applied: Applied, console: Console, border: Border, choice: bool | None, consent: Callable[[], bool | None]
) -> Deployment | None:
    """Deploy, if it is wanted; None where there is no question of it. Never raises for what a console answers.

    `consent` asks whoever sits there, and is None where nobody can be asked. A deploy without a change is made only for
    an explicit `choice`: it takes a failed one up again.
    """
    mode = console.settings.deploy
    if not applied.approved or mode == DeployMode.NEVER or not (choice or _wrote(applied)):
        return None
    if not applied.complete:
        return Deployment(DeployEnd.LEFT, "the apply is incomplete: it is left to the one that completes it")
    again = f"`dac apply --deploy --console {console.settings.name}`"
    wanted = choice if choice is not None or mode == DeployMode.INCREMENTAL else consent()
    if wanted is None and mode == DeployMode.ASK:
        return Deployment(DeployEnd.LEFT, f"nobody could be asked: {again} deploys without asking")
    if wanted is False:
        return Deployment(DeployEnd.LEFT, f"as you said; {again} makes up for it")
    border.report(Deploying())
    try:
        return deploy_incremental(
            console.client, waiting_for=lambda who: border.report(Deploying(who)), stopping=border.stopping
        )
    except ConsoleError as error:
        return Deployment(DeployEnd.FAILED, told(error))


def _wrote(applied: Applied) -> bool:
    return bool(applied.outcomes) and any(wave.step is not Step.RECORD for wave in applied.plan.waves)
