"""What a console holds besides dac's own things: the names that stacks may refer to without declaring them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dac.qradar.properties import PROPERTIES, list_scopes
from dac.resources.names import PropertyFact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dac.qradar.client import Client
    from dac.resources.names import Names

_SETS = "/reference_data_collections/sets"
_RULES = ("/analytics/rules", "/analytics/building_blocks")


def with_content(client: Client, names: Names) -> Names:
    """Return `names` with custom properties, reference sets, rules and building blocks: four lists.

    Needed only when something has to be compiled or checked, so a plan without changes does without. What extracts
    a property is left open: see `with_expressions`.
    """
    rules: dict[str, str] = {}
    for path in _RULES:
        rules |= {str(row["identifier"]): str(row["name"]) for row in client.list(path, fields="identifier,name")}
    sets = client.list(_SETS, fields="name,entry_type")
    facts = {
        str(row["name"]): PropertyFact(str(row["identifier"]), rule_engine=row.get("use_for_rule_engine") is True)
        for row in client.list(PROPERTIES, fields="identifier,name,use_for_rule_engine")
    }
    return replace(
        names,
        properties=frozenset(facts),
        property_facts=facts,
        reference_sets={str(row["name"]): str(row["entry_type"]) for row in sets},
        rules=rules,
    )


def with_expressions(client: Client, names: Names, wanted: Iterable[str]) -> Names:
    """Return `names` with what extracts the properties named in `wanted`: a list of each of the nine kinds."""
    asked = {name: names.property_facts[name] for name in wanted}
    rows: dict[str, list[tuple[str, bool]]] = {fact.identifier: [] for fact in asked.values()}
    for row in list_scopes(client, rows):
        if row.get("regex_property_identifier") in rows:
            rows[row["regex_property_identifier"]].append((_type(row, names), row.get("enabled") is not False))
    known = {name: replace(fact, expressions=tuple(sorted(rows[fact.identifier]))) for name, fact in asked.items()}
    return replace(names, property_facts={**names.property_facts, **known})


def _type(row: Mapping[str, Any], names: Names) -> str:
    """The usual name of an expression's log source type; '' for any (-1, 0, null, huge negatives)."""
    number = row.get("log_source_type_id")
    return names.log_source_type_name(number) if isinstance(number, int) and number > 0 else ""
