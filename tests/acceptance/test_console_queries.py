"""A changed query is shown to the console before anything is planned with it: what it says, at the line it means."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from analyst import Analyst, looking_at
from consoles import DATABASE, put
from project import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOREIGN, ADMIN = "stacks/lab/foreign.toml", "stacks/lab/admin.toml"
PLAN = ("plan", "--console", "local")
VALIDATOR = "POST /api/ariel/validators/aql"
QUERY = """
[detection.many_{number}]
name = "Lab: one of many, {number}"
severity = "low"
log_source_types = ["Microsoft Azure Active Directory"]
filter = "username = 'user {number}'"
offense = {{ index = "username" }}
"""
PROPERTIES = "/api/config/event_sources/custom_properties"


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory, stock: Path) -> Iterator[tuple[Project, Analyst]]:
    """The small project, applied to a console that is reached by its URL. To be copied, and only planned with."""
    project = Project.lab(tmp_path_factory.mktemp("applied") / "project")
    put(stock, project.root / DATABASE)
    with looking_at(project) as analyst:
        project = project.on(analyst.url)
        project.apply("--console", "local")
        yield project, analyst


@pytest.fixture
def remote(tmp_path: Path, applied: tuple[Project, Analyst]) -> Iterator[tuple[Project, Analyst]]:
    project, analyst = applied
    shutil.copytree(project.root, tmp_path / "project")
    analyst.forget_requests()
    yield Project(tmp_path / "project", project.env), analyst
    analyst.delete("/emulator/faults")


def asked(analyst: Analyst) -> int:
    return analyst.writes().count(VALIDATOR)


def answer(analyst: Analyst, code: int, body: Any, times: int = 100) -> None:
    """Let the validator answer that."""
    fault = {"action": "status", "path": "validators/aql", "code": code, "body": body, "times": times}
    analyst.post("/emulator/faults", fault)


def remark(severity: str, message: str) -> dict[str, Any]:
    return {"error_messages": [{"code": 28519, "contexts": [], "message": message, "severity": severity}]}


def test_only_the_query_that_changed_is_sent(remote: tuple[Project, Analyst]) -> None:
    project, analyst = remote
    project.edit(ADMIN, ".*admin.*", ".*root.*")
    ran = project.dac(*PLAN, "--detailed-exitcode")
    assert (ran.code, ran.stderr) == (2, ""), ran.text
    assert analyst.writes() == [VALIDATOR]


def test_a_plan_without_changes_sends_nothing_whatever_it_compiles_again(remote_lab: tuple[Project, Analyst]) -> None:
    project, analyst = remote_lab
    project.edit(ADMIN, 'severity = "low"', 'severity = "low"\nignore_changes = ["notes"]')
    project.edit(FOREIGN, 'severity = "high"', 'severity = "high"\nconsole.local.ignore_changes = ["notes"]')
    project.apply("--console", "local")
    analyst.forget_requests()
    assert project.dac(*PLAN, "--detailed-exitcode", "--validate-on-console").code == 0
    assert project.dac("drift", "--console", "local").code == 0
    assert analyst.writes() == []


def test_drift_looks_at_the_console_and_asks_nothing_of_queries(remote: tuple[Project, Analyst]) -> None:
    project, analyst = remote
    project.edit(ADMIN, ".*admin.*", ".*root.*")
    project.dac("drift", "--console", "local")
    assert analyst.writes() == []


def test_what_this_plan_will_make_is_not_asked_for(remote_lab: tuple[Project, Analyst]) -> None:
    project, analyst = remote_lab
    assert project.dac(*PLAN).code == 0
    assert asked(analyst) == 2  # the administrator and the building block; the other reads a property and a set
    analyst.forget_requests()
    ran = project.dac(*PLAN, "--validate-on-console")
    assert asked(analyst) == 2
    assert "info[console-aql-waiting]: console local was not asked about 1 changed query" in ran.stderr


def test_what_is_not_to_be_created_here_yet_is_not_sent(remote: tuple[Project, Analyst]) -> None:
    project, analyst = remote
    project.edit("dac.toml", 'token = { env = "LAB_TOKEN" }', 'token = { env = "LAB_TOKEN" }\nmin_status = "stable"')
    early = QUERY.format(number=1).replace('severity = "low"', 'severity = "low"\nstatus = "experimental"')
    project.write("stacks/lab/early.toml", early)
    assert project.dac(*PLAN).code == 0
    assert analyst.writes() == []


def test_a_query_that_the_console_refuses_is_an_error_at_its_line(remote: tuple[Project, Analyst]) -> None:
    project, analyst = remote
    project.edit(FOREIGN, "LAST 24 HOURS", "LAST 12 HOURS")
    answer(analyst, 200, remark("ERROR", "Nobody knows this (line 3, column 7)"))
    ran = project.dac("apply", "--auto-approve", "--console", "local")
    assert ran.code == 1
    line = project.read(FOREIGN).splitlines().index('WHERE "LabCountry" IN (${var.countries})') + 1
    said = "console local does not take this query: Nobody knows this (line 3, column 7) (code 28519)"
    assert f"stacks/lab/foreign.toml:{line}: error[console-aql]: {said}\n" in ran.stderr
    assert analyst.writes() == [VALIDATOR]


def test_a_remark_is_a_warning_and_the_plan_goes_on(remote: tuple[Project, Analyst]) -> None:
    project, analyst = remote
    project.edit(ADMIN, ".*admin.*", ".*root.*")
    answer(analyst, 200, remark("WARN", "This is slow, see line 77"))
    ran = project.dac(*PLAN, "--detailed-exitcode")
    assert ran.code == 2
    line = next(at for at, text in enumerate(project.read(ADMIN).splitlines(), 1) if text.startswith("filter"))
    said = "console local says of this query: This is slow, see line 77 (code 28519)"
    assert f"stacks/lab/admin.toml:{line}: warning[console-aql]: {said}\n" in ran.stderr
    assert "1 to change" in ran.stdout


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"action": "status", "code": 503, "body": {"code": 1010, "message": "Ariel is offline"}}, "Ariel is offline"),
        ({"action": "status", "code": 403, "body": {"message": "no capability"}}, "no capability"),
        ({"action": "drop"}, "no answer came back"),
    ],
)
def test_a_console_that_cannot_say_is_no_verdict(
    remote: tuple[Project, Analyst], fault: dict[str, Any], reason: str
) -> None:
    project, analyst = remote
    project.edit(ADMIN, ".*admin.*", ".*root.*")
    analyst.post("/emulator/faults", {"path": "validators/aql", "times": 100} | fault)
    ran = project.dac(*PLAN, "--detailed-exitcode")
    assert ran.code == 2, ran.text
    assert "warning[console-aql-unchecked]: console local could not check 1 changed query: " in ran.stderr
    assert reason in ran.stderr
    assert asked(analyst) <= 1


def test_beyond_twenty_the_flag_asks_about_all(remote: tuple[Project, Analyst]) -> None:
    project, analyst = remote
    project.write("stacks/lab/many.toml", "".join(QUERY.format(number=number) for number in range(23)))
    ran = project.dac(*PLAN)
    assert asked(analyst) == 20
    assert "info[console-aql-limit]: console local was asked about 20 of 23 changed queries\n" in ran.stderr
    assert "--validate-on-console" in ran.stderr
    analyst.forget_requests()
    ran = project.dac(*PLAN, "--validate-on-console")
    assert (asked(analyst), ran.stderr) == (23, "")


def test_files_with_errors_are_not_shown_to_the_console(remote: tuple[Project, Analyst]) -> None:
    project, analyst = remote
    project.edit(ADMIN, ".*admin.*", ".*root.*")
    project.edit(FOREIGN, 'severity = "high"', 'severity = "higher"')
    assert project.dac(*PLAN).code == 1
    assert analyst.writes() == []


# --- properties that are on the console and in no stack


def _with_property(analyst: Analyst, name: str, *, rules: bool, **expression: Any) -> None:
    body = {"name": name, "property_type": "string", "use_for_rule_engine": rules}
    made = analyst.post(f"{PROPERTIES}/regex_properties", body)
    if expression:
        body = {"regex_property_identifier": made["identifier"], "expression": "theirs"} | expression
        analyst.post(f"{PROPERTIES}/property_leef_expressions", body)


@pytest.mark.parametrize(
    ("name", "rules", "expression", "code"),
    [
        ("Extracted", True, {"log_source_type_id": 445, "enabled": True}, ""),
        ("ExtractedFromAny", True, {"log_source_type_id": -1, "enabled": True}, ""),
        ("NotInRules", False, {"log_source_type_id": 445, "enabled": True}, "error[property-not-in-rules]"),
        ("Disabled", True, {"log_source_type_id": 445, "enabled": False}, "warning[property-disabled]"),
        ("OfOthers", True, {"log_source_type_id": 382, "enabled": True}, "error[property-without-expression]"),
        ("Empty", True, {}, "error[property-without-expression]"),
    ],
)
def test_a_property_of_others_is_looked_at_before_a_rule_leans_on_it(
    remote: tuple[Project, Analyst], name: str, rules: bool, expression: dict[str, Any], code: str
) -> None:
    project, analyst = remote
    _with_property(analyst, name, rules=rules, **expression)
    project.edit(ADMIN, "username IMATCHES '.*admin.*'", f"{name} IMATCHES '.*admin.*'")
    ran = project.dac(*PLAN, "--detailed-exitcode")
    assert ran.code == (1 if code.startswith("error") else 2), ran.text
    assert code in ran.stderr
    assert bool(ran.stderr) == bool(code)


def test_a_property_that_is_nowhere_has_a_message_of_its_own(remote: tuple[Project, Analyst]) -> None:
    project, _ = remote
    project.edit(ADMIN, "username IMATCHES '.*admin.*'", "Nowhere IMATCHES '.*admin.*'")
    ran = project.dac(*PLAN)
    assert ran.code == 1
    assert "error[undeclared-custom-property]" in ran.stderr
    assert ran.stderr.count("error[") == 1


def test_the_way_out_that_is_named_is_one(remote_lab: tuple[Project, Analyst]) -> None:
    project, analyst = remote_lab
    _with_property(analyst, "Theirs", rules=False, log_source_type_id=445)
    project.edit(ADMIN, "username IMATCHES '.*admin.*'", "Theirs IMATCHES '.*admin.*'")
    assert "[custom_property.Theirs] with adopt = true" in project.dac(*PLAN).stderr
    project.write("stacks/lab/theirs.toml", '[custom_property.Theirs]\ntype = "string"\nadopt = true\n')
    ran = project.apply("--console", "local")
    assert ran.stderr == ""
    assert analyst.property("Theirs")["use_for_rule_engine"] is True
    assert project.dac(*PLAN, "--detailed-exitcode").code == 0
