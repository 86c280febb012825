"""The stack-wide checks, over all stacks at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.checks.registry import run_checks
from dac.checks.view import Item, ProjectView
from dac.config.findings import diagnose
from dac.model.address import Address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.config.declared import DeclaredResource
    from dac.config.loading import Stacks
    from dac.model.diagnostic import Diagnostic
    from dac.run.compiling import Result, Surroundings


def check(
    resources: Sequence[DeclaredResource], stacks: Stacks, compiled: Result, around: Surroundings
) -> list[Diagnostic]:
    """Return what the checks find, each at its place; nothing when nothing was compiled: it was checked before."""
    if not compiled.anew:
        return []
    items = {
        resource.address: Item(
            resource.address,
            resource.table,
            around.facts[str(resource.address)],
            compiled.references.get(resource.address, ()),
            resource.previous,
        )
        for resource in resources
    }
    removed = {
        Address.parse(local, stack=name): reason
        for name, stack in stacks.stacks.items()
        for local, reason in stack.removed.items()
    }
    places = {resource.address: resource for resource in resources}
    return [
        diagnose(finding, places[address].locate, address)
        for address, finding in run_checks(ProjectView(items, around.names, removed))
    ]
