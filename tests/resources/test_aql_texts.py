from __future__ import annotations

from dac.resources.aql_texts import syntax_findings
from dac.resources.registry import kind


def test_a_wrong_value_beside_it_hides_no_mistake_in_the_aql() -> None:
    table = {
        "severity": 99,
        "aql": "SELECT username FROM events\nWHERE username = LAST 1 HOURS",
        "exception": [{"when": "qid = 1"}, {"when": "qid ="}, "no table", {"when": 7}],
    }
    found = syntax_findings(kind("detection"), table)
    assert [(finding.code, finding.path, finding.line_offset) for finding in found] == [
        ("AQL001", ("aql",), 1),
        ("AQL001", ("exception", 1, "when"), 0),
    ]


def test_a_table_without_aql_has_none() -> None:
    assert syntax_findings(kind("detection"), {"exception": "x", "aql": 5}) == []
    assert syntax_findings(kind("reference_set"), {"name": "x"}) == []
