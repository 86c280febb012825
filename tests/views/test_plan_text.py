"""The human plan, section by section, each against a file that a reviewer can read."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sample_plans import (
    BUILDING_BLOCK,
    CLOCK,
    DETECTION,
    PROPERTY,
    REFERENCE_SET,
    UUIDS,
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

from dac.model.change import MISSING, Action, Change, Channel, Disposition, Drift, Edit
from dac.model.plan import Extent, LeftBehind, Refusal, Retirement
from dac.views.human.palette import COLOURED
from dac.views.human.plan import NOT_SAVED, plan_text, saved_note
from dac.views.machine.plan import plan_json
from dac.views.markdown.plan import plan_markdown

if TYPE_CHECKING:
    from collections.abc import Callable

    Golden = Callable[[str, str], None]

SEVERITY = extension("severity", 5, 8)
ON = {"name": "x", "enabled": True, "offense": {"index": "x"}}


def lines(text: str) -> list[str]:
    return text.splitlines()


def _taken(change: Change, rollout: str) -> Change:
    """The same change, to a console that takes the detection only so far."""
    assert change.desired is not None
    return replace(change, desired=replace(change.desired, rollout=rollout))


def test_a_first_plan_shows_every_field_of_what_it_creates(golden: Golden) -> None:
    changes = (
        create("reference_set.soc_vpn_egress", REFERENCE_SET),
        create("custom_property.CountryOrRegion", PROPERTY),
        create("building_block.legacy_auth", BUILDING_BLOCK),
        create("detection.risky_sign_in", DETECTION),
    )
    golden("views/plan_create.txt", plan_text(plan(*changes), note=NOT_SAVED))


def test_what_a_rollout_takes_from_live_detections_is_one_line() -> None:
    live = [update(f"detection.d{n}", ON, extension("offense", {"index": "x"}, MISSING)) for n in range(3)]
    off = update("detection.off", ON | {"enabled": False}, extension("offense", {"index": "x"}, MISSING))
    watched = [_taken(change, "monitor") for change in (*live, off)]
    ends = [_taken(update("detection.z", ON, rest("enabled", True, False)), "disabled")]
    text = plan_text(plan(*watched, *ends))
    keeps = 'rollout = "active" in the table of a detection keeps it as it is'
    assert f'Warning: rollout = "monitor" takes the offense from 3 live detections; {keeps}' in lines(text)
    assert f'Warning: rollout = "disabled" switches off 1 live detection; {keeps}' in lines(text)
    assert "Warning" not in plan_text(plan(*live))  # the stack itself says so


def test_what_is_deprecated_is_announced_with_the_day_it_goes_in_the_time_zone_of_the_project() -> None:
    after, gone = 14 * 86_400_000, "deleted by a plan from"
    retiring = (
        Retirement(at("detection.a"), after, CLOCK + after, is_on=True, counts=False),
        Retirement(at("detection.b"), after, CLOCK, is_on=False, counts=True),
        Retirement(at("detection.c"), 0, CLOCK, is_on=False, counts=False),
    )
    made = plan(retiring=retiring, timezone="Europe/Zurich")
    soon, later = "2026-03-31 10:00 Europe/Zurich on", "2026-04-14 10:00 Europe/Zurich on"
    told = [
        f"detection.a: deprecated: switched off now, {gone} {later} (delete_after = 14d)",
        f"detection.b: deprecated: will be deleted from {soon} (delete_after = 14d)",
        f"detection.c: deprecated: off already; once an apply has noted that, {gone} {soon} (delete_after = 0d)",
    ]
    assert [line for line in lines(plan_text(made)) if "deprecated" in line] == told
    commented = [line.removeprefix("- ").replace("\\", "") for line in lines(plan_markdown(made))]
    assert [line for line in commented if "deprecated" in line] == told
    (first, *_) = json.loads(plan_json(made))["deprecated"]
    assert (first["switched_off_now"], first["delete_after"], first["deleted_from"]) == (
        True,
        "14d",
        "2026-04-14T08:00:00Z",
    )


def test_at_the_time_that_is_announced_the_plan_deletes() -> None:
    made = plan(retiring=(Retirement(at("detection.a"), 40_000, CLOCK + 40_000, is_on=False, counts=True),))
    assert "will be deleted from 2026-03-31 08:01 UTC on (delete_after = 40s)" in plan_text(made)


def test_an_update_shows_what_changes_and_counts_the_rest(golden: Golden) -> None:
    edits = (
        extension("annotation", "Look at the VPN first", MISSING),
        extension("building_blocks.any", [UUIDS["legacy_auth"]], [UUIDS["legacy_auth"], UUIDS["service_accounts"]]),
        rest("enabled", True, False),
        extension("event.category", "Suspicious Activity", "Login from unusual country"),
        extension("limiter", MISSING, {"by": "username", "count": 1, "within": "30m"}),
        SEVERITY,
    )
    changed = update("detection.risky_sign_in", DETECTION | {"severity": 5, "annotation": "…"}, *edits)
    block = no_op("building_block.service_accounts", BUILDING_BLOCK)
    golden("views/plan_update.txt", plan_text(plan(block, changed)))


def test_a_long_query_is_shown_as_the_lines_that_changed_with_two_around_them(golden: Golden) -> None:
    before = "\n".join(f"AND NOT (username = 'svc-{number:02}')" for number in range(30))
    after = before.replace("svc-04", "svc-04b").replace("svc-20'", "svc-20' OR username IS NULL")
    changed = update("detection.risky_sign_in", DETECTION | {"filter": before}, extension("filter", before, after))
    golden("views/plan_long_filter.txt", plan_text(plan(changed)))


NARROWED = "\"CountryOrRegion\" IN ('KP', 'IR', 'RU')\nOR \"ClientAppUsed\" IMATCHES '.*(imap|pop|smtp|ews).*'"


def test_above_a_changed_query_stands_what_the_change_means_and_what_lowers_security_is_first(golden: Golden) -> None:
    query = extension("filter", DETECTION["filter"], NARROWED)
    block = extension("filter", BUILDING_BLOCK["filter"], BUILDING_BLOCK["filter"] + " AND qid = 1")
    changes = (
        update("building_block.legacy_auth", BUILDING_BLOCK, block),
        update("detection.risky_sign_in", DETECTION, SEVERITY, query),
    )
    by_hand = Drift(at("detection.risky_sign_in"), (query,), Disposition.REVERTED)
    golden("views/plan_query.txt", plan_text(plan(*changes, drift=(by_hand,))))


@pytest.mark.parametrize(("before", "after"), [(MISSING, "a = 1"), ("a = 1", MISSING)])
def test_a_query_that_is_new_or_gone_is_told_by_itself(before: str, after: str) -> None:
    text = plan_text(plan(update("building_block.legacy_auth", BUILDING_BLOCK, extension("filter", before, after))))
    assert re.findall(r"# \w+: ", text) == []


def test_what_is_said_of_a_query_cannot_move_the_cursor() -> None:
    edit = extension("filter", "a = 'x'", "a IN ('x', '\u202emoc')")
    assert "# widens: list of a now also holds '\\u202emoc'\n" in plan_text(
        plan(update("detection.x", DETECTION, edit))
    )


def test_what_changed_only_in_git_is_named_and_is_no_change(golden: Golden) -> None:
    unchanged = no_op("detection.risky_sign_in", DETECTION)
    golden("views/plan_git_only.txt", plan_text(plan(unchanged, git_only=(unchanged.address,))))


def test_of_many_that_changed_only_in_git_the_first_are_named() -> None:
    text = plan_text(plan(git_only=tuple(at(f"detection.d{n:02}") for n in range(30))))
    (line,) = [line for line in lines(text) if "only in Git" in line]
    assert line.endswith("detection.d18, detection.d19 and 10 more (nothing to send)")


def test_a_plan_that_changes_no_query_is_printed_without_reading_one() -> None:
    program = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from test_plan_text import DETECTION, SEVERITY, create, plan, plan_text, update\n"
        "from dac.views.machine.plan import plan_json\n"
        "shown = plan(create('detection.x', DETECTION), update('detection.y', DETECTION, SEVERITY))\n"
        "plan_text(shown), plan_json(shown)\n"
        "print([name for name in sys.modules if name.startswith('dac.aql')])"
    )
    command = [sys.executable, "-c", program, str(Path(__file__).parent)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_two_long_values_of_one_line_stand_one_above_the_other() -> None:
    before, after = "x" * 80 + " imap", "x" * 80 + " pop"
    text = plan_text(plan(update("detection.risky_sign_in", DETECTION, extension("filter", before, after))))
    assert f"          - {before}\n          + {after}\n" in text


def test_a_replacement_says_which_field_forces_it(golden: Golden) -> None:
    edit = rest("entry_type", "ALN", "IP", "forces replacement")
    before = REFERENCE_SET | {"entry_type": "ALN"}
    changed = update("reference_set.soc_vpn_egress", before, edit, action=Action.REPLACE)
    golden("views/plan_replace.txt", plan_text(plan(changed)))


def test_what_is_destroyed_is_named_with_its_main_fields(golden: Golden) -> None:
    changes = (
        delete("detection.risky_sign_in", DETECTION, reason="detection.risky_sign_in is not declared in any file"),
        delete("reference_set.soc_vpn_egress", REFERENCE_SET, reason="it is not declared in any file"),
    )
    golden("views/plan_delete.txt", plan_text(plan(*changes)))


def test_a_destroy_of_everything_is_a_plan_like_any_other(golden: Golden) -> None:
    changes = (
        delete("detection.risky_sign_in", DETECTION),
        delete("custom_property.CountryOrRegion", PROPERTY),
    )
    golden("views/plan_destroy.txt", plan_text(plan(*changes, destroy=True)))


def test_adopting_says_what_was_found_and_whether_it_is_changed_too(golden: Golden) -> None:
    lost = Change(
        at("detection.risky_sign_in"),
        Action.ADOPT,
        "its uuid is this project's: the state was lost or a run was cut",
        desired=desired(at("detection.risky_sign_in"), DETECTION),
        live=live(at("detection.risky_sign_in"), DETECTION),
    )
    foreign = update(
        "building_block.legacy_auth",
        BUILDING_BLOCK,
        extension("filter", "false", BUILDING_BLOCK["filter"]),
        action=Action.ADOPT,
        reason="adopt = true",
    )
    golden("views/plan_adopt.txt", plan_text(plan(foreign, lost)))


def test_forgetting_says_that_nothing_is_destroyed(golden: Golden) -> None:
    address = at("detection.risky_sign_in")
    kept = Change(
        address,
        Action.FORGET,
        "[removed] says so",
        recorded=recorded(address, DETECTION),
        live=live(address, DETECTION),
    )
    gone = at("building_block.legacy_auth")
    lost = Change(gone, Action.FORGET, "it is no longer on the console", recorded=recorded(gone, BUILDING_BLOCK))
    golden("views/plan_forget.txt", plan_text(plan(lost, kept)))


def test_a_move_alone_is_shown_and_counted(golden: Golden) -> None:
    moved = no_op("detection.risky_sign_in", DETECTION, previous=at("detection.entra_sign_in"))
    golden("views/plan_move.txt", plan_text(plan(moved)))


def test_a_move_with_an_update_names_the_address_it_had(golden: Golden) -> None:
    changed = update("detection.risky_sign_in", DETECTION, SEVERITY, previous=at("detection.risky_sign_in", "identity"))
    golden("views/plan_move_and_update.txt", plan_text(plan(changed)))


def test_several_stacks_put_the_stack_before_each_address(golden: Golden) -> None:
    changes = (
        update("detection.risky_sign_in", DETECTION, SEVERITY),
        delete("building_block.legacy_auth", BUILDING_BLOCK, stack="identity"),
    )
    golden("views/plan_several_stacks.txt", plan_text(plan(*changes)))


def test_expressions_of_a_property_are_compared_one_by_one(golden: Golden) -> None:
    kept, changed, gone = (
        {"kind": "json", "log_source_type": name, "expression": path}
        for name, path in (("AWS", "/a"), ("Microsoft Entra ID", '/"loc"'), ("Okta", "/c"))
    )
    new = {"kind": "regex", "regex": r"country=(\w+)", "log_source_type": "Zscaler"}
    edit = rest("expressions", [kept, changed, gone], [kept, changed | {"enabled": False}, new])
    golden("views/plan_expressions.txt", plan_text(plan(update("custom_property.CountryOrRegion", PROPERTY, edit))))


def entry_edits(number: int) -> tuple[Edit, ...]:
    return tuple(
        rest(f'entries["10.0.{at // 250}.{at % 250}"]', MISSING, "bulk [ticket=CHG-7]") for at in range(number)
    )


def test_entries_of_a_set_come_and_go_with_their_notes(golden: Golden) -> None:
    edits = (
        rest('entries["203.0.113.8"]', "", MISSING),
        rest('entries["203.0.113.7"]', "old note", "new note"),
        rest('entries["203.0.113.99"]', MISSING, "Berlin exit [ticket=CHG-1100]"),
        rest('entries["203.0.113.100"]', MISSING, ""),
    )
    golden("views/plan_entries.txt", plan_text(plan(update("reference_set.soc_vpn_egress", REFERENCE_SET, *edits))))


def test_of_many_entries_twenty_are_shown_and_the_rest_counted(golden: Golden) -> None:
    edits = (*entry_edits(1990), *(rest(f'entries["192.0.2.{at}"]', "", MISSING) for at in range(10)))
    text = plan_text(plan(update("reference_set.soc_vpn_egress", REFERENCE_SET, *edits)))
    assert "            # … and 1,980 more (1,970 to add, 10 to remove)" in lines(text)
    golden("views/plan_many_entries.txt", text)


def test_all_entries_are_shown_when_asked_for() -> None:
    changed = update("reference_set.soc_vpn_egress", REFERENCE_SET, *entry_edits(2000))
    text = plan_text(plan(changed), limit=None)
    assert text.count("          + ") == 2000
    assert "more" not in text


def test_drift_has_a_section_of_its_own_with_a_label_on_each_item(golden: Golden) -> None:
    drift = (
        Drift(at("detection.risky_sign_in"), (extension("severity", 8, 3),), Disposition.REVERTED),
        switched_off(),
        Drift(at("detection.other"), (rest("owner", "alice", "bob"),), Disposition.IGNORED, "ignore_changes"),
        Drift(at("building_block.legacy_auth"), (extension("notes", "a\nb", "a\nc"),), Disposition.ACCEPTED),
        Drift(at("custom_property.CountryOrRegion"), (), Disposition.REVERTED, missing=True),
    )
    changed = update("detection.risky_sign_in", DETECTION | {"severity": 3}, extension("severity", 3, 8))
    again = create("custom_property.CountryOrRegion", PROPERTY, reason="it was deleted outside of dac")
    golden("views/plan_drift.txt", plan_text(plan(again, changed, drift=drift)))


def test_held_items_alone_are_never_called_no_changes(golden: Golden) -> None:
    text = plan_text(plan(no_op("detection.risky_sign_in", DETECTION), drift=(switched_off(),)))
    assert "No changes" not in text
    assert "dac apply --re-enable cloud/detection.risky_sign_in --console prod" in text
    golden("views/plan_held.txt", text)


def test_a_refused_plan_is_shown_in_full_before_the_errors(golden: Golden) -> None:
    too_many = Refusal(
        "too-many-deletes", "12 of 30 resources would be destroyed, 40.0% is over 30%", hint="Pass --allow-deletes 12."
    )
    refused = plan(delete("detection.risky_sign_in", DETECTION), refusals=(protected(), too_many))
    golden("views/plan_refused.txt", plan_text(refused))


def test_what_cannot_be_read_is_an_error_and_not_an_absence(golden: Golden) -> None:
    hint = "Run the plan again when the console answers."
    unreadable = tuple(
        Refusal("unreadable", f"detection.{name} could not be read: HTTP 503", at(f"detection.{name}"), hint)
        for name in ("one", "two")
    )
    text = plan_text(plan(no_op("building_block.legacy_auth", BUILDING_BLOCK), refusals=unreadable))
    assert "No changes" not in text
    golden("views/plan_unreadable.txt", text)


def test_targeting_is_warned_about(golden: Golden) -> None:
    changed = update("detection.risky_sign_in", DETECTION, SEVERITY)
    golden("views/plan_targets.txt", plan_text(plan(changed, targets=("detection.risky_*",))))


def test_a_saved_plan_ends_with_the_command_that_applies_it(golden: Golden) -> None:
    changed = update("detection.risky_sign_in", DETECTION, SEVERITY)
    golden("views/plan_saved.txt", plan_text(plan(changed), note=saved_note("prod.plan")))


def test_no_changes_still_counts_what_is_unmanaged(golden: Golden) -> None:
    same = no_op("detection.risky_sign_in", DETECTION)
    unmanaged = {"rule": 12, "reference_set": 3, "custom_property": 1}
    golden("views/plan_no_changes.txt", plan_text(plan(same, unmanaged=unmanaged), note=NOT_SAVED))


def test_nothing_to_destroy_is_said_so() -> None:
    assert "No changes. No objects need to be destroyed." in lines(plan_text(plan(destroy=True)))


def test_ignored_drift_is_not_called_no_differences() -> None:
    ignored = Drift(at("detection.other"), (rest("owner", "alice", "bob"),), Disposition.IGNORED)
    text = plan_text(plan(no_op("detection.other", DETECTION), drift=(ignored,)))
    assert "differences but the ignored ones above, so no changes are needed." in lines(text)


HOSTILE = "Evil\x1b]0;owned\x07\x1b[2J\r\nPlan: 0 to add, 0 to change, 0 to destroy.\u202egnp.exe\u200b\x9b31m\ud800"


def test_names_from_a_hostile_console_do_nothing_to_the_terminal(golden: Golden) -> None:
    deployed = DETECTION | {"name": HOSTILE, "notes": f"first\n{HOSTILE}\x0blast", "email": [HOSTILE]}
    refusal = Refusal("foreign", f"a rule named {HOSTILE} is there", hint=f"import {HOSTILE}")
    changes = (
        create("detection.evil", deployed, reason=HOSTILE),
        update("detection.risky_sign_in", DETECTION, rest("owner", "alice", HOSTILE, HOSTILE)),
        delete("reference_set.x", REFERENCE_SET | {"name": HOSTILE}),
        update("reference_set.y", REFERENCE_SET, rest('entries["\x1b[2J"]', MISSING, HOSTILE)),
    )
    text = plan_text(plan(*changes, refusals=(refusal,), unmanaged={HOSTILE: 1}, targets=(HOSTILE,)))
    assert all(char.isprintable() or char == "\n" for char in text)
    text.encode()
    assert [line for line in lines(text) if line.startswith("Plan:")] == ["Plan: 1 to add, 2 to change, 1 to destroy."]
    golden("views/plan_hostile.txt", text)


@pytest.mark.parametrize(
    ("change", "summary"),
    [
        (create("detection.risky_sign_in", DETECTION), "Plan: 1 to add, 0 to change, 0 to destroy."),
        (update("detection.x", DETECTION, SEVERITY), "Plan: 0 to add, 1 to change, 0 to destroy."),
        (delete("detection.x", DETECTION), "Plan: 0 to add, 0 to change, 1 to destroy."),
        (
            update("detection.x", DETECTION, SEVERITY, action=Action.REPLACE),
            "Plan: 1 to add, 0 to change, 1 to destroy.",
        ),
        (
            update("detection.x", DETECTION, SEVERITY, action=Action.ADOPT),
            "Plan: 1 to adopt, 0 to add, 1 to change, 0 to destroy.",
        ),
        (
            update("detection.x", DETECTION, Edit("status", "a", "b", Channel.STATE), action=Action.ADOPT),
            "Plan: 1 to adopt, 0 to add, 0 to change, 0 to destroy.",
        ),
        (
            Change(at("detection.x"), Action.FORGET, ""),
            "Plan: 1 to forget, 0 to add, 0 to change, 0 to destroy.",
        ),
        (
            update("detection.x", DETECTION, SEVERITY, previous=at("detection.y")),
            "Plan: 1 to move, 0 to add, 1 to change, 0 to destroy.",
        ),
        (
            update("detection.x", DETECTION, previous=at("detection.y")),
            "Plan: 1 to move, 0 to add, 0 to change, 0 to destroy.",
        ),
    ],
)
def test_each_action_is_counted_as_terraform_counts(change: Change, summary: str) -> None:
    assert summary in lines(plan_text(plan(change)))


def test_first_and_last_line_name_the_console_and_its_url() -> None:
    for shown in (plan(), plan(create("detection.x", DETECTION)), plan(refusals=(protected(),))):
        text = lines(plan_text(shown, note=NOT_SAVED))
        assert text[0] == text[-1] == 'Console "prod" (https://qradar.example.com)'


def test_colour_adds_only_colour() -> None:
    shown = plan(
        create("detection.risky_sign_in", DETECTION),
        update("detection.x", DETECTION, SEVERITY, extension("filter", "a\nb", "a\nc")),
        drift=(switched_off(),),
        refusals=(protected(),),
    )
    coloured = plan_text(shown, palette=COLOURED)
    assert "\x1b[32m+\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plan_text(shown)


def test_the_same_plan_gives_the_same_bytes_whatever_order_its_tables_have() -> None:
    shuffled = dict(reversed(DETECTION.items()))
    assert plan_text(plan(create("detection.x", DETECTION))) == plan_text(plan(create("detection.x", shuffled)))


def test_what_an_interrupted_run_left_is_told_before_anything_else_and_is_no_drift(golden: Golden) -> None:
    run = "3f2c6c1e-7c0f-4a1d-9d0e-5b8f0c3a1d11"
    left = (
        LeftBehind(at("detection.risky_sign_in"), run, Extent.UNTOUCHED),
        LeftBehind(at("reference_set.soc_vpn_egress"), run, Extent.PARTLY),
    )
    text = plan_text(plan(update("detection.risky_sign_in", DETECTION, SEVERITY), left=left))
    golden("views/plan_interrupted.txt", text)
