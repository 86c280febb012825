"""A uuid is one resource's identity: on the console, the second would overwrite the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.diagnostic import Finding

if TYPE_CHECKING:
    from dac.checks.view import Item, ProjectView
    from dac.model.address import Address


def check(view: ProjectView) -> list[tuple[Address, Finding]]:
    first: dict[str, Item] = {}
    found = []
    for _, item in sorted(view.items.items()):
        other = first.setdefault(item.fact.uuid.lower(), item)
        if other is item or set(other.previous) & set(item.previous):  # the latter is for the check of moves
            continue
        summary = f"{item.address} and {other.address} have the same uuid, {item.fact.uuid}"
        hint = "remove the key uuid from whichever is the copy, and dac derives one of its own"
        found.append((item.address, Finding("duplicate-uuid", summary, ("uuid",), hint=hint)))
    return found
