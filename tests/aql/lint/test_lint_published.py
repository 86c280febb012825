"""What the linter says about two published detections, and that it has nothing to say about the corrected ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from aql_queries import T1078_004, T1585_003
from lint_surroundings import codes, corrected, found, published

from dac.aql.lint.context import Case, Context, Target
from dac.aql.lint.engine import lint
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from dac.aql.lint.findings import LintFinding

MAIL_TRACE = "452 is Microsoft Office 365 Message Trace"
ENTRA_ID = "Microsoft Azure Active Directory (Microsoft Entra ID) is 445"


def _label(value: object) -> str:
    return value if isinstance(value, str) and "\n" not in value else ""


def _one(text: str, context: Context, code: str, line: int) -> LintFinding:
    (finding,) = (f for f in lint(text, context).findings if f.code == code and f.line == line)
    return finding


def test_t1078_004_in_its_stack() -> None:
    text, context = published("risky_sign_in")
    report = lint(text, context)
    assert report.syntax_ok
    assert [(code, line, column) for code, severity, line, column in found(report) if severity == "error"] == [
        ("AQL010", 1, 1),
        ("AQL008", 6, 3),
        ("AQL005", 20, 3),
        ("AQL043", 20, 33),
        ("AQL011", 27, 7),
    ]
    assert [(code, line, column) for code, severity, line, column in found(report) if severity == "warning"] == [
        ("AQL020", 14, 41),
        ("AQL060", 16, 10),
        ("AQL020", 23, 39),
    ]


def test_t1078_004_calls_a_function_that_is_not_there_for_a_number_that_means_something_else() -> None:
    text, context = published("risky_sign_in")
    function = _one(text, context, "AQL005", 20)
    assert function.message == "there is no function LOGSOURCETYPEID"
    assert function.hint == "devicetype already is the id: write devicetype = 445"
    number = _one(text, context, "AQL043", 20)
    assert MAIL_TRACE in number.message
    assert ENTRA_ID in number.message
    assert "CountryOrRegion" in number.message
    assert "'Microsoft Azure Active Directory'" in number.hint


def test_the_wrong_number_is_found_by_the_rule_s_log_source_types_and_by_the_description_too() -> None:
    named = Context(target=Target.DETECTION, log_source_types=("Microsoft Entra ID",))
    described = Context(notes="Queries Microsoft Azure Active Directory sign-in events ingested via the QRadar DSM.")
    for context in (named, described):
        finding = _one(T1078_004, context, "AQL043", 20)
        assert finding.severity is Severity.ERROR
        assert MAIL_TRACE in finding.message
        assert ENTRA_ID in finding.message


def test_the_wrong_number_is_a_warning_where_only_the_names_of_properties_tell() -> None:
    finding = _one(T1078_004, Context(), "AQL043", 20)
    assert finding.severity is Severity.WARNING
    assert ENTRA_ID in finding.message


def test_t1078_004_looks_like_a_day_and_searches_five_minutes() -> None:
    text, context = published("risky_sign_in")
    assert "last five minutes" in _one(text, context, "AQL010", 1).message
    finding = _one(text, context, "AQL011", 27)
    assert "only filters within the last five minutes" in finding.message
    assert finding.hint == "write LAST 24 HOURS and drop this condition"


def test_t1078_004_misses_clients_because_matches_compares_the_whole_value() -> None:
    text, context = published("risky_sign_in")
    for line in (14, 23):
        finding = _one(text, context, "AQL020", line)
        assert finding.message.endswith("it misses IMAP4, Outlook Anywhere (RPC over HTTP)")
        assert ".* at both ends" in finding.hint
        assert _one(text, context, "AQL021", line).message == "LOWER and (?i) both ignore case"


def test_t1078_004_labels_as_a_bypass_what_no_arm_names() -> None:
    text, context = published("risky_sign_in")
    assert _one(text, context, "AQL060", 16).message.startswith("ELSE 'MFABypassed' labels whatever no arm names")


def test_t1078_004_reads_a_property_that_nobody_declares() -> None:
    text, context = published("risky_sign_in")
    assert '"Application"' in _one(text, context, "AQL008", 6).message


def test_what_the_listed_tests_cannot_reach_is_noted() -> None:
    cases = (
        Case("test 2: service principal", "out-of-scope", "none of the properties is on such a record"),
        Case("test 3: SMTP", "match"),
        Case("test 4: impossible travel", "out-of-scope", "it takes two events"),
    )
    text, context = published("risky_sign_in", *cases)
    notes = [finding for finding in lint(text, context).findings if finding.code == "AQL064"]
    assert [(finding.severity, finding.message) for finding in notes] == [
        (
            Severity.INFO,
            'not seen by this detection: "test 2: service principal": none of the properties is on such a record',
        ),
        (Severity.INFO, 'not seen by this detection: "test 4: impossible travel": it takes two events'),
    ]


def test_t1585_003_has_no_error_and_a_dead_log_source_type() -> None:
    text, context = published("adversary_account")
    report = lint(text, context)
    assert not report.has_errors
    assert [(code, line, column) for code, severity, line, column in found(report) if severity == "warning"] == [
        ("AQL042", 40, 7),
        ("AQL012", 52, 1),
    ]
    finding = _one(text, context, "AQL042", 40)
    assert "finds none of it where the type is called Microsoft Entra ID" in finding.message
    assert "it also means Microsoft Azure Platform, Microsoft Azure Security Center" in finding.message


def test_t1585_003_as_a_bare_query_has_costs_and_no_error() -> None:
    report = lint(T1585_003)
    assert not report.has_errors
    assert {"AQL012", "AQL040", "AQL042"} <= codes(report)


@pytest.mark.parametrize("text", [T1078_004, T1585_003])
def test_what_is_right_in_them_is_never_an_error(text: str) -> None:
    errors = [finding for finding in lint(text).findings if finding.severity is Severity.ERROR]
    right = ("DATEFORMAT", "QIDNAME", "LOGSOURCENAME", "CASE", "LAST 7 DAYS", "LOGSOURCETYPENAME")
    assert not [finding for finding in errors if any(word in finding.message for word in right)]


@pytest.mark.parametrize(("label", "text", "context"), list(corrected()), ids=_label)
def test_the_corrected_stack_has_no_error_and_no_warning(label: str, text: str, context: Context) -> None:
    report = lint(text, context)
    assert report.syntax_ok
    assert [finding for finding in report.findings if finding.severity is not Severity.INFO] == []
