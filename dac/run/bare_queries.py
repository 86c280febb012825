"""What is known around a query that stands in no stack, when a console is named for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.config.catalogues import catalogue_path, read_catalogue
from dac.config.loading import load_project, load_stacks
from dac.config.project import default_console
from dac.errors import DacError
from dac.model.diagnostic import Severity
from dac.resources.custom_property import KIND as CUSTOM_PROPERTY

if TYPE_CHECKING:
    from pathlib import Path

    from dac.aql.lint.context import Context
    from dac.run.scope import Request


def for_catalogue(file: Path, context: Context) -> Context:
    """Return `context` with a catalogue. A property that is not in it may be one that a project made: a warning."""
    vocabulary = read_catalogue(file, str(file))
    properties = dict.fromkeys(vocabulary.property_types, frozenset[str]())
    severities = {**context.severities, "AQL008": Severity.WARNING}
    return replace(context, vocabulary=vocabulary, properties=properties, severities=severities)


def for_console(request: Request, context: Context) -> Context:
    """Return `context` with the catalogue of a console, and the custom properties that the project declares for it.

    DacError when the console has no catalogue; ConfigError for a damaged one. Mistakes in the stacks are for
    `dac validate` to say.
    """
    project = load_project(request.folder)
    console = default_console(project, request.console, request.env, writes=False)
    file = catalogue_path(project, console.name)
    if not file.exists():
        hint = f"`dac console refresh --console {console.name}` saves it"
        raise DacError(f"console {console.name} has no catalogue yet: {project.display(file)} is not there", hint=hint)
    vocabulary = read_catalogue(file, project.display(file), console.name)
    stacks = load_stacks(project, console, variables=request.variables).stacks
    declared = [r for stack in stacks.values() for r in stack.resources if r.address.kind == CUSTOM_PROPERTY.name]
    names = {*vocabulary.property_types, *(CUSTOM_PROPERTY.console_name(r.address, r.table) for r in declared)}
    return replace(context, vocabulary=vocabulary, properties=dict.fromkeys(names, frozenset[str]()))
