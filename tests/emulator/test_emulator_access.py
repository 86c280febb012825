"""Users, roles, authorized services, domains: who may do what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from console_driver import ENTRIES, EXTENSIONS, PROPERTIES, SETS, Console, code

from dac.emulator.callers import CAPABILITIES
from dac.emulator.server import Emulator

if TYPE_CHECKING:
    from pathlib import Path

SERVICES = "/config/access/authorized_services"
DOMAINS = "/config/domain_management/domains"
WRITES = {
    "RULES": ("/analytics/rules/1201", {"enabled": True}),
    "REFERENCE_DATA": (SETS, {"name": "x", "entry_type": "ALN"}),
    "CUSTOM_PROPERTIES": (f"{PROPERTIES}/regex_properties", {"name": "x", "property_type": "string"}),
    "LOG_SOURCES": ("/config/event_sources/log_source_management/log_source_groups", {"name": "x"}),
    "QIDS": (
        "/data_classification/qid_records",
        {"log_source_type_id": 18, "name": "x", "low_level_category_id": 7006},
    ),
    "SEARCHES": ("/ariel/saved_searches/2", {"is_shared": True}),
    "ADMIN": (SERVICES, {"label": "x", "user_role_id": 2}),
}

DENIED = {"RULES": 1009, "SEARCHES": 1009}
"""Codes of their own, where the page of an endpoint has one for it."""


def test_a_capability_is_needed_for_each_kind_of_write() -> None:
    assert set(WRITES) == CAPABILITIES


@pytest.mark.parametrize("missing", sorted(WRITES))
def test_a_token_does_everything_but_what_it_may_not(database: Path, missing: str) -> None:
    allowed = CAPABILITIES - {missing}
    with Emulator(database, capabilities=allowed) as emulator, Console(emulator.url) as console:
        for name, (path, body) in WRITES.items():
            if name == missing:
                assert code(console.post(path, body)) == (403, DENIED.get(name, 26))
            elif name != "SEARCHES" or "ADMIN" in allowed:  # another owner's search
                assert console.post(path, body).is_success, name
        assert console.get("/analytics/rules").status_code == 200


def test_a_token_without_any_capability_reads(database: Path) -> None:
    with Emulator(database, capabilities=frozenset()) as emulator, Console(emulator.url) as console:
        assert console.get(ENTRIES).status_code == 200
        assert console.get(f"{SETS}/3/dependents").status_code == 202
        assert code(console.get(f"{EXTENSIONS}/extensions")) == (403, 26)
        access = console.read("/help/endpoints?fields=http_method,caller_has_access", 'version="26.0"')
    assert not any(row["caller_has_access"] for row in access if row["http_method"] != "GET")


def test_roles_say_what_their_callers_may(console: Console) -> None:
    rows = console.read("/config/access/user_roles")
    roles = {role["name"]: {entry["name"] for entry in role["capabilities"]} for role in rows}
    assert roles == {"Admin": CAPABILITIES, "All": CAPABILITIES - {"ADMIN"}, "Read only": set()}
    assert [r["name"] for r in console.read("/config/access/user_roles?current_user_role=true")] == ["Admin"]
    assert [r["name"] for r in console.read("/config/access/user_roles?contains=RULES")] == ["Admin", "All"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, 95103002),
        ({"label": " "}, 95103002),
        ({"label": "x" * 256}, 95103007),
        ({"label": "admin"}, 95103008),
        ({"label": "emulator"}, 95103008),
        ({"label": "x", "user_role_id": 9}, 95103003),
        ({"label": "x", "user_role_id": 1, "security_profile_id": 9}, 95103005),
        ({"label": "x", "user_role_id": 1, "tenant_id": 1}, 95103006),
        ({"label": "x", "user_role_id": 1, "expiration_date": 5}, 95103012),
        ({"label": 5, "user_role_id": 1}, 95103009),
    ],
)
def test_what_a_service_cannot_be(console: Console, body: dict[str, Any], expected: int) -> None:
    assert code(console.post(SERVICES, body)) == (422, expected)


def test_a_service_changes_and_keeps_its_token(console: Console) -> None:
    made = console.made(SERVICES, {"label": "ci", "user_role_id": 3})
    changed = console.made(f"{SERVICES}/{made['id']}", {"label": "cd", "user_role_id": 1, "token": "mine"})
    assert (changed["label"], changed["user_role_id"], changed["token"]) == ("cd", 1, None)
    with Console(console.url, made["token"]) as other:
        assert other.post(SETS, {"name": "x", "entry_type": "ALN"}).status_code == 201
        assert code(other.delete(f"{SERVICES}/{made['id']}")) == (403, 95105003)
    assert code(console.post(f"{SERVICES}/{made['id']}", {"label": "admin"})) == (422, 95104006)
    assert code(console.post(f"{SERVICES}/999", {"label": "x"})) == (404, 95104001)
    assert console.delete(f"{SERVICES}/{made['id']}").status_code == 204
    with Console(console.url, made["token"]) as gone:
        assert gone.get("/system/about").status_code == 401


def test_a_user_changes_but_for_name_and_password(console: Console) -> None:
    body = {"email": "soc@example.com", "username": "root", "id": 7}
    changed = console.made("/config/access/users/1", body, status=200)
    assert (changed["email"], changed["username"], changed["id"]) == ("soc@example.com", "admin", 1)
    assert (changed["password"], changed["old_password"]) == (None, None)
    assert code(console.post("/config/access/users/1", {"password": "x"})) == (403, 38311016)
    assert code(console.post("/config/access/users/1", {"user_role_id": 3})) == (403, 38311011)
    assert code(console.get("/config/access/users/9")) == (404, 38310001)


def test_a_domain_is_made_used_and_marked_as_deleted(console: Console) -> None:
    made = console.made(DOMAINS, {"name": "Branch", "log_source_ids": [5]})
    assert (made["deleted"], made["log_source_ids"], made["event_collector_ids"]) == (False, [5], [])
    assert code(console.post(DOMAINS, {"name": "Branch"})) == (409, 1004)
    assert code(console.post(DOMAINS, {"name": "Other", "log_source_ids": [5]})) == (409, 1004)
    entry = {"collection_id": 3, "value": "192.0.2.9", "domain_id": made["id"]}
    assert console.made(ENTRIES, entry)["domain_id"] == made["id"]
    gone = console.http.delete(f"{DOMAINS}/{made['id']}").json()
    assert (gone["deleted"], gone["log_source_ids"]) == (True, [])
    assert console.read(f"{DOMAINS}/{made['id']}")["deleted"] is True
    assert console.made(DOMAINS, {"name": "Other", "log_source_ids": [5]})["log_source_ids"] == [5]


def test_the_default_domain_stays_as_it_is(console: Console) -> None:
    assert code(console.http.delete(f"{DOMAINS}/0")) == (422, 1005)
    assert code(console.post(f"{DOMAINS}/0", {"log_source_ids": [1]})) == (422, 1010)
    assert console.made(f"{DOMAINS}/0", {"description": "x"}, status=200)["description"] == "x"
    assert code(console.post(DOMAINS, {"name": ""})) == (422, 1005)


def test_the_server_keeps_its_mail_server(console: Console) -> None:
    (server,) = console.read("/system/servers")
    assert "email_server_address" not in server
    one = f"/system/servers/{server['server_id']}"
    assert console.made(one, {"email_server_address": "mx.example.com"}, status=200)["email_server_address"]
    assert code(console.post(one, {"email_server_address": ""})) == (422, 1005)
    assert code(console.get("/system/servers/99")) == (404, 1002)


def test_resources_form_a_tree_that_holds_every_endpoint(console: Console) -> None:
    endpoints = {row["id"]: row for row in console.read("/help/endpoints")}
    resources = {row["id"]: row for row in console.read("/help/resources")}
    held = [number for row in resources.values() for number in row["endpoint_ids"]]
    assert sorted(held) == sorted(endpoints)
    for row in resources.values():
        parent = row["parent_resource_id"]
        assert row["path"].rpartition("/")[0] == (resources[parent]["path"] if parent else "")
        assert all(resources[child]["parent_resource_id"] == row["id"] for child in row["child_resource_ids"])
    roots = {n for version in console.read("/help/versions") for n in version["root_resource_ids"]}
    assert roots == {row["id"] for row in resources.values() if row["parent_resource_id"] is None}


def test_help_knows_what_a_request_may_be_refused_with(console: Console) -> None:
    wanted = f'path="{SETS}" and http_method="POST" and version="26.0"'
    (found,) = console.read("/help/endpoints", wanted)
    assert {409, 422} <= {error["response_code"] for error in found["error_responses"]}
    assert 10006 in {error["unique_code"] for error in found["error_responses"]}
    assert [success["response_code"] for success in found["success_responses"]] == [201]
