"""`dac lint rules`: what the linter looks for, and one rule in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dac.aql.lint.registry import rules

if TYPE_CHECKING:
    from command_runs import Terminal


def test_every_rule_has_a_line_with_its_severity(terminal: Terminal) -> None:
    lines = terminal.dac("lint", "rules").stdout.splitlines()
    shown = {line.split()[0]: line.split()[1] for line in lines if line.startswith("AQL")}
    assert set(rules()) <= set(shown)
    assert set(shown.values()) <= {"error", "warning", "info", "off"}


@pytest.mark.parametrize("code", ["AQL001", "AQL020", "AQL064"])
def test_one_rule_is_shown_with_where_it_comes_from(terminal: Terminal, code: str) -> None:
    ran = terminal.dac("lint", "rules", code)
    assert ran.code == 0
    assert ran.stdout.startswith(f"{code}  {rules()[code].title}\n")
    assert "Evidence: " in ran.stdout


@pytest.mark.parametrize("code", ["AQL999", "aql", ""])
def test_an_unknown_rule_is_an_error_that_says_where_all_are(terminal: Terminal, code: str) -> None:
    ran = terminal.dac("lint", "rules", code)
    assert (ran.code, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"Error: the linter has no rule {code}\n")
    assert "dac lint rules" in ran.stderr
