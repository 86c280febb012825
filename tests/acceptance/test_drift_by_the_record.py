"""`dac drift` compares with what was applied last: whatever has become of the files, it is blind to nothing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from analyst import RULES, looking_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analyst import Analyst
    from project import Project, Ran

ADMIN = "Lab: sign-in of an administrator"
SECOND = """\
[reference_set.second]
name = "Lab: second"
entry_type = "IP"
"""


@pytest.fixture
def analyst(lab: Project) -> Iterator[Analyst]:
    with looking_at(lab) as analyst:
        yield analyst


def switch_off(analyst: Analyst, name: str) -> None:
    analyst.post(f"{RULES}/{analyst.rule(name)['id']}", {"enabled": False})


def found(ran: Ran) -> dict[str, tuple[str, str]]:
    return {item["address"]: (item["kinds"][0], item["disposition"]) for item in ran.json["resource_drift"]}


def test_a_stack_whose_folder_is_gone_is_compared_by_its_state(lab: Project, analyst: Analyst) -> None:
    shutil.rmtree(lab.root / "stacks/lab")
    still = lab.dac("drift")
    assert (still.code, "its folder is gone" in still.stderr) == (0, True)
    switch_off(analyst, ADMIN)
    told = lab.dac("drift", "--json")
    assert (told.code, told.json["stacks"]) == (2, ["lab"])
    assert found(told) == {"lab/detection.admin": ("disabled", "undecided")}
    text = lab.dac("drift", "lab").stdout
    assert "detection.admin: it is switched off" in text
    assert "(undecided: the folder of its stack is gone)" in text


def test_what_is_to_be_let_go_is_compared_until_it_is(lab: Project, analyst: Analyst) -> None:
    lab.remove("stacks/lab/admin.toml")
    lab.write("stacks/lab/removed.toml", '[removed]\n"detection.admin" = "the SOC keeps it"\n')
    assert lab.dac("drift").code == 0
    switch_off(analyst, ADMIN)
    told = lab.dac("drift", "--json")
    assert told.code == 2
    assert found(told) == {"lab/detection.admin": ("disabled", "undecided")}
    assert "[removed] says so: the SOC keeps it" in told.json["resource_drift"][0]["reason"]
    lab.apply()
    assert lab.dac("drift").code == 0


@pytest.mark.parametrize("file", ["admin.toml", "properties.toml"])
def test_a_file_that_is_no_toml_hides_no_drift(lab: Project, analyst: Analyst, file: str) -> None:
    lab.write(f"stacks/lab/{file}", "[detection.admin\n")
    still = lab.dac("drift")
    assert still.code == 0, still.text
    assert f"stacks/lab/{file}:1: warning[" in still.stderr
    assert "what is recorded was compared all the same" in still.stderr
    switch_off(analyst, ADMIN)
    told = lab.dac("drift", "--json")
    assert told.code == 2, told.text
    assert found(told)["lab/detection.admin"][0] == "disabled"


def test_a_name_that_the_console_does_not_have_hides_no_drift(lab: Project, analyst: Analyst) -> None:
    lab.edit("stacks/lab/admin.toml", '"Microsoft Azure Active Directory"', '"No such type at all"')
    lab.edit("stacks/lab/admin.toml", 'severity = "low"', 'severity = "low"\nignore_changes = ["owner"]')
    switch_off(analyst, ADMIN)
    told = lab.dac("drift", "--json")
    assert told.code == 2, told.text
    assert found(told) == {"lab/detection.admin": ("disabled", "undecided")}
    assert [item["code"] for item in told.json["warnings"]] == ["undecided", "unknown-log-source-type"]
    assert lab.dac("plan").code == 1


def test_a_uuid_that_was_edited_hides_no_drift(lab: Project, analyst: Analyst) -> None:
    other = "0a1b2c3d-0000-4000-8000-000000000000"
    lab.edit("stacks/lab/admin.toml", 'severity = "low"', f'severity = "low"\nuuid = "{other}"')
    switch_off(analyst, ADMIN)
    told = lab.dac("drift", "--json")
    assert found(told) == {"lab/detection.admin": ("disabled", "undecided")}
    assert told.json["resource_drift"][0]["reason"] == "the plan stops at it"


def test_a_stack_that_was_never_applied_here_is_named_and_blinds_nobody(lab: Project, analyst: Analyst) -> None:
    lab.write("stacks/second/set.toml", SECOND)
    still = lab.dac("drift")
    assert still.code == 0, still.text
    assert "Not applied here yet: second (bring it here: dac apply second --console local)" in still.stdout
    switch_off(analyst, ADMIN)
    told = lab.dac("drift", "--json")
    assert (told.code, told.json["not_applied"], told.json["unrecorded"]) == (2, ["second"], [])
    alone = lab.dac("drift", "second")
    assert (alone.code, "Nothing was compared" in alone.stdout) == (0, True)


def test_where_stacks_are_promoted_it_says_so(lab: Project) -> None:
    lab.write("stacks/second/set.toml", SECOND)
    toml = lab.read("dac.toml").replace("[console.local]\n", '[console.local]\npromote_from = "dev"\n')
    lab.write("dac.toml", toml + '\n[console.dev]\nurl = "emulator:state/emulator/dev.db"\n')
    told = lab.dac("drift", "--console", "local")
    assert "(bring it here: dac promote second --to local)" in told.stdout, told.text


def test_a_lost_state_is_an_error_whatever_the_others_say(lab: Project, analyst: Analyst) -> None:
    lab.write("stacks/second/set.toml", SECOND)
    lab.apply("second")
    lab.remove("state/local/second.json")
    switch_off(analyst, ADMIN)
    told = lab.dac("drift", "--json")
    assert (told.code, told.json["drifted"]) == (1, True), told.text
    (lost,) = told.json["unrecorded"]
    assert (lost["stack"], lost["addresses"]) == ("second", ["second/reference_set.second"])
    text = lab.dac("drift").stdout
    assert "Error: The state of stack second is missing: 1 resource of it on the console" in text
    assert "dac state rebuild second --console local" in text


def test_what_another_stack_has_recorded_is_no_lost_state(lab: Project, analyst: Analyst) -> None:
    lab.write("stacks/second/admin.toml", lab.read("stacks/lab/admin.toml"))
    lab.remove("stacks/lab/admin.toml")
    told = lab.dac("drift", "--json")
    assert (told.code, told.json["unrecorded"], told.json["not_applied"]) == (0, [], ["second"]), told.text
    switch_off(analyst, ADMIN)
    assert found(lab.dac("drift", "--json"))["lab/detection.admin"][0] == "disabled"
