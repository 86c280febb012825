"""What is wrong, as a value: collected, sorted, and rendered once at the end."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.model.address import Address
    from dac.model.position import SourcePosition

KeyPath = tuple[str | int, ...]
"""The way from a resource's table to one of its values: `("exception", 0, "when")`."""


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `summary` says what is wrong, `detail` why, `hint` what to write instead."""

    severity: Severity
    code: str
    summary: str
    detail: str = ""
    hint: str = ""
    position: SourcePosition | None = None
    address: Address | None = None

    def sort_key(self) -> tuple[str, int, str, str]:
        place = self.position
        return (place.path if place else "", place.line if place else 0, self.code, self.summary)


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding before its place in a file is known: a key path within one resource, or one stack.

    `line_offset` counts lines below the start of a multi-line value (an AQL text): 0 is its first line.
    """

    code: str
    summary: str
    path: KeyPath = ()
    detail: str = ""
    hint: str = ""
    line_offset: int = 0
    severity: Severity = Severity.ERROR


@dataclass(slots=True)
class Diagnostics:
    """A collector: rooms add, the border sorts and shows."""

    items: list[Diagnostic] = field(default_factory=list)

    def add(self, diagnostic: Diagnostic) -> None:
        self.items.append(diagnostic)

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.items.extend(diagnostics)

    @property
    def has_errors(self) -> bool:
        return any(item.severity is Severity.ERROR for item in self.items)

    def sorted(self) -> tuple[Diagnostic, ...]:
        """By file, line, code; equal findings once (a stack checked for two consoles finds most things twice)."""
        return tuple(sorted(dict.fromkeys(self.items), key=Diagnostic.sort_key))
