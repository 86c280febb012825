"""Findings that a team has looked at and decided to live with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.aql.lint.findings import LintFinding
from dac.aql.lint.registry import rules
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.aql.lint.findings import Report

UNUSED = "AQL090"
"""The code of a suppression that hits nothing."""


@dataclass(frozen=True, slots=True)
class Suppression:
    """`[[detection.NAME.suppress]]`: the code of a rule, and why its findings are accepted here.

    Raises ValueError for a missing reason, for a code that no rule has, and for one that cannot be suppressed
    because its texts do not parse.
    """

    code: str
    reason: str

    def __post_init__(self) -> None:
        rule = rules().get(self.code)
        if rule is None:
            raise ValueError(f"no rule has the code {self.code!r}; dac lint rules lists them")
        if rule.always and self.code != "AQL055":
            raise ValueError(f"{self.code} says that the text cannot be read, which no reason changes")
        if not self.reason.strip():
            raise ValueError(f"a suppression of {self.code} needs a reason")


def apply_suppressions(
    report: Report, suppressions: Sequence[Suppression]
) -> tuple[tuple[LintFinding, ...], tuple[Suppression, ...]]:
    """The findings that are left, and the suppressions that hit nothing.

    A text that does not parse keeps all its findings, and says nothing about suppressions.
    """
    if not report.syntax_ok:
        return report.findings, ()
    codes = {suppression.code for suppression in suppressions}
    hit = {finding.code for finding in report.findings}
    kept = tuple(finding for finding in report.findings if finding.code not in codes)
    return kept, tuple(suppression for suppression in suppressions if suppression.code not in hit)


def unused_finding(suppression: Suppression) -> LintFinding:
    """What to report for a suppression that hits nothing (AQL090, a warning at the start of the text)."""
    message = f"the suppression of {suppression.code} hits nothing: {suppression.reason.strip()}"
    return LintFinding(UNUSED, Severity.WARNING, 1, 1, message, "remove it")
