"""/help: which versions, resources and endpoints there are, and which of them the caller may use."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dac.emulator import versions
from dac.emulator.call import Answer, Call, got, listed
from dac.emulator.callers import may_call
from dac.emulator.contract import facts
from dac.emulator.errors import HTTP_MESSAGES, ApiError
from dac.emulator.listing import answer_values
from dac.emulator.schema import Field, booleans, numbers, strings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.emulator.call import Endpoint

_VERSION_FIELDS = (
    *booleans("deprecated"),
    *numbers("id"),
    *booleans("removed"),
    Field("root_resource_ids", "array", item="number"),
    *strings("version"),
)
_RESOURCE_FIELDS = (
    Field("child_resource_ids", "array", item="number"),
    Field("endpoint_ids", "array", item="number"),
    *numbers("id", "parent_resource_id"),
    *strings("path", "resource", "version"),
)
_MIME_FIELDS = strings("data_type", "mime_type", "sample")
_PARAMETER_FIELDS = (
    *strings("default_value", "description"),
    Field("mime_types", "array", fields=_MIME_FIELDS),
    *strings("parameter_name", "type"),
)
_SUCCESS_FIELDS = (*strings("description"), *numbers("response_code"), *strings("response_code_description"))
_RESPONSE_TYPE_FIELDS = strings("mime_type", "sample", "media_type")  # the last in lists only
_ENDPOINT_FIELDS = (
    *booleans("caller_has_access", "deprecated"),
    *strings("description"),
    Field("error_responses", "array", fields=(*_SUCCESS_FIELDS, *numbers("unique_code"))),
    *strings("http_method"),
    *numbers("id"),
    *strings("last_modified_version"),
    Field("parameters", "array", fields=_PARAMETER_FIELDS),
    *strings("path"),
    *numbers("resource_id"),
    *strings("response_description"),
    Field("response_mime_types", "array", fields=_RESPONSE_TYPE_FIELDS),
    Field("success_responses", "array", fields=_SUCCESS_FIELDS),
    *strings("summary", "version"),
)
_ID = re.compile(r"<(\w+)>")
ENDPOINT_IDS, RESOURCE_IDS = 10_000, 1_000
"""Ids are VERSION * this + place: they hold as long as the console runs the same code."""


@dataclass(frozen=True, slots=True)
class _Tree:
    """The paths of one version. `resources` are all paths and what they begin with, in order."""

    major: int
    version: str
    endpoints: tuple[Endpoint, ...]
    resources: tuple[str, ...]

    def endpoint_id(self, place: int) -> int:
        return self.major * ENDPOINT_IDS + place + 1

    def resource_id(self, path: str) -> int:
        return self.major * RESOURCE_IDS + self.resources.index(path) + 1


def list_versions(call: Call) -> Answer:
    """All versions up to the console's own."""
    return answer_values(call, _versions(call), _VERSION_FIELDS)


def read_version(call: Call) -> Answer:
    """One version by id."""
    return _one(_versions(call), call.ids["version_id"], _VERSION_FIELDS)


def list_endpoints(call: Call) -> Answer:
    """Every endpoint that is served, in every version that is answered."""
    return answer_values(call, [row for tree in _trees(call) for row in _endpoints(call, tree)], _ENDPOINT_FIELDS)


def read_endpoint(call: Call) -> Answer:
    """One endpoint by id."""
    found = [row for tree in _trees(call) for row in _endpoints(call, tree)]
    answer = _one(found, call.ids["endpoint_id"], _ENDPOINT_FIELDS)
    types = [{"mime_type": kind["mime_type"], "sample": None} for kind in answer.body["response_mime_types"]]
    return replace(answer, body={**answer.body, "response_mime_types": types})


def list_resources(call: Call) -> Answer:
    """Every path that is served, and every path above one, in every version that is answered."""
    return answer_values(call, [row for tree in _trees(call) for row in _resources(tree)], _RESOURCE_FIELDS)


def read_resource(call: Call) -> Answer:
    """One resource by id."""
    found = [row for tree in _trees(call) for row in _resources(tree)]
    return _one(found, call.ids["resource_id"], _RESOURCE_FIELDS)


def _one(values: list[dict[str, Any]], number: int, fields: tuple[Field, ...]) -> Answer:
    for value in values:
        if value["id"] == number:
            return Answer(value, fields=fields)
    raise ApiError(404, 1002, f"There is no {number}")


def _trees(call: Call) -> list[_Tree]:
    console = call.settings.api_major
    found = []
    for version in versions.listed(console):
        major, minor = version.split(".")
        if versions.is_removed(int(major), console) or minor != "0":
            continue
        endpoints = tuple(endpoint for endpoint in call.endpoints if endpoint.since <= int(major))
        found.append(_Tree(int(major), version, endpoints, tuple(sorted(_all_paths(endpoints)))))
    return found


def _all_paths(endpoints: Iterable[Endpoint]) -> set[str]:
    paths = {_shown_path(endpoint) for endpoint in endpoints}
    return paths | {"/".join(path.split("/")[:n]) for path in paths for n in range(2, path.count("/") + 1)}


def _versions(call: Call) -> list[dict[str, Any]]:
    console = call.settings.api_major
    roots = {tree.version: [tree.resource_id(p) for p in tree.resources if p.count("/") == 1] for tree in _trees(call)}
    found = []
    for number, version in enumerate(versions.listed(console), 1):
        major = int(version.partition(".")[0])
        found.append(
            {
                "deprecated": versions.is_deprecated(major, console),
                "id": number,
                "removed": versions.is_removed(major, console),
                "root_resource_ids": roots.get(version, []),
                "version": version,
            }
        )
    return found


def _resources(tree: _Tree) -> list[dict[str, Any]]:
    at: dict[str, list[int]] = {}
    for place, endpoint in enumerate(tree.endpoints):
        at.setdefault(_shown_path(endpoint), []).append(tree.endpoint_id(place))
    below: dict[str, list[int]] = {}
    for place, path in enumerate(tree.resources, 1):
        below.setdefault(path.rpartition("/")[0], []).append(tree.major * RESOURCE_IDS + place)
    places = {path: tree.major * RESOURCE_IDS + place for place, path in enumerate(tree.resources, 1)}
    return [
        {
            "child_resource_ids": below.get(path, []),
            "endpoint_ids": at.get(path, []),
            "id": places[path],
            "parent_resource_id": places.get(path.rpartition("/")[0]),
            "path": path,
            "resource": path.rpartition("/")[2],
            "version": tree.version,
        }
        for path in tree.resources
    ]


def _endpoints(call: Call, tree: _Tree) -> list[dict[str, Any]]:
    places = {path: tree.major * RESOURCE_IDS + place for place, path in enumerate(tree.resources, 1)}
    return [
        {**_endpoint(call, endpoint, tree), "id": tree.endpoint_id(place), "resource_id": places[_shown_path(endpoint)]}
        for place, endpoint in enumerate(tree.endpoints)
    ]


def _endpoint(call: Call, endpoint: Endpoint, tree: _Tree) -> dict[str, Any]:
    path = _shown_path(endpoint)
    known = facts().get(f"{endpoint.method} {path}")
    summary = (endpoint.handler.__doc__ or "").strip().partition("\n")[0]
    types = (endpoint.produces, *endpoint.alternatives)
    return {
        "caller_has_access": may_call(call.caller, endpoint),
        "deprecated": 0 < endpoint.deprecated_since <= tree.major,
        "description": (endpoint.handler.__doc__ or "").strip(),
        "error_responses": [
            {**_response(error.status, error.about), "unique_code": error.code}
            for error in (known.errors if known else ())
        ],
        "http_method": endpoint.method,
        "last_modified_version": f"{max(endpoint.since, 12)}.0",
        "parameters": _parameters(endpoint),
        "path": path,
        "response_description": "",
        "response_mime_types": [{"mime_type": kind, "sample": None, "media_type": kind} for kind in types],
        "success_responses": [_response(status, "") for status in sorted(known.success if known else ())],
        "summary": summary,
        "version": tree.version,
    }


def _response(status: int, about: str) -> dict[str, Any]:
    return {"description": about, "response_code": status, "response_code_description": HTTP_MESSAGES.get(status, "")}


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    found: list[tuple[str, str, tuple[str, ...]]] = [(name, "PATH", ()) for name in _ID.findall(endpoint.path)]
    found += [(parameter.name, "QUERY", ()) for parameter in endpoint.query]
    found += [("Range", "HEADER", ())] if endpoint.ranged else []
    if endpoint.body is not None:
        found += [("fields", "HEADER", ()), ("body", "BODY", endpoint.body.content_types)]
    return [
        {
            "default_value": None,
            "description": "",
            "mime_types": [{"data_type": "String", "mime_type": kind, "sample": None} for kind in types],
            "parameter_name": name,
            "type": place,
        }
        for name, place, types in found
    ]


def _shown_path(endpoint: Endpoint) -> str:
    return _ID.sub(r"{\1}", endpoint.path)


ENDPOINTS = (
    listed("/help/versions", list_versions),
    got("/help/versions/<version_id>", read_version),
    listed("/help/endpoints", list_endpoints),
    got("/help/endpoints/<endpoint_id>", read_endpoint),
    listed("/help/resources", list_resources),
    got("/help/resources/<resource_id>", read_resource),
)
