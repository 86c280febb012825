"""/config/extension_management: upload, preview, install and delete of extensions; one such task at a time."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

from werkzeug.formparser import parse_form_data

from dac.emulator import tasks
from dac.emulator.bodies import Body
from dac.emulator.call import FIELDS, SORT, Answer, Call, Endpoint, Parameter, deleted, got, listed, posted
from dac.emulator.content.intake import take_in
from dac.emulator.endpoints.extension_tasks import (
    FAMILIES,
    accepted,
    effects,
    status_endpoints,
)
from dac.emulator.errors import ApiError
from dac.emulator.listing import answer_list, answer_one, find
from dac.emulator.schema import Field, Sorting, Table, numbers, strings

if TYPE_CHECKING:
    from collections.abc import Mapping

BASE = "/config/extension_management"
UPLOAD_TYPES = ("application/zip", "application/xml", "application/x-gzip", "multipart/form-data")
INSTALLED = ("INSTALLED", "INSTALLED_WITH_ERROR")
_CONTENT_FIELDS = (
    *strings("content_metadata"),
    *numbers("content_type_id"),
    *strings("content_type_name", "identifier"),
)
_FALSE, _NULL = "0", "NULL"
_TABLE = Table(
    "extension",
    (
        *numbers("add_time"),
        *strings("added_by", "author", "authored_by_email"),
        Field("beta", "boolean", column=_FALSE),
        *strings("content_operation_error"),
        Field("contents", "array", fields=_CONTENT_FIELDS),
        *strings("description", "exported_qradar_version", "file_location"),
        Field("fips_compliant", "boolean", column=_FALSE),
        Field("full_uninstall", "boolean", column="1"),
        *numbers("id", "install_time"),
        *strings("installed_by", "min_qradar_version", "name"),
        Field("signed", column="'NOT_SIGNED'"),
        Field("signer_date", "number", column=_NULL),
        Field("signer_subject", column=_NULL),
        *numbers("size"),
        *strings("status"),
        Field("supported_languages", "array"),
        Field("validation_date", "number", column=_NULL),
        *strings("version"),
    ),
    filter_code=22608,
    indexed=frozenset(("id", "name", "status", "version")),
    sorting=Sorting(frozenset(("id", "name", "status", "version", "add_time", "install_time", "size")), 22609, 22610),
)


def list_extensions(call: Call) -> Answer:
    """All extensions, in every version that was uploaded."""
    unknown = set(_FILTERED_STATUS.findall(call.query.get("filter", ""))) - STATUSES
    if unknown:
        raise ApiError(422, 22615, f"There is no extension status {unknown.pop()!r}")
    return answer_list(call, _TABLE)


def read_extension(call: Call) -> Answer:
    """One extension by id."""
    return answer_one(call, _TABLE, _existing(call))


def upload_extension(call: Call) -> Answer:
    """Take in a ZIP, a TAR.GZ or a bare XML, raw or as the part `file`; nothing is installed yet."""
    number = take_in(call, _file(call))
    found = find(call, _TABLE, "id = ?", (number,))
    return answer_one(call, _TABLE, found or {}, status=201)


def act_on_extension(call: Call) -> Answer:
    """PREVIEW or INSTALL, as the query says."""
    action = call.query["action_type"]
    if action not in ("PREVIEW", "INSTALL"):
        raise ApiError(422, 22605, f"action_type has to be PREVIEW or INSTALL, not {action!r}")
    found = _existing(call)
    _require_idle(call, found["id"])
    if action == "INSTALL" and found["status"] == "INSTALLED":
        raise ApiError(409, 22612, f"Extension {found['name']!r} {found['version']} is already installed")
    status = "PREVIEWING" if action == "PREVIEW" else "INSTALLING"
    call.db.execute("UPDATE extension SET status = ? WHERE id = ?", (status, found["id"]))
    payload = {"id": found["id"], "overwrite": call.query.get("overwrite", False)}
    family = "extension_preview" if action == "PREVIEW" else "extension_install"
    return accepted(call, family, payload, call.settings.install_seconds)


def delete_extension(call: Call) -> Answer:
    """Remove an upload, or uninstall: an uninstall takes the rules along, but for those a config preserves."""
    found = _existing(call)
    for config in call.body.get("configs", ()):
        if config.get("config_type") not in CONFIG_TYPES:
            raise ApiError(422, 22606, f"config_type has to be one of {CONFIG_TYPES}")
    _require_idle(call, found["id"], "UNINSTALL")
    call.db.execute("UPDATE extension SET status = 'UNINSTALLING' WHERE id = ?", (found["id"],))
    preserved = [c.get("id") for c in call.body.get("configs", ()) if c["config_type"] == "PRESERVE"]
    payload = {"id": found["id"], "installed": found["status"] in INSTALLED, "preserved": preserved}
    return accepted(call, "extension_uninstall", payload, call.settings.install_seconds)


def _existing(call: Call) -> dict[str, Any]:
    number = call.ids["extension_id"]
    if number <= 0:
        raise ApiError(422, 22606, "The id has to be positive")
    found = find(call, _TABLE, "id = ?", (number,))
    if found is None:
        raise ApiError(404, 22603, f"There is no extension {number}")
    return found


def set_metadata(call: Call) -> Answer:
    """Users for the apps of an extension. No extension holds an app here, so none can be named."""
    _existing(call)
    users = call.body.get("app_oauth_users")
    if users is None or users:
        raise ApiError(422, 22607, "app_oauth_users is missing, or names an app that the extension does not hold")
    return Answer({"app_oauth_users": []}, fields=_METADATA_FIELDS)


def _require_idle(call: Call, number: int, action: str = "INSTALL") -> None:
    """409 while a task is under way; which one depends on what it is about and on what is wanted."""
    for family, payload in tasks.any_open(call.db, FAMILIES):
        if payload["id"] != number:
            raise ApiError(409, 22618, "Another extension is being worked on")
        if action == "UNINSTALL" and family != "extension_uninstall":
            raise ApiError(409, 22617, f"Extension {number} is being installed or previewed")
        raise ApiError(409, 22611, f"Extension {number} is being worked on")


def _file(call: Call) -> bytes:
    if not call.content_type.startswith("multipart/form-data"):
        return bytes(call.body)
    environ = {
        "wsgi.input": BytesIO(call.body),
        "CONTENT_LENGTH": str(len(call.body)),
        "CONTENT_TYPE": call.content_type,
        "REQUEST_METHOD": "POST",
    }
    _, _, files = parse_form_data(environ, stream_factory=_in_memory)
    part = files.get("file")
    if part is None:
        raise ApiError(422, 22607, "The form has no part named file")
    return bytes(part.read())


def _in_memory(*_: object, **__: object) -> BytesIO:
    """The body is bounded already: no temporary files."""
    return BytesIO()


_ACTION = Parameter("action_type", required=True, code=22605)
_OVERWRITE = Parameter("overwrite", "boolean", code=22605)
_LIST_LIMIT = Parameter("content_limit", "integer", code=22608)
_ONE_LIMIT = Parameter("content_limit", "integer", code=22606)
_FILTERED_STATUS = re.compile(r"\bstatus\s*(?:=|!=|<>|\^=)\s*[\"']?(\w+)")
STATUSES = frozenset(
    (
        "UPLOADED", "UPLOADING", "INSTALLED", "INSTALLING", "INSTALL_FAILED", "UNINSTALLED", "UNINSTALLING",
        "UNINSTALL_FAILED", "NOT_INSTALLED", "PREVIEWING", "NONE", "INSTALLED_WITH_ERROR", "UNINSTALL_PREVIEWING",
        "UNINSTALL_PREVIEW_FAILED",
    )
)  # fmt: skip
_UPLOAD = Body(raw=True, content_types=UPLOAD_TYPES)
CONFIG_TYPES = ("OVERWRITE", "SKIP", "DEPENDENCIES", "PRESERVE")
_CONFIG_FIELDS = (*strings("config_type", "content_type_name"), *numbers("content_type_id", "id"))
_UNINSTALL = Body(
    (*strings("action_type", "cache_uuid"), Field("configs", "array", fields=_CONFIG_FIELDS)),
    code=22606,
    required=False,
)
_METADATA_FIELDS = (Field("app_oauth_users", "array", fields=(*strings("app_name"), *numbers("user_id"))),)

ENDPOINTS = (
    listed(f"{BASE}/extensions", list_extensions, SORT, _LIST_LIMIT, capability="admin"),
    Endpoint("POST", f"{BASE}/extensions", upload_extension, body=_UPLOAD, writes=True, capability="admin"),
    got(f"{BASE}/extensions/<extension_id>", read_extension, _ONE_LIMIT, capability="admin", id_code=22606),
    Endpoint(
        "POST",
        f"{BASE}/extensions/<extension_id>",
        act_on_extension,
        query=(FIELDS, _ACTION, _OVERWRITE),
        writes=True,
        capability="admin",
        id_code=22606,
    ),
    deleted(f"{BASE}/extensions/<extension_id>", delete_extension, body=_UNINSTALL, capability="admin", id_code=22606),
    posted(
        f"{BASE}/extensions/<extension_id>/metadata",
        set_metadata,
        Body(_METADATA_FIELDS, code=22607, missing_code=22607),
        capability="admin",
        id_code=22606,
    ),
    *status_endpoints(),
)
EFFECTS: Mapping[str, tasks.Effect] = effects()
