"""From a finding, which knows a key path, to a diagnostic, which knows a file and a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dac.model.diagnostic import Diagnostic, KeyPath
from dac.model.position import SourcePosition

if TYPE_CHECKING:
    from dac.model.address import Address
    from dac.model.diagnostic import Finding

Locate = Callable[[KeyPath, int], SourcePosition]
"""Takes a key path and a number of lines below the start of its value: `DeclaredResource.locate` is one."""


def diagnose(finding: Finding, locate: Locate, address: Address | None = None) -> Diagnostic:
    """Return `finding` with its place in the files."""
    return Diagnostic(
        severity=finding.severity,
        code=finding.code,
        summary=finding.summary,
        detail=finding.detail,
        hint=finding.hint,
        position=locate(finding.path, finding.line_offset),
        address=address,
    )
