"""What the everyday edits of a stack do to a console that holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyst import looking_at

if TYPE_CHECKING:
    from analyst import Analyst
    from project import Project

FOREIGN = "Lab: sign-in from a flagged country"


def test_a_changed_severity_is_an_update_of_that_field_over_the_extension_channel(lab: Project) -> None:
    lab.edit("stacks/lab/foreign.toml", 'severity = "high"', 'severity = "medium"')
    ran = lab.dac("plan", "--detailed-exitcode")
    assert ran.code == 2, ran.text
    assert "Plan: 0 to add, 1 to change, 0 to destroy.\n" in ran.stdout
    assert _block(ran.stdout) == [
        "# detection.foreign will be updated in-place",
        "# (because the stack changed)",
        '~ detection "foreign" {',
        "~ severity = 8 -> 5 (extension)",
    ]
    ran = lab.dac("plan", "--json")
    assert ran.code == 0
    (change,) = [row for row in ran.json["resource_changes"] if row["change"]["actions"] != ["no-op"]]
    assert change["address"] == "lab/detection.foreign"
    assert change["change"]["actions"] == ["update"]
    (edit,) = change["edits"]
    assert (edit["path"], edit["before"], edit["after"], edit["channel"]) == ("severity", 8, 5, "extension")


def test_a_changed_severity_reaches_the_rule_and_then_the_plan_is_empty(lab: Project) -> None:
    lab.edit("stacks/lab/foreign.toml", 'severity = "high"', 'severity = "medium"')
    with looking_at(lab) as analyst:
        before = analyst.rule(FOREIGN)
        ran = lab.apply()
        assert "Apply complete! Resources: 0 added, 1 changed, 0 destroyed." in ran.stdout
        after = analyst.rule(FOREIGN)
        body = analyst.rule_xml(FOREIGN)
    assert (after["id"], after["identifier"], after["enabled"]) == (before["id"], before["identifier"], True)
    metrics = {metric.get("metric"): metric.get("value") for metric in body.iter("alterMetric")}
    assert metrics["setSeverity"] == "5"
    assert [event.get("severity") for event in body.iter("newevent")] == ["5"]
    assert lab.dac("plan", "--detailed-exitcode").code == 0


def test_a_renamed_detection_is_the_same_rule_with_the_same_uuid_and_id(lab: Project) -> None:
    lab.edit("stacks/lab/foreign.toml", FOREIGN, "Lab: sign-in from abroad")
    with looking_at(lab) as analyst:
        before = analyst.rule(FOREIGN)
        ran = lab.apply()
        assert "Plan: 0 to add, 1 to change, 0 to destroy.\n" in ran.stdout
        after = analyst.rule("Lab: sign-in from abroad")
        assert not [row for row in analyst.get("/api/analytics/rules") if row["name"] == FOREIGN]
    assert (after["id"], after["identifier"]) == (before["id"], before["identifier"])
    assert lab.dac("plan", "--detailed-exitcode").code == 0


def test_an_address_that_moved_is_no_change_of_the_rule(lab: Project) -> None:
    _move(lab, "foreign.toml", "detection.foreign", "detection.abroad")
    with looking_at(lab) as analyst:
        before = analyst.everything()
        ran = lab.apply()
        assert "Plan: 1 to move, 0 to add, 0 to change, 0 to destroy.\n" in ran.stdout
        assert analyst.everything() == before
    resources = lab.recorded()["resources"]
    assert "detection.foreign" not in resources
    assert resources["detection.abroad"]["uuid"] == "268c1c1c-d3f3-5062-885e-97c3ca20e44c"
    assert lab.dac("plan", "--detailed-exitcode").code == 0


def test_what_has_moved_is_still_ours_when_the_state_is_lost(lab: Project) -> None:
    _move(lab, "foreign.toml", "detection.foreign", "detection.abroad")
    _move(lab, "allowlist.toml", "reference_set.vpn", "reference_set.exits")
    lab.edit("stacks/lab/foreign.toml", "reference_set.vpn", "reference_set.exits")
    lab.apply()
    lab.remove("state/local/lab.json")
    ran = lab.dac("plan")
    assert ran.code == 0, ran.text
    assert "Plan: 5 to adopt, 0 to add, 0 to change, 0 to destroy.\n" in ran.stdout


def test_removed_files_are_deletes_in_the_order_in_which_nothing_reads_what_goes(
    remote_lab: tuple[Project, Analyst],
) -> None:
    project, analyst = remote_lab
    project.apply("--console", "local")
    foreign, admin = analyst.rule(FOREIGN), analyst.rule("Lab: sign-in of an administrator")
    (block,) = [r for r in analyst.get("/api/analytics/building_blocks") if r["name"] == "BB: Lab sign-in succeeded"]
    prop, entries = analyst.property("LabCountry"), analyst.reference_set("Lab: VPN egress")
    for name in ("foreign", "building_block", "properties", "allowlist"):
        project.remove(f"stacks/lab/{name}.toml")
    analyst.forget_requests()
    ran = project.apply("--console", "local")
    assert "Apply complete! Resources: 0 added, 0 changed, 4 destroyed." in ran.stdout
    deleted = [path for path in analyst.writes() if path.startswith("DELETE ")]
    kinds = [path.rsplit("/", 1)[0].removeprefix("DELETE ") for path in deleted]
    order = [
        ("/api/analytics/rules", foreign["id"]),
        ("/api/analytics/building_blocks", block["id"]),
        ("/api/config/event_sources/custom_properties/regex_properties", prop["identifier"]),
        ("/api/reference_data_collections/sets", entries["id"]),
    ]
    places = [deleted.index(f"DELETE {path}/{number}") for path, number in order]
    assert places == sorted(places), kinds
    assert analyst.rule("Lab: sign-in of an administrator") == admin
    assert [row["name"] for row in analyst.get("/api/reference_data_collections/sets")].count("Lab: VPN egress") == 0
    assert list(project.recorded()["resources"]) == ["detection.admin"]
    assert project.dac("plan", "--detailed-exitcode", "--console", "local").code == 0


def test_without_its_state_the_next_apply_adopts_everything_and_changes_nothing(lab: Project) -> None:
    recorded = lab.recorded()["resources"]
    lab.remove("state/local/lab.json")
    with looking_at(lab) as analyst:
        before = analyst.everything()
        plan = lab.dac("plan")
        assert "Plan: 5 to adopt, 0 to add, 0 to change, 0 to destroy.\n" in plan.stdout
        ran = lab.apply()
        assert "Apply complete! Resources: 5 adopted, 0 added, 0 changed, 0 destroyed." in ran.stdout
        assert analyst.everything() == before
    assert lab.recorded()["resources"] == recorded
    assert lab.dac("plan", "--detailed-exitcode").code == 0


def test_a_query_whose_window_alone_changed_is_only_in_git(lab: Project) -> None:
    lab.edit("stacks/lab/foreign.toml", "LAST 24 HOURS", "LAST 7 DAYS")
    ran = lab.dac("plan", "--detailed-exitcode")
    assert ran.code == 0, ran.text
    assert "No changes. The console matches the configuration." in ran.stdout


def test_a_changed_query_is_shown_line_by_line(lab: Project) -> None:
    lab.edit("stacks/lab/stack.toml", '["KP", "IR"]', '["KP", "RU"]')
    ran = lab.dac("plan", "--detailed-exitcode")
    assert ran.code == 2, ran.text
    lines = [line.strip() for line in ran.stdout.splitlines()]
    assert "- \"LabCountry\" IN ('KP', 'IR')" in lines
    assert "+ \"LabCountry\" IN ('KP', 'RU')" in lines
    assert "AND (sourceip IS NULL OR NOT REFERENCESETCONTAINS('Lab: VPN egress', sourceip))" in lines


def test_destroy_deletes_what_dac_made_and_nothing_else(new_lab: Project) -> None:
    with looking_at(new_lab) as analyst:
        before = analyst.everything()
        new_lab.apply()
        ran = new_lab.dac("destroy", "--auto-approve")
        assert ran.code == 0, ran.text
        assert "Destroy complete! Resources: 5 destroyed." in ran.stdout
        after = analyst.everything()
        identity = analyst.reference_set("dac console")["id"]
    entries = "/api/reference_data_collections/set_entries"
    after[entries] = [row for row in after[entries] if row["collection_id"] != identity]
    for path in ("/api/analytics/rules", "/api/analytics/building_blocks", entries):
        assert after[path] == before[path]
    assert new_lab.recorded()["resources"] == {}


def _move(project: Project, file: str, before: str, after: str) -> None:
    path = f"stacks/lab/{file}"
    project.edit(path, f"[{before}]\n", f'[{after}]\nmoved = "{before}"\n')
    project.write(path, project.read(path).replace(f"[{before}.", f"[{after}."))


def _block(text: str) -> list[str]:
    """The lines of the only resource of a plan, without their indentation and the count of hidden fields."""
    lines = [line.strip() for line in text.splitlines()]
    start = next(number for number, line in enumerate(lines) if line.startswith("# "))
    return [line for line in lines[start : lines.index("}", start)] if not line.endswith("hidden)")]
