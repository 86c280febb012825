"""What a command works on: the project, one console, the stacks that were named, and where their states are."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dac.config.loading import Stacks, load_project, load_stacks, read_sources
from dac.config.project import default_console
from dac.errors import ConfigError, DacError, PlanError
from dac.model.address import Address
from dac.model.diagnostic import Diagnostic, Severity
from dac.model.plan import ConsoleRef
from dac.run.backends import state_backend

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from dac.config.declared import DeclaredResource
    from dac.config.settings import ConsoleSettings, Project
    from dac.model.plan import Plan
    from dac.state.backend import StateBackend


@dataclass(frozen=True, slots=True)
class Request:
    """What the user typed, and the environment it was typed in. No stack named means all."""

    folder: Path
    stacks: tuple[str, ...] = ()
    console: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    env: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scope:
    """All stacks are loaded, because names and references cross them; `selected` are planned."""

    project: Project
    console: ConsoleSettings
    stacks: Stacks
    selected: tuple[str, ...]
    backend: StateBackend

    @property
    def ref(self) -> ConsoleRef:
        return ConsoleRef(self.console.name, self.console.url)

    @property
    def resources(self) -> tuple[DeclaredResource, ...]:
        """Every declared resource of every stack."""
        return tuple(resource for stack in self.stacks.stacks.values() for resource in stack.resources)

    @property
    def removed(self) -> dict[Address, str]:
        """Addresses that the selected stacks want forgotten, with the reason."""
        return {
            Address.parse(local, stack=name): reason
            for name in self.selected
            if name in self.stacks.stacks
            for local, reason in self.stacks.stacks[name].removed.items()
        }


def choose(
    request: Request, *, writes: bool, recorded_only: bool = False, backend: StateBackend | None = None
) -> Scope:
    """Load the project and the stacks; ConfigError carries everything that is wrong with the files.

    `writes` decides whether a console may be taken from the environment. With `recorded_only` the files do not
    matter: a stack whose folder is gone may be named while its state is there, and broken files stop nothing.
    `backend` takes the place of the one that dac.toml names.
    """
    project = load_project(request.folder)
    console = default_console(project, request.console, request.env, writes=writes)
    stacks = load_stacks(project, console, variables=request.variables)
    backend = backend or state_backend(project, request.env)
    known = set(stacks.stacks)
    if recorded_only:
        known |= set(backend.stacks(console.name))
    elif set(request.stacks) - known:
        _require_folders(request.stacks, known, backend.stacks(console.name), console.name)
    selected = selection(request.stacks, known, set(stacks.stacks))
    problems = relevant(stacks.diagnostics, selected, known)
    if not recorded_only and any(item.severity is Severity.ERROR for item in problems):
        from dac.run.desired.offline import (
            certain_errors,  # all that is wrong is said at once, and costs nothing until then
        )

        raise ConfigError((*problems, *relevant(certain_errors(project, console, stacks), selected, known)))
    return Scope(project, console, stacks, selected, backend)


def require_names(request: Request, *, recorded_only: bool = False) -> None:
    """DacError when the console or a stack that a command which only reads was given is none; as `choose` would say.

    ConfigError for a dac.toml that is wrong; other files may be.
    """
    project = load_project(request.folder)
    console = default_console(project, request.console, request.env, writes=False)
    if not request.stacks:
        return
    known = set(read_sources(project).stacks)
    stored = set(state_backend(project, request.env).stacks(console.name))
    if not recorded_only:
        _require_folders(request.stacks, known, stored, console.name)
    selection(request.stacks, known | stored, known)


def choose_console(request: Request, *, writes: bool) -> tuple[Project, ConsoleSettings]:
    """Return the project and the console only: for commands that need no stack."""
    project = load_project(request.folder)
    return project, default_console(project, request.console, request.env, writes=writes)


def choose_for_plan(request: Request, plan: Plan) -> Scope:
    """Return the scope of a saved plan: its own stacks and console; the stack files are not read.

    DacError when the plan is for another console than the one that was named, or for one that moved since.
    """
    project = load_project(request.folder)
    made_for = plan.console
    if request.console not in (None, made_for.name):
        raise PlanError(f"this plan was made for console {made_for.name}, not for {request.console}")
    console = default_console(project, made_for.name, request.env, writes=True)
    if console.url != made_for.url:
        summary = f"this plan was made for console {made_for.name} at {made_for.url}, which is now {console.url}"
        raise PlanError(summary, hint="make a new plan")
    return Scope(project, console, Stacks({}, ()), plan.stacks, state_backend(project, request.env))


def _require_folders(named: Iterable[str], known: set[str], stored: Iterable[str], console: str) -> None:
    """DacError for a stack that is on the console and whose folder is gone: that is no typing mistake."""
    for name in sorted((set(named) - known).intersection(stored)):
        destroy = f"dac destroy {name} --console {console}"
        hint = f"bring the folder back; or take what is still recorded off the console with `{destroy}`"
        raise DacError(f'the folder of stack "{name}" is gone; only its state is left', hint=hint)


def relevant(found: Iterable[Diagnostic], selected: tuple[str, ...], known: Iterable[str]) -> tuple[Diagnostic, ...]:
    """Return the findings but for those that lie in the files of a stack nobody asked about."""
    others = tuple(f"stacks/{name}/" for name in set(known) - set(selected))
    return tuple(item for item in found if not (item.position and item.position.path.startswith(others)))


def selection(named: tuple[str, ...], known: set[str], every: set[str]) -> tuple[str, ...]:
    """Return the stacks a command works on: those named, else all; DacError for a name that is not `known`."""
    for name in named:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f'did you mean "{near[0]}"?' if near else f"stacks: {', '.join(sorted(known)) or 'none yet'}"
            raise DacError(f'there is no stack "{name}"', hint=hint)
    return tuple(sorted(set(named) if named else every))
