"""What a query reads is declared in the project, or is on the console already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.checks.view import place_of
from dac.model.diagnostic import Finding
from dac.resources.rule_form import QUERIED
from dac.resources.validation import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.checks.view import Item, ProjectView
    from dac.model.address import Address

_TITLES = {"custom_property": "custom property", "reference_set": "reference set"}
_KINDS = {"custom_property": "custom_property", "reference_set": "reference_set", QUERIED: "custom_property"}


def check(view: ProjectView) -> list[tuple[Address, Finding]]:
    known = {kind: _known(view, kind) for kind in _TITLES}
    return [
        (item.address, _finding(view, item, kind, reference.name, known[kind]))
        for item in view.items.values()
        for reference in item.references
        if (kind := _KINDS.get(reference.kind, ""))
        and _key(kind, reference.name) not in known[kind]
        and not _is_field(view, item, kind, reference.name)
    ]


def _is_field(view: ProjectView, item: Item, kind: str, name: str) -> bool:
    """Whether the console has it as a field of its own: newer ones have fields that dac does not ship."""
    return kind == "custom_property" and name.lower() in view.vocabulary.fields(_database(item))


def _database(item: Item) -> str:
    return "flows" if item.table.get("type") == "flow" else "events"


def _known(view: ProjectView, kind: str) -> Mapping[str, str]:
    """Return every name there is, by the form in which names are compared."""
    console = view.names.properties if kind == "custom_property" else view.names.reference_sets
    names = [*console, *(item.fact.name for item in view.of_kind(kind))]
    return {_key(kind, name): name for name in names}


def _key(kind: str, name: str) -> str:
    return name.lower() if kind == "custom_property" else name  # AQL finds a property in any case


def _finding(view: ProjectView, item: Item, kind: str, name: str, known: Mapping[str, str]) -> Finding:
    path, line = place_of(item.table, name)
    near = nearest(
        name, [*known.values(), *(view.vocabulary.fields(_database(item)) if kind == "custom_property" else ())]
    )
    hint = f'did you mean "{near}"? ' if near else ""
    hint += f"declare it under [{kind}.NAME]"
    where = "is declared in no stack and is not on this console"
    if not view.names.complete:
        where = "is declared in no stack"
        if view.names.catalogue and (kind == "custom_property" or view.vocabulary.reference_sets is not None):
            where += f" and not in the catalogue of console {view.names.catalogue}"
        hint += "; if a console has it, save that with `dac console refresh`"
        hint += f", or take it over with `dac import --kind {kind}`"
    summary = f'the {_TITLES[kind]} "{name}" {where}'
    return Finding(f"undeclared-{kind.replace('_', '-')}", summary, path, hint=hint, line_offset=line)
