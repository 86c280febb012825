"""How to be refused: for documented codes a request that a console has to refuse with just that."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import rule_packages as packages
from conformance_recipes import COLLECTIONS, Request
from conformance_world import DOMAINS, LOG_SOURCES, MAPPINGS, QIDS, SERVICES
from console_driver import ENTRIES, EXTENSIONS, PROPERTIES, SETS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance_world import World

OLD = "/reference_data/sets"
Provocation = tuple[str, int, int, Request]


def refusals(w: World) -> Iterator[Provocation]:
    """`METHOD /path`, HTTP status, code, and the request."""
    yield from _sets(w)
    yield from _entries(w)
    yield from _old_sets(w)
    yield from _properties(w)
    yield from _rules_and_searches(w)
    yield from _log_sources(w)
    yield from _access(w)
    yield from _classification(w)
    yield from _extensions(w)


def _posts(key: str, *rows: tuple[int, int, Any], ids: dict[str, Any] | None = None) -> Iterator[Provocation]:
    for status, code, body in rows:
        yield key, status, code, Request(ids or {}, body=body)


def _sets(w: World) -> Iterator[Provocation]:
    good = {"name": w.name(), "entry_type": "ALN"}
    taken = w.set()["name"]
    yield from _posts(
        f"POST {SETS}",
        (422, 10001, {"name": "x"}),
        (422, 10002, {"entry_type": "ALN"}),
        (422, 10003, good | {"namespace": "TENANT"}),
        (422, 10004, good | {"tenant_id": 3}),
        (422, 10005, good | {"namespace": "OTHER"}),
        (409, 10006, good | {"name": taken}),
        (422, 10007, good | {"time_to_live": -5, "expiry_type": "FIRST_SEEN"}),
        (422, 1021, good | {"expired_log_option": "LOG_ALL"}),
    )
    number = w.set()["id"]
    yield from _posts(
        f"POST {SETS}/{{id}}",
        (422, 11002, {"expiry_type": "SOMETIMES"}),
        (422, 11003, {"expiry_type": "FIRST_SEEN", "time_to_live": -1}),
        (422, 11004, {"expiry_type": "FIRST_SEEN"}),
        (422, 1021, {"description": 5}),
        ids={"id": number},
    )
    task = f"{COLLECTIONS}/set_dependents_tasks/{{task_status_id}}"
    done = {"task_status_id": w.started("GET", f"{SETS}/{number}/dependents", ended=True)}
    yield f"POST {task}", 409, 13004, Request(done, body={"status": "CANCEL_REQUESTED"})
    yield f"POST {task}", 422, 13005, Request(done, body={"status": "PAUSED"})
    pending = {"task_status_id": w.started("GET", f"{SETS}/{number}/dependents")}
    yield f"GET {task}/results", 404, 13009, Request(pending)
    yield f"GET {SETS}", 422, 14000, Request(query={"sort": "+colour"})


def _entries(w: World) -> Iterator[Provocation]:
    addresses = w.console.made(SETS, {"name": w.name(), "entry_type": "IP"})["id"]
    networks = w.console.made(SETS, {"name": w.name(), "entry_type": "CIDR"})["id"]
    row = {"collection_id": w.set()["id"], "value": "x"}
    yield from _posts(
        f"POST {ENTRIES}",
        (422, 20001, {}),
        (422, 20002, {"value": "x"}),
        (422, 20003, {"collection_id": addresses}),
        (422, 20004, row | {"collection_id": 987654}),
        (422, 20005, row | {"domain_id": 98}),
        (422, 20006, {"collection_id": addresses, "value": "x"}),
        (422, 20007, row | {"value": "x" * 1025}),
        (422, 20008, row | {"notes": "x" * 1025}),
        (422, 20009, {"collection_id": networks, "value": "x"}),
    )
    yield from _posts(f"PATCH {ENTRIES}", (422, 23000, [row | {"collection_id": 987654}]), (422, 23002, [{"id": "x"}]))
    yield f"POST {ENTRIES}/{{id}}", 422, 21003, Request({"id": w.entry()}, body={"notes": "x" * 1025})
    for code, query in (
        (24001, {"filter": "colour=1"}),
        (24002, {"sort": "+colour"}),
        (24003, {"entry_type": "TEXT"}),
        (24004, {"entry_type": "IP", "filter": 'value="x"'}),
    ):
        yield f"GET {ENTRIES}", 422, code, Request(query=query)
    task = {"task_status_id": w.console.http.patch(ENTRIES, json=[row]).json()["id"]}
    yield f"GET {COLLECTIONS}/set_bulk_update_tasks/{{task_status_id}}/results", 404, 23003, Request(task)


def _old_sets(w: World) -> Iterator[Provocation]:
    name = w.filled_set()["name"]
    one = Request({"name": name}, {"value": "x"})
    yield f"POST {OLD}", 409, 1004, Request(query={"name": name, "element_type": "ALN"})
    yield f"POST {OLD}", 422, 1005, Request(query={"name": w.name(), "element_type": "TEXT"})
    yield f"POST {OLD}/{{name}}", 404, 1011, replace(one, query={"value": "x", "domain_id": "98"})
    yield f"POST {OLD}/{{name}}", 422, 1005, replace(one, query={"value": "x", "namespace": "OTHER"})
    yield f"POST {OLD}/{{name}}", 422, 1012, replace(one, query={"value": "x", "namespace": "TENANT"})
    yield f"GET {OLD}/{{name}}", 422, 1012, Request({"name": name}, {"namespace": "TENANT"})
    yield f"DELETE {OLD}/{{name}}", 422, 1015, Request({"name": name}, {"namespace": "OTHER"})
    yield f"DELETE {OLD}/{{name}}", 422, 1005, Request({"name": name}, {"purge_only": "maybe"})
    value = f"DELETE {OLD}/{{name}}/{{value}}"
    yield value, 404, 1003, Request({"name": name, "value": "nothing"})
    yield value, 404, 1011, Request({"name": name, "value": "a value"}, {"domain_id": "98"})
    load = f"POST {OLD}/bulk_load/{{namespace}}/{{name}}/{{domain_id}}"
    ids = {"namespace": "SHARED", "name": name, "domain_id": "SHARED"}
    yield load, 400, 1001, Request(ids, content=b'["a"] x')
    yield load, 404, 1011, Request(ids | {"domain_id": "98"}, body=["a"])
    yield load, 422, 1012, Request(ids | {"namespace": "TENANT"}, body=["a"])
    yield load, 422, 1015, Request(ids | {"namespace": "OTHER"}, body=["a"])


def _properties(w: World) -> Iterator[Provocation]:
    taken = w.property()
    yield from _posts(
        f"POST {PROPERTIES}/regex_properties",
        (422, 1005, {"name": taken["name"], "property_type": "string"}),
        (422, 1005, {"name": w.name(), "property_type": "STRING"}),
        (422, 1005, {"name": w.name(), "property_type": "time"}),
    )
    expression = w.expression("")
    yield from _posts(
        f"POST {PROPERTIES}/property_expressions",
        (422, 1005, expression | {"capture_group": 5}),
        (422, 1005, expression | {"log_source_type_id": 98765}),
        (422, 1005, expression | {"regex_property_identifier": "nobody's"}),
    )
    done = w.started("GET", f"{PROPERTIES}/regex_properties/{taken['identifier']}/dependents", ended=True)
    task = f"POST {PROPERTIES}/regex_property_dependent_tasks/{{task_id}}"
    yield task, 409, 1004, Request({"task_id": done}, body={"status": "CANCEL_REQUESTED"})
    yield task, 422, 1005, Request({"task_id": done}, body={"status": "DONE"})


def _rules_and_searches(w: World) -> Iterator[Provocation]:
    yield "POST /analytics/rules/{id}", 409, 1004, Request({"id": 1201}, body={"owner": "nobody"})
    yield "DELETE /analytics/rules/{id}", 409, 1004, Request({"id": 1201})
    groups = w.console.read("/analytics/rule_groups", 'name="Authentication"')
    group = {"group_id": groups[0]["id"]}
    yield "DELETE /analytics/rule_groups/{group_id}", 409, 1004, Request(group)
    yield "POST /analytics/rule_groups/{group_id}", 409, 1004, Request(group, body={"owner": "nobody"})
    search = "POST /ariel/saved_searches/{id}"
    yield search, 422, 1006, Request({"id": 2}, body={"is_dashboard": True})
    yield search, 422, 1011, Request({"id": 2}, body={"owner": "nobody"})
    yield "DELETE /ariel/event_saved_search_groups/{group_id}", 409, 1004, Request({"group_id": 1})
    yield "POST /ariel/processors/aql_metadata", 422, 2000, Request(query={"query_expression": "SELECT"})
    yield "POST /ariel/searches", 422, 2000, Request(query={"query_expression": "SELECT"})
    yield "POST /ariel/searches", 422, 1005, Request()
    yield "POST /ariel/searches", 404, 1002, Request(query={"saved_search_id": "98765"})
    running = {"search_id": w.search()}
    yield "GET /ariel/searches/{search_id}/results", 404, 1003, Request(running)
    yield "POST /ariel/searches/{search_id}", 422, 1005, Request(running, {"status": "WAIT"})
    yield "GET /ariel/searches/{search_id}", 422, 1005, Request(running, headers={"Prefer": "x"})
    yield "GET /siem/offense_types", 422, 1012, Request(query={"sort": "+colour"})
    yield "GET /siem/offense_types", 422, 1010, Request(query={"filter": "colour=1"})


def _log_sources(w: World) -> Iterator[Provocation]:
    good, taken = w.log_source_body(), w.log_source_body()
    made = w.console.made(f"{LOG_SOURCES}/log_sources", taken)["id"]
    clash = taken["protocol_parameters"]
    yield from _posts(
        f"POST {LOG_SOURCES}/log_sources",
        (409, 1001, good | {"name": taken["name"]}),
        (409, 1002, good | {"protocol_parameters": clash}),
        (422, 1003, good | {"name": ""}),
        (422, 1004, good | {"name": "x" * 256}),
        (422, 1007, good | {"type_id": 98765}),
        (422, 1008, good | {"type_id": 18}),
        (422, 1010, good | {"protocol_type_id": 98765}),
        (422, 1015, good | {"protocol_parameters": []}),
        (422, 1025, good | {"group_ids": [98765]}),
    )
    yield from _posts(
        f"POST {LOG_SOURCES}/log_sources/{{id}}",
        (409, 1001, {"name": "Custom Rule Engine-8 :: localhost"}),
        (422, 1004, {"name": " "}),
        (422, 1007, {"type_id": 98765}),
        (422, 1009, {"protocol_type_id": 98765}),
        ids={"id": made},
    )
    yield f"DELETE {LOG_SOURCES}/log_sources/{{id}}", 422, 1001, Request({"id": 1})
    yield f"DELETE {LOG_SOURCES}/log_source_types/{{id}}", 409, 1015, Request({"id": 12})
    yield from _posts(
        f"POST {LOG_SOURCES}/log_source_types",
        (422, 1001, {"name": "Linux OS"}),
        (422, 1002, {"name": ""}),
        (422, 1003, {"name": "x" * 242}),
        (422, 1004, {"default_protocol_id": "x"}),
        (422, 1005, {"name": w.name(), "log_source_extension_id": 98765}),
        (422, 1006, {"name": w.name(), "default_protocol_id": 98765}),
    )
    yield from _posts(
        f"POST {LOG_SOURCES}/log_source_groups",
        (409, 1001, {"name": "Other"}),
        (422, 1002, {}),
        (422, 1003, {"name": "x" * 256}),
        (422, 1004, {"name": "x", "description": "x" * 256}),
        (422, 1005, {"name": "x", "parent_id": 98765}),
    )


def _access(w: World) -> Iterator[Provocation]:
    good = {"label": w.name(), "user_role_id": 2}
    yield from _posts(
        f"POST {SERVICES}",
        (422, 95103002, {}),
        (422, 95103003, good | {"user_role_id": 98}),
        (422, 95103005, good | {"security_profile_id": 98}),
        (422, 95103006, good | {"tenant_id": 98}),
        (422, 95103007, good | {"label": "x" * 256}),
        (422, 95103008, good | {"label": "admin"}),
        (422, 95103012, good | {"expiration_date": 1}),
    )
    yield from _posts(
        f"POST {SERVICES}/{{id}}",
        (422, 95104002, {"user_role_id": 98}),
        (422, 95104005, {"label": "x" * 256}),
        (422, 95104006, {"label": "admin"}),
        ids={"id": w.service()},
    )
    (own,) = w.console.read(f"{SERVICES}?current_authorized_service=true")
    yield f"DELETE {SERVICES}/{{id}}", 403, 95105003, Request({"id": own["id"]})
    yield from _posts(
        "POST /config/access/users/{id}",
        (403, 38311016, {"password": "x"}),
        (403, 38311011, {"user_role_id": 2}),
        (422, 38311004, {"email": "x" * 256}),
        ids={"id": 1},
    )
    yield "GET /config/access/users", 422, 38314001, Request(query={"sort": "colour"})
    yield "GET /config/access/users", 422, 38314002, Request(query={"sort": "+colour"})
    yield "GET /config/access/security_profiles", 422, 38330001, Request(query={"tenant_id": "98"})
    yield from _posts(f"POST {DOMAINS}", (409, 1004, {"name": _taken_domain(w)}), (422, 1005, {"name": ""}))
    yield f"DELETE {DOMAINS}/{{domain_id}}", 422, 1005, Request({"domain_id": 0})
    yield f"POST {DOMAINS}/{{domain_id}}", 422, 1010, Request({"domain_id": 0}, body={"log_source_ids": [1]})


def _taken_domain(w: World) -> str:
    name: str = w.console.read(f"{DOMAINS}/{w.domain()}")["name"]
    return name


def _classification(w: World) -> Iterator[Provocation]:
    levels = "/data_classification"
    for level, first in (("high", 23003), ("low", 23053)):
        path = f"GET {levels}/{level}_level_categories"
        yield path, 422, first, Request(query={"sort": "name"})
        yield path, 422, first + 1, Request(query={"sort": "+description"})
        yield f"{path}/{{{level}_level_category_id}}", 422, 1005, Request({f"{level}_level_category_id": -3})
    yield f"POST {QIDS}/{{qid_record_id}}", 409, 1008, Request({"qid_record_id": 1}, body={"name": "x"})
    body = w.mapping_body()
    w.console.made(MAPPINGS, body)
    yield f"POST {MAPPINGS}", 409, 1008, Request(body=body)


def _extensions(w: World) -> Iterator[Provocation]:
    w.end()
    data = w.package()
    installed = w.console.upload(data).json()["id"]
    w.console.finished(w.console.act(installed, "INSTALL"))
    upload, one = f"POST {EXTENSIONS}/extensions", f"POST {EXTENSIONS}/extensions/{{extension_id}}"
    newer = packages.package(build="2099.1.1", version="9.9.9")
    for status, code, content in (
        (409, 22613, data),
        (412, 22620, newer),
        (422, 22607, b"PK\x03\x04"),
        (422, 22616, packages.archive({"content.xml": packages.content(), "manifest.txt": b"{}"})),
    ):
        yield upload, status, code, Request(content=content, content_type="application/zip")
    yield one, 409, 22612, Request({"extension_id": installed}, {"action_type": "INSTALL"})
    yield one, 422, 22605, Request({"extension_id": installed}, {"action_type": "UPDATE"})
    yield one, 422, 22606, Request({"extension_id": -1}, {"action_type": "INSTALL"})
    busy, other = w.extension(), w.extension()
    task = {"status_id": w.console.act(busy, "PREVIEW").json()["status_id"]}
    yield one, 409, 22611, Request({"extension_id": busy}, {"action_type": "INSTALL"})
    yield one, 409, 22618, Request({"extension_id": other}, {"action_type": "INSTALL"})
    yield f"DELETE {EXTENSIONS}/extensions/{{extension_id}}", 409, 22617, Request({"extension_id": busy})
    yield f"GET {EXTENSIONS}/extensions_task_status/{{status_id}}/results", 404, 22614, Request(task)
    for code, query in ((22608, {"filter": "colour=1"}), (22609, {"sort": "name"}), (22610, {"sort": "+beta"})):
        yield f"GET {EXTENSIONS}/extensions", 422, code, Request(query=query)
    yield f"GET {EXTENSIONS}/extensions", 422, 22615, Request(query={"filter": 'status="SLEEPING"'})
    rules = {"content_type": "CUSTOM_RULES", "content_item_ids": ["1201"]}
    yield from _posts(
        f"POST {EXTENSIONS}/extension_export_tasks",
        (422, 1021, {"export_contents": [{"content_type": "RECIPES"}]}),
        (422, 1022, {"export_contents": [{"content_type": "CUSTOM_RULES", "content_item_ids": [5]}]}),
        (422, 1023, {"export_contents": [rules | {"related_content": [{"content_type": "RECIPES"}]}]}),
        (422, 1024, {"export_contents": [rules], "manifest": {"name": ""}}),
        (422, 1025, {"export_contents": [rules | {"filters": [{"column": "x"}]}]}),
    )
