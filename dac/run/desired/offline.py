"""What can be said of stacks without their console: names are looked up in its catalogue, or as dac ships them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from dac.aql.catalogue.vocabulary import SHIPPED
from dac.model.diagnostic import Severity
from dac.resources.shipped_names import catalogued_names
from dac.run.desired.checking import check
from dac.run.desired.compiling import compile_all
from dac.run.desired.identities import facts_of
from dac.run.desired.surroundings import surroundings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.aql.catalogue.vocabulary import Vocabulary
    from dac.config.loading import Stacks
    from dac.config.settings import ConsoleSettings, Project
    from dac.model.diagnostic import Diagnostic

_UNREAD = frozenset({"syntax", "encoding", "unreadable"})
_MISSING = ("dangling-", "undeclared-")
_REFUTABLE = ("undeclared-", "AQL008", "AQL080")


def offline_findings(
    project: Project, console: ConsoleSettings, stacks: Stacks, vocabulary: Vocabulary = SHIPPED
) -> list[Diagnostic]:
    """Compile and check the stacks of one console; what is wrong with their files themselves is not repeated.

    `vocabulary` is what is known of that console; by default nothing is.
    """
    resources = tuple(resource for stack in stacks.stacks.values() for resource in stack.resources)
    uuids = {resource.address: resource.uuid(project.id) for resource in resources}
    facts = facts_of(resources, uuids, {})
    names, clock = catalogued_names(vocabulary), int(time.time() * 1000)
    around = surroundings(project, console, names, facts, clock, vocabulary=vocabulary)
    compiled = compile_all(resources, around, {}, frozenset())
    found = [*compiled.diagnostics.items, *check(resources, stacks, compiled, around)]
    return list(_without_consequences(found, stacks.diagnostics))


def certain_errors(project: Project, console: ConsoleSettings, stacks: Stacks) -> list[Diagnostic]:
    """Return those that no console could refute: for a run that stops at its files, before it asks the console."""
    return [
        item
        for item in offline_findings(project, console, stacks)
        if item.severity is Severity.ERROR and not item.code.startswith(_REFUTABLE)
    ]


def _without_consequences(found: Iterable[Diagnostic], causes: Iterable[Diagnostic]) -> Iterable[Diagnostic]:
    """Leave out what a mistake in a file brings about: a hole where a variable was, a reference into an unread file."""
    errors = [cause for cause in causes if cause.severity is Severity.ERROR]
    places = {cause.position for cause in errors}
    unread = any(cause.code in _UNREAD for cause in errors)
    return (item for item in found if item.position not in places and not (unread and item.code.startswith(_MISSING)))
