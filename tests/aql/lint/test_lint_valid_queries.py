"""Queries that a console takes have no errors, in whatever surroundings that declare nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from aql_queries import VALID

from dac.aql.lint.engine import lint
from dac.model.diagnostic import Severity

_LINES = (Path(__file__).parent / "everyday_queries.txt").read_text("utf-8").splitlines()
_TIDY_FROM = _LINES.index("# Nothing at all is to be said about these.")
EVERYDAY = [line for line in _LINES if not line.startswith("#")]
TIDY = _LINES[_TIDY_FROM + 1 :]


@pytest.mark.parametrize("text", [*VALID, *EVERYDAY])
def test_a_query_that_a_console_takes_has_no_error(text: str) -> None:
    report = lint(text)
    assert report.syntax_ok
    assert [finding for finding in report.findings if finding.severity is Severity.ERROR] == []


@pytest.mark.parametrize("text", TIDY)
def test_a_tidy_query_has_no_finding_at_all(text: str) -> None:
    assert lint(text).findings == ()
