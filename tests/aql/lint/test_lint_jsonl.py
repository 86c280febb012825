"""One JSON object a line in, one a line out, whatever stands on a line."""

from __future__ import annotations

import json

import pytest

from dac.aql.lint.context import Context
from dac.aql.lint.jsonl import results
from dac.model.diagnostic import Severity


def _results(*lines: str, context: Context | None = None) -> list[dict[str, object]]:
    return [json.loads(line) for line in results(lines, context or Context())]


def test_a_line_gets_what_the_linter_says_and_what_the_query_reads() -> None:
    (result,) = _results(json.dumps({"aql": 'SELECT "AppName", NOSUCH(qid) AS n FROM events LIMIT 5 LAST 1 HOURS'}))
    assert result == {
        "syntax_ok": True,
        "diagnostics": [
            {"code": "AQL005", "severity": "error", "line": 1, "column": 19, "message": "there is no function NOSUCH"},
        ],
        "references": {
            "database": "events",
            "properties": ["AppName"],
            "reference_sets": [],
            "reference_maps": [],
            "reference_tables": [],
            "log_source_type_names": [],
            "log_source_type_ids": [],
            "qids": [],
            "rule_names": [],
            "functions": ["NOSUCH"],
            "saved_searches": [],
        },
    }


def test_a_query_that_does_not_parse_has_no_references() -> None:
    (result,) = _results('{"aql": "SELECT a FROM"}\n')
    assert (result["syntax_ok"], result["references"]) == (False, {})


@pytest.mark.parametrize(
    "line",
    ["no json", "[]", "5", "null", "{}", '{"aql": 5}', '{"aql": null}', "[" * 100_000, '{"aql": "SELECT', "\x00"],
)
def test_a_bad_line_has_a_result_too(line: str) -> None:
    before, result, after = _results('{"aql": "SELECT a FROM events"}', line, '{"aql": "SELECT a FROM events"}')
    assert before == after
    assert (result["syntax_ok"], result["references"]) == (False, {})
    assert [diagnostic["code"] for diagnostic in result["diagnostics"]] == ["JSONL"]  # type: ignore[attr-defined]


def test_blank_lines_are_passed_over_and_every_other_line_counts() -> None:
    assert len(_results("", '{"aql": "x"}', "\n", " \t ", '{"aql": "y"}')) == 2


def test_results_are_single_lines_of_plain_ascii() -> None:
    line = json.dumps({"aql": "SELECT '名前\u2028\ud800' FROM\nevents"})
    (result,) = results([line])
    assert result.isascii()
    assert "\n" not in result


def test_lines_are_read_as_they_come() -> None:
    def lines() -> object:
        yield '{"aql": "SELECT a FROM events"}'
        raise AssertionError("the second line was asked for before the first result was taken")

    assert next(results(lines()))  # type: ignore[arg-type]


def test_severities_of_the_project_count() -> None:
    (result,) = _results(
        '{"aql": "SELECT a FROM events LIMIT 5"}', context=Context(severities={"AQL010": Severity.ERROR})
    )
    assert ("AQL010", "error") in [(d["code"], d["severity"]) for d in result["diagnostics"]]  # type: ignore[attr-defined]
