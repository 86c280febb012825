"""Stock rules switched as code: over REST, on the edited copy where there is one, never made and never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from analyst import RULES, looking_at

if TYPE_CHECKING:
    from analyst import Analyst
    from project import Project

TABLE = """\
[vendor_rule.noisy]
identifier = "{identifier}"
enabled = {enabled}
reason = "floods the queue; lab/detection.foreign replaces it"
"""


def stock(lab: Project, origin: str, *, enabled: bool) -> dict[str, Any]:
    """One rule of the emulator's own, as it comes."""
    with looking_at(lab) as console:
        rows = [row for row in console.get(RULES) if row["origin"] == origin and row["enabled"] is enabled]
        assert rows
        return dict(next(row for row in rows if bool(row["linked_rule_identifier"]) is (origin == "OVERRIDE")))


def declare(lab: Project, identifier: str, *, enabled: bool) -> None:
    lab.write("stacks/lab/vendor.toml", TABLE.format(identifier=identifier, enabled=str(enabled).lower()))


def in_force(console: Analyst, identifier: str) -> dict[str, Any]:
    """The row that runs: somebody's edit of a stock rule, if there is one."""
    rows = {row["identifier"]: row for row in console.get(RULES)}
    edits = [
        row for row in rows.values() if row["origin"] == "OVERRIDE" and row["linked_rule_identifier"] == identifier
    ]
    return edits[0] if edits else rows[identifier]


def test_a_stock_rule_is_switched_off_and_the_next_plan_is_empty(lab: Project) -> None:
    rule = stock(lab, "SYSTEM", enabled=True)
    declare(lab, rule["identifier"], enabled=False)
    with looking_at(lab) as console:
        before = console.get(RULES)
        plan = lab.dac("plan", "--detailed-exitcode")
        assert plan.code == 2, plan.text
        assert "vendor_rule.noisy" in plan.stdout
        assert "enabled = true -> false (rest)" in plan.stdout.replace("  ", " ")
        assert console.get(RULES) == before
        lab.apply()
        assert in_force(console, rule["identifier"])["enabled"] is False
        assert lab.dac("plan", "--detailed-exitcode").code == 0


def test_of_an_edited_stock_rule_the_edit_is_switched(lab: Project) -> None:
    override = stock(lab, "OVERRIDE", enabled=False)
    declare(lab, override["linked_rule_identifier"], enabled=True)
    lab.apply()
    with looking_at(lab) as console:
        rows = {row["identifier"]: row for row in console.get(RULES)}
    assert rows[override["identifier"]]["enabled"] is True
    assert rows[override["linked_rule_identifier"]]["modification_date"] <= override["modification_date"]
    assert lab.dac("plan", "--detailed-exitcode").code == 0


def test_out_of_the_stack_it_stays_as_it_is(lab: Project) -> None:
    rule = stock(lab, "SYSTEM", enabled=True)
    declare(lab, rule["identifier"], enabled=False)
    lab.apply()
    lab.remove("stacks/lab/vendor.toml")
    plan = lab.dac("plan")
    assert "QRadar brought it, so it stays as it is" in plan.text
    lab.apply()
    with looking_at(lab) as console:
        assert in_force(console, rule["identifier"])["enabled"] is False
    assert lab.dac("plan", "--detailed-exitcode").code == 0


def test_destroy_deletes_no_stock_rule(lab: Project) -> None:
    rule = stock(lab, "SYSTEM", enabled=True)
    declare(lab, rule["identifier"], enabled=False)
    lab.apply()
    with looking_at(lab) as console:
        console.forget_requests()
        destroyed = lab.dac("destroy", "--auto-approve")
        assert destroyed.code == 0, destroyed.text
        number = in_force(console, rule["identifier"])["id"]
        assert f"DELETE {RULES}/{number}" not in console.writes()


def test_switched_back_by_hand_is_drift_and_switched_off_by_hand_is_held(lab: Project) -> None:
    rule = stock(lab, "SYSTEM", enabled=True)
    declare(lab, rule["identifier"], enabled=False)
    lab.apply()
    with looking_at(lab) as console:
        number = in_force(console, rule["identifier"])["id"]
        console.post(f"{RULES}/{number}", {"enabled": True})
        drift = lab.dac("drift")
        assert drift.code == 2
        assert "vendor_rule.noisy" in drift.stdout
        lab.apply()
        assert in_force(console, rule["identifier"])["enabled"] is False
        declare(lab, rule["identifier"], enabled=True)
        lab.apply()
        assert in_force(console, rule["identifier"])["enabled"] is True
        console.post(f"{RULES}/{in_force(console, rule['identifier'])['id']}", {"enabled": False})
        lab.apply()
        assert in_force(console, rule["identifier"])["enabled"] is False
        lab.apply("--re-enable", "lab/vendor_rule.noisy", "--console", "local")
        assert in_force(console, rule["identifier"])["enabled"] is True


@pytest.mark.parametrize(
    ("identifier", "said"),
    [
        ("SYSTEM-999999", 'no building block or rule is named "SYSTEM-999999" on this console'),
        ("not a uuid", "is neither a uuid"),
    ],
)
def test_an_identifier_that_nothing_has_is_a_finding_at_its_line(lab: Project, identifier: str, said: str) -> None:
    declare(lab, identifier, enabled=False)
    plan = lab.dac("plan")
    assert plan.code == 1
    assert "stacks/lab/vendor.toml:2:" in plan.stderr
    assert said in plan.stderr


def test_a_rule_that_people_made_is_no_vendor_rule(lab: Project) -> None:
    lab.apply()
    with looking_at(lab) as console:
        own = console.rule("Lab: sign-in of an administrator")["identifier"]
        console.forget_requests()
        declare(lab, own, enabled=False)
        apply = lab.dac("apply", "--auto-approve")
        assert apply.code == 1, apply.text
        assert not console.writes()


def test_two_tables_for_one_stock_rule_are_an_error(lab: Project) -> None:
    rule = stock(lab, "SYSTEM", enabled=True)
    declare(lab, rule["identifier"], enabled=False)
    text = TABLE.format(identifier=rule["identifier"], enabled="true")
    lab.write("stacks/lab/more.toml", text.replace("noisy", "again"))
    validated = lab.dac("validate")
    assert validated.code == 1
    assert "vendor_rule.again" in validated.stderr + validated.stdout
    assert "vendor_rule.noisy" in validated.stderr + validated.stdout


def test_another_identifier_under_the_same_address_is_refused(lab: Project) -> None:
    rule = stock(lab, "SYSTEM", enabled=True)
    declare(lab, rule["identifier"], enabled=False)
    lab.apply()
    with looking_at(lab) as console:
        other = next(
            row["identifier"]
            for row in console.get(RULES)
            if row["origin"] == "SYSTEM" and row["identifier"] != rule["identifier"]
        )
        declare(lab, other, enabled=False)
        console.forget_requests()
        apply = lab.dac("apply", "--auto-approve")
        assert apply.code == 1
        assert "uuid-changed" in apply.text
        assert not console.writes()
