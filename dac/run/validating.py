"""The use case `validate`: everything that can be known without a console, for every console."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.aql.catalogue.vocabulary import SHIPPED
from dac.config.catalogues import load_vocabulary
from dac.config.loading import load_project, read_sources, resolve
from dac.errors import ConfigError, DacError
from dac.model.diagnostic import Diagnostics
from dac.run.desired.offline import offline_findings
from dac.run.scope import relevant, selection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dac.config.loading import Sources
    from dac.config.settings import ConsoleSettings, Project
    from dac.model.diagnostic import Diagnostic
    from dac.run.scope import Request


@dataclass(frozen=True, slots=True)
class Validated:
    """What was looked at, and everything found."""

    stacks: tuple[str, ...]
    resources: Mapping[str, int]
    diagnostics: tuple[Diagnostic, ...]


def validate_project(request: Request) -> Validated:
    """Check the named stacks (all when none is named) for one console, or for every console of dac.toml.

    Names are looked up in each console's own catalogue, where `dac console refresh` has saved one, else in the lists
    that dac ships. ConfigError when dac.toml itself cannot be read.
    """
    project = load_project(request.folder)
    sources = read_sources(project)
    selected = selection(request.stacks, set(sources.stacks), set(sources.stacks))
    found = Diagnostics()
    for console in _consoles(project, request.console):
        found.extend(_findings(project, sources, console, request.variables))
    items = relevant(found.items, selected, sources.stacks)
    counts = Counter(a.kind for name in selected for a in sources.stacks[name].resources)
    return Validated(selected, counts, Diagnostics(list(items)).sorted())


def _consoles(project: Project, named: str | None) -> list[ConsoleSettings]:
    if named is None:
        return list(project.consoles.values())
    if named not in project.consoles:
        raise DacError(
            f'there is no console "{named}" in dac.toml', hint=f"consoles: {', '.join(project.consoles) or 'none yet'}"
        )
    return [project.consoles[named]]


def _findings(
    project: Project, sources: Sources, console: ConsoleSettings, variables: Mapping[str, str]
) -> list[Diagnostic]:
    stacks = resolve(project, sources, console, variables=variables)
    damage: Sequence[Diagnostic] = ()
    vocabulary = SHIPPED
    try:
        vocabulary = load_vocabulary(project, console.name)
    except ConfigError as error:
        damage = error.diagnostics
    return [*stacks.diagnostics, *damage, *offline_findings(project, console, stacks, vocabulary)]
