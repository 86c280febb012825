"""A stack as it is to become, loaded from where it is put together, as any other run would load it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.config.loading import Sources, load_project, read_sources, resolve
from dac.config.project import default_console
from dac.config.sources import read_stack
from dac.errors import ConfigError, DacError
from dac.model.address import is_name
from dac.model.diagnostic import Diagnostics, Severity
from dac.run.backends import state_backend
from dac.run.scope import Scope, relevant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.run.importing.files import Staging
    from dac.run.scope import Request


def scope_of(request: Request, stack: str) -> tuple[Scope, Sources]:
    """Return the scope of an import into `stack`, which need not be there yet; ConfigError for broken files of it."""
    if not is_name(stack):
        raise DacError(f'"{stack}" is no stack name: a letter, then letters, digits, _ and -')
    project = load_project(request.folder)
    console = default_console(project, request.console, request.env, writes=True)
    found = read_sources(project)
    sources = replace(found, diagnostics=tuple(one for one in found.diagnostics if one.code != "no-stacks"))
    stacks = resolve(project, sources, console, variables=request.variables)
    wrong = relevant(stacks.diagnostics, (stack,), {*stacks.stacks, stack})
    if any(item.severity is Severity.ERROR for item in wrong):
        raise ConfigError(wrong)
    return Scope(project, console, stacks, (stack,), state_backend(project, request.env)), sources


def with_staged(base: Scope, sources: Sources, staging: Staging, variables: Mapping[str, str]) -> Scope:
    """Return the same scope with the stack as it stands in `staging`."""
    (stack,) = base.selected
    display = base.project.display(staging.target)
    found = Diagnostics([one for one in sources.diagnostics if not _is_below(one.position, display)])
    source = read_stack(stack, str(staging.folder), display, found)
    staged = Sources({**sources.stacks, stack: source}, found.sorted())
    return replace(base, stacks=resolve(base.project, staged, base.console, variables=variables))


def _is_below(position: object, display: str) -> bool:
    return str(getattr(position, "path", "")).startswith(f"{display}/")
