"""Files of entries beside a stack: each row knows its line, and a bad one says what is wrong with it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from project_files import lines, load, only_resource, problems, write

if TYPE_CHECKING:
    from pathlib import Path

SET = '[reference_set.vpn]\nname = "VPN"\nentry_type = "IP"\nentries_file = "{0}"\n'


def entries(root: Path, name: str, content: str) -> Any:
    write(root, {"stacks/a/x.toml": SET.format(name)})
    (root / "stacks/a" / name).write_text(content, encoding="utf-8", newline="")
    stacks = load(root)
    assert lines(stacks.diagnostics) == []
    return only_resource(stacks).table["entry"]


def file_problems(root: Path, name: str, content: str) -> list[str]:
    write(root, {"stacks/a/x.toml": SET.format(name)})
    (root / "stacks/a" / name).write_text(content, encoding="utf-8", newline="")
    return lines(load(root).diagnostics)


def test_a_csv_has_a_header_and_any_of_its_columns(tmp_path: Path) -> None:
    content = 'value,reason,owner,expires\n203.0.113.7,"VPN, exit",soc@example.com,2027-03-31\n 203.0.113.8 ,,,\n\n'
    assert entries(tmp_path, "vpn.csv", content) == [
        {
            "value": "203.0.113.7",
            "reason": "VPN, exit",
            "owner": "soc@example.com",
            "expires": dt.date(2027, 3, 31),
        },
        {"value": "203.0.113.8"},
    ]


def test_a_csv_from_a_spreadsheet_is_read(tmp_path: Path) -> None:
    content = "\ufeffvalue,ticket\r\na\u2028b,CHG-1\r\n"
    assert entries(tmp_path, "vpn.csv", content) == [{"value": "a\u2028b", "ticket": "CHG-1"}]


def test_a_text_file_has_one_value_a_line_and_comments(tmp_path: Path) -> None:
    content = "# our exits\n203.0.113.7\n\n  203.0.113.8   # Zurich\nuser#EXT#@example.com\n"
    assert entries(tmp_path, "vpn.txt", content) == [
        {"value": "203.0.113.7"},
        {"value": "203.0.113.8"},
        {"value": "user#EXT#@example.com"},
    ]


def test_a_jsonl_has_one_object_a_line(tmp_path: Path) -> None:
    content = '{"value": "a", "expires": "2027-03-31", "reason": null}\n\n{"value": 443, "ticket": "X"}\n'
    assert entries(tmp_path, "vpn.jsonl", content) == [
        {"value": "a", "expires": dt.date(2027, 3, 31)},
        {"value": 443, "ticket": "X"},
    ]


def test_entries_of_a_file_follow_those_of_the_stack_and_know_their_lines(tmp_path: Path) -> None:
    text = SET.format("lists/vpn.csv") + '[[reference_set.vpn.entry]]\nvalue = "203.0.113.1"\n'
    content = 'value,reason\n203.0.113.2,"two\nlines"\n203.0.113.3,x\n'
    write(tmp_path, {"stacks/a/x.toml": text, "stacks/a/lists/vpn.csv": content})
    resource = only_resource(load(tmp_path))
    assert [entry["value"] for entry in resource.table["entry"]] == ["203.0.113.1", "203.0.113.2", "203.0.113.3"]
    assert "entries_file" not in resource.table
    places = [str(resource.locate(("entry", index, "value"))) for index in range(3)]
    assert places == ["stacks/a/x.toml:6", "stacks/a/lists/vpn.csv:2", "stacks/a/lists/vpn.csv:4"]
    assert str(resource.locate(("name",))) == "stacks/a/x.toml:2"
    assert str(resource.locate(("entry",))) == "stacks/a/x.toml:5"


def test_the_digest_follows_the_rows_and_not_the_layout(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": SET.format("v.csv"), "stacks/a/v.csv": "value\n1.1.1.1\n"})
    before = only_resource(load(tmp_path)).digest
    write(tmp_path, {"stacks/a/v.csv": 'value,reason\n"1.1.1.1",\n\n'})
    assert only_resource(load(tmp_path)).digest == before
    write(tmp_path, {"stacks/a/v.csv": "value\n1.1.1.2\n"})
    assert only_resource(load(tmp_path)).digest != before


def test_another_console_can_have_another_file(tmp_path: Path) -> None:
    text = SET.format("v.txt") + '[reference_set.vpn.console.dev]\nentries_file = "dev.txt"\n'
    write(tmp_path, {"stacks/a/x.toml": text, "stacks/a/v.txt": "1.1.1.1\n", "stacks/a/dev.txt": "2.2.2.2\n"})
    assert only_resource(load(tmp_path, "dev")).table["entry"] == [{"value": "2.2.2.2"}]
    assert only_resource(load(tmp_path, "prod")).table["entry"] == [{"value": "1.1.1.1"}]


def test_values_of_a_file_are_data_and_never_placeholders(tmp_path: Path) -> None:
    text = '[variable.v]\ntype = "string"\ndefault = "v.txt"\n' + SET.format("${var.v}")
    write(tmp_path, {"stacks/a/x.toml": text, "stacks/a/v.txt": "${var.nope}\n"})
    stacks = load(tmp_path)
    assert stacks.diagnostics == ()
    assert only_resource(stacks).table["entry"] == [{"value": "${var.nope}"}]


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("v.csv", "", "stacks/a/v.csv:1: the header has no column `value`, or a column twice"),
        ("v.csv", "1.1.1.1\n", 'stacks/a/v.csv:1: unknown column "1.1.1.1"'),
        ("v.csv", "reason,value,reason\n", "stacks/a/v.csv:1: the header has no column `value`, or a column twice"),
        ("v.csv", "value,resaon\n", 'stacks/a/v.csv:1: unknown column "resaon"'),
        ("v.csv", "value,reason\na,b\nc,d,e\n", "stacks/a/v.csv:3: this row has 3 cells, the header has 2"),
        ("v.csv", "value,reason\na\n", "stacks/a/v.csv:2: this row has 1 cells, the header has 2"),
        ("v.csv", "value,reason\n,x\n", "stacks/a/v.csv:2: this row has no value"),
        ("v.csv", 'value\n"a\nb\n', "stacks/a/v.csv:3: this is not valid CSV: unexpected end of data"),
        (
            "v.csv",
            "value,expires\na,31.3.2027\n",
            "stacks/a/v.csv:2: expires is '31.3.2027', a date such as 2027-03-31 is wanted",
        ),
        ("v.jsonl", '{"value": "a"}\n[1]\n', "stacks/a/v.jsonl:2: this is not a JSON object"),
        ("v.jsonl", '{"valu": "a"}\n', 'stacks/a/v.jsonl:1: unknown key "valu"'),
        ("v.jsonl", '{"value": NaN}\n', "stacks/a/v.jsonl:1: this is not a JSON object: NaN is not JSON"),
        ("v.jsonl", '\n{"reason": "a"}\n', "stacks/a/v.jsonl:2: this row has no value"),
    ],
)
def test_a_bad_row_has_its_line(tmp_path: Path, name: str, content: str, expected: str) -> None:
    assert file_problems(tmp_path, name, content) == [expected]


def test_every_bad_row_is_reported_and_the_good_ones_are_kept(tmp_path: Path) -> None:
    content = "value,expires\na,x\nb,\nc,d,e\n"
    found = file_problems(tmp_path, "v.csv", content)
    assert [line.split(":")[1] for line in found] == ["2", "4"]
    assert only_resource(load(tmp_path)).table["entry"] == [{"value": "b"}]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("nope.csv", "stacks/a/nope.csv:1: this cannot be read: No such file or directory"),
        ("v.xlsx", 'stacks/a/x.toml:4: entries_file = "v.xlsx": a name that ends in .csv, .txt, .jsonl is wanted'),
        (
            "../../../etc/passwd.txt",
            (
                'stacks/a/x.toml:4: entries_file = "../../../etc/passwd.txt" leads out of the project, '
                "where a review would not see it change"
            ),
        ),
        ("", 'stacks/a/x.toml:4: entries_file wants the path of a file, such as entries_file = "vpn.csv"'),
    ],
)
def test_a_file_that_cannot_be_used_is_named(tmp_path: Path, name: str, expected: str) -> None:
    assert problems(tmp_path, {"stacks/a/x.toml": SET.format(name)}) == [expected]


def test_a_link_does_not_lead_out_of_the_project_either(tmp_path: Path) -> None:
    (tmp_path / "outside.txt").write_text("1.1.1.1\n")
    write(tmp_path / "project", {"stacks/a/x.toml": SET.format("v.txt")})
    (tmp_path / "project/stacks/a/v.txt").symlink_to(tmp_path / "outside.txt")
    (found,) = lines(load(tmp_path / "project").diagnostics)
    assert found.startswith('stacks/a/x.toml:4: entries_file = "v.txt" leads out of the project')


def test_a_kind_without_entries_has_no_entries_file(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": '[building_block.b]\nentries_file = "v.csv"\n'})
    assert only_resource(load(tmp_path)).table == {"entries_file": "v.csv"}


def test_a_file_that_is_not_utf_8_has_its_line(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": SET.format("v.txt")})
    (tmp_path / "stacks/a/v.txt").write_bytes(b"ok\ncaf\xe9\n")
    assert lines(load(tmp_path).diagnostics) == ["stacks/a/v.txt:2: this file is not UTF-8"]
