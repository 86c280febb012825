"""A merge request plans from a snapshot: the same plan as on the console, without a token, a connection or a state."""

from __future__ import annotations

import json
import shutil
import stat
from typing import TYPE_CHECKING, Any

import pytest
from analyst import PROPERTIES, RULES, SETS, looking_at
from consoles import DATABASE, add_reader
from project import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from analyst import Analyst

FOREIGN = "Lab: sign-in from a flagged country"
NEW = """\
[detection.new]
name = "Lab: a new one"
severity = "medium"
log_source_types = ["Microsoft Azure Active Directory"]
filter = "REFERENCESETCONTAINS('Lab: VPN egress', sourceip)"

[detection.new.offense]
index = "username"
"""
STATES_ON_A_SERVER = """\
[state]
backend = "http"
address = "https://states.invalid/{console}-{stack}"
lock_address = "https://states.invalid/{console}-{stack}/lock"
username = { env = "NOT_SET" }
password = { env = "NOT_SET" }
"""
PLAN = ("plan", "--console", "local", "--format", "json")
OF_THE_CONSOLE_ALONE = ("warnings", "snapshot", "applyable", "timestamp")


@pytest.fixture
def analyst(lab: Project) -> Iterator[Analyst]:
    with looking_at(lab) as analyst:
        yield analyst


@pytest.fixture
def remote(lab: Project, analyst: Analyst) -> Project:
    """The small project, applied to a console that is reached by a URL and with a token."""
    project = lab.on(analyst.url)
    project.apply("--console", "local", "--accept-console")
    return project


def elsewhere(project: Project) -> Project:
    """A checkout of the same on a machine of a merge request: no state, no token; its console's port is closed."""
    copy = Project(project.root.parent / "checkout")
    shutil.copytree(project.root, copy.root, ignore=shutil.ignore_patterns("state"))
    return copy


def snapshot(project: Project, *words: str) -> None:
    ran = project.dac("console", "snapshot", "--console", "local", "--out", "prod.snapshot", *words)
    assert ran.code == 0, ran.text


def plans(project: Project, *words: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The plan of the console itself, and the one from the snapshot, as JSON."""
    live = project.dac(*PLAN, *words)
    kept = project.dac(*PLAN, "--snapshot", "prod.snapshot", *words)
    assert kept.code == live.code, kept.text
    return json.loads(live.stdout), json.loads(kept.stdout)


def without(plan: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in plan.items() if key not in keys}


def nothing(lab: Project) -> None:
    """Leave the stack as it was applied."""


def edited(lab: Project) -> None:
    lab.edit("stacks/lab/admin.toml", 'severity = "low"', 'severity = "high"')
    lab.edit("stacks/lab/stack.toml", '["KP", "IR"]', '["KP", "IR", "RU"]')
    lab.edit("stacks/lab/allowlist.toml", "203.0.113.8", "203.0.113.9")
    lab.write("stacks/lab/new.toml", NEW)


def taken_away(lab: Project) -> None:
    """The building block goes, while a rule that dac does not manage may read it."""
    lab.edit("stacks/lab/foreign.toml", 'building_blocks.all = ["building_block.succeeded"]\n', "")
    lab.remove("stacks/lab/building_block.toml")


@pytest.mark.parametrize("edit", [nothing, edited, taken_away])
@pytest.mark.parametrize("words", [(), ("--deep",)], ids=["by hints", "deep"])
def test_the_plan_from_a_snapshot_is_the_plan_of_the_console(
    lab: Project, analyst: Analyst, edit: Callable[[Project], None], words: tuple[str, ...]
) -> None:
    analyst.post(f"{RULES}/{analyst.rule(FOREIGN)['id']}", {"enabled": False})
    number = analyst.reference_set("Lab: VPN egress")["id"]
    analyst.post(f"{SETS}/set_entries", {"collection_id": number, "value": "198.51.100.9"})
    snapshot(lab)
    edit(lab)
    live, kept = plans(lab, *words)
    assert without(kept, *OF_THE_CONSOLE_ALONE) == without(live, *OF_THE_CONSOLE_ALONE)
    assert kept["held"], "the rule that was switched off by hand is seen in the snapshot, too"


def test_a_console_that_dac_has_never_been_to_can_be_planned_for(new_lab: Project) -> None:
    snapshot(new_lab)
    live, kept = plans(new_lab)
    assert without(kept, *OF_THE_CONSOLE_ALONE) == without(live, *OF_THE_CONSOLE_ALONE)
    assert len(kept["resource_changes"]) == 5


def test_neither_token_nor_console_nor_state_is_needed(remote: Project, analyst: Analyst) -> None:
    snapshot(remote)
    edited(remote)
    there = elsewhere(remote)
    there.edit("dac.toml", '[state]\nbackend = "local"\n', STATES_ON_A_SERVER)
    analyst.forget_requests()
    ran = there.dac("plan", "--snapshot", "prod.snapshot", "--detailed-exitcode")
    assert ran.code == 2, ran.text
    assert "Plan: 1 to add, 3 to change, 0 to destroy." in ran.stdout
    assert "cannot be saved\nor applied" in ran.stdout
    assert analyst.requests() == []


def test_a_snapshot_holds_no_token_and_is_its_owners_alone(remote: Project) -> None:
    secret = "5f1c-a-token-that-nobody-may-see"
    told = Project(remote.root, {"LAB_TOKEN": "emulator", "OTHER_SECRET": secret})
    snapshot(told)
    text = remote.read("prod.snapshot")
    assert secret not in text
    assert "SEC" not in json.loads(text)["seen"]["things"]
    assert stat.S_IMODE((remote.root / "prod.snapshot").stat().st_mode) == 0o600


def test_taking_a_snapshot_writes_nothing(lab: Project, analyst: Analyst) -> None:
    before = analyst.everything()
    state = lab.read("state/local/lab.json")
    snapshot(lab)
    assert analyst.everything() == before
    assert lab.read("state/local/lab.json") == state


def test_two_snapshots_of_the_same_console_differ_in_their_date_only(lab: Project) -> None:
    snapshot(lab)
    first = json.loads(lab.read("prod.snapshot"))
    snapshot(lab)
    second = json.loads(lab.read("prod.snapshot"))
    assert without(first, "made", "digest") == without(second, "made", "digest")
    assert first["what"] == "dac snapshot"


def test_markdown_and_json_say_what_the_plan_was_made_from(lab: Project) -> None:
    snapshot(lab)
    edited(lab)
    ran = lab.dac("plan", "--snapshot", "prod.snapshot", "--format", "markdown", "--json-out", "plan.json")
    assert "*Made from the snapshot of 20" in ran.stdout
    form = json.loads(lab.read("plan.json"))
    assert form["snapshot"].startswith("the snapshot of 20")
    assert form["applyable"] is False
    assert form["errored"] is False


def test_a_snapshot_in_the_middle_of_an_apply_is_warned_of_and_so_is_every_plan_from_it(lab: Project) -> None:
    ran = lab.dac("console", "snapshot", "--out", "prod.snapshot")
    assert "unfinished-apply" not in ran.text
    intent = {"run_id": "run-1", "wave": 1, "step": "rest", "started": 1, "pre_images": {"detection.foreign": ""}}
    lab.write("state/local/lab.json", json.dumps(lab.recorded() | {"intents": [intent]}))
    ran = lab.dac("console", "snapshot", "--out", "prod.snapshot")
    assert ran.code == 0
    assert "warning[unfinished-apply]: run run-1 is running on lab, or was cut off" in ran.stderr
    plan = lab.dac("plan", "--snapshot", "prod.snapshot", "--format", "markdown")
    assert "**Note: Left by a run that may not have ended.** Run run-1 " in plan.stdout


def test_an_old_snapshot_is_warned_of(lab: Project) -> None:
    snapshot(lab)
    content = json.loads(lab.read("prod.snapshot"))
    assert "warning[old-snapshot]" not in lab.dac("plan", "--snapshot", "prod.snapshot").text
    age(lab, content, days=3)
    ran = lab.dac("plan", "--snapshot", "prod.snapshot")
    assert ran.code == 0
    assert "warning[old-snapshot]" in ran.stderr
    assert "(3d old)" in ran.stderr
    ran = lab.dac("plan", "--snapshot", "prod.snapshot", "--snapshot-max-age", "7d")
    assert "warning[old-snapshot]" not in ran.stderr


def age(project: Project, content: dict[str, Any], *, days: int) -> None:
    """Write the snapshot as it would be had it been made some days earlier."""
    from dac.model.deployed import digest

    older = without(content, "digest") | {"made": content["made"] - days * 86_400_000}
    project.write("prod.snapshot", json.dumps(older | {"digest": digest(older)}))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--out", "x.dacplan"), "--out does not go with --snapshot"),
        (("--validate-on-console",), "--validate-on-console does not go with --snapshot"),
        (("--console", "prod"), "the snapshot is of console local, not of prod"),
        (("--snapshot-max-age", "a while"), "'a while' is no length of time"),
    ],
)
def test_what_a_snapshot_cannot_do_is_refused(lab: Project, words: tuple[str, ...], said: str) -> None:
    snapshot(lab)
    ran = lab.dac("plan", "--snapshot", "prod.snapshot", *words)
    assert ran.code == 1
    assert said in ran.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read: No such file or directory"),
        ("", "it is not JSON, or not all of it"),
        ("[]", "is no snapshot of a console"),
        ('{"what": "dac snapshot"}', "is a snapshot of format None"),
        ('{"what": "dac snapshot", "format_version": 1}', "was changed after it was written"),
    ],
)
def test_a_file_that_is_no_snapshot_is_told_from_one(lab: Project, text: str | None, said: str) -> None:
    if text is not None:
        lab.write("bad.snapshot", text)
    ran = lab.dac("plan", "--snapshot", "bad.snapshot")
    assert ran.code == 1
    assert said in ran.stderr
    assert "`dac console snapshot --out FILE` writes one" in ran.stderr or "make a new one" in ran.stderr


def test_a_snapshot_that_was_edited_is_refused(lab: Project) -> None:
    snapshot(lab)
    lab.write("prod.snapshot", lab.read("prod.snapshot").replace("203.0.113.7", "203.0.113.6"))
    ran = lab.dac("plan", "--snapshot", "prod.snapshot")
    assert ran.code == 1
    assert "was changed after it was written" in ran.stderr


def test_a_snapshot_of_another_project_or_of_a_console_that_moved_is_refused(lab: Project) -> None:
    snapshot(lab)
    text = lab.read("dac.toml")
    lab.write("dac.toml", text.replace("6f1c2a52", "7f1c2a52"))
    assert "the snapshot is of another project" in lab.dac("plan", "--snapshot", "prod.snapshot").stderr
    lab.write("dac.toml", text.replace("local.db", "moved.db"))
    ran = lab.dac("plan", "--snapshot", "prod.snapshot")
    assert "which dac.toml now has at emulator:state/emulator/moved.db" in ran.stderr


def test_what_was_not_saved_is_named_with_the_way_to_have_it(lab: Project, analyst: Analyst) -> None:
    """A set that nobody declared when the snapshot was made: it has no entries in there, unless all were asked for."""
    number = analyst.post(f"{SETS}/sets", {"name": "SOC: theirs", "entry_type": "IP"})["id"]
    assert number
    declared = '[reference_set.theirs]\nname = "SOC: theirs"\nentry_type = "IP"\nadopt = true\n'
    snapshot(lab)
    lab.write("stacks/lab/theirs.toml", declared)
    ran = lab.dac("plan", "--snapshot", "prod.snapshot")
    assert ran.code == 1
    said = "the snapshot does not hold the entries of SOC: theirs; `dac console snapshot --all-entries` saves them"
    assert f"  reference_set.theirs could not be read: {said}\n" in ran.stdout
    assert "Could not read 1 resource" in ran.stdout, "the other sets are in the snapshot"
    lab.remove("stacks/lab/theirs.toml")
    snapshot(lab, "--all-entries")
    lab.write("stacks/lab/theirs.toml", declared)
    live, kept = plans(lab)
    assert without(kept, *OF_THE_CONSOLE_ALONE) == without(live, *OF_THE_CONSOLE_ALONE)


def test_a_token_that_cannot_read_rules_makes_no_snapshot(remote: Project) -> None:
    reader = Project(remote.root, {"LAB_TOKEN": add_reader(remote.root / DATABASE)})
    ran = reader.dac("console", "snapshot", "--console", "local", "--out", "prod.snapshot")
    assert ran.code == 1
    assert "the bodies of rules cannot be read" in ran.stderr
    assert not (remote.root / "prod.snapshot").exists()


def test_a_qid_that_no_rule_speaks_of_is_taken_for_granted_and_said(lab: Project) -> None:
    """The whole plan is worth more than the certainty about one name."""
    snapshot(lab)
    lab.write("stacks/lab/new.toml", NEW.replace("filter", 'qids = ["Session opened", "Sesion opened"]\nfilter'))
    ran = lab.dac("plan", "--snapshot", "prod.snapshot")
    assert ran.code == 0, ran.text
    assert "Plan: 1 to add, 0 to change, 0 to destroy." in ran.stdout
    assert "stacks/lab/new.toml:5: warning[unknown-qid]: whether the console has a QID named" in ran.stderr
    assert ran.stderr.count("warning[unknown-qid]") == 2


def test_sample_events_of_what_dac_does_not_manage_stay_on_the_console(lab: Project, analyst: Analyst) -> None:
    body = {"name": "Theirs", "property_type": "string"}
    theirs = analyst.post(f"{PROPERTIES}/regex_properties", body)["identifier"]
    sample = {"expression": '/"user"', "payload": "login password=hunter2", "regex_property_identifier": theirs}
    analyst.post(f"{PROPERTIES}/property_json_expressions", sample | {"log_source_type_id": 12, "enabled": True})
    snapshot(lab)
    assert "hunter2" not in lab.read("prod.snapshot")
    live, kept = plans(lab)
    assert without(kept, *OF_THE_CONSOLE_ALONE) == without(live, *OF_THE_CONSOLE_ALONE)


@pytest.mark.parametrize("words", [("console", "snapshot", "--out"), ("plan", "--json-out"), ("drift", "--report")])
def test_no_file_is_overwritten_that_dac_did_not_write(lab: Project, words: tuple[str, ...]) -> None:
    before = lab.read("dac.toml")
    ran = lab.dac(*words, "dac.toml")
    assert ran.code == 1
    assert "dac.toml is there, and dac did not write it" in ran.stderr
    assert lab.read("dac.toml") == before
    for _ in range(2):
        assert lab.dac(*words, "own.json").code == 0
