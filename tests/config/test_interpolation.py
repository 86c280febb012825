"""`${var.x}` becomes a value or an AQL literal, and never text of a query."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from project_files import load, only_resource, problems, write

from dac.config.interpolation import Interpolation

if TYPE_CHECKING:
    from pathlib import Path

VALUES: dict[str, Any] = {
    "text": "it's",
    "number": 3,
    "flag": True,
    "day": dt.date(2027, 3, 31),
    "list": ["KP", "O'Neil"],
    "numbers": [1, 2.5],
    "empty": [],
    "comment": "x */ OR TRUE /* y",
}
PATHS = (("aql",), ("exception", "*", "when"))


def replaced(table: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    interpolation = Interpolation(VALUES, VALUES, PATHS)
    return interpolation.apply(table), [finding.summary for finding in interpolation.findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = ${var.text}", "x = 'it''s'"),
        ("x = ${ var.text }", "x = 'it''s'"),
        ("x IN (${var.list})", "x IN ('KP', 'O''Neil')"),
        ("x > ${var.number} AND y IN (${var.numbers})", "x > 3 AND y IN (1, 2.5)"),
        ("x = 'a$${var.text}'", "x = 'a${var.text}'"),
        ("${var.text}", "'it''s'"),
    ],
)
def test_in_aql_a_variable_is_a_literal(text: str, expected: str) -> None:
    assert replaced({"aql": text}) == ({"aql": expected}, [])
    assert replaced({"exception": [{}, {"when": text}]}) == ({"exception": [{}, {"when": expected}]}, [])


@pytest.mark.parametrize("name", ["text", "number", "flag", "day", "list", "empty"])
def test_elsewhere_a_whole_value_keeps_its_type(name: str) -> None:
    assert replaced({"a": {"b": ["${var." + name + "}"]}}) == ({"a": {"b": [VALUES[name]]}}, [])


def test_within_text_a_single_value_is_written_out() -> None:
    table, findings = replaced({"name": "${var.text}/${var.number}/${var.flag}/${var.day}/$${x}/$$/${var.number}"})
    assert table == {"name": "it's/3/true/2027-03-31/${x}/$$/3"}
    assert findings == []


@pytest.mark.parametrize(
    ("table", "summary"),
    [
        ({"aql": "x = '${var.text}'"}, "${var.text} stands inside quotes in the AQL"),
        ({"aql": 'SELECT "${var.text}"'}, "${var.text} stands inside quotes in the AQL"),
        ({"name": "a ${var.list}"}, "variable list is a list and stands within a text"),
        ({"name": "${var.nope}"}, "no variable nope is declared in this stack"),
        ({"aql": "x = ${var.nope}"}, "no variable nope is declared in this stack"),
        ({"name": "${text}"}, "${text} is no placeholder that dac knows"),
        ({"name": "${env.HOME}"}, "${env.HOME} is no placeholder that dac knows"),
        ({"name": "${}"}, "${} is no placeholder that dac knows"),
        ({"name": "a ${var.text"}, "${ is no placeholder that dac knows"),
        ({"name": "${var.text + 1}"}, "${var.text + 1} is no placeholder that dac knows"),
        ({"name": "${var.${var.text}}"}, "${ is no placeholder that dac knows"),
        ({"aql": "x /* a */ = ${var.comment}"}, "variable comment contains */, which could end a comment of this AQL"),
    ],
)
def test_what_cannot_be_replaced_is_a_finding(table: dict[str, Any], summary: str) -> None:
    assert summary in replaced(table)[1]


def test_an_empty_list_in_aql_is_an_error() -> None:
    (finding,) = replaced({"aql": "x IN (${var.empty})"})[1]
    assert finding.startswith("variable empty cannot be written into the AQL: an empty list")


def test_a_finding_knows_its_line_within_the_text(tmp_path: Path) -> None:
    text = """
        [variable.v]
        type = "string"
        default = "x"

        [building_block.b]
        name = "B"
        filter = '''
        a = ${var.v}
        AND b = '${var.v}'
        AND c = ${var.w}
        '''
        """
    assert problems(tmp_path, {"stacks/a/x.toml": text}) == [
        "stacks/a/x.toml:10: ${var.v} stands inside quotes in the AQL",
        "stacks/a/x.toml:11: no variable w is declared in this stack",
    ]


def test_variables_of_another_stack_are_not_seen(tmp_path: Path) -> None:
    files = {
        "stacks/a/x.toml": '[variable.v]\ntype = "string"\ndefault = "x"\n',
        "stacks/b/x.toml": '[building_block.b]\nname = "${var.v}"\n',
    }
    assert problems(tmp_path, files) == ["stacks/b/x.toml:2: no variable v is declared in this stack"]


def test_a_table_without_placeholders_is_the_very_same_object() -> None:
    table = {"name": "plain $ { }", "list": [{"a": 1}], "aql": "x = 1"}
    assert replaced(table)[0] is table


def test_what_is_not_replaced_is_not_copied() -> None:
    kept = {"deep": ["a"]}
    table, _ = replaced({"kept": kept, "name": "${var.text}"})
    assert table["kept"] is kept


def test_a_resource_without_variables_keeps_the_table_that_was_read(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": '[building_block.b]\nname = "B"\n'})
    resource = only_resource(load(tmp_path))
    assert resource.table is resource.origin.block.table


@given(
    st.text(alphabet="'\"\\-*/ aOR;=\n\u2028()", max_size=12),
    st.sampled_from(["{} AND y = 2", "-- {}\nAND y", "/* {} */ z"]),
)
def test_no_text_of_a_variable_gets_out_of_its_literal(value: str, template: str) -> None:
    interpolation = Interpolation({"v": value}, {"v"}, (("aql",),))
    text = template.replace("{}", "${var.v}")
    out = interpolation.apply({"aql": text})["aql"]
    if interpolation.findings:
        assert out == text
        return
    literal = "'" + value.replace("'", "''") + "'"
    assert out == template.replace("{}", literal)
    assert "\n" not in literal
    assert "*/" not in literal or "/*" not in template
