"""What holds for every kind, whatever is declared: a new kind gets these for free."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kind_forms import TABLES, compiled, context, forms

from dac.model.change import Channel
from dac.model.deployed import digest
from dac.resources.kind import Where, deployed_fields
from dac.resources.registry import kind, kinds
from dac.resources.validation import validate

if TYPE_CHECKING:
    from dac.resources.kind import Kind

some = settings(max_examples=40)  # of each kind
every_kind = pytest.mark.parametrize("name", sorted(kinds()))
every_made_kind = pytest.mark.parametrize("name", sorted(name for name, kind in kinds().items() if kind.made_by_dac))

OUTSIDE_THE_MODEL = {"moved", "console"}
"""Fields that the config room takes out of a table before a kind sees it."""


def test_there_is_a_strategy_for_every_kind() -> None:
    assert set(TABLES) == set(kinds())


def test_kinds_are_created_in_the_order_in_which_they_read_each_other() -> None:
    assert list(kinds()) == ["reference_set", "custom_property", "building_block", "detection", "vendor_rule"]


def test_an_unknown_kind_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        kind("dashboard")


@every_kind
@some
@given(data=st.data())
def test_what_is_lifted_compiles_to_the_same(name: str, data: st.DataObject) -> None:
    table = data.draw(TABLES[name])
    first = compiled(kinds()[name], table)
    lifted = kinds()[name].lift(first.deployed)
    declared, findings = validate(kinds()[name], lifted)
    assert (declared is not None, findings) == (True, [])
    assert compiled(kinds()[name], lifted).deployed == first.deployed


@every_kind
@some
@given(data=st.data())
def test_a_deployed_form_survives_json_and_has_one_digest(name: str, data: st.DataObject) -> None:
    form = data.draw(forms(name))
    assert json.loads(json.dumps(form)) == form
    assert digest(json.loads(json.dumps(form, sort_keys=True))) == digest(form)


@every_kind
@some
@given(data=st.data())
def test_the_order_of_lists_in_a_stack_means_nothing(name: str, data: st.DataObject) -> None:
    """But for exceptions and false positives, which are read in their order."""
    table = data.draw(TABLES[name])
    turned = dict(table)
    for key in ("entry", "expression", "log_source_types", "groups"):
        if key in table and not _has_twins(table[key]):
            turned[key] = list(reversed(table[key]))
    assert compiled(kinds()[name], turned).deployed == compiled(kinds()[name], table).deployed


def _has_twins(rows: list[Any]) -> bool:
    """Two entries of one value are a finding, and the later one counts."""
    values = [str(row["value"]).lower() for row in rows if isinstance(row, dict) and "value" in row]
    return len(values) != len(set(values)) or any(not value.isascii() for value in values)


@every_kind
@some
@given(data=st.data())
def test_compiling_twice_gives_the_same_to_the_letter(name: str, data: st.DataObject) -> None:
    table = data.draw(TABLES[name])
    assert repr(compiled(kinds()[name], table)) == repr(compiled(kinds()[name], table))


@every_kind
@some
@given(data=st.data())
def test_a_key_is_left_out_rather_than_empty(name: str, data: st.DataObject) -> None:
    form = data.draw(forms(name))
    always = {"entries", "expressions", "enabled", "severity", "credibility", "relevance"}
    empty = [key for key, value in form.items() if key not in always and value in ("", [], {}, None, False)]
    assert empty == []


@every_kind
@some
@given(data=st.data())
def test_every_key_of_a_deployed_form_stands_in_the_field_table(name: str, data: st.DataObject) -> None:
    rows = deployed_fields(kinds()[name])
    assert data.draw(forms(name)).keys() <= {key for key, _ in rows}


@every_kind
def test_all_rows_that_feed_a_key_agree_how_it_travels(name: str) -> None:
    routes: dict[str, set[tuple[Channel | None, bool]]] = {}
    for key, row in deployed_fields(kinds()[name]):
        routes.setdefault(key, set()).add((row.channel, row.replace))
    assert {key: found for key, found in routes.items() if len(found) != 1 or (None, False) in found} == {}


@every_kind
def test_every_declared_field_has_a_row_and_every_row_is_declared(name: str) -> None:
    declared = {field.alias or key for key, field in kinds()[name].declared.model_fields.items()}
    rows = [row.name for row in kinds()[name].fields]
    assert len(rows) == len(set(rows))
    assert set(rows) - OUTSIDE_THE_MODEL == declared


@every_kind
def test_a_row_says_where_a_field_goes_and_no_two_things(name: str) -> None:
    for row in kinds()[name].fields:
        on_the_console = row.where is not Where.GIT
        assert bool(row.deployed) is (on_the_console or row.channel is Channel.STATE), row.name
        assert (row.channel is not None) is bool(row.deployed), row.name
        assert row.doc.endswith("."), row.name


@every_kind
def test_only_names_and_types_force_a_new_thing(name: str) -> None:
    forced = {"reference_set": {"name", "entry_type"}, "custom_property": {"name"}}
    assert {row.name for row in kinds()[name].fields if row.replace} == forced.get(name, set())


MINIMAL: dict[str, dict[str, Any]] = {
    "reference_set": {"name": "x", "entry_type": "IP"},
    "custom_property": {"type": "string"},
    "building_block": {"name": "x", "filter": "qid = 1"},
    "detection": {"name": "x", "severity": 5, "filter": "qid = 1", "response": {"log": True}},
}


def _codes(name: str, table: dict[str, Any]) -> list[tuple[str, tuple[str | int, ...], str]]:
    return [(found.code, found.path, found.hint) for found in compiled(kinds()[name], table).findings]


@every_made_kind
def test_to_ignore_a_field_that_is_none_is_a_finding(name: str) -> None:
    table = MINIMAL[name] | {"ignore_changes": ["name", "nmae", "protect"]}
    found = _codes(name, table)
    assert found[0] == ("unknown-field", ("ignore_changes", 1), 'did you mean "name"?')
    assert [path for _, path, _ in found] == [("ignore_changes", 1), ("ignore_changes", 2)]


def test_to_ignore_what_only_the_record_holds_is_a_finding() -> None:
    table = MINIMAL["reference_set"] | {"ignore_changes": ["ownership", "entry"]}
    assert [path for _, path, _ in _codes("reference_set", table)] == [("ignore_changes", 0)]


@every_made_kind
def test_the_steering_keys_reach_no_console(name: str) -> None:
    plain = compiled(kinds()[name], MINIMAL[name])
    steered = MINIMAL[name] | {
        "uuid": "0F5AD86C-1F2F-4B0E-9B5B-6F8C7D1F0A11",
        "protect": True,
        "adopt": True,
        "ignore_changes": ["name"],
    }
    assert compiled(kinds()[name], steered) == plain


@every_made_kind
@pytest.mark.parametrize("key", ["uuid", "protect", "adopt", "ignore_changes"])
def test_a_steering_key_of_the_wrong_type_is_a_finding_at_its_place(name: str, key: str) -> None:
    declared, findings = validate(kinds()[name], MINIMAL[name] | {key: 7})
    assert declared is None
    assert [found.path for found in findings] == [(key,)]


@pytest.mark.parametrize(
    ("text", "good"),
    [
        ("0f5ad86c-1f2f-4b0e-9b5b-6f8c7d1f0a11", True),
        ("SYSTEM-1104", True),
        ("SYSTEM-", False),
        ("SYSTEM-x", False),
        ("risky", False),
        ("", False),
    ],
)
def test_a_uuid_is_a_uuid_or_one_of_the_vendors(text: str, *, good: bool) -> None:
    declared, findings = validate(kind("detection"), MINIMAL["detection"] | {"uuid": text})
    assert (declared is not None) is good
    assert [found.path for found in findings] == ([] if good else [("uuid",)])


@every_made_kind
def test_the_console_name_is_known_without_compiling(name: str) -> None:
    address = context().address
    assert kinds()[name].console_name(address, {"name": "DaC: x"}) == "DaC: x"
    assert kinds()[name].console_name(address, {}) == "x"


def _facts(kind: Kind) -> tuple[str, str]:
    key = {"reference_set": "entry_type"}.get(kind.name, "type")
    return kind.fact_type({}), kind.fact_type({key: "word"})


def test_what_others_need_to_know_of_a_thing_is_read_from_its_table() -> None:
    assert {kind.name: _facts(kind) for kind in kinds().values()} == {
        "reference_set": ("", "word"),
        "custom_property": ("", "word"),
        "building_block": ("event", "word"),
        "vendor_rule": ("", ""),
        "detection": ("event", "word"),
    }


def test_only_a_detection_can_be_too_early_for_a_console() -> None:
    early = {kind.name: kind.dormant({"status": "test"}, "stable") for kind in kinds().values()}
    assert [name for name, why in early.items() if why] == ["detection"]
    assert early["detection"] == 'status "test" is below this console\'s min_status "stable"'
    assert kind("detection").dormant({}, "stable") == ""
    assert kind("detection").dormant({"status": "deprecated"}, "stable") == ""
