"""What others on the console read is not taken from under them: named before anything is written, or lifted by name."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from analyst import PROPERTIES, Analyst, looking_at
from consoles import DATABASE
from project import DAC_TOML, Project

if TYPE_CHECKING:
    from collections.abc import Iterator

VPN = "Lab: VPN egress"
EXCEPTION = """[[detection.foreign.exception]]
field = "sourceip"
not_in = "reference_set.vpn"
whole_detection = true
"""
ASKS_VPN = "SELECT username FROM events WHERE REFERENCESETCONTAINS('Lab: VPN egress', sourceip)"
ITS_RULE = """\
[detection.hunt]
name = "Theirs: from our VPN"
severity = "low"
log_source_types = ["Microsoft Azure Active Directory"]
filter = "REFERENCESETCONTAINS('Lab: VPN egress', sourceip)"

[detection.hunt.offense]
index = "username"
"""


@pytest.fixture
def leaving(lab: Project) -> Project:
    """The small project, whose allowlist nothing of its own reads any more and which is to be deleted."""
    lab.edit("stacks/lab/foreign.toml", EXCEPTION, "")
    lab.remove("stacks/lab/allowlist.toml")
    return lab


@pytest.fixture
def analyst(leaving: Project) -> Iterator[Analyst]:
    with looking_at(leaving) as analyst:
        yield analyst


def _saved_search(project: Project, name: str, aql: str) -> None:
    """REST makes none, so it comes into the database as an analyst's would by the user interface."""
    with closing(sqlite3.connect(project.root / DATABASE)) as database, database:
        database.execute(
            "INSERT INTO saved_search (uid, name, database, aql, owner, is_shared, is_aggregate, is_dashboard, "
            "is_default, is_quick_search, creation_date, modified_date) VALUES (?, ?, 'EVENTS', ?, 'anna', 1, 0, 0, 0, "
            "0, 0, 0)",
            (f"uid of {name}", name, aql),
        )


def _a_rule_of_another_project(lab: Project) -> None:
    other = Project(lab.root.parent / "other")
    url = f"emulator:{lab.root / DATABASE}"
    text = DAC_TOML.replace('"lab"', '"other"').replace("6f1c2a52", "7f1c2a52")
    other.write("dac.toml", text.replace("emulator:state/emulator/local.db", url))
    other.write("stacks/hunt/hunt.toml", ITS_RULE)
    other.apply()


def test_a_rule_of_others_that_reads_a_set_keeps_it_until_named(leaving: Project, analyst: Analyst) -> None:
    _a_rule_of_another_project(leaving)
    before = analyst.everything()
    refused = leaving.dac("apply", "--auto-approve")
    assert refused.code == 1
    assert 'Error: reference_set.vpn is still read by rule "Theirs: from our VPN"\n' in refused.stdout
    assert "or name --allow still-read for this run" in refused.stdout
    assert analyst.everything() == before
    lifted = leaving.dac("apply", "--auto-approve", "--allow", "still-read")
    assert "QRadar's task" in lifted.text or "it stays, because these still read it" in lifted.text
    assert lifted.code == 1
    assert analyst.reference_set(VPN)


def test_saved_searches_and_expressions_that_name_a_set_keep_it(leaving: Project, analyst: Analyst) -> None:
    _saved_search(leaving, "Anna's VPN", ASKS_VPN)
    _saved_search(leaving, "Anna's other", "SELECT username FROM events WHERE REFERENCESETCONTAINS('Other', sourceip)")
    found = analyst.post(f"{PROPERTIES}/regex_properties", {"name": "From our VPN", "property_type": "string"})
    expression = f"IF REFERENCESETCONTAINS('{VPN}', sourceip) THEN 'yes' ELSE 'no'"
    body = {"regex_property_identifier": found["identifier"], "expression": expression, "log_source_type_id": -1}
    analyst.post(f"{PROPERTIES}/property_aql_expressions", body)
    refused = leaving.dac("plan")
    assert refused.code == 1
    readers = 'custom property "From our VPN", saved search "Anna\'s VPN"'
    assert f"Error: reference_set.vpn is still read by {readers}\n" in refused.stdout


FORBIDDEN: list[dict[str, Any]] = [
    {"action": "status", "method": "GET", "path": "/ariel/saved_searches", "code": 403, "times": 99},
    {"action": "status", "method": "POST", "path": "extension_export_tasks", "code": 403, "times": 99},
]
ASKS = ("extension_export_tasks", "validators/aql")
"""Requests that are no GET and change nothing."""


def test_what_cannot_be_looked_at_may_read_a_set_until_named(leaving: Project, analyst: Analyst) -> None:
    there = leaving.on(analyst.url)
    words = ("apply", "--console", "local", "--auto-approve", "--accept-console")
    analyst.post("/emulator/faults", FORBIDDEN)
    analyst.forget_requests()
    refused = there.dac(*words)
    assert refused.code == 1
    unknown = "Error: whether anything on the console still reads reference_set.vpn is not known: "
    assert refused.stdout.count(unknown) == 2
    assert f"{unknown}saved searches: " in refused.stdout
    assert f"{unknown}rules: " in refused.stdout
    assert "--allow readers-unknown for this run" in refused.stdout
    assert [write for write in analyst.writes() if not write.endswith(ASKS)] == []
    analyst.delete("/emulator/faults")
    analyst.post("/emulator/faults", FORBIDDEN[:1])
    lifted = there.dac(*words, "--allow", "readers-unknown")
    assert lifted.code == 0, lifted.text
    assert [row["name"] for row in analyst.get("/api/reference_data_collections/sets") if row["name"] == VPN] == []


def test_what_nobody_reads_goes_and_only_a_plan_that_takes_away_asks(leaving: Project, analyst: Analyst) -> None:
    _saved_search(leaving, "Anna's own", "SELECT username FROM events WHERE REFERENCESETCONTAINS('Other', sourceip)")
    _saved_search(leaving, "Broken", f"SELECT this is no AQL, and says nothing of {VPN}")
    there = leaving.on(analyst.url)
    analyst.forget_requests()
    ran = there.apply("--console", "local", "--accept-console")
    assert "1 changed, 1 destroyed." in ran.stdout
    assert _asked(analyst) == {"dependents", "saved_searches", "extension_export_tasks"}
    analyst.forget_requests()
    there.edit("stacks/lab/admin.toml", 'severity = "low"', 'severity = "medium"')
    assert there.dac("plan", "--console", "local", "--detailed-exitcode").code == 2
    there.remove("stacks/lab/admin.toml")
    assert there.dac("drift", "--console", "local").code == 0
    assert _asked(analyst) == set()


def test_destroy_asks_too_and_what_goes_with_it_is_no_reader(lab: Project) -> None:
    _saved_search(lab, "Countries", 'SELECT "labcountry" FROM events LAST 1 HOURS')
    refused = lab.dac("destroy", "--auto-approve")
    assert refused.code == 1
    assert 'Error: custom_property.LabCountry is still read by saved search "Countries"\n' in refused.stdout
    assert refused.stdout.count("Error: ") == 1
    with closing(sqlite3.connect(lab.root / DATABASE)) as database, database:
        database.execute("DELETE FROM saved_search WHERE name = 'Countries'")
    assert "Destroy complete! Resources: 5 destroyed." in lab.dac("destroy", "--auto-approve").stdout


def _asked(analyst: Analyst) -> set[str]:
    words = ("dependents", "saved_searches", "extension_export_tasks")
    return {word for word in words for row in analyst.requests() if word in row["path"].split("/")}
