"""What a token may do, asked without doing it: GET /help/endpoints says it for each endpoint (`caller_has_access`)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dac.errors import BadContent
from dac.qradar.properties import PROPERTIES
from dac.qradar.qids import PATH as QIDS
from dac.qradar.sets import ENTRIES, SETS
from dac.qradar.versions import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dac.qradar.client import Client

_PATH = "/help/endpoints"
_PLACEHOLDER = re.compile(r"\{[^}]*\}")
_EXTENSIONS = "/config/extension_management"
_LOCK = (("POST", SETS), ("DELETE", f"{SETS}/{{}}"))
_PACKAGE = (
    ("POST", f"{_EXTENSIONS}/extensions"),
    ("POST", f"{_EXTENSIONS}/extensions/{{}}"),
    ("POST", f"{_EXTENSIONS}/extension_export_tasks"),
)
_WRITES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "reference_set": (("POST", f"{SETS}/{{}}"), ("PATCH", ENTRIES)),
    "custom_property": (("POST", PROPERTIES), ("POST", f"{PROPERTIES}/{{}}"), ("DELETE", f"{PROPERTIES}/{{}}")),
    "building_block": (
        *_PACKAGE,
        ("POST", "/analytics/building_blocks/{}"),
        ("DELETE", "/analytics/building_blocks/{}"),
    ),
    "detection": (*_PACKAGE, ("POST", "/analytics/rules/{}"), ("DELETE", "/analytics/rules/{}"), ("POST", QIDS)),
    "vendor_rule": (("POST", "/analytics/rules/{}"),),
}


def denied(client: Client, kinds: Iterable[str]) -> list[str]:
    """Return the requests (`POST /path`) that an apply of these kinds needs and that the token may not make, sorted.

    BadContent when the console does not say so of any of them.
    """
    wanted = {*_LOCK, *(request for kind in kinds for request in _WRITES.get(kind, ()))}
    version = text(client.capabilities.api_version)
    rows = client.list(_PATH, fields="http_method,path,caller_has_access", filter=f'version="{version}"')
    said = {
        (str(row.get("http_method")), _PLACEHOLDER.sub("{}", str(row.get("path")))): row["caller_has_access"]
        for row in rows
        if isinstance(row.get("caller_has_access"), bool)
    }
    if not wanted & said.keys():
        raise BadContent(
            f"GET {_PATH} does not say what this token may do in version {version}", request=f"GET {_PATH}"
        )
    return sorted(f"{method} {path}" for method, path in wanted if said.get((method, path)) is False)
