"""`dac aql check`, `filter` and `format`: files or standard input, for people and for machines."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from command_runs import Terminal

GOOD = "SELECT username FROM events WHERE username = 'root' LIMIT 10 LAST 1 HOURS"
BAD = "SELECT username FROM events\nWHERE username = = 'root'"
WARNED = "SELECT username FROM events\nWHERE username MATCHES 'admin' LIMIT 10 LAST 1 HOURS"
FORMATTED = "SELECT username\nFROM events\nWHERE username = 'root'\nLIMIT 10\nLAST 1 HOURS\n"


# --- check


def test_a_good_query_has_nothing_to_say_about_it(terminal: Terminal) -> None:
    ran = terminal.dac("aql", "check", given=GOOD)
    assert (ran.code, ran.stdout, ran.stderr) == (0, "1 text: nothing to say.\n", "")


def test_a_finding_is_one_line_with_its_place_and_a_hint_below(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "q.aql").write_text(WARNED)
    lines = terminal.dac("aql", "check", "q.aql").stdout.splitlines()
    assert lines[0].startswith("q.aql:2:")
    assert ": warning[AQL020]: " in lines[0]
    assert lines[1].startswith("  hint: ")
    assert lines[-1] == "1 text: 1 warning."


@pytest.mark.parametrize(("text", "code"), [(GOOD, 0), (WARNED, 0), (BAD, 1)], ids=["good", "warned", "bad"])
@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_only_an_error_is_exit_code_1_in_whatever_form(terminal: Terminal, text: str, code: int, form: str) -> None:
    assert terminal.dac("aql", "check", "--format", form, given=text).code == code


def test_several_files_are_checked_and_counted_together(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "good.aql").write_text(GOOD)
    (tmp_path / "bad.aql").write_text(BAD)
    ran = terminal.dac("aql", "check", "good.aql", "bad.aql")
    assert ran.code == 1
    assert "bad.aql:2:18: error[AQL001]" in ran.stdout
    assert ran.stdout.endswith("2 texts: 1 error.\n")


def test_what_only_a_rule_cannot_say_is_an_error_with_rule_alone(terminal: Terminal) -> None:
    condition = "username = 'root' GROUP BY username"
    assert "AQL070" in terminal.dac("aql", "check", "--rule", given=condition).stdout
    assert terminal.dac("aql", "check", "--rule", given="username = 'root'").code == 0


def test_json_has_an_object_a_file_with_its_findings_and_references(terminal: Terminal) -> None:
    (report,) = terminal.dac("aql", "check", "--format", "json", given=WARNED).json
    assert (report["file"], report["syntax_ok"]) == ("-", True)
    assert [(item["code"], item["severity"], item["line"]) for item in report["diagnostics"]] == [
        ("AQL020", "warning", 2)
    ]
    assert report["references"]["database"] == "events"


def test_sarif_names_each_rule_once_and_each_place(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "a.aql").write_text(WARNED)
    (tmp_path / "b.aql").write_text(BAD)
    log = terminal.dac("aql", "check", "a.aql", "b.aql", "a.aql", "--format", "sarif").json
    assert log["version"] == "2.1.0"
    assert "sarif-2.1.0" in log["$schema"]
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["AQL001", "AQL020"]
    assert all(rule["shortDescription"]["text"] for rule in run["tool"]["driver"]["rules"])
    found = {
        (result["ruleId"], result["level"], place["artifactLocation"]["uri"], place["region"]["startLine"])
        for result in run["results"]
        for place in [location["physicalLocation"] for location in result["locations"]]
    }
    assert found == {("AQL020", "warning", "a.aql", 2), ("AQL001", "error", "b.aql", 2)}
    assert all(result["message"]["text"] for result in run["results"])


def test_github_gets_a_command_a_finding_whose_text_cannot_end_it(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "100%, a:b.aql").write_text(BAD)
    (line,) = terminal.dac("aql", "check", "100%, a:b.aql", "--format", "github").stdout.splitlines()
    assert line.startswith("::error file=100%25%2C a%3Ab.aql,line=2,col=18,title=AQL001::")


def test_a_clean_query_says_nothing_to_github(terminal: Terminal) -> None:
    assert terminal.dac("aql", "check", "--format", "github", given=GOOD).stdout == ""


def test_json_lines_are_answered_line_by_line_whatever_stands_in_them(terminal: Terminal) -> None:
    lines = [json.dumps({"aql": GOOD}), "", "no json", "[1]", '{"aql": 3}', '{"aql": "' + "(" * 9000 + '"}']
    ran = terminal.dac("aql", "check", "--jsonl", given="\n".join(lines) + "\n" + json.dumps({"aql": BAD}))
    results = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [result["syntax_ok"] for result in results] == [True, False, False, False, False, False]
    assert [[item["code"] for item in result["diagnostics"]] for result in results[1:4]] == [["JSONL"]] * 3
    assert results[-1]["diagnostics"][0]["code"] == "AQL001"
    assert ran.code == 0


def test_a_file_that_is_missing_or_no_text_is_an_error_of_one_line(terminal: Terminal, tmp_path: Path) -> None:
    ran = terminal.dac("aql", "check", "nowhere.aql")
    assert (ran.code, ran.stderr) == (1, "Error: nowhere.aql cannot be read: No such file or directory\n")
    (tmp_path / "q.aql").write_bytes(b"\xff\xfe")
    ran = terminal.dac("aql", "check", "q.aql")
    assert (ran.code, ran.stderr.splitlines()[0]) == (1, "Error: q.aql is not UTF-8 text")


def test_a_byte_order_mark_does_not_count(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "q.aql").write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert terminal.dac("aql", "check", "q.aql").code == 0


# --- filter


def test_a_query_is_shown_as_the_filter_of_a_rule_and_what_it_leaves_out_apart(terminal: Terminal) -> None:
    ran = terminal.dac("aql", "filter", given=GOOD)
    assert ran.code == 0
    assert ran.stdout == "username = 'root'\n"
    assert [line.partition(":")[0] for line in ran.stderr.splitlines()] == ["left out"] * 2


def test_a_condition_is_a_filter_already(terminal: Terminal) -> None:
    ran = terminal.dac("aql", "filter", given="username = 'root' AND qid = 5")
    assert (ran.stdout, ran.stderr) == ("username = 'root'\nAND qid = 5\n", "")


def test_what_no_rule_can_say_is_refused_with_its_place(terminal: Terminal) -> None:
    ran = terminal.dac("aql", "filter", given="SELECT COUNT(*) FROM events GROUP BY username LAST 1 HOURS")
    assert ran.code == 1
    assert ran.stdout == ""
    assert ran.stderr.startswith("Error: -:1:")


# --- format


def test_standard_input_is_answered_laid_out(terminal: Terminal) -> None:
    assert terminal.dac("aql", "format", given=GOOD.lower().replace("'root'", "'Root'")).stdout == FORMATTED.replace(
        "root", "Root"
    )


def test_files_are_rewritten_and_named_and_those_in_order_are_left_alone(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "a.aql").write_text(GOOD)
    (tmp_path / "b.aql").write_text(FORMATTED)
    ran = terminal.dac("aql", "format", "a.aql", "b.aql")
    assert (ran.code, ran.stdout) == (0, "a.aql\n")
    assert (tmp_path / "a.aql").read_text() == FORMATTED


def test_check_writes_nothing_and_is_exit_code_3_when_a_file_would_change(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "a.aql").write_text(GOOD)
    (tmp_path / "b.aql").write_text(FORMATTED)
    ran = terminal.dac("aql", "format", "--check", "a.aql", "b.aql")
    assert (ran.code, ran.stdout) == (3, "a.aql\n")
    assert (tmp_path / "a.aql").read_text() == GOOD
    assert terminal.dac("aql", "format", "--check", "b.aql").code == 0


def test_comments_are_kept(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "a.aql").write_text("-- who did it\nSELECT username /* the actor */ FROM events -- end\nLAST 1 HOURS")
    terminal.dac("aql", "format", "a.aql")
    kept = (tmp_path / "a.aql").read_text()
    assert [comment in kept for comment in ("-- who did it\n", "/* the actor */", "-- end\n")] == [True] * 3
    assert terminal.dac("aql", "format", "--check", "a.aql").code == 0


def test_what_does_not_parse_is_named_and_not_touched(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "a.aql").write_text(BAD)
    ran = terminal.dac("aql", "format", "a.aql")
    assert ran.code == 1
    assert ran.stderr.startswith("Error: a.aql:2:18: [")
    assert (tmp_path / "a.aql").read_text() == BAD


@pytest.mark.parametrize("form", ["sarif", "github", "text"])
def test_a_report_names_files_from_here_on(terminal: Terminal, tmp_path: Path, form: str) -> None:
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries/bad one.aql").write_text("SELECT a, FROM events")
    ran = terminal.dac("aql", "check", str(tmp_path / "queries/bad one.aql"), "--format", form)
    assert ran.code == 1
    assert str(tmp_path) not in ran.stdout
    assert "queries/bad" in ran.stdout
