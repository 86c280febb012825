"""Every switch switches: without this, dac passing under all of them would say nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from console_driver import ENTRIES, PROPERTIES, SETS, Console, code
from rule_packages import matches, package, row, rule_xml

from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

    Start = Callable[[Settings | None], Console]

REGEX = f"{PROPERTIES}/regex_properties"
DEPLOY = "/staged_config/deploy_status"


def test_unknown_parameters_are_ignored(started: Start) -> None:
    assert started(Settings(unknown_parameters="ignore")).get("/analytics/rules?x=1").status_code == 200
    assert started(Settings()).get("/analytics/rules?x=1").status_code == 422


def test_a_path_parameter_beside_the_path_and_a_range_are_ignored_always(console: Console) -> None:
    """The client qradar sends every path parameter a second time; others have tried `?Range=`."""
    assert console.read("/analytics/rules/1201?id=1201")["id"] == 1201
    assert len(console.read("/analytics/rules?Range=items%3D0-0")) > 1


def test_a_ranged_list_may_be_206_and_without_content_range(started: Start) -> None:
    headers = {"Range": "items=0-1"}
    assert started(Settings(ranged_status=206)).get("/analytics/rules", headers=headers).status_code == 206
    bare = started(Settings(content_range=False)).get("/analytics/rules", headers=headers)
    assert (bare.status_code, len(bare.json()), bare.headers.get("Content-Range")) == (200, 2, None)


def test_error_codes_may_be_texts(started: Start) -> None:
    assert started(Settings(error_code_kind="string")).get("/analytics/rules/9").json()["code"] == "1002"


def test_a_deploy_without_changes_may_be_accepted(started: Start) -> None:
    console = started(Settings(deploy_without_changes="accept"))
    assert console.post(DEPLOY, {"type": "INCREMENTAL"}).status_code == 200


def test_a_task_may_be_interrupted_and_go_on(started: Start) -> None:
    console = started(Settings(task_seconds=100, interrupted_tasks=True))
    console.freeze()
    path = console.delete(f"{SETS}/1").headers["Location"]
    seen = []
    for _ in range(21):
        seen.append(console.read(path)["status"])
        console.advance(5)
    assert list(dict.fromkeys(seen)) == ["QUEUED", "PROCESSING", "INTERRUPTED", "RESUMING", "COMPLETED"]


def test_names_of_sets_may_be_unique_on_the_whole_console(started: Start) -> None:
    bodies = [{"name": "x", "entry_type": "ALN", "namespace": space} for space in ("SHARED", "PRIVATE")]
    console = started(Settings())
    assert [console.post(SETS, body).status_code for body in bodies] == [201, 201]
    other = {"name": "y", "entry_type": "ALN"}
    console = started(Settings(set_names_unique="console"))
    console.made(SETS, other)
    assert code(console.post(SETS, other | {"namespace": "PRIVATE"})) == (409, 10006)


@pytest.mark.parametrize(
    ("settings", "kind", "value", "echoed"),
    [
        (Settings(number_echo="verbatim"), "NUM", "101", "101"),
        (Settings(), "NUM", "101", "101.0"),
        (Settings(cidr_host_bits="kept"), "CIDR", "10.1.2.3/8", "10.1.2.3/8"),
        (Settings(cidr_host_bits="masked"), "CIDR", "10.1.2.3/8", "10.0.0.0/8"),
        (Settings(cidr_host_bits="refused"), "CIDR", "10.1.2.3/8", None),
    ],
)
def test_values_are_echoed_as_the_settings_say(
    started: Start, settings: Settings, kind: str, value: str, echoed: str | None
) -> None:
    console = started(settings)
    number = console.made(SETS, {"name": "x", "entry_type": kind})["id"]
    response = console.post(ENTRIES, {"collection_id": number, "value": value})
    if echoed is None:
        assert code(response) == (422, 20009)
    else:
        assert response.json()["value"] == echoed


def test_one_patch_may_be_limited(started: Start) -> None:
    console = started(Settings(max_patch_rows=2))
    rows = [{"collection_id": 3, "value": f"192.0.2.{n}"} for n in range(3)]
    assert code(console.http.patch(ENTRIES, json=rows)) == (422, 23002)
    assert console.http.patch(ENTRIES, json=rows[:2]).status_code == 202


def expression(console: Console) -> Any:
    identifier = console.made(REGEX, {"name": "P", "property_type": "string"})["identifier"]
    body = {"regex_property_identifier": identifier, "log_source_type_id": 12, "regex": "a(b)"}
    return console.made(f"{PROPERTIES}/property_expressions", body)


def test_unset_scopes_and_groups_are_echoed_as_the_settings_say(started: Start) -> None:
    made = expression(started(Settings(scope_echo="null", capture_group_default=0)))
    assert (made["log_source_id"], made["qid"], made["low_level_category_id"]) == (None, None, None)
    assert made["capture_group"] == 0


def test_an_expression_with_unset_scopes_is_updated_all_the_same(started: Start) -> None:
    console = started(Settings(scope_echo="null"))
    made = expression(console)
    path = f"{PROPERTIES}/property_expressions/{made['identifier']}"
    assert console.made(path, {**made, "enabled": False}, status=200)["enabled"] is False


def test_a_property_may_be_known_by_its_identifier_alone(started: Start) -> None:
    console = started(Settings(property_path="identifier"))
    made = console.made(REGEX, {"name": "P", "property_type": "string"})
    assert code(console.get(f"{REGEX}/{made['id']}")) == (404, 1002)
    assert console.read(f"{REGEX}/{made['identifier']}") == made


def test_both_lists_may_hold_both(started: Start) -> None:
    console = started(Settings(rule_lists_mixed=True))
    assert console.read("/analytics/rules") == console.read("/analytics/building_blocks")


def test_a_blocked_delete_may_be_refused_at_once(started: Start) -> None:
    console = started(Settings(rule_delete_blocked="request", rules_visible_after=0))
    rows = [row("leaning", rule_xml("Leaning", matches("leaned"))), row("leaned", rule_xml("Leaned"), number=2)]
    console.install(package(*rows))
    number = console.rule("leaned")["id"]
    refused = console.delete(f"/analytics/rules/{number}")
    assert code(refused) == (409, 1004)
    assert "Leaning" in refused.json()["message"]


def test_an_import_may_leave_date_and_switch_as_they_are(started: Start) -> None:
    console = started(Settings(import_mod_date="frozen", import_enabled="console", rules_visible_after=0))
    console.install(package(row("u", rule_xml("Mine"))))
    before = console.rule("u")
    console.made(f"/analytics/rules/{before['id']}", {"enabled": False}, status=200)
    switched = console.rule("u")["modification_date"]
    console.advance(60)
    console.install(package(row("u", rule_xml("Mine, edited")), version="1.0.1"))
    after = console.rule("u")
    assert (after["name"], after["enabled"], after["modification_date"]) == ("Mine, edited", False, switched)
