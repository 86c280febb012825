"""What [removed] wants forgotten is declared no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.diagnostic import Finding

if TYPE_CHECKING:
    from dac.checks.view import ProjectView
    from dac.model.address import Address


def check(view: ProjectView) -> list[tuple[Address, Finding]]:
    summary = "{} is declared, and [removed] of its stack wants it forgotten"
    hint = "remove one of the two: its table to have dac forget it, or its line in [removed] to keep it"
    return [
        (address, Finding("removed-but-declared", summary.format(address), hint=hint))
        for address in sorted(view.removed)
        if address in view.items
    ]
