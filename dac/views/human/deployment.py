"""Deploys for people: what the plan says of them, the question, and how one ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.deployment import DeployEnd, DeployMode
from dac.views.human.palette import PLAIN
from dac.views.human.prompts import ANSWER
from dac.views.human.quote import paragraph, visible
from dac.views.human.words import console_line, console_name

if TYPE_CHECKING:
    from dac.model.deployment import Deployment
    from dac.model.plan import ConsoleRef
    from dac.views.human.palette import Palette

_PLANNED = {
    DeployMode.NEVER: "QRadar documents no deploy for such changes; should yours ask for one, deploy there.",
    DeployMode.ASK: "after a complete apply dac asks; a deploy takes along whatever else is staged there.",
    DeployMode.INCREMENTAL: "after a complete apply; it takes along whatever else is staged there.",
}
_ROLES = {DeployEnd.DEPLOYED: "success", DeployEnd.FAILED: "error"}
_MEND = "What was applied is recorded all the same. `{command}` deploys again when the cause is gone."


def planned_deploy(mode: str) -> str:
    """The line about deploying below a plan."""
    return f"Deploy: {mode}: {_PLANNED[DeployMode(mode)]}"


def deploy_prompt(console: ConsoleRef, *, palette: Palette = PLAIN) -> str:
    """The question after an apply, ending where the answer is typed."""
    question = palette.paint("heading", f"Do you want to deploy on console {console_name(console)}?")
    return f"""\
{question}
  An incremental deploy also takes along what others have staged there.
  Only 'yes' will be accepted to approve.

{ANSWER}"""


def deployment_text(deployment: Deployment, console: ConsoleRef, *, palette: Palette = PLAIN) -> str:
    """How a deploy ended, host by host."""
    end = deployment.end
    first, *more = paragraph(deployment.reason, indent="") if deployment.reason else [""]
    label = palette.paint(_ROLES[end], f"Deploy: {end}") if end in _ROLES else f"Deploy: {end}"
    lines = [f"{label}{f': {first}' if first else ''}", *(f"  {line}".rstrip() for line in more)]
    lines += [f"  {visible(ip)}: {visible(said)}" for ip, said in sorted(deployment.hosts.items())]
    if end is DeployEnd.FAILED:
        lines += ["", _MEND.format(command=f"dac apply --deploy --console {visible(console.name)}")]
    return "\n".join(["", *lines, "", console_line(console)]) + "\n"
