"""All that compiling for one console reads besides the resources themselves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from dac.aql.catalogue.vocabulary import SHIPPED
from dac.config.settings import LintSettings
from dac.model.deployed import digest
from dac.resources import custom_property
from dac.resources.kind import CompileContext

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from zoneinfo import ZoneInfo

    from dac.aql.catalogue.vocabulary import Vocabulary
    from dac.config.settings import ConsoleSettings, Project
    from dac.model.address import Address
    from dac.model.deployed import Deployed
    from dac.resources.kind import Fact
    from dac.resources.names import Names

COMPILER = 3
"""Raised whenever the same TOML compiles to something else: then every recorded digest is worth nothing."""


@dataclass(frozen=True)
class Surroundings:
    """All that compiling and checking read besides a resource's own table. `clock` is epoch ms.

    `delete_after` is in ms. `load_vocabulary` reads the console's catalogue: only what has changed is worth that.
    """

    project: str
    console: str
    min_status: str
    timezone: ZoneInfo
    names: Names
    facts: Mapping[str, Fact]
    clock: int
    api_version: tuple[int, int] | None = None
    lint: LintSettings = field(default_factory=LintSettings)
    rollout: str = "active"
    delete_after: int = 0
    load_vocabulary: Callable[[], Vocabulary] = lambda: SHIPPED

    @property
    def digest(self) -> str:
        """Stands for everything here but the clock, for which each resource has its own `valid_until`.

        The offense types of the project's own properties do not count: they appear as a consequence of an apply.
        """
        facts = {
            address: (f.kind, f.name, f.uuid, f.type) for address, f in self.facts.items() if f.kind != "detection"
        }
        others = (t for t in self.names.offense_types if not (t.custom and t.index.lower() in self.properties))
        names = replace(self.names, offense_types=tuple(others))
        console = [self.console, self.min_status, self.rollout, self.api_version]
        settings = [COMPILER, self.project, *console, self.timezone.key]
        return digest([settings, names.digest, facts])

    @cached_property
    def properties(self) -> dict[str, str]:
        """Lower-case name to declared spelling of the project's custom properties."""
        names = [fact.name for fact in self.facts.values() if fact.kind == custom_property.KIND.name]
        return {name.lower(): name for name in names}

    def context(self, address: Address) -> CompileContext:
        return CompileContext(
            project=self.project,
            console=self.console,
            address=address,
            names=self.names,
            clock=self.clock,
            timezone=self.timezone,
            facts=self.facts,
            properties=self.properties,
            min_status=self.min_status,
            rollout=self.rollout,
            api_version=self.api_version,
            read_rule=_read_rule,
        )


def surroundings(
    project: Project,
    console: ConsoleSettings,
    names: Names,
    facts: Mapping[str, Fact],
    clock: int,
    api_version: tuple[int, int] | None = None,
    vocabulary: Vocabulary | None = None,
) -> Surroundings:
    """Gather what compiling for one console reads; `api_version` is None when the console is not asked.

    `vocabulary` is the console's catalogue where it has been read; without it, it will be when it is needed.
    """

    def load() -> Vocabulary:
        from dac.config.catalogues import load_vocabulary  # not for a plan without changes

        return load_vocabulary(project, console.name) if vocabulary is None else vocabulary

    return Surroundings(
        project=project.name,
        console=console.name,
        min_status=console.min_status,
        timezone=project.timezone,
        names=names,
        facts=facts,
        clock=clock,
        api_version=api_version,
        lint=project.lint,
        rollout=console.rollout,
        delete_after=console.delete_after * 1000,
        load_vocabulary=load,
    )


def _read_rule(text: str, kind: str, names: Names) -> Deployed:
    from dac.qradar.package.rule_file import read_rule_file

    return read_rule_file(text, kind, names)
