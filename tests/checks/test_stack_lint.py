"""The linter over stacks: which texts, as what, how severe, and what is not said twice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from console_vocabularies import console
from views_of_projects import item, names, view

from dac.checks.lint import check
from dac.checks.view import LintPolicy
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from dac.checks.view import Item, ProjectView
    from dac.model.diagnostic import Finding

OPEN_END = "username MATCHES 'admin'"  # AQL020
QUERY = "SELECT username FROM events WHERE username MATCHES 'admin' LAST 1 HOURS"
CLEAN = "username = 'root'"


def found(*items: Item, lint: LintPolicy | None = None, seen: ProjectView | None = None) -> list[Finding]:
    made = seen or view(*items)
    return [finding for _, finding in check(replace(made, lint=lint or LintPolicy()))]


def codes(*items: Item, **more: Any) -> list[str]:
    return [finding.code for finding in found(*items, **more)]


def detection(**table: Any) -> Item:
    return item("detection.x", **table)


def suppressed(*wanted: str, **table: Any) -> Item:
    return detection(suppress=[{"code": code, "reason": "we know"} for code in wanted], **table)


# --- which texts, and where


def test_a_clean_condition_has_no_findings() -> None:
    assert found(detection(filter=CLEAN)) == []


@pytest.mark.parametrize(
    ("table", "path", "line"),
    [
        ({"filter": OPEN_END}, ("filter",), 0),
        ({"filter": f"{CLEAN}\nAND {OPEN_END}"}, ("filter",), 1),
        ({"aql": QUERY.replace("WHERE", "\n\nWHERE")}, ("aql",), 2),
        ({"filter": CLEAN, "exception": [{}, {"when": OPEN_END}]}, ("exception", 1, "when"), 0),
    ],
    ids=["filter", "second-line", "query", "exception"],
)
def test_each_text_of_a_detection_is_looked_at_and_the_finding_is_at_its_line(
    table: dict[str, Any], path: tuple[Any, ...], line: int
) -> None:
    (finding,) = found(detection(**table))
    assert (finding.code, finding.path, finding.line_offset) == ("AQL020", path, line)
    assert finding.hint


def test_a_building_block_is_looked_at_too_and_nothing_else_is() -> None:
    assert codes(item("building_block.b", filter=OPEN_END)) == ["AQL020"]
    assert codes(item("reference_set.s", filter=OPEN_END)) == []


def test_what_has_not_changed_since_it_was_checked_is_not_looked_at_again() -> None:
    assert codes(replace(detection(filter=OPEN_END), anew=False)) == []


@pytest.mark.parametrize("table", [{"filter": 3}, {"aql": ["x"]}, {"exception": "x"}, {"suppress": {"code": "AQL020"}}])
def test_what_has_another_shape_is_left_to_its_kind(table: dict[str, Any]) -> None:
    assert found(detection(**table)) == []


# --- how severe


@pytest.mark.parametrize(
    ("word", "expected"),
    [(Severity.ERROR, [Severity.ERROR]), (Severity.INFO, [Severity.INFO]), (None, [])],
    ids=["error", "info", "off"],
)
def test_a_project_says_how_severe_a_finding_is(word: Severity | None, expected: list[Severity]) -> None:
    policy = LintPolicy(severities={"AQL020": word})
    assert [finding.severity for finding in found(detection(filter=OPEN_END), lint=policy)] == expected


def test_a_detection_without_a_window_is_a_warning_because_its_rule_has_none() -> None:
    (finding,) = found(detection(aql="SELECT username FROM events WHERE username = 'root'"))
    assert (finding.code, finding.severity) == ("AQL010", Severity.WARNING)


def test_a_project_may_make_even_that_an_error() -> None:
    query = detection(aql="SELECT username FROM events WHERE username = 'root'")
    (finding,) = found(query, lint=LintPolicy(severities={"AQL010": Severity.ERROR}))
    assert finding.severity is Severity.ERROR


def test_a_detection_needs_no_limit_unless_its_project_wants_one() -> None:
    query = detection(aql="SELECT username FROM events WHERE username = 'root' LAST 1 HOURS")
    assert codes(query) == []
    assert codes(query, lint=LintPolicy(severities={"AQL013": Severity.INFO})) == ["AQL013"]


def test_how_long_a_window_may_be_is_for_the_project_to_say() -> None:
    query = detection(aql="SELECT username FROM events WHERE \"App\" = 'x' LAST 36 HOURS")
    console = view(query, console=names(properties=("App",)))
    assert "AQL012" in codes(seen=console)
    assert "AQL012" not in codes(seen=console, lint=LintPolicy(longest_hours=36))


# --- suppressions


def test_a_suppressed_finding_is_gone_and_others_stay() -> None:
    text = f"{OPEN_END} AND username IMATCHES '['"
    assert codes(detection(filter=text)) == ["AQL020", "AQL022"]
    assert codes(suppressed("AQL020", filter=text)) == ["AQL022"]


def test_a_suppression_that_hits_nothing_is_a_warning_at_its_own_place() -> None:
    (finding,) = found(suppressed("AQL020", filter=CLEAN))
    assert (finding.code, finding.severity, finding.path) == ("AQL090", Severity.WARNING, ("suppress", 0, "code"))


def test_a_suppression_that_hits_one_of_several_texts_is_used() -> None:
    table = {"filter": CLEAN, "exception": [{"when": OPEN_END}, {"when": CLEAN}]}
    assert codes(suppressed("AQL020", **table)) == []


def test_of_a_text_that_does_not_parse_nobody_knows_what_a_suppression_would_hit() -> None:
    assert codes(suppressed("AQL020", filter="username = =")) == []


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"code": "AQL999", "reason": "x"}, "no rule has the code 'AQL999'"),
        ({"code": "AQL001", "reason": "x"}, "which no reason changes"),
        ({"code": "AQL020", "reason": "  "}, "needs a reason"),
    ],
    ids=["unknown", "unreadable", "no-reason"],
)
def test_a_suppression_that_is_none_is_an_error_and_suppresses_nothing(row: dict[str, str], says: str) -> None:
    wrong, finding = found(detection(filter=OPEN_END, suppress=[row]))
    assert (wrong.code, wrong.severity, wrong.path) == ("bad-suppression", Severity.ERROR, ("suppress", 0, "code"))
    assert says in wrong.summary
    assert finding.code == "AQL020"


# --- what is known around a text


CASE = {"name": "sign-in of a guest", "events": ["x.json"], "expect": "out-of-scope", "reason": "seen elsewhere"}


def test_a_case_that_the_detection_cannot_see_is_said_once_and_not_again_for_its_exceptions() -> None:
    table = {"filter": CLEAN, "case": [CASE], "exception": [{"when": CLEAN}]}
    (finding,) = found(detection(**table))
    assert (finding.code, finding.path) == ("AQL064", ("filter",))
    assert "sign-in of a guest" in finding.summary


def test_cases_of_another_shape_say_nothing() -> None:
    assert codes(detection(filter=CLEAN, case=[{"expect": "perhaps"}, "x", {}])) == []


# --- nothing twice


@pytest.mark.parametrize(
    "text",
    [
        "username = =",
        "\"Undeclared\" = 'x'",
        "REFERENCESETCONTAINS('Undeclared', username)",
        "username = 'x' GROUP BY username",
    ],
)
def test_what_compiling_or_another_check_reports_is_not_reported_again(text: str) -> None:
    reads = ("custom_property:Undeclared", "reference_set:Undeclared")
    assert [f for f in found(detection(filter=text, reads=reads)) if f.severity is Severity.ERROR] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NOSUCHFUNCTION(username) = 1", "AQL005"),
        ("STRLEN() > 1", "AQL006"),
        ("QIDNAME(username) = 'x'", "AQL006"),
        ("REFERENCESETCONTAINS('Addresses', username)", "AQL080"),
    ],
)
def test_what_is_wrong_with_a_call_is_said_in_a_stack_as_elsewhere(text: str, code: str) -> None:
    seen = view(detection(filter=text, reads=("reference_set:Addresses",)), console=names(sets=("Addresses",)))
    addresses = replace(seen.names, reference_sets={"Addresses": "IP"})
    assert code in codes(seen=replace(seen, names=addresses))


# --- what the console has by its own catalogue


def test_what_a_console_lists_decides_and_the_message_names_the_console() -> None:
    seen = view(detection(filter="NOSUCHFUNCTION(username) = 1 AND STRLEN(username) > 1"))
    (finding,) = found(seen=replace(seen, vocabulary=console("prod", functions=("NOSUCHFUNCTION",))))
    assert (finding.code, finding.severity) == ("AQL005", Severity.ERROR)
    assert finding.summary == "console prod has no function STRLEN"
