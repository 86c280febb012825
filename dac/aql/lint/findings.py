"""What the linter answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from dac.aql.references import References


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One finding; `line` and `column` count from 1, columns in code points. `hint` may be empty."""

    code: str
    severity: Severity
    line: int
    column: int
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Findings in reading order.

    `references` is None for a text that does not parse or is too large (AQL000), and where nobody asked for them.
    """

    syntax_ok: bool
    findings: tuple[LintFinding, ...]
    references: References | None = None

    @property
    def has_errors(self) -> bool:
        return any(finding.severity is Severity.ERROR for finding in self.findings)
