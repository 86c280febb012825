"""Whatever somebody changes on the console: the edited file compiles to it, or the change is refused."""

from __future__ import annotations

from typing import Any

import pytest
import tomli
from hypothesis import given, settings
from hypothesis import strategies as st
from kind_forms import BLOCK_UUIDS, TABLES, compiled

from dac.config.declared import DeclaredResource, Origin
from dac.config.documents import Document
from dac.config.editing import edit_toml
from dac.config.live_values import Forms, LiveValues
from dac.config.sources import Block
from dac.config.writing import render_resource
from dac.model.address import Address
from dac.model.position import SourcePosition
from dac.resources.registry import kinds
from dac.resources.validation import validate
from dac.run.drift.live_forms import Owners, as_declared, as_followed

BLOCKS = {uuid: Address.parse(text.split("/")[1], stack="cloud") for text, uuid in BLOCK_UUIDS.items()}

SETS = {
    "DaC: VPN": Address("cloud", "reference_set", "vpn"),
    "DaC: robots": Address("cloud", "reference_set", "robots"),
}


def _without_escapes(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("$${", "${")
    if isinstance(value, dict):
        return {key: _without_escapes(item) for key, item in value.items()}
    return [_without_escapes(item) for item in value] if isinstance(value, list) else value


def _forms(kind: str, *tables: dict[str, Any]) -> Forms:
    """The three tables, in the way of the second: that is what the file says."""
    described, address = kinds()[kind], Address("cloud", kind, "x")
    forms = (compiled(described, table).deployed for table in tables)
    return Forms(*(as_declared(described, form, address, Owners(BLOCKS, SETS), tables[1]) for form in forms))


def _edited(kind: str, text: str, forms: Forms) -> str:
    """The text of a stack file after `forms`; ValueError when something cannot be written."""
    data = tomli.loads(text)
    block = Block(data[kind]["x"], Document("x.toml", "x.toml", data), (kind, "x"))
    resource = DeclaredResource(Address("cloud", kind, "x"), _without_escapes(data[kind]["x"]), "", (), Origin(block))
    values = LiveValues(resource, lambda _: SourcePosition("x.toml"))
    values.compare(forms)
    if values.findings:
        raise ValueError(values.findings[0].code)
    return edit_toml(text, values.edits)


def _table(kind: str, text: str) -> dict[str, Any]:
    table: dict[str, Any] = _without_escapes(tomli.loads(text)[kind]["x"])
    return table


def _has_twins(kind: str, table: dict[str, Any]) -> bool:
    """What is declared twice is an error of the stack, or of no use; it is refused where it would count."""
    lists = [value for value in table.values() if isinstance(value, list)]
    findings = compiled(kinds()[kind], table).findings
    return any(len(items) != len(set(map(repr, items))) for items in lists) or any(
        finding.code == "duplicate-entry" for finding in findings
    )


@pytest.mark.parametrize("kind", sorted(TABLES))
@settings(max_examples=25)
@given(data=st.data())
def test_an_edited_file_compiles_to_what_is_on_the_console(kind: str, data: st.DataObject) -> None:
    ours, theirs = data.draw(TABLES[kind]), data.draw(TABLES[kind])
    key = data.draw(st.sampled_from(sorted({*ours, *theirs} - {"entry_type"})))
    console = {name: value for name, value in ours.items() if name != key} | {
        name: value for name, value in theirs.items() if name == key
    }
    if validate(kinds()[kind], console)[0] is None or any(_has_twins(kind, table) for table in (ours, console)):
        return
    live = compiled(kinds()[kind], console).deployed
    first, text = _forms(kind, ours, ours, console), render_resource(kind, "x", ours)
    try:
        text = _edited(kind, text, first)
        if compiled(kinds()[kind], _table(kind, text)).deployed != live:
            text = _edited(kind, text, as_followed(first, _forms(kind, ours, _table(kind, text), console)))
    except ValueError:
        return
    assert compiled(kinds()[kind], _table(kind, text)).deployed == live


def _row(port: int) -> dict[str, Any]:
    search = {"field": "sourcePort", "operator": "EQ", "values": [str(port)]}
    return {"class": "ArielFilterTest", "parameters": {"1": search, "2": "events"}}


_HEAD = '[building_block.x]\nname = "BB: x"\nlog_source_types = ["Linux OS"]\n'
_FIRST, _SECOND = (
    f"""
# port of the old proxy
[[building_block.x.rule_test]]
class = "ArielFilterTest"
parameters = {{ 1 = {{ field = "sourcePort", operator = "EQ", values = ["{port}"] }}, 2 = "events" }}
"""
    for port in (80, 81)
)


@pytest.mark.parametrize(
    ("tests", "untouched"),
    [
        ([_row(80), _row(81), _row(82)], _HEAD + _FIRST + _SECOND),
        ([_row(81)], _HEAD + _SECOND),
        ([_row(80)], _HEAD + _FIRST),
        ([_row(82), _row(80), _row(81)], _HEAD),
        ([], _HEAD),
    ],
    ids=["added", "first gone", "last gone", "added in front", "all gone"],
)
def test_tests_that_came_or_went_are_followed_and_those_before_stay(tests: list[Any], untouched: str) -> None:
    text = _HEAD + _FIRST + _SECOND
    ours = _table("building_block", text)
    theirs = {key: value for key, value in ours.items() if key != "rule_test"}
    theirs |= {"rule_test": tests} if tests else {}
    edited = _edited("building_block", text, _forms("building_block", ours, ours, theirs))
    kind = kinds()["building_block"]
    assert compiled(kind, _table("building_block", edited)).deployed == compiled(kind, theirs).deployed
    assert edited.startswith(untouched)
