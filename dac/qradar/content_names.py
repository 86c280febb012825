"""What a console holds besides dac's own things: the names that stacks may refer to without declaring them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dac.model.names import Names
    from dac.qradar.client import Client

_PROPERTIES = "/config/event_sources/custom_properties/regex_properties"
_SETS = "/reference_data_collections/sets"
_RULES = ("/analytics/rules", "/analytics/building_blocks")


def with_content(client: Client, names: Names) -> Names:
    """Return `names` with custom properties, reference sets, rules and building blocks: four lists.

    Needed only when something has to be compiled or checked, so a plan without changes does without.
    """
    rules: dict[str, str] = {}
    for path in _RULES:
        rules |= {str(row["identifier"]): str(row["name"]) for row in client.list(path, fields="identifier,name")}
    sets = client.list(_SETS, fields="name,entry_type")
    return replace(
        names,
        properties=frozenset(str(row["name"]) for row in client.list(_PROPERTIES, fields="name")),
        reference_sets={str(row["name"]): str(row["entry_type"]) for row in sets},
        rules=rules,
    )
