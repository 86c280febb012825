"""The JSON plan: Terraform's shape, every resource in it, the same bytes every time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from sample_plans import (
    BUILDING_BLOCK,
    DETECTION,
    PROPERTY,
    REFERENCE_SET,
    at,
    create,
    delete,
    desired,
    extension,
    live,
    no_op,
    plan,
    protected,
    recorded,
    rest,
    switched_off,
    update,
)

from dac.model.change import MISSING, Action, Change
from dac.views.machine.plan import plan_json

if TYPE_CHECKING:
    from collections.abc import Callable

    Golden = Callable[[str, str], None]

SEVERITY = extension("severity", 5, 8)


def form(change: Change) -> dict[str, Any]:
    (found,) = json.loads(plan_json(plan(change)))["resource_changes"]
    assert isinstance(found, dict)
    return found


def test_a_plan_of_everything_has_a_stable_form(golden: Golden) -> None:
    changes = (
        create("custom_property.CountryOrRegion", PROPERTY, reason="it is in the stack and not on the console"),
        update("detection.risky_sign_in", DETECTION | {"severity": 5}, SEVERITY, reason="the stack changed"),
        delete("detection.gone", DETECTION, reason="it is not in the stack any more"),
        no_op("building_block.legacy_auth", BUILDING_BLOCK, previous=at("building_block.old")),
    )
    shown = plan(*changes, drift=(switched_off(),), refusals=(protected(),), unmanaged={"rule": 12})
    golden("views/plan.json", json.dumps(json.loads(plan_json(shown)), indent=2) + "\n")


@pytest.mark.parametrize(
    ("change", "actions"),
    [
        (create("detection.x", DETECTION), ["create"]),
        (update("detection.x", DETECTION, SEVERITY), ["update"]),
        (delete("detection.x", DETECTION), ["delete"]),
        (no_op("detection.x", DETECTION), ["no-op"]),
        (update("detection.x", DETECTION, SEVERITY, action=Action.REPLACE), ["delete", "create"]),
        (update("detection.x", DETECTION, action=Action.ADOPT), ["no-op"]),
        (update("detection.x", DETECTION, SEVERITY, action=Action.ADOPT), ["update"]),
        (Change(at("detection.x"), Action.FORGET, ""), ["forget"]),
    ],
)
def test_actions_are_the_ones_terraform_policies_look_for(change: Change, actions: list[str]) -> None:
    assert form(change)["change"]["actions"] == actions


def test_the_edit_of_a_query_says_what_it_means() -> None:
    edits = (SEVERITY, extension("filter", "a IN (1, 2)", "a = 1 AND b LIKE 'x'"))
    severity, query = form(update("detection.x", DETECTION, *edits))["edits"]
    assert "meaning" not in severity
    assert query["meaning"] == [
        {"text": "list of a no longer holds 2", "lowers": True},
        {"text": "condition added: b LIKE 'x'", "lowers": True},
    ]


def test_whether_a_building_block_that_matches_less_lowers_security_is_for_its_readers_to_say() -> None:
    edit = extension("filter", "a IN (1, 2)", "a = 1")
    (query,) = form(update("building_block.x", BUILDING_BLOCK, edit))["edits"]
    assert query["meaning"] == [{"text": "list of a no longer holds 2", "lowers": None}]


def test_what_changed_only_in_git_is_listed_and_is_nothing_to_apply() -> None:
    unchanged = no_op("detection.x", DETECTION)
    document = json.loads(plan_json(plan(unchanged, git_only=(unchanged.address,))))
    assert (document["git_only"], document["applyable"]) == (["cloud/detection.x"], False)


def test_adopting_is_importing() -> None:
    assert form(update("detection.x", DETECTION, action=Action.ADOPT))["change"]["importing"] == {"id": "100353"}


def test_a_move_names_the_previous_address() -> None:
    assert form(no_op("detection.x", DETECTION, previous=at("detection.y")))["previous_address"] == "cloud/detection.y"


def test_before_is_only_what_this_project_answers_for() -> None:
    address = at("reference_set.soc_vpn_egress")
    wanted = REFERENCE_SET["entries"]
    others = wanted | {"192.0.2.1": "put there by the firewall team", "203.0.113.99": ""}
    del others["203.0.113.7"]
    change = Change(
        address,
        Action.UPDATE,
        "",
        edits=(rest('entries["203.0.113.7"]', MISSING, "x"), rest('entries["203.0.113.99"]', "", MISSING)),
        desired=desired(address, REFERENCE_SET),
        recorded=recorded(address, REFERENCE_SET),
        live=live(address, REFERENCE_SET | {"entries": others}),
    )
    before = form(change)["change"]["before"]["entries"]
    assert sorted(before) == ["198.51.100.24", "203.0.113.8", "203.0.113.99"]
    assert REFERENCE_SET["entries"] is wanted
    assert "203.0.113.7" in wanted


def test_a_field_that_is_not_there_has_no_key_and_null_is_a_value() -> None:
    edits = form(update("detection.x", DETECTION, rest("owner", MISSING, None)))["edits"]
    assert edits == [{"path": "owner", "after": None, "channel": "rest"}]


@pytest.mark.parametrize(
    ("rest_of_plan", "flags"),
    [
        ({}, (True, True, False)),
        ({"refusals": (protected(),)}, (False, False, True)),
        ({"targets": ("detection.x",)}, (True, False, False)),
    ],
)
def test_flags_say_whether_the_plan_may_be_applied_and_is_the_whole_truth(
    rest_of_plan: dict[str, Any], flags: tuple[bool, bool, bool]
) -> None:
    document = json.loads(plan_json(plan(create("detection.x", DETECTION), **rest_of_plan)))
    assert (document["applyable"], document["complete"], document["errored"]) == flags


def test_a_plan_of_no_ops_lists_them_and_is_not_applyable() -> None:
    document = json.loads(plan_json(plan(no_op("detection.x", DETECTION))))
    assert document["applyable"] is False
    assert [item["address"] for item in document["resource_changes"]] == ["cloud/detection.x"]
    assert document["timestamp"] == "2026-03-31T08:00:00Z"


def test_hostile_names_are_plain_ascii() -> None:
    text = plan_json(plan(create("detection.x", DETECTION | {"name": "\x1b[2J\u202e\ud800"})))
    assert text.isascii()
    assert text.rstrip("\n").isprintable()
