"""The declared form of a rule that is on a console: fields if they say all of it, else `rule_test`, else its XML.

Nothing is trusted: each way is validated and compiled again, and taken only when that gives the very same rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from dac.model.diagnostic import Severity
from dac.resources import rule_conditions
from dac.resources.validation import validate
from dac.resources.wizard_fields import NUMBERED, field_property
from dac.resources.worded_tests import PROPERTIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.model.deployed import Deployed
    from dac.resources.kind import CompileContext, Kind

XML_KEY = "rule_xml"
_NUMBER = re.compile(r'\b(?:id|qid|lowLevelCategory|offenseMapping|customActionId)="([0-9]{1,18})"')
_LAST_STOCK = 18  # the last offense type that every console has under the same number
_BESIDE_XML = ("name", "enabled", "groups", "owner")


@dataclass(frozen=True, slots=True)
class Lifted:
    """The table to write into a stack.

    `needs_xml`: no table says it all; `rule_xml` in it is to become the name of a file that holds the rule's XML as
    the console exports it, and `why` is what stood in the way, where one thing did. `bound`: what in it only this
    console understands, for `console_bound`.
    """

    table: dict[str, Any]
    needs_xml: bool = False
    bound: tuple[str, ...] = field(default=())
    why: str = ""


FIELDS_FIRST, TESTS_FIRST, XML_ONLY = range(3)
"""Where `lift_rule` begins to try."""


def lift_rule(kind: Kind, deployed: Deployed, context: CompileContext, *, start: int = FIELDS_FIRST) -> Lifted:
    """Return how a stack declares this rule; `context` is that of the stack and console it is imported into.

    `start` leaves out ways that are known not to do.
    """
    why = ""
    for table in islice(_ways(kind, deployed), start, None):
        form, why = _compiled(kind, table, context)
        if form == deployed:
            return Lifted(table, bound=tuple(bound_parts(deployed)))
    table = {key: deployed[key] for key in _BESIDE_XML if key in deployed}
    return Lifted(table | {XML_KEY: ""}, needs_xml=True, bound=("rule_xml",), why=why)


def bound_parts(deployed: Deployed) -> Iterator[str]:
    """Yield what holds numbers of one console: names that could not be found, and XML with numbers in it."""
    for text in deployed.get("other", ()):
        if any(int(number) > _LAST_STOCK for number in _NUMBER.findall(text)):
            yield f"other: {text[:60]}"
    for row in deployed.get("other_tests", ()):
        if "method=" in row.get("xml", ""):
            yield f"the XML of a {row['class']}"
        for value in row.get("parameters", {}).values():
            if isinstance(value, dict) and value.get("field") in NUMBERED:
                yield f"{row['class']} {value['field']}"
    for row in deployed.get(PROPERTIES, ()):
        if field_property(row["property"]) in NUMBERED:
            yield f"property_test {row['property']}"
    yield from _numbers(deployed)


def _ways(kind: Kind, deployed: Deployed) -> Iterator[dict[str, Any]]:
    table = kind.lift(deployed)
    yield table
    rest = {key: value for key, value in table.items() if key not in rule_conditions.DECLARED}
    yield rest | rule_conditions.lift_conditions(deployed, as_tests=True)


def _compiled(kind: Kind, table: dict[str, Any], context: CompileContext) -> tuple[Deployed | None, str]:
    """Return what a table compiles to, or None and why: it is not valid, or its compiler complains."""
    declared, findings = validate(kind, table)
    deployed = None
    if declared is not None:
        compiled = kind.compile(declared, context)
        deployed, findings = compiled.deployed, list(compiled.findings)
    wrong = next((finding.summary for finding in findings if finding.severity is Severity.ERROR), "")
    return (None, wrong) if wrong else (deployed, "")


_NAMED = ("index", "by", "category", "qid", "custom_action", "log_source_types", "log_sources", "categories", "qids",
          "reference_sets", "in_any", "in_all")  # fmt: skip


def _numbers(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        if "collection" in value and "id" in value:
            yield f"reference_data {value['name']}"
        for name, inner in value.items():
            yield from _numbers(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _numbers(inner, key)
    elif isinstance(value, str) and key in _NAMED and value.startswith("#"):
        yield f"{key} {value}"
