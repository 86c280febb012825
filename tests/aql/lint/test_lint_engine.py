"""Contexts, severities, order, and texts that do not parse."""

from __future__ import annotations

import pytest
from lint_surroundings import codes, found

from dac.aql.lint.context import Context, Target
from dac.aql.lint.engine import MOST_HITS, lint
from dac.model.diagnostic import Severity

STACK = Context(
    target=Target.DETECTION,
    properties={"AppName": frozenset(("Okta",))},
    reference_sets={"Admins": "ALNIC"},
    log_source_types=("Okta",),
)


def test_a_text_that_does_not_parse_has_one_finding_and_no_references() -> None:
    report = lint("SELECT a FROM events WHERE NOSUCH(b) = 1 LAST 1 HOURS LIMIT 5")
    assert not report.syntax_ok
    assert found(report) == [("AQL002", "error", 1, 55)]
    assert report.references is None


def test_findings_come_in_reading_order() -> None:
    report = lint("SELECT NOSUCH(a)\nFROM events\nWHERE payload LIKE '%x%'\nLAST 1 HOUR")
    assert found(report) == sorted(found(report), key=lambda finding: (finding[2], finding[3], finding[0]))
    assert {"AQL005", "AQL030", "AQL014"} <= codes(report)


def test_references_come_along() -> None:
    references = lint('SELECT "AppName" FROM events WHERE devicetype = 445 LAST 1 HOURS').references
    assert references is not None
    assert set(references.properties) == {"AppName"}
    assert references.log_source_type_ids == {445}


def test_a_project_sets_severities_and_leaves_rules_out() -> None:
    text = "SELECT username FROM events WHERE NOSUCH(username) = 1"
    severities = {"AQL005": Severity.WARNING, "AQL010": None, "AQL013": Severity.ERROR}
    report = lint(text, Context(severities=severities))
    assert found(report) == [("AQL013", "error", 1, 1), ("AQL005", "warning", 1, 35)]


def test_no_project_can_declare_a_broken_query_sound() -> None:
    report = lint("SELECT a FROM", Context(severities={"AQL001": None}))
    assert found(report) == [("AQL001", "error", 1, 14)]
    report = lint("SELECT a FROM", Context(severities={"AQL001": Severity.INFO}))
    assert report.has_errors


def test_of_one_rule_there_are_no_more_findings_than_anybody_reads() -> None:
    wrong = " OR ".join(f"F{n}(a) = 1" for n in range(100))
    text = "SELECT username FROM events WHERE $ LAST 1 HOURS".replace("$", wrong)
    assert len([code for code, *_ in found(lint(text)) if code == "AQL005"]) == MOST_HITS


def test_a_query_of_absurd_size_is_parsed_and_not_judged() -> None:
    report = lint(" ".join(("SELECT NOSUCH(a) FROM events WHERE b IN (", ", ".join(["'x'"] * 10_000), ")")))
    assert report.syntax_ok
    assert found(report) == [("AQL000", "info", 1, 1)]


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("SELECT Nowhere FROM events LAST 1 HOURS", Context(), {"AQL007"}),
        ("SELECT Nowhere FROM events WHERE a = 'b' LAST 1 HOURS", STACK, {"AQL008"}),
        ("\"AppName\" = 'x'", Context(target=Target.FILTER, properties=STACK.properties), set()),
        ("Risk = 'x'", Context(target=Target.EXCEPTION, properties={}, aliases=frozenset(("risk",))), set()),
        ("sourcebytes > 5", Context(target=Target.RULE, database="flows", properties={}), set()),
        ("sourcebytes > 5", Context(target=Target.RULE, properties={}), {"AQL008"}),
    ],
)
def test_names_are_judged_by_what_is_declared_around_them(text: str, context: Context, expected: set[str]) -> None:
    assert codes(lint(text, context)) & {"AQL007", "AQL008"} == expected


def test_in_a_stack_the_name_of_a_log_source_type_is_right_and_the_number_is_the_finding() -> None:
    query = "SELECT username FROM events WHERE username = 'a' AND ({}) LIMIT 5 LAST 1 HOURS"
    okta = Context(target=Target.DETECTION)
    named, numbered = (
        query.format("LOGSOURCETYPENAME(devicetype) = 'Okta' OR qid = 1"),
        query.format("devicetype = 382 OR qid = 1"),
    )
    assert codes(lint(named, okta)) == set()
    assert codes(lint(named)) == {"AQL040"}
    assert codes(lint(numbered, okta)) == {"AQL043"}
    assert codes(lint(numbered)) == set()


def test_names_in_prose_are_the_whole_names_of_log_source_types() -> None:
    assert Context(notes="ingested from Microsoft Office 365 Message Trace").ids_in_notes == {452}
    assert Context(notes="IBM QRadar Microsoft Office 365 DSM, and Microsoft Entra ID").ids_in_notes == {397, 445}
    assert Context(notes="Azure and Okta").ids_in_notes == frozenset()  # single words are everyday words, too


def test_a_log_source_type_is_shown_by_all_its_names() -> None:
    assert Context().shown_type(445) == "Microsoft Azure Active Directory (Microsoft Entra ID)"
    assert Context().shown_type(382) == "Okta"
    assert Context().shown_type(3999) == "log source type 3999"
