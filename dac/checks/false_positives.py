"""A known false positive is handled by something, or accepted for a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.checks.view import rows
from dac.model.diagnostic import Finding, Severity

if TYPE_CHECKING:
    from dac.checks.view import ProjectView
    from dac.model.address import Address


def check(view: ProjectView) -> list[tuple[Address, Finding]]:
    hint = 'add handled_by = "reference_set.NAME" (where it is let through) or accepted = "why it may fire"'
    return [
        (
            item.address,
            Finding(
                "unhandled-false-positive",
                "this false positive is known, and nothing is said to be done about it",
                ("false_positive", index),
                hint=hint,
                severity=Severity.WARNING,
            ),
        )
        for item in view.of_kind("detection")
        for index, row in rows(item.table, "false_positive")
        if not row.get("handled_by") and not row.get("accepted")
    ]
