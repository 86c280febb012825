"""How to succeed: for every endpoint a request that has to work, made anew each time it is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance_world import DOMAINS, LOG_SOURCES, MAPPINGS, QIDS, QUERY, SERVICES
from console_driver import ENTRIES, EXTENSIONS, PROPERTIES, SETS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance_world import World

EXPRESSIONS = ("", "json_", "leef_", "cef_", "xml_", "nvp_", "genericlist_", "aql_", "calculated_")
SEARCHES = "/ariel/saved_searches"
COLLECTIONS = "/reference_data_collections"


@dataclass(frozen=True)
class Request:
    """What to send, but for method and path."""

    ids: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    content: bytes | None = None
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def recipes(w: World) -> dict[str, Callable[[], Request]]:
    """By `METHOD /path`. A GET without path parameters needs none."""
    return {
        **_rules(w, "/analytics/rules", "rule", block=False),
        **_rules(w, "/analytics/building_blocks", "building_block", block=True),
        **_groups("/analytics/rule_groups", w.empty_rule_group),
        **_groups("/ariel/event_saved_search_groups", lambda: w.last("/ariel/event_saved_search_groups")),
        **_ariel(w),
        **_access(w),
        **_properties(w),
        **_expressions(w),
        **_log_sources(w),
        **_classification(w),
        **_extensions(w),
        **_sets(w),
        **_entries(w),
        **_old_sets(w),
        **_rest(w),
    }


def _rules(w: World, base: str, word: str, *, block: bool) -> dict[str, Callable[[], Request]]:
    one, tasks = f"{base}/{{id}}", f"{base}/{word}_dependent_tasks/{{task_id}}"
    number = w.rule(block=block)

    def dependents(*, ended: bool) -> Request:
        return Request({"task_id": w.started("GET", f"{base}/{number}/dependents", ended=ended)})

    def deletes() -> Request:
        return Request({"task_id": w.started("DELETE", f"{base}/{w.rule(block=block)}", ended=True)})

    return {
        f"GET {one}": lambda: Request({"id": number}),
        f"POST {one}": lambda: Request({"id": number}, body={"enabled": True, "owner": "admin"}),
        f"DELETE {one}": lambda: Request({"id": w.rule(block=block)}),
        f"GET {one}/dependents": lambda: Request({"id": number}),
        f"GET {base}/{word}_delete_tasks/{{task_id}}": deletes,
        **_task(tasks, "task_id", dependents),
    }


def _task(path: str, name: str, make: Callable[..., Request]) -> dict[str, Callable[[], Request]]:
    def cancel() -> Request:
        return Request(make(ended=False).ids, body={"status": "CANCEL_REQUESTED"})

    return {
        f"GET {path}": lambda: make(ended=True),
        f"POST {path}": cancel,
        f"GET {path}/results": lambda: make(ended=True),
    }


def _groups(base: str, empty: Callable[[], int]) -> dict[str, Callable[[], Request]]:
    return {
        f"GET {base}/{{group_id}}": lambda: Request({"group_id": empty()}),
        f"POST {base}/{{group_id}}": lambda: Request({"group_id": empty()}, body={"owner": "admin"}),
        f"DELETE {base}/{{group_id}}": lambda: Request({"group_id": empty()}),
    }


def _ariel(w: World) -> dict[str, Callable[[], Request]]:
    def dependents(*, ended: bool) -> Request:
        return Request({"task_id": w.started("GET", "/ariel/saved_searches/1/dependents", ended=ended)})

    def searched() -> Request:
        search = w.search()
        w.end()
        return Request({"search_id": search})

    events = {"database": "events"}
    return {
        "GET /ariel/databases/{database_name}": lambda: Request({"database_name": "events"}),
        "GET /ariel/functions": lambda: Request(query=events),
        "GET /ariel/functions/{function_name}": lambda: Request({"function_name": "LOWER"}, events),
        "POST /ariel/processors/aql_metadata": lambda: Request(query={"query_expression": QUERY}),
        "POST /ariel/validators/aql": lambda: Request(query={"query_expression": "SELECT nothing("}),
        "GET /ariel/saved_searches/{id}": lambda: Request({"id": 2}),
        "POST /ariel/saved_searches/{id}": lambda: Request({"id": 2}, body={"is_shared": True, "owner": "admin"}),
        "DELETE /ariel/saved_searches/{id}": lambda: Request({"id": w.last(SEARCHES)}),
        "GET /ariel/saved_searches/{id}/dependents": lambda: Request({"id": 1}),
        "GET /ariel/saved_search_delete_tasks/{task_id}": lambda: Request(
            {"task_id": w.started("DELETE", f"{SEARCHES}/{w.last(SEARCHES)}")}
        ),
        **_task("/ariel/saved_search_dependent_tasks/{task_id}", "task_id", dependents),
        "POST /ariel/searches": lambda: Request(query={"query_expression": QUERY}),
        "GET /ariel/searches/{search_id}": searched,
        "POST /ariel/searches/{search_id}": lambda: Request(
            {"search_id": w.search()}, {"status": "CANCELED", "save_results": "true"}
        ),
        "DELETE /ariel/searches/{search_id}": searched,
        "GET /ariel/searches/{search_id}/metadata": searched,
        "GET /ariel/searches/{search_id}/results": searched,
    }


def _access(w: World) -> dict[str, Callable[[], Request]]:
    return {
        f"POST {SERVICES}": lambda: Request(body={"label": w.name(), "user_role_id": 2, "security_profile_id": 1}),
        f"GET {SERVICES}/{{id}}": lambda: Request({"id": w.service()}),
        f"POST {SERVICES}/{{id}}": lambda: Request({"id": w.service()}, body={"label": w.name()}),
        f"DELETE {SERVICES}/{{id}}": lambda: Request({"id": w.service()}),
        "GET /config/access/users/{id}": lambda: Request({"id": 1}),
        "POST /config/access/users/{id}": lambda: Request({"id": 1}, body={"description": "The first user"}),
        "GET /config/access/user_roles/{id}": lambda: Request({"id": 1}),
        "GET /config/access/security_profiles/{id}": lambda: Request({"id": 1}),
        f"POST {DOMAINS}": lambda: Request(body={"name": w.name(), "log_source_ids": []}),
        f"GET {DOMAINS}/{{domain_id}}": lambda: Request({"domain_id": 0}),
        f"POST {DOMAINS}/{{domain_id}}": lambda: Request({"domain_id": w.domain()}, body={"description": "x"}),
        f"DELETE {DOMAINS}/{{domain_id}}": lambda: Request({"domain_id": w.domain()}),
    }


def _properties(w: World) -> dict[str, Callable[[], Request]]:
    base, one = f"{PROPERTIES}/regex_properties", f"{PROPERTIES}/regex_properties/{{regex_property_id}}"
    identifier = w.property()["identifier"]
    known = {"regex_property_id": identifier}
    found: dict[str, Callable[[], Request]] = {
        f"POST {base}": lambda: Request(body={"name": w.name(), "property_type": "string"}),
        f"GET {one}": lambda: Request(known),
        f"POST {one}": lambda: Request(known, body={"description": "x", "use_for_rule_engine": True}),
        f"DELETE {one}": lambda: Request({"regex_property_id": w.property()["identifier"]}),
        f"GET {PROPERTIES}/regex_property_delete_tasks/{{task_id}}": lambda: Request(
            {"task_id": w.started("DELETE", f"{base}/{w.property()['identifier']}")}
        ),
    }
    for suffix in ("", "/disable", "/change_field_type"):

        def dependents(*, ended: bool, suffix: str = suffix) -> Request:
            return Request({"task_id": w.started("GET", f"{base}/{identifier}/dependents{suffix}", ended=ended)})

        found[f"GET {one}/dependents{suffix}"] = lambda: Request(known)
        found |= _task(f"{PROPERTIES}/regex_property_dependent_tasks{suffix}/{{task_id}}", "task_id", dependents)
    return found


def _expressions(w: World) -> dict[str, Callable[[], Request]]:
    found: dict[str, Callable[[], Request]] = {}
    for prefix in EXPRESSIONS:
        base, kind = f"{PROPERTIES}/property_{prefix}expressions", prefix.rstrip("_")
        one = f"{base}/{{expression_id}}"

        def made(base: str = base, kind: str = kind) -> Mapping[str, Any]:
            return {"expression_id": w.console.made(base, w.expression(kind))["identifier"]}

        found[f"POST {base}"] = lambda kind=kind: Request(body=w.expression(kind))
        found[f"GET {one}"] = lambda made=made: Request(made())
        found[f"POST {one}"] = lambda made=made: Request(made(), body={"enabled": False, "payload": "x"})
        found[f"DELETE {one}"] = lambda made=made: Request(made())
    return found


def _log_sources(w: World) -> dict[str, Callable[[], Request]]:
    types, sources, groups = (f"{LOG_SOURCES}/log_source{what}" for what in ("_types", "s", "_groups"))
    return {
        f"POST {types}": lambda: Request(body={"name": w.name()}),
        f"GET {types}/{{id}}": lambda: Request({"id": 12}),
        f"POST {types}/{{id}}": lambda: Request({"id": w.log_source_type()}, body={"name": w.name()}),
        f"DELETE {types}/{{id}}": lambda: Request({"id": w.log_source_type()}),
        f"POST {sources}": lambda: Request(body=w.log_source_body()),
        f"PATCH {sources}": lambda: Request(body=[{"id": w.log_source(), "enabled": False}]),
        f"GET {sources}/{{id}}": lambda: Request({"id": w.log_source()}),
        f"POST {sources}/{{id}}": lambda: Request({"id": w.log_source()}, body={"description": "x"}),
        f"DELETE {sources}/{{id}}": lambda: Request({"id": w.log_source()}),
        f"POST {groups}": lambda: Request(body={"name": w.name(), "description": "x", "parent_id": 0}),
        f"GET {groups}/{{id}}": lambda: Request({"id": 0}),
        f"GET {LOG_SOURCES}/log_source_extensions/{{id}}": lambda: Request({"id": 1}),
    }


def _classification(w: World) -> dict[str, Callable[[], Request]]:
    high, low = (f"/data_classification/{level}_level_categories" for level in ("high", "low"))
    body = {"log_source_type_id": 18, "low_level_category_id": 7006, "severity": 3, "description": "x"}
    return {
        f"GET {high}/{{high_level_category_id}}": lambda: Request({"high_level_category_id": 3000}),
        f"GET {low}/{{low_level_category_id}}": lambda: Request({"low_level_category_id": 7006}),
        f"POST {QIDS}": lambda: Request(body=body | {"name": w.name()}),
        f"GET {QIDS}/{{qid_record_id}}": lambda: Request({"qid_record_id": 1}),
        f"POST {QIDS}/{{qid_record_id}}": lambda: Request({"qid_record_id": w.qid()}, body={"name": w.name()}),
        f"POST {MAPPINGS}": lambda: Request(body=w.mapping_body()),
        f"GET {MAPPINGS}/{{dsm_event_mapping_id}}": lambda: _mapping(w),
        f"POST {MAPPINGS}/{{dsm_event_mapping_id}}": lambda: Request(_mapping(w).ids, body={"qid_record_id": 1}),
    }


def _mapping(w: World) -> Request:
    return Request({"dsm_event_mapping_id": w.console.made(MAPPINGS, w.mapping_body())["id"]})


def _extensions(w: World) -> dict[str, Callable[[], Request]]:
    one, task = f"{EXTENSIONS}/extensions/{{extension_id}}", f"{EXTENSIONS}/extension_export_tasks/{{task_id}}"
    contents = {"content_type": "CUSTOM_RULES", "content_item_ids": ["1201"]}

    def idle() -> Mapping[str, Any]:
        w.end()
        return {"extension_id": w.extension()}

    def exported() -> Request:
        return Request({"task_id": w.export_task()})

    def watched() -> Request:
        w.end()
        return Request({"status_id": w.extension_task()})

    return {
        f"POST {EXTENSIONS}/extensions": lambda: Request(content=w.package(), content_type="application/zip"),
        f"GET {one}": lambda: Request(idle()),
        f"POST {one}": lambda: Request(idle(), {"action_type": "PREVIEW", "overwrite": "true"}),
        f"DELETE {one}": lambda: Request(idle(), body={"configs": [{"config_type": "PRESERVE", "id": 3}]}),
        f"POST {one}/metadata": lambda: Request(idle(), body={"app_oauth_users": []}),
        f"GET {EXTENSIONS}/extensions_task_status/{{status_id}}": watched,
        f"GET {EXTENSIONS}/extensions_task_status/{{status_id}}/results": watched,
        f"POST {EXTENSIONS}/extension_export_tasks": lambda: Request(body={"export_contents": [contents]}),
        f"GET {task}": exported,
        f"GET {task}/results": exported,
        f"GET {task}/extension_export": exported,
    }


def _sets(w: World) -> dict[str, Callable[[], Request]]:
    one, task = f"{SETS}/{{id}}", f"{COLLECTIONS}/set_dependents_tasks/{{task_status_id}}"
    number = w.filled_set()["id"]

    def dependents(*, ended: bool) -> Request:
        return Request({"task_status_id": w.started("GET", f"{SETS}/{number}/dependents", ended=ended)})

    def deletes() -> Request:
        return Request({"task_status_id": w.started("DELETE", f"{SETS}/{w.set()['id']}")})

    return {
        f"POST {SETS}": lambda: Request(body={"name": w.name(), "entry_type": "IP", "description": "x"}),
        f"GET {one}": lambda: Request({"id": number}),
        f"POST {one}": lambda: Request({"id": number}, body={"description": "y"}),
        f"DELETE {one}": lambda: Request({"id": w.set()["id"]}),
        f"GET {one}/dependents": lambda: Request({"id": number}),
        f"GET {COLLECTIONS}/set_delete_tasks/{{task_status_id}}": deletes,
        **_task(task, "task_status_id", dependents),
    }


def _entries(w: World) -> dict[str, Callable[[], Request]]:
    number = w.set()["id"]
    row = {"collection_id": number, "value": "a"}

    def patched() -> Request:
        task = w.console.http.patch(ENTRIES, json=[row]).json()["id"]
        w.end()
        return Request({"task_status_id": task})

    one, task = f"{ENTRIES}/{{id}}", f"{COLLECTIONS}/set_bulk_update_tasks/{{task_status_id}}"
    return {
        f"POST {ENTRIES}": lambda: Request(body=row | {"value": w.name(), "notes": "n", "source": "s"}),
        f"PATCH {ENTRIES}": lambda: Request(body=[row, row | {"delete_entry": True}]),
        f"GET {one}": lambda: Request({"id": w.entry()}),
        f"POST {one}": lambda: Request({"id": w.entry()}, body={"notes": "n"}),
        f"DELETE {one}": lambda: Request({"id": w.entry()}),
        f"GET {task}": patched,
        f"GET {task}/results": patched,
    }


def _old_sets(w: World) -> dict[str, Callable[[], Request]]:
    base = "/reference_data/sets"
    one, value = f"{base}/{{name}}", f"{base}/{{name}}/{{value}}"
    name = w.filled_set()["name"]
    created = {"element_type": "ALN", "timeout_type": "LAST_SEEN", "time_to_live": "1 month"}
    load = {"namespace": "SHARED", "name": name, "domain_id": "SHARED"}
    return {
        f"POST {base}": lambda: Request(query=created | {"name": w.name()}),
        f"GET {one}": lambda: Request({"name": name}),
        f"POST {one}": lambda: Request({"name": name}, {"value": w.name(), "source": "s"}),
        f"DELETE {one}": lambda: Request({"name": w.set()["name"]}),
        f"DELETE {value}": lambda: Request({"name": w.filled_set()["name"], "value": "a value"}),
        f"POST {base}/bulk_load/{{namespace}}/{{name}}/{{domain_id}}": lambda: Request(load, body=["a", "b"]),
        "GET /system/task_management/tasks/{task_id}": lambda: Request({"task_id": w.old_delete_task()}),
    }


def _rest(w: World) -> dict[str, Callable[[], Request]]:
    def first(path: str) -> Any:
        return w.console.read(path, headers={"Range": "items=0-0"})[0]["id"]

    return {
        "GET /help/versions/{version_id}": lambda: Request({"version_id": first("/help/versions")}),
        "GET /help/endpoints/{endpoint_id}": lambda: Request({"endpoint_id": first("/help/endpoints")}),
        "GET /help/resources/{resource_id}": lambda: Request({"resource_id": first("/help/resources")}),
        "GET /siem/offense_types/{offense_type_id}": lambda: Request({"offense_type_id": 3}),
        "POST /staged_config/deploy_status": lambda: _deploy(w),
        **_custom_actions(w),
        "GET /system/servers/{server_id}": lambda: Request({"server_id": 1}),
        "POST /system/servers/{server_id}": lambda: Request(
            {"server_id": 1}, body={"email_server_address": "mail.example.com"}
        ),
    }


def _custom_actions(w: World) -> dict[str, Callable[[], Request]]:
    base = "/analytics/custom_actions/actions"

    def body() -> dict[str, Any]:
        return {"name": w.name(), "interpreter": 1, "script": 1, "parameters": []}

    def made() -> Request:
        return Request({"action_id": w.console.made(base, body())["id"]})

    return {
        f"POST {base}": lambda: Request(body=body()),
        f"GET {base}/{{action_id}}": made,
        f"POST {base}/{{action_id}}": lambda: Request(made().ids, body=body()),
        f"DELETE {base}/{{action_id}}": made,
    }


def _deploy(w: World) -> Request:
    w.end()
    return Request(body={"type": "FULL"})
