"""Custom properties and their expressions: partial updates, sentinels, owners, dependents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from console_driver import PROPERTIES, Console, code
from rule_packages import aql_test, class_test, package, row, rule_xml

from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

REGEX = f"{PROPERTIES}/regex_properties"
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "regex": ("property_expressions", {"regex": "user=(\\S+)"}),
    "json": ("property_json_expressions", {"expression": '/"a"/"b"'}),
    "leef": ("property_leef_expressions", {"expression": "usrName"}),
    "cef": ("property_cef_expressions", {"expression": "suser"}),
    "nvp": ("property_nvp_expressions", {"expression": "user", "delimiter_pair": " ", "delimiter_name_value": "="}),
    "genericlist": ("property_genericlist_expressions", {"expression": "$3", "delimiter": "|"}),
    "xml": ("property_xml_expressions", {"expression": "/Event/User"}),
    "aql": ("property_aql_expressions", {"expression": "LOWER(username)"}),
    "calculated": (
        "property_calculated_expressions",
        {
            "first_operand": {"type": "PROPERTY", "property_name": "Logon Type", "numeric_value": None},
            "second_operand": {"type": "STATIC", "property_name": None, "numeric_value": 2.5},
        },
    ),
}


def made_property(console: Console, name: str = "AppName", **more: Any) -> Any:
    return console.made(REGEX, {"name": name, "property_type": "string", **more})


def test_a_property_is_found_by_identifier_and_by_number(console: Console) -> None:
    made = made_property(console)
    assert made["username"] == "API_token: emulator"
    assert (made["use_for_rule_engine"], made["auto_discovered"], made["description"]) == (False, False, None)
    assert console.read(f"{REGEX}/{made['identifier']}") == console.read(f"{REGEX}/{made['id']}") == made
    assert console.read(REGEX, 'name="AppName"') == [made]
    assert code(console.get(f"{REGEX}/AppName")) == (404, 1002)


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Application", "property_type": "string"},
        {"name": "deviceDetail operatingSystem", "property_type": "string"},
        {"property_type": "string"},
        {"name": "", "property_type": "string"},
        {"name": "x"},
        {"name": "x", "property_type": "STRING"},
        {"name": "x", "property_type": "time"},
        {"name": "x", "property_type": "time", "locale": "en-US"},
        {"name": "x", "property_type": "string", "datetime_format": "yyyy"},
    ],
)
def test_what_a_property_cannot_be_is_422_1005(console: Console, body: dict[str, object]) -> None:
    before = console.read(REGEX)
    assert code(console.post(REGEX, body)) == (422, 1005)
    assert console.read(REGEX) == before


def test_an_update_is_partial_and_leaves_the_name(console: Console) -> None:
    console.freeze()
    made = made_property(console, description="d")
    console.advance(5)
    changed = console.made(f"{REGEX}/{made['identifier']}", {"name": "Other", "use_for_rule_engine": True}, status=200)
    moved = {"use_for_rule_engine": True, "modification_date": made["modification_date"] + 5000}
    assert changed == {**made, **moved}


def test_only_the_owner_or_an_administrator_changes_a_property(console: Console) -> None:
    made = made_property(console)
    token = console.made("/config/access/authorized_services", {"label": "other", "user_role_id": 2})["token"]
    path = f"{REGEX}/{made['identifier']}"
    with Console(console.url, token) as other:
        assert code(other.post(path, {"description": "x"})) == (403, 1009)
        assert code(other.delete(path)) == (403, 1009)
        assert code(console.post(path, {"username": "other"})) == (422, 1005)
        console.made(path, {"username": "API_token: other"}, status=200)
        assert other.post(path, {"description": "x"}).status_code == 200


def test_a_property_that_rules_may_use_becomes_an_offense_type(console: Console) -> None:
    made = made_property(console)
    assert console.read("/siem/offense_types", 'name="AppName"') == []
    console.made(f"{REGEX}/{made['id']}", {"use_for_rule_engine": True}, status=200)
    (found,) = console.read("/siem/offense_types", 'name="AppName"')
    assert (found["custom"], found["property_name"], found["database_type"]) == (True, "AppName", "EVENTS")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_expression_lives_in_its_own_collection(console: Console, kind: str) -> None:
    path, own = KINDS[kind]
    identifier = made_property(console)["identifier"]
    body = {"regex_property_identifier": identifier, "log_source_type_id": 445, **own}
    made = console.made(f"{PROPERTIES}/{path}", body)
    assert {**made, **body} == made
    assert made["enabled"] is True
    narrow = 0 if kind == "aql" else -1
    assert (made["log_source_id"], made["qid"], made["low_level_category_id"]) == (-1, narrow, narrow)
    assert console.read(f"{PROPERTIES}/{path}", f'regex_property_identifier="{identifier}"') == [made]
    for other, _ in KINDS.values():
        if other != path:
            assert console.read(f"{PROPERTIES}/{other}") == []
    one = f"{PROPERTIES}/{path}/{made['identifier']}"
    assert console.made(one, {"enabled": False}, status=200)["enabled"] is False
    assert console.read(f"{PROPERTIES}/{path}/{made['id']}")["enabled"] is False
    assert console.delete(one).status_code == 204
    assert code(console.get(one)) == (404, 1002)


def test_equal_expressions_are_not_refused(console: Console) -> None:
    identifier = made_property(console)["identifier"]
    body = {"regex_property_identifier": identifier, "log_source_type_id": 445, "expression": '/"a"'}
    path = f"{PROPERTIES}/property_json_expressions"
    assert console.made(path, body)["id"] != console.made(path, body)["id"]


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("json", {"regex_property_identifier": None}),
        ("json", {"regex_property_identifier": "no such"}),
        ("json", {"log_source_type_id": None}),
        ("json", {"log_source_type_id": 99999}),
        ("json", {"expression": None}),
        ("json", {"expression": "$.a.b"}),
        ("json", {"expression": "/a/b"}),
        ("json", {"qid": 5}),
        ("json", {"low_level_category_id": 5}),
        ("json", {"log_source_id": 77}),
        ("json", {"enabled": "true"}),
        ("regex", {"regex": "user=\\S+", "capture_group": 1}),
        ("regex", {"capture_group": -1}),
        ("calculated", {"operator": "POWER"}),
        ("calculated", {"first_operand": {"type": "STATIC"}}),
        ("calculated", {"first_operand": {"type": "PROPERTY", "numeric_value": 1}}),
        ("calculated", {"first_operand": {"type": "PROPERTY", "property_name": "no such"}}),
        ("calculated", {"second_operand": None}),
        ("aql", {"expression": None}),
        ("aql", {"expression": "LOWER(username"}),
        ("aql", {"expression": "COUNT(*)"}),
        ("aql", {"expression": "SELECT username FROM events"}),
        ("aql", {"expression": 'LOWER("no such")'}),
        ("leef", {"expression": ""}),
    ],
)
def test_what_an_expression_cannot_be_is_422_1005(console: Console, kind: str, wrong: dict[str, object]) -> None:
    path, own = KINDS[kind]
    identifier = made_property(console)["identifier"]
    body = {"regex_property_identifier": identifier, "log_source_type_id": 445, **own, **wrong}
    assert code(console.post(f"{PROPERTIES}/{path}", body)) == (422, 1005)
    assert console.read(f"{PROPERTIES}/{path}") == []


@pytest.mark.parametrize(("kind", "field"), [("leef", "expression"), ("regex", "regex")])
def test_an_update_cannot_empty_what_an_expression_needs(console: Console, kind: str, field: str) -> None:
    path, own = KINDS[kind]
    identifier = made_property(console)["identifier"]
    made = console.made(
        f"{PROPERTIES}/{path}", {"regex_property_identifier": identifier, "log_source_type_id": 445, **own}
    )
    assert code(console.post(f"{PROPERTIES}/{path}/{made['id']}", {field: ""})) == (422, 1005)
    assert console.read(f"{PROPERTIES}/{path}/{made['id']}") == made


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("aql", {"expression": "LOWER(APPNAME)"}),
        (
            "calculated",
            {
                "first_operand": {"type": "PROPERTY", "property_name": "AppName"},
                "second_operand": {"type": "STATIC", "numeric_value": 1},
            },
        ),
    ],
)
@pytest.mark.parametrize("policy", ["blocked", "free"])
def test_what_is_made_of_a_property_stops_its_delete_and_by_setting_a_change_of_type(
    started: Callable[[Settings | None], Console], kind: str, own: dict[str, object], policy: Any
) -> None:
    console = started(Settings(property_type_change=policy))
    made, other = made_property(console), made_property(console, "Other")
    body = {"regex_property_identifier": other["identifier"], "log_source_type_id": -1, **own}
    console.made(f"{PROPERTIES}/property_{kind}_expressions", body)
    changed = console.post(f"{REGEX}/{made['id']}", {"property_type": "numeric"})
    assert changed.status_code == (422 if policy == "blocked" else 200)
    assert console.finished(console.delete(f"{REGEX}/{made['id']}"))["status"] == "CONFLICT"
    assert console.finished(console.delete(f"{REGEX}/{other['id']}"))["status"] == "COMPLETED"


def test_the_number_of_a_property_does_not_stand_for_its_identifier(console: Console) -> None:
    number = made_property(console)["id"]
    body = {"regex_property_identifier": str(number), "log_source_type_id": 445, "expression": '/"a"'}
    assert code(console.post(f"{PROPERTIES}/property_json_expressions", body)) == (422, 1005)


def test_format_string_came_with_26(started: Callable[[Settings | None], Console]) -> None:
    console = started(Settings(api_version="24.0"))
    identifier = made_property(console)["identifier"]
    body = {"regex_property_identifier": identifier, "log_source_type_id": 445, "regex": "a(b)"}
    assert "format_string" not in console.made(f"{PROPERTIES}/property_expressions", body)


@pytest.mark.parametrize(
    "tests",
    [
        aql_test("\"AppName\" = 'x'"),
        class_test("ReferenceSetTest", "getEventDatabaseFields", "userName, AppName"),
    ],
)
@pytest.mark.parametrize("suffix", ["", "/disable", "/change_field_type"])
def test_a_rule_that_reads_a_property_is_found_and_stops_its_delete(console: Console, tests: str, suffix: str) -> None:
    made = made_property(console, use_for_rule_engine=True)
    assert console.install(package(row("u-1", rule_xml("Reader", tests))))["status"] == "INSTALLED"
    response = console.get(f"{REGEX}/{made['identifier']}/dependents{suffix}")
    assert response.status_code == 202
    console.advance()
    tasks = f"{PROPERTIES}/regex_property_dependent_tasks{suffix}/{response.json()['id']}"
    assert console.read(tasks)["number_of_dependents"] == 1
    (found,) = console.read(f"{tasks}/results")
    assert (found["dependent_name"], found["dependent_type"], found["blocking"]) == ("Reader", "CRE_RULE", True)
    assert console.finished(console.delete(f"{REGEX}/{made['identifier']}"))["status"] == "CONFLICT"
    assert console.get(f"{REGEX}/{made['id']}").status_code == 200


def test_a_rule_that_indexes_offenses_by_a_property_stops_its_delete(console: Console) -> None:
    made = made_property(console, use_for_rule_engine=True)
    (kind,) = console.read("/siem/offense_types", 'name="AppName"')
    actions = f'<actions offenseMapping="{kind["id"]}" forceOffenseCreation="true"/>'
    assert console.install(package(row("u-1", rule_xml(rest=actions))))["status"] == "INSTALLED"
    assert console.finished(console.delete(f"{REGEX}/{made['id']}"))["status"] == "CONFLICT"


@pytest.mark.parametrize(
    ("policy", "status", "left"), [("orphan", "COMPLETED", 1), ("cascade", "COMPLETED", 0), ("block", "CONFLICT", 1)]
)
def test_what_becomes_of_expressions_is_a_setting(
    started: Callable[[Settings | None], Console], policy: Any, status: str, left: int
) -> None:
    console = started(Settings(property_delete_expressions=policy))
    made = made_property(console)
    body = {"regex_property_identifier": made["identifier"], "log_source_type_id": 445, "expression": '/"a"'}
    console.made(f"{PROPERTIES}/property_json_expressions", body)
    assert console.finished(console.delete(f"{REGEX}/{made['id']}"))["status"] == status
    assert len(console.read(f"{PROPERTIES}/property_json_expressions")) == left


def test_a_location_may_name_a_path_that_does_not_exist(started: Callable[[Settings | None], Console]) -> None:
    console = started(None)
    response = console.get(f"{REGEX}/1/dependents")
    assert "regex_property_dependents_tasks" in response.headers["Location"]
    assert code(console.get(response.headers["Location"])) == (404, 1002)
    kinder = started(Settings(location_pitfall=False))
    assert kinder.get(kinder.get(f"{REGEX}/1/dependents").headers["Location"]).status_code == 200


def test_a_new_property_is_a_column_of_events(console: Console) -> None:
    made_property(console, property_type="numeric")
    columns = console.read("/ariel/databases/events")["columns"]
    assert {"name": "AppName", "object_value_type": "Double"}.items() <= next(
        column for column in columns if column["name"] == "AppName"
    ).items()
    assert len(console.read("/ariel/databases/events", 'name="AppName"')["columns"]) == 1
