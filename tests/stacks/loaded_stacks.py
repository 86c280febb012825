"""The stacks and examples of this repository, loaded as dac loads them and compiled without a console."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dac.config.loading import load_project, load_stacks
from dac.model.diagnostic import Diagnostics
from dac.resources.kind import CompileContext, Fact
from dac.resources.registry import kind
from dac.resources.shipped_names import shipped_names
from dac.resources.validation import validate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from dac.config.declared import DeclaredResource
    from dac.config.settings import Project
    from dac.resources.kind import Compiled

ROOT = Path(__file__).parents[2]
NOVEMBER_2026 = 1_793_836_800_000
"""A day on which no placeholder entry has expired."""


@dataclass(frozen=True)
class LoadedStack:
    """One stack for the console `local`; everything by local address, such as `detection.risky_sign_in`."""

    folder: Path
    declared: Mapping[str, BaseModel]
    compiled: Mapping[str, Compiled]

    def of_kind(self, name: str) -> dict[str, Any]:
        return {local: model for local, model in self.declared.items() if local.startswith(f"{name}.")}


@cache
def cloud_accounts() -> LoadedStack:
    return load(ROOT, "cloud-accounts")


@cache
def as_published() -> LoadedStack:
    return load(ROOT / "examples" / "as-published", "as-published")


def load(root: Path, name: str) -> LoadedStack:
    """Read, validate and compile one stack; anything wrong with its files ends the test here."""
    project = load_project(root)
    stacks = load_stacks(project, project.consoles["local"], variables={})
    problems = Diagnostics(list(stacks.diagnostics))
    assert not problems.sorted()
    resources = stacks.stacks[name].resources
    declared = {resource.address.local: _validated(resource) for resource in resources}
    facts = {str(resource.address): _fact(project, resource) for resource in resources}
    compiled = {}
    for resource in resources:
        context = CompileContext(
            project=project.name,
            console="local",
            address=resource.address,
            names=shipped_names(),
            clock=NOVEMBER_2026,
            timezone=project.timezone,
            facts=facts,
        )
        model: Any = declared[resource.address.local]
        compiled[resource.address.local] = kind(resource.address.kind).compile(model, context)
    return LoadedStack(root / "stacks" / name, declared, compiled)


def _validated(resource: DeclaredResource) -> BaseModel:
    model, findings = validate(kind(resource.address.kind), resource.table)
    assert model is not None, findings
    return model


def _fact(project: Project, resource: DeclaredResource) -> Fact:
    described = kind(resource.address.kind)
    name = described.console_name(resource.address, resource.table)
    return Fact(described.name, name, resource.uuid(project.id), described.fact_type(resource.table))
