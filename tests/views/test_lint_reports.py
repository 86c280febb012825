"""What the linter found, for people and for machines; reports are made by hand."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from dac import __version__
from dac.aql.lint.findings import LintFinding, Report
from dac.aql.parsing import parse
from dac.aql.references import references
from dac.model.diagnostic import Severity
from dac.views.human.lint import reports_text
from dac.views.human.palette import COLOURED
from dac.views.machine.lint import reports_github, reports_json, reports_sarif

if TYPE_CHECKING:
    from collections.abc import Callable

    Golden = Callable[[str, str], None]

HOSTILE = "it says \x1b[2J100%\r\n::error::owned, a:b"
REPORTS = {
    "hunts/admins.aql": Report(
        syntax_ok=True,
        findings=(
            LintFinding("AQL020", Severity.WARNING, 2, 7, "it takes 'admin' alone", "write '.*admin.*'"),
            LintFinding("AQL045", Severity.INFO, 12, 1, "a pattern that begins with %", ""),
        ),
        references=references(parse('SELECT "Url", "App" FROM events WHERE INOFFENSE(5)')),
    ),
    "fine.aql": Report(syntax_ok=True, findings=(), references=references(parse("SELECT sourceip FROM flows"))),
    "100%, a:b.aql": Report(
        syntax_ok=False,
        findings=(LintFinding("AQL001", Severity.ERROR, 1, 30, HOSTILE, "look\nthere"),),
        references=None,
    ),
}


def test_a_finding_is_a_clickable_line_with_what_to_write_instead_below_it(golden: Golden) -> None:
    golden("views/lint.txt", reports_text(REPORTS))


def test_colours_change_nothing_but_colours() -> None:
    painted = reports_text(REPORTS, palette=COLOURED)
    assert painted != reports_text(REPORTS)
    assert re.sub(r"\x1b\[[0-9;]*m", "", painted) == reports_text(REPORTS)


def test_nothing_in_a_finding_reaches_a_terminal_as_a_command() -> None:
    for shown in (reports_text(REPORTS), reports_github(REPORTS), reports_sarif(REPORTS), reports_json(REPORTS)):
        assert "\x1b" not in shown
        assert "\n::error::" not in shown


def test_no_texts_and_no_findings_are_said_too() -> None:
    assert reports_text({"fine.aql": REPORTS["fine.aql"]}) == "1 text: nothing to say.\n"


def test_json_is_as_it_was(golden: Golden) -> None:
    golden("views/lint.json", reports_json(REPORTS))


def test_sarif_is_as_it_was(golden: Golden) -> None:
    golden("views/lint.sarif", reports_sarif(REPORTS).replace(f'"{__version__}"', '"VERSION"'))


def test_every_result_of_sarif_has_a_rule_of_its_driver() -> None:
    (run,) = json.loads(reports_sarif(REPORTS))["runs"]
    known = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} == known == {"AQL001", "AQL020", "AQL045"}


def test_github_gets_one_command_a_finding_and_none_from_its_text(golden: Golden) -> None:
    commands = reports_github(REPORTS)
    assert [line.split(" ")[0] for line in commands.splitlines()] == ["::warning", "::notice", "::error"]
    golden("views/lint_github.txt", commands)
