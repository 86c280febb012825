"""/help: which versions and endpoints there are, and which of them the caller may use."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dac.emulator import versions
from dac.emulator.call import Answer, Call, got, listed
from dac.emulator.callers import may_call
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_values
from dac.emulator.schema import Field, booleans, numbers, strings

if TYPE_CHECKING:
    from dac.emulator.call import Endpoint

_VERSION_FIELDS = (
    *booleans("deprecated"),
    *numbers("id"),
    *booleans("removed"),
    Field("root_resource_ids", "array", item="number"),
    Field("version"),
)
_PARAMETER_FIELDS = strings("default_value", "description", "parameter_name", "type")
_ENDPOINT_FIELDS = (
    *booleans("caller_has_access", "deprecated"),
    *strings("description", "http_method"),
    *numbers("id"),
    Field("last_modified_version"),
    Field("parameters", "array", fields=_PARAMETER_FIELDS),
    Field("path"),
    *numbers("resource_id"),
    *strings("response_description"),
    Field("response_mime_types", "array", fields=strings("mime_type", "sample", "media_type")),
    *strings("summary", "version"),
)
_CONVERTER = re.compile(r"<(\w+)>")


def list_versions(call: Call) -> Answer:
    """All versions up to the console's own."""
    return answer_values(call, _versions(call), _VERSION_FIELDS)


def read_version(call: Call) -> Answer:
    """One version by id."""
    return _one(_versions(call), call.ids["version_id"], _VERSION_FIELDS)


def list_endpoints(call: Call) -> Answer:
    """Every endpoint, in the version of this request."""
    return answer_values(call, _endpoints(call), _ENDPOINT_FIELDS)


def read_endpoint(call: Call) -> Answer:
    """One endpoint by id; ids hold only as long as the console runs."""
    return _one(_endpoints(call), call.ids["endpoint_id"], _ENDPOINT_FIELDS)


def _one(values: list[dict[str, Any]], number: int, fields: tuple[Field, ...]) -> Answer:
    for value in values:
        if value["id"] == number:
            return Answer(value, fields=fields)
    raise ApiError(404, 1002, f"There is no {number}")


def _versions(call: Call) -> list[dict[str, Any]]:
    console = call.settings.api_major
    found = []
    for number, version in enumerate(versions.listed(console), 1):
        major = int(version.partition(".")[0])
        found.append(
            {
                "deprecated": versions.is_deprecated(major, console),
                "id": number,
                "removed": versions.is_removed(major, console),
                "root_resource_ids": [],
                "version": version,
            }
        )
    return found


def _endpoints(call: Call) -> list[dict[str, Any]]:
    shown = [endpoint for endpoint in call.endpoints if endpoint.since <= call.api]
    return [_endpoint(call, number, endpoint) for number, endpoint in enumerate(shown, 1)]


def _endpoint(call: Call, number: int, endpoint: Endpoint) -> dict[str, Any]:
    path = _CONVERTER.sub(r"{\1}", endpoint.path)
    return {
        "caller_has_access": may_call(call.caller, endpoint),
        "deprecated": False,
        "description": (endpoint.handler.__doc__ or "").strip(),
        "http_method": endpoint.method,
        "id": number,
        "last_modified_version": f"{max(endpoint.since, 12)}.0",
        "parameters": _parameters(endpoint),
        "path": path,
        "resource_id": number,
        "response_description": "",
        "response_mime_types": [{"mime_type": endpoint.produces, "sample": None, "media_type": endpoint.produces}],
        "summary": (endpoint.handler.__doc__ or "").strip().partition("\n")[0],
        "version": f"{call.api}.0",
    }


def _parameters(endpoint: Endpoint) -> list[dict[str, Any]]:
    found = [(name, "PATH") for name in _CONVERTER.findall(endpoint.path)]
    found += [(parameter.name, "QUERY") for parameter in endpoint.query]
    found += [("Range", "HEADER")] if endpoint.ranged else []
    found += [("fields", "HEADER"), ("body", "BODY")] if endpoint.body is not None else []
    return [{"default_value": None, "description": "", "parameter_name": name, "type": kind} for name, kind in found]


ENDPOINTS = (
    listed("/help/versions", list_versions),
    got("/help/versions/<version_id>", read_version),
    listed("/help/endpoints", list_endpoints),
    got("/help/endpoints/<endpoint_id>", read_endpoint),
)
