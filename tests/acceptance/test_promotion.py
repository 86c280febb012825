"""`dac promote`: each gate refuses for its own reason, all of them are shown, and nothing is ever written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from analyst import RULES, looking_at
from consoles import put
from project import Project
from promotions import ADMIN, ADMIN_RULE, PLAN, UNASKED, Pair, make_pair

from dac.emulator.server import Emulator

if TYPE_CHECKING:
    from pathlib import Path

LOG = "state/audit.jsonl"
OLDER = '{"situation": {}}'
"""A plan that an earlier run saved, as far as anybody looks before it is replaced."""


# --- each gate by itself


def _last_apply(pair: Pair, **changed: Any) -> None:
    document = pair.project.recorded(console="dev")
    document["last_apply"] |= changed
    pair.project.write("state/dev/lab.json", json.dumps(document))


def test_an_apply_of_some_addresses_only_is_not_promoted(pair: Pair) -> None:
    _last_apply(pair, targeted=True)
    (gate,) = pair.closed().values()
    assert gate["code"] == "source-applied"
    assert gate["notes"] == ["the last apply of stack lab was of some addresses only, with --target"]


def test_what_nobody_knows_to_have_been_applied_is_not_promoted(pair: Pair) -> None:
    pair.project.remove("state/dev/lab.json")
    closed = pair.closed()
    assert closed["source-applied"]["notes"] == ["nothing is recorded of stack lab on dev: its state is missing"]
    assert closed["source-drift"]["verdict"] == "could not be checked"
    assert "content" in closed


def test_what_was_switched_off_on_the_source_by_hand_was_not_tried(pair: Pair) -> None:
    path = f"{RULES}/{pair.dev.rule(ADMIN_RULE)['id']}"
    try:
        pair.dev.post(path, {"enabled": False})
        pair.forget_requests()
        (gate,) = pair.closed().values()
        assert (gate["code"], gate["notes"]) == ("source-drift", ["lab/detection.admin: enabled (held)"])
        assert "`dac apply --re-enable lab/detection.admin --console dev` switches on" in gate["hint"]
        assert "takes it back" not in gate["hint"]  # a plain apply leaves it as it is
        assert pair.closed("--allow", "source-drift") == {}
        assert pair.writes() == []
    finally:
        pair.dev.post(path, {"enabled": True})
        pair.forget_requests()


def test_an_edit_that_was_never_applied_is_not_promoted(pair: Pair) -> None:
    pair.project.edit(ADMIN, 'severity = "low"', 'severity = "critical"')
    (gate,) = pair.closed().values()
    assert gate["code"] == "content"
    assert gate["notes"] == ["lab/detection.admin is not what was applied on dev"]


def test_a_soak_time_counts_from_the_apply_on_the_source_and_can_be_lifted(pair: Pair) -> None:
    pair.append("dac.toml", 'soak = "3d"\n')
    (gate,) = pair.closed().values()
    assert gate["code"] == "soak"
    assert "and soak is 3d: it is ready at 20" in gate["notes"][0]
    ran = pair.promote("--allow", "soak")
    assert ran.code == 0, ran.text
    assert "  lifted   it has been on dev for long enough [soak]\n" in ran.stdout
    _last_apply(pair, at=1_000_000_000_000)
    assert pair.closed() == {}


def test_a_status_below_that_of_the_target_is_refused_or_left_behind(pair: Pair) -> None:
    pair.append("dac.toml", 'min_status = "stable"\n')
    (gate,) = pair.closed().values()
    assert gate["code"] == "status"
    assert gate["notes"] == ['lab/detection.admin: status "test" is below this console\'s min_status "stable"']
    left_behind = pair.promote("--allow", "status")
    assert left_behind.code == 0
    assert "Plan: 4 to add" in left_behind.stdout


def test_a_target_whose_api_dac_does_not_speak(pair: Pair) -> None:
    fault = {"action": "status", "path": "help/versions", "code": 200, "body": [{"version": "99.0"}], "times": 9}
    pair.prod.post("/emulator/faults", fault)
    closed = pair.closed()
    assert closed.pop("target-api")["verdict"] == "refused"
    assert {gate["verdict"] for gate in closed.values()} == {"could not be checked"}
    assert sorted(closed) == sorted(["target-token", *UNASKED])


def test_a_token_that_may_not_write_what_the_stacks_need(pair: Pair, applied_on_dev: Pair) -> None:
    database = applied_on_dev.project.root.parent / "state/emulator/prod.db"
    with Emulator(database, capabilities=frozenset({"REFERENCE_DATA", "CUSTOM_PROPERTIES"})) as emulator:
        pair.project.edit("dac.toml", pair.prod.url, emulator.url)
        (gate,) = pair.closed().values()
    assert gate["code"] == "target-token"
    assert "the token may not POST /config/extension_management/extensions" in gate["notes"]
    assert "the token may not POST /analytics/rules/{}" in gate["notes"]
    assert not [note for note in gate["notes"] if "reference_data" in note]


@pytest.mark.parametrize(
    ("key", "what"),
    [
        ('log_source_types = ["Acme Doorbell"]', "no log source type is named"),
        ('offense.index = "Acme Doorbell"', "no offense type is named"),
        ("""filter = '"Acme Doorbell" = 1'""", "the custom property"),
        ("""filter = "REFERENCESETCONTAINS('Acme Doorbell', sourceip)\"""", "the reference set"),
        ('building_blocks.all = ["Acme Doorbell"]', "no building block or rule is named"),
    ],
)
def test_a_name_that_only_the_source_knows(pair: Pair, key: str, what: str) -> None:
    pair.append(ADMIN, f"\n[detection.admin.console.prod]\n{key}\n")
    closed = pair.closed()
    assert closed["target-names"]["verdict"] == "refused"
    assert closed["target-names"]["notes"][0].startswith(f'{ADMIN}:12: {what} "Acme Doorbell"')
    assert closed["target-guards"]["verdict"] == "could not be checked"
    assert "target-uuid" not in closed  # that the lists of the console show, without a plan


def test_a_name_that_is_unknown_hides_no_rule_that_has_a_name_of_ours(pair: Pair) -> None:
    stock = pair.prod.get(RULES)[0]
    lines = f'name = "{stock["name"]}"\nlog_source_types = ["Acme Doorbell"]'
    pair.append(ADMIN, f"\n[detection.admin.console.prod]\n{lines}\n")
    closed = pair.closed()
    assert [closed[code]["verdict"] for code in UNASKED] == ["refused", "refused", "could not be checked"]
    assert stock["identifier"] in closed["target-uuid"]["notes"][0]


def test_what_the_source_does_not_know_hides_no_drift_there_and_is_said_itself(pair: Pair) -> None:
    pair.append(ADMIN, '\n[detection.admin.console.dev]\nlog_source_types = ["Acme Doorbell"]\n')
    gate = pair.closed()["source-drift"]
    assert gate["verdict"] == "could not be checked"
    assert gate["notes"] == [f'{ADMIN}:12: no log source type is named "Acme Doorbell" on this console']
    assert gate["hint"].startswith("`dac plan --console dev` shows what is wrong with the files there")
    path = f"{RULES}/{pair.dev.rule(ADMIN_RULE)['id']}"
    try:
        pair.dev.post(path, {"enabled": False})
        gate = pair.closed()["source-drift"]
        assert (gate["verdict"], len(gate["notes"])) == ("refused", 1)
        assert gate["notes"][0].startswith("lab/detection.admin: enabled")
    finally:
        pair.dev.post(path, {"enabled": True})
        pair.forget_requests()


def test_a_rule_of_that_name_with_another_uuid(pair: Pair) -> None:
    stock = pair.prod.get(RULES)[0]
    pair.append(ADMIN, f'\n[detection.admin.console.prod]\nname = "{stock["name"]}"\n')
    (gate,) = pair.closed().values()
    assert gate["code"] == "target-uuid"
    assert stock["identifier"] in gate["notes"][0]


def test_a_chain_that_is_broken_in_the_middle(pair: Pair) -> None:
    pair.append("dac.toml", '\n[console.first]\nurl = "https://first.example.com"\ntoken = { env = "LAB_TOKEN" }\n')
    pair.project.edit("dac.toml", "[console.prod]", 'promote_from = "first"\n\n[console.prod]')
    (gate,) = pair.closed().values()
    assert gate["code"] == "chain"
    assert gate["notes"][0] == "first: nothing is recorded of stack lab on first: its state is missing"


# --- together


def test_every_reason_is_shown_in_one_run(pair: Pair) -> None:
    pair.append("dac.toml", 'soak = "3d"\nmin_status = "stable"\n')
    pair.project.edit("stacks/lab/foreign.toml", 'severity = "high"', 'severity = "high"\nsevrity = "low"')
    _last_apply(pair, complete=False)
    pair.prod.post("/emulator/faults", {"action": "status", "path": "help/endpoints", "code": 501, "times": 99})
    ran = pair.promote("--out", PLAN)
    assert ran.code == 1
    lines = [
        line.strip().split("  ")[0].strip() + line[line.rindex("[") :]
        for line in ran.stdout.splitlines()
        if line.startswith(("  refused", "  unknown"))
    ]
    assert lines == [
        "refused[source-applied]",
        "unknown[source-drift]",
        "refused[content]",
        "refused[validate]",
        "refused[soak]",
        "refused[status]",
        "unknown[target-token]",
        "unknown[target-names]",
        "unknown[target-guards]",
    ]
    assert "Error: not promoted: 5 gates refused, 4 gates could not be checked." in ran.stdout
    assert not (pair.project.root / PLAN).exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "dev"), "nothing is promoted to console dev: it has no promote_from"),
        (("--to", "prd"), '--to names "prd", which is not a console of dac.toml'),
        (("--to", "prod", "--allow", "content"), "--allow content: that gate cannot be lifted"),
        (("--to", "prod", "--allow", "soaked"), 'did you mean "soak"?'),
        (("--to", "prod", "lba"), 'there is no stack "lba"'),
    ],
)
def test_words_that_make_no_promotion(pair: Pair, words: tuple[str, ...], said: str) -> None:
    ran = pair.project.dac("promote", *words)
    assert ran.code == 1
    assert said in ran.stderr
    assert pair.prod.requests() == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            'soak = "3 days"',
            "error[invalid-value]: console.prod.soak: '3 days' is no length of time: write a number and",
        ),
        ("soak = 3", "error[wrong-type]: console.prod.soak is 3, a length of time such as 12h or 7d is wanted"),
        ('soak = "9999d"', "error[invalid-value]: console.prod.soak: '9999d' is longer than ten years (3650d)"),
        ('soack = "3d"', 'error[unknown-key]: unknown key "soack" in console.prod\n  hint: did you mean "soak"?'),
    ],
)
def test_a_soak_time_that_is_misspelt(pair: Pair, line: str, said: str) -> None:
    pair.append("dac.toml", f"{line}\n")
    ran = pair.promote()
    assert ran.code == 1
    assert f"dac.toml:13: {said}" in ran.stderr


def test_a_plan_for_the_source_is_no_plan_for_the_target(pair: Pair) -> None:
    pair.project.edit(ADMIN, 'severity = "low"', 'severity = "critical"')
    assert pair.project.dac("plan", "--console", "dev", "--out", PLAN).code == 0
    ran = pair.project.dac("apply", PLAN, "--console", "prod")
    assert ran.code == 1
    assert "this plan was made for console dev, not for prod" in ran.stderr


# --- and through


def test_what_was_tried_goes_through_in_the_next_job_and_says_what_differs_and_why(tmp_path: Path, stock: Path) -> None:
    for name in ("dev", "prod"):
        put(stock, tmp_path / f"state/emulator/{name}.db")
    with looking_at(Project(tmp_path), "dev") as dev, looking_at(Project(tmp_path), "prod") as prod:
        pair = make_pair(tmp_path, dev, prod)
        project = pair.project
        pair.append(ADMIN, '\n[detection.admin.console.prod]\nseverity = "critical"\n')
        project.edit("stacks/lab/stack.toml", 'default = ["KP", "IR"]', 'default = ["KP", "IR"]\nconsole.prod = ["KP"]')
        project.apply("--console", "dev", "--target", "detection.foreign")
        project.apply("--console", "dev", "--target", "detection.admin")
        assert list(pair.closed()) == ["source-applied"]
        project.apply("--console", "dev")
        project.edit("dac.toml", 'promote_from = "dev"', 'promote_from = "dev"\nsoak = "3d"')
        pair.forget_requests()
        ran = pair.promote("--allow", "soak", "--out", PLAN, "--detailed-exitcode")
        assert ran.code == 2, ran.text
        assert "severity = 3 -> 10 # [detection.admin.console.prod] severity\n" in ran.stdout
        assert "# variable countries\n" in ran.stdout
        assert pair.writes() == []
        admin = project.read(ADMIN)
        (project.root / ADMIN).unlink()  # the next job needs the file alone
        for words in (("show", PLAN), ("apply", PLAN)):  # whoever approves or carries it out sees what was promoted
            told = project.dac(*words)
            assert told.code == 0, told.text
            assert 'Promotion of lab from console "dev"' in told.stdout
            assert "  lifted   it has been on dev for long enough [soak]\n" in told.stdout
            assert "\n\n\n" not in told.stdout
            assert "# variable countries\n" in told.stdout
        assert project.read(LOG).count('"override": "--allow soak"') == 1
        project.write(ADMIN, admin)
        assert "No changes" in pair.promote("--allow", "soak", "--out", PLAN).stdout
        assert project.dac("apply", PLAN).code == 0
        assert project.read(LOG).count('"override": "--allow soak"') == 2  # a gate was lifted, whatever is left to do
        assert prod.rule(ADMIN_RULE)["identifier"] == dev.rule(ADMIN_RULE)["identifier"]
        for file in (project.root / "stacks/lab").iterdir():
            if file.name != "stack.toml":
                file.unlink()
        project.apply("--console", "dev", "--allow", "empty-stack")
        project.edit("dac.toml", '\nsoak = "3d"', "")
        pair.forget_requests()
        (gate,) = pair.closed().values()
        assert gate["code"] == "target-guards"
        assert "[empty-stack]" in gate["notes"][0]
        assert pair.closed("--allow", "empty-stack") == {}
        assert pair.writes() == []


def test_a_promotion_that_is_refused_leaves_no_older_plan_to_be_applied(pair: Pair) -> None:
    assert pair.promote("--out", PLAN).code == 0
    pair.project.edit(ADMIN, 'severity = "low"', 'severity = "critical"')
    refused = pair.promote("--out", PLAN)
    assert refused.code == 1
    assert not (pair.project.root / PLAN).exists()
    removed = f"Note: {PLAN} held the plan of an earlier run, which was removed so that nobody applies it.\n"
    assert removed in refused.stderr
    assert "Note: " not in pair.promote("--out", PLAN).stderr  # now there is none


@pytest.mark.parametrize(
    "words",
    [
        ("promote", "--to", "nope"),
        ("promote", "--to", "prod", "lba"),
        ("promote", "--to", "prod", "--allow", "soaked"),
        ("plan", "--console", "nope"),
        ("plan", "lba", "--console", "prod"),
        ("plan",),
    ],
    ids=" ".join,
)
def test_a_slip_of_the_pen_costs_no_plan_that_was_saved_before(pair: Pair, words: tuple[str, ...]) -> None:
    pair.project.write(PLAN, OLDER)
    ran = pair.project.dac(*words, "--out", PLAN)
    assert ran.code == 1
    assert "Note: " not in ran.stderr
    assert pair.project.read(PLAN) == OLDER


def test_a_plan_that_cannot_be_made_leaves_no_older_one_and_says_so(pair: Pair) -> None:
    pair.project.write(PLAN, OLDER)
    pair.append(ADMIN, 'severity = "high"\n')
    ran = pair.project.dac("plan", "--console", "prod", "--out", PLAN)
    assert ran.code == 1
    assert "held the plan of an earlier run" in ran.stderr
    assert not (pair.project.root / PLAN).exists()


@pytest.mark.parametrize("words", [("promote", "--to", "prod"), ("plan", "--console", "prod")], ids=" ".join)
def test_a_report_that_cannot_be_written_hides_nothing_of_what_it_reports(pair: Pair, words: tuple[str, ...]) -> None:
    ran = pair.project.dac(*words, "--json-out", "no/such/folder/report.json")
    assert ran.code == 1
    assert "\nPlan: 5 to add" in ran.stdout
    assert "the report cannot be written to no/such/folder/report.json" in ran.stderr
    failed = pair.project.dac(*words, "lba", "--json-out", "no/such/folder/report.json")
    assert 'there is no stack "lba"' in failed.stderr
    assert "the report cannot be written to" in failed.stderr
