"""The stack-wide checks, over all stacks at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.checks.extraction import unsettled
from dac.checks.registry import run_checks
from dac.checks.view import Item, LintPolicy, ProjectView
from dac.config.findings import diagnose
from dac.model.address import Address
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dac.config.declared import DeclaredResource
    from dac.config.loading import Stacks
    from dac.config.settings import LintSettings
    from dac.model.diagnostic import Diagnostic
    from dac.resources.names import Names
    from dac.run.desired.compiling import Result
    from dac.run.desired.surroundings import Surroundings

    WithExpressions = Callable[[Names, Iterable[str]], Names]


def check(
    resources: Sequence[DeclaredResource],
    stacks: Stacks,
    compiled: Result,
    around: Surroundings,
    with_expressions: WithExpressions | None = None,
) -> list[Diagnostic]:
    """Return what the checks find, each at its place; nothing when nothing was compiled: it was checked before.

    `with_expressions` asks the console what extracts some of its properties; it is called only when that matters.
    """
    if not compiled.anew:
        return []
    items = {
        resource.address: Item(
            resource.address,
            resource.table,
            around.facts[str(resource.address)],
            compiled.references.get(resource.address, ()),
            resource.previous,
            anew=resource.address in compiled.anew,
        )
        for resource in resources
    }
    removed = {
        Address.parse(local, stack=name): reason
        for name, stack in stacks.stacks.items()
        for local, reason in stack.removed.items()
    }
    places = {resource.address: resource for resource in resources}
    view = ProjectView(items, around.names, removed, _policy(around.lint), around.load_vocabulary())
    if with_expressions and (wanted := unsettled(view)):
        view = replace(view, names=with_expressions(view.names, wanted))
    return [diagnose(finding, places[address].locate, address) for address, finding in run_checks(view)]


def _policy(lint: LintSettings) -> LintPolicy:
    severities = {code: None if word == "off" else Severity(word) for code, word in lint.severity.items()}
    return LintPolicy(severities, lint.longest_hours)
