"""Fields and properties that tests of the rule wizard read: an unknown one is counted or compared as nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.checks.view import rows, texts
from dac.model.diagnostic import Finding, Severity
from dac.resources.lookups import near
from dac.resources.worded_tests import OF_PROPERTIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.checks.view import ProjectView
    from dac.model.address import Address
    from dac.model.diagnostic import KeyPath


def check(view: ProjectView) -> list[tuple[Address, Finding]]:
    """The wizard has fields that AQL has not, so it is a warning; without a console, only of what looks misspelt."""
    properties = {*view.properties, *view.names.properties}
    fields = {name for database in view.vocabulary.databases.values() for name in database}
    known = properties | fields | {kind.index for kind in view.names.offense_types}
    found = []
    for item in view.of_kind("detection", "building_block"):
        for path, name in _read(item.table) if item.anew else ():
            if name in known or name.startswith("#"):
                continue
            is_wizards = _is_wizards(name)
            hint = near(name, properties if is_wizards else known)
            if hint or (view.names.complete and not is_wizards and path[0] != "property_test"):
                summary = f'"{name}" is no custom property of the project or the console, and no field that dac knows'
                hint = hint or "write it as AQL does, or leave it if the rule wizard lists it so"
                finding = Finding("unknown-field", summary, path, hint=hint, severity=Severity.WARNING)
                found.append((item.address, finding))
    return found


def _is_wizards(name: str) -> bool:
    """Whether it is written as the wizard's own lists have fields, of which AQL knows a part: `identityMAC`."""
    return name.isalnum() and name[:1].islower() and name.lower() != name


def _read(table: Any) -> Iterator[tuple[KeyPath, str]]:
    threshold = table.get("threshold")
    for key in ("by", "different"):
        yield from texts(threshold, key, ("threshold",))
    for at, row in rows(table, "property_test"):
        if isinstance(row.get("property"), str):
            yield ("property_test", at, "property"), row["property"]
    for at, row in rows(table, "reference_set_test"):
        for key in OF_PROPERTIES:
            yield from texts(row, key, ("reference_set_test", at))
    for at, row in rows(table, "rule_test"):
        parameters = row.get("parameters")
        for number, value in parameters.items() if isinstance(parameters, dict) else ():
            yield from texts(value, "properties", ("rule_test", at, "parameters", number))
