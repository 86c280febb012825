"""A project view from a few lines, and the findings of a check as lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.checks.view import Item, ProjectView
from dac.model.address import Address
from dac.model.resource import Reference
from dac.resources.kind import Fact
from dac.resources.names import Names

if TYPE_CHECKING:
    from collections.abc import Callable

    from dac.model.diagnostic import Finding


def names(*, properties: tuple[str, ...] = (), sets: tuple[str, ...] = (), complete: bool = True) -> Names:
    return Names(
        log_source_types={},
        offense_types=(),
        low_level_categories={},
        properties=frozenset(properties),
        reference_sets=dict.fromkeys(sets, "ALN"),
        complete=complete,
    )


def item(text: str, *, reads: tuple[str, ...] = (), previous: tuple[str, ...] = (), **table: Any) -> Item:
    """`reads` are `kind:name`; the uuid is the table's, else the address."""
    address = Address.parse(text, stack="a")
    fact = Fact(address.kind, table.get("name", address.name), table.get("uuid", str(address)))
    return Item(
        address,
        table,
        fact,
        tuple(Reference(*reference.split(":", 1)) for reference in reads),
        tuple(Address.parse(one, stack=address.stack) for one in previous),
    )


def view(*items: Item, console: Names | None = None, removed: tuple[str, ...] = ()) -> ProjectView:
    return ProjectView(
        {one.address: one for one in items},
        console or names(),
        {Address.parse(text, stack="a"): "why" for text in removed},
    )


def lines(check: Callable[[ProjectView], list[tuple[Address, Finding]]], seen: ProjectView) -> list[str]:
    """`address path: summary` of each finding."""
    return [
        f"{address} {'.'.join(map(str, finding.path)) or '-'}: {finding.summary}" for address, finding in check(seen)
    ]
