"""What holds for every kind, whatever is wanted, recorded and live: a new kind gets these for free."""

from __future__ import annotations

import random
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kind_forms import BLOCK_UUIDS, VENDOR_UUIDS, compiled, forms
from model_console import carried_out, remembered
from situations import FORMS, at, change_of, edits, found, planned, reads, recorded, situation, wanted

from dac.model.change import MISSING, Action, Channel, Disposition
from dac.model.plan import Plan, Step
from dac.model.reads import Absent
from dac.planning.plan import plan
from dac.planning.situation import Options, Situation
from dac.resources.kind import Where
from dac.resources.registry import kinds

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.model.reads import Read
    from dac.model.resource import Desired, Recorded

every_kind = pytest.mark.parametrize("name", sorted(kinds()))
SHOWN_FOREVER = {Disposition.HELD, Disposition.IGNORED}


def local(name: str) -> str:
    return f"{name}.x"


def ignorable(name: str) -> list[str]:
    return [row.name for row in kinds()[name].fields if row.deployed and row.channel is not Channel.STATE]


@st.composite
def circumstances(draw: st.DrawFn, name: str) -> Situation:
    """One thing, with any three of its forms at once: what is wanted, recorded and live."""
    form = forms(name)
    ignored = tuple(draw(st.lists(st.sampled_from(ignorable(name)), max_size=2))) if kinds()[name].made_by_dac else ()
    sides: list[Desired | Recorded] = []
    if draw(st.integers(0, 4)):
        sides.append(wanted(local(name), draw(form), ignore_changes=ignored))
    if draw(st.booleans()):
        sides.append(recorded(local(name), draw(form)))
    read: Read = Absent()
    if draw(st.integers(0, 3)):
        same = [side.deployed for side in sides]
        deployed = draw(st.sampled_from(same) | form) if same else draw(form)
        live = {key: value for key, value in deployed.items() if key != "authoritative"}
        if "enabled" in live:
            live["enabled"] = draw(st.booleans())
        read = found(local(name), live)
    pending = frozenset([at(local(name))]) if draw(st.booleans()) else frozenset()
    return situation(*sides, seen={local(name): read}, pending=pending)


def after(before: Situation, made: Plan) -> Situation:
    """Carry out a plan on the model console and on the record."""
    reads, records = dict(before.reads), dict(before.recorded)
    for change in made.changes:
        reads[change.address] = carried_out(change, reads[change.address])
        record = remembered(change, records.pop(change.address, None))
        if record is not None:
            records[change.address] = record
    return replace(before, reads=reads, recorded=records, pending=frozenset())


@every_kind
@settings(max_examples=60)
@given(data=st.data(), re_enable=st.booleans())
def test_after_an_apply_the_plan_is_empty(name: str, data: st.DataObject, *, re_enable: bool) -> None:
    before = data.draw(circumstances(name))
    options = Options(re_enable=frozenset([at(local(name))]) if re_enable else frozenset())
    first = plan(before, options)
    applied = after(before, first)
    second = plan(applied, Options())
    assert (second.pending, second.waves) == ((), ())
    stays = {Disposition.HELD} | ({Disposition.UNDECIDED} if second.refusals else set())
    assert {drift.disposition for drift in second.drift} <= SHOWN_FOREVER | stays
    third = plan(after(applied, second), Options())
    assert (third.changes, third.drift) == (
        tuple(replace(change, recorded=third.changes[0].recorded) for change in second.changes),
        tuple(drift for drift in second.drift if drift.disposition in stays),
    )


@every_kind
@settings(max_examples=25)
@given(data=st.data())
def test_an_apply_with_re_enable_leaves_nothing_held(name: str, data: st.DataObject) -> None:
    before = data.draw(circumstances(name))
    made = plan(before, Options(re_enable=frozenset([at(local(name))])))
    assert Disposition.HELD not in {drift.disposition for drift in made.drift}
    assert Disposition.HELD not in {drift.disposition for drift in plan(after(before, made), Options()).drift}


@every_kind
@settings(max_examples=25)
@given(data=st.data())
def test_an_edit_says_what_changes_on_the_console_and_nothing_else(name: str, data: st.DataObject) -> None:
    made = plan(data.draw(circumstances(name)), Options())
    for change in made.changes:
        paths = [edit.path for edit in change.edits]
        assert len(paths) == len(set(paths))
        assert (change.action in (Action.NO_OP, Action.FORGET)) <= (paths == [])
        assert all(edit.before != edit.after for edit in change.edits)


@every_kind
@settings(max_examples=25)
@given(data=st.data())
def test_what_is_owned_is_a_part_of_what_is_live_and_stays_it(name: str, data: st.DataObject) -> None:
    kind, form = kinds()[name], forms(name)
    live = {key: value for key, value in data.draw(form).items() if key != "authoritative"}
    desired, record = data.draw(st.none() | form), data.draw(st.none() | form)
    owned = kind.owned(live, desired, record)
    assert kind.owned(owned, desired, record) == owned
    assert owned.keys() - {"authoritative"} <= live.keys()
    for key, value in owned.items():
        if isinstance(value, dict) and key == "entries":
            assert value.items() <= live[key].items()
        elif isinstance(value, list):
            assert all(item in live[key] for item in value)
        elif key != "authoritative":
            assert value == live[key]


@every_kind
@settings(max_examples=25)
@given(data=st.data())
def test_all_of_a_thing_that_is_as_wanted_is_owned(name: str, data: st.DataObject) -> None:
    form = data.draw(forms(name))
    assert kinds()[name].owned(form, form, form) == form
    assert kinds()[name].owned(form, None, form) == form
    assert kinds()[name].owned(form, form, None) == form


@every_kind
@settings(max_examples=25)
@given(data=st.data())
def test_holding_switches_off_and_does_nothing_else(name: str, data: st.DataObject) -> None:
    kind, form = kinds()[name], forms(name)
    desired, current, record = data.draw(form), data.draw(form), data.draw(st.none() | form)
    held = kind.hold(desired, current, record)
    assert kind.hold(held, current, record) == held
    assert kind.hold(desired, desired, record) == desired
    assert kind.hold(desired, current, desired | _all_off(desired)) == desired
    assert _switches_off(held) >= _switches_off(desired)
    assert _without_switches(held) == _without_switches(desired)


def _all_off(form: Deployed) -> Deployed:
    off: Deployed = {"enabled": False} if "enabled" in form else {}
    if "expressions" in form:
        off["expressions"] = [row | {"enabled": False} for row in form["expressions"]]
    return off


def _switches_off(form: Deployed) -> int:
    return (form.get("enabled") is False) + sum(row.get("enabled") is False for row in form.get("expressions", ()))


def _without_switches(form: Deployed) -> str:
    rows = [sorted((k, v) for k, v in row.items() if k != "enabled") for row in form.get("expressions", ())]
    return repr(({k: v for k, v in form.items() if k not in ("enabled", "expressions")}, sorted(rows)))


# one field at a time: kind, field, its other value, the path of the edit, its channel; the step that carries it
REST, EXTENSION, STATE = Channel.REST, Channel.EXTENSION, Channel.STATE
BASES: dict[str, dict[str, Any]] = {
    "reference_set": {"name": "x", "entry_type": "IP", "entry": [{"value": "10.0.0.1"}]},
    "custom_property": {"type": "string", "expression": [{"log_source_type": "Linux OS", "json": '/"a"'}]},
    "building_block": {"name": "x", "filter": "qid = 1", "log_source_types": ["Linux OS"]},
    "detection": {"name": "x", "severity": 5, "filter": "qid = 1", "offense": {"index": "username", "event": False}},
    "vendor_rule": {"identifier": VENDOR_UUIDS[0], "enabled": True, "reason": "x"},
}
TTL = {"expiry": "last_seen", "time_to_live": "1d"}
TIME = {"type": "time", "datetime_format": "yyyy", "locale": "en_US"}
QUERY = {"filter": None, "aql": "SELECT qid FROM events WHERE qid = 2 LAST 1 HOURS"}
EXCEPTION = {"field": "sourceip", "not_in": "reference_set.vpn", "whole_detection": True}
RULE_FIELDS: list[tuple[str, dict[str, Any], str, Channel, Step]] = [
    ("name", {"name": "y"}, "name", EXTENSION, Step.PACKAGE),
    ("type", {"type": "flow"}, "type", EXTENSION, Step.PACKAGE),
    ("scope", {"scope": "global"}, "scope", EXTENSION, Step.PACKAGE),
    ("log_source_types", {"log_source_types": ["Microsoft Office 365"]}, "log_source_types", EXTENSION, Step.PACKAGE),
    (
        "building_blocks",
        {"building_blocks": {"any": list(BLOCK_UUIDS.values())}},
        "building_blocks",
        EXTENSION,
        Step.PACKAGE,
    ),
    ("notes", {"notes": "why"}, "notes", EXTENSION, Step.PACKAGE),
    ("groups", {"groups": ["g"]}, "groups", EXTENSION, Step.PACKAGE),
    ("owner", {"owner": "soc"}, "owner", REST, Step.SWITCH),
    ("filter", {"filter": "qid = 2"}, "filter", EXTENSION, Step.PACKAGE),
    ("log_sources", {"log_sources": ["fw-1"]}, "log_sources", EXTENSION, Step.PACKAGE),
    ("categories", {"categories": ["User Login Failure"]}, "categories", EXTENSION, Step.PACKAGE),
    ("qids", {"qids": ["#5000123"]}, "qids", EXTENSION, Step.PACKAGE),
    ("threshold", {"threshold": {"count": 5, "within": "10m"}}, "threshold", EXTENSION, Step.PACKAGE),
    (
        "property_test",
        {"property_test": [{"property": "username", "is": "root"}]},
        "property_tests",
        EXTENSION,
        Step.PACKAGE,
    ),
    (
        "reference_set_test",
        {"reference_set_test": [{"any_of": ["sourceip"], "in_any": ["reference_set.vpn"]}]},
        "reference_set_tests",
        EXTENSION,
        Step.PACKAGE,
    ),
    ("test_order", {"test_order": ["filter", "log_source_types"]}, "test_order", EXTENSION, Step.PACKAGE),
    ("other", {"other": ['<rule preProcess="true"/>']}, "other", EXTENSION, Step.PACKAGE),
]
ONE_FIELD: dict[str, list[tuple[str, dict[str, Any], str, Channel, Step]]] = {
    "reference_set": [
        ("name", {"name": "y"}, "name", REST, Step.WRITE),
        ("entry_type", {"entry_type": "ALN"}, "entry_type", REST, Step.WRITE),
        ("description", {"description": "why"}, "description", REST, Step.WRITE),
        ("expiry", TTL | {"expiry": "first_seen"}, "expiry_type", REST, Step.WRITE),
        ("time_to_live", TTL | {"time_to_live": "2d"}, "time_to_live", REST, Step.WRITE),
        ("entry", {"entry": [{"value": "10.0.0.1", "reason": "why"}]}, 'entries["10.0.0.1"]', REST, Step.WRITE),
        ("ownership", {"ownership": "authoritative"}, "authoritative", STATE, Step.RECORD),
    ],
    "custom_property": [
        ("name", {"name": "y"}, "name", REST, Step.WRITE),
        ("type", {"type": "numeric"}, "property_type", REST, Step.WRITE),
        ("description", {"description": "why"}, "description", REST, Step.WRITE),
        ("use_for_rule_engine", {"use_for_rule_engine": True}, "use_for_rule_engine", REST, Step.WRITE),
        ("datetime_format", TIME | {"datetime_format": "MM"}, "datetime_format", REST, Step.WRITE),
        ("locale", TIME | {"locale": "de_CH"}, "locale", REST, Step.WRITE),
        (
            "expression",
            {"expression": [{"log_source_type": "Linux OS", "json": '/"b"'}]},
            "expressions",
            REST,
            Step.WRITE,
        ),
    ],
    "building_block": [*RULE_FIELDS, ("enabled", {"enabled": False}, "enabled", REST, Step.SWITCH)],
    "detection": [
        *RULE_FIELDS,
        ("enabled", {"enabled": False}, "enabled", REST, Step.SWITCH_OFF),
        ("severity", {"severity": 6}, "severity", EXTENSION, Step.PACKAGE),
        ("confidence", {"confidence": 6}, "credibility", EXTENSION, Step.PACKAGE),
        ("relevance", {"relevance": 6}, "relevance", EXTENSION, Step.PACKAGE),
        ("aql", QUERY, "filter", EXTENSION, Step.PACKAGE),
        ("exception", {"exception": [EXCEPTION]}, "filter", EXTENSION, Step.PACKAGE),
        ("offense", {"offense": {"index": "sourceip", "event": False}}, "offense.index", EXTENSION, Step.PACKAGE),
        ("response", {"response": {"notify": True}}, "notify", EXTENSION, Step.PACKAGE),
        ("limiter", {"limiter": {}}, "limiter", EXTENSION, Step.PACKAGE),
        ("annotation", {"annotation": "why"}, "annotation", EXTENSION, Step.PACKAGE),
        ("mitre", {"mitre": ["T1078"]}, "notes", EXTENSION, Step.PACKAGE),
        ("adjust", {"adjust": {"severity": "+2"}}, "adjust", EXTENSION, Step.PACKAGE),
        ("drop", {"drop": True}, "drop", EXTENSION, Step.PACKAGE),
        ("false_positive", {"false_positive": [{"text": "x"}]}, "notes", EXTENSION, Step.PACKAGE),
    ],
    "vendor_rule": [
        ("identifier", {"identifier": VENDOR_UUIDS[1]}, "identifier", STATE, Step.RECORD),
        ("enabled", {"enabled": False}, "enabled", REST, Step.SWITCH_OFF),
    ],
}
NEEDS: dict[str, dict[str, Any]] = {
    "threshold": {"scope": "local"},
    "test_order": {"log_source_types": ["Linux OS"]},
    "expiry": TTL,
    "time_to_live": TTL,
    "datetime_format": TIME,
    "locale": TIME,
}


@pytest.mark.parametrize(
    ("name", "field", "change", "path", "channel", "step"),
    [(name, *row) for name, rows in ONE_FIELD.items() for row in rows],
    ids=[f"{name}.{row[0]}" for name, rows in ONE_FIELD.items() for row in rows],
)
def test_one_field_alone_is_one_edit_by_its_channel(
    name: str, field: str, change: dict[str, Any], path: str, channel: Channel, step: Step
) -> None:
    base = BASES[name] | NEEDS.get(field, {})
    changed = {key: value for key, value in (base | change).items() if value is not None}
    before, new = compiled(kinds()[name], base).deployed, compiled(kinds()[name], changed).deployed
    live = found(local(name), {"owner": "admin"} | before if field == "owner" else before)
    made = planned(wanted(local(name), new), recorded(local(name), before), seen={local(name): live})
    (edit,) = change_of(made, local(name)).edits
    assert (edit.path.partition(".")[0], edit.channel) == (path.partition(".")[0], channel)
    assert [wave.step for wave in made.waves] == [step]
    assert made.drift == ()


@every_kind
def test_no_field_of_the_console_is_left_out_above(name: str) -> None:
    fields = {row.name for row in kinds()[name].fields if row.where is not Where.GIT or row.channel}
    assert {row[0] for row in ONE_FIELD[name]} == fields - {"rule_test", "rule_xml"}


@pytest.mark.parametrize("key", ["other", "other_tests", "filter_engine"])
def test_what_no_field_stands_for_is_put_back_too(key: str) -> None:
    tests = [{"class": "Odd_Test", "xml": "<x/>"}]
    live = FORMS["detection"] | {key: tests if key == "other_tests" else ["<x/>"]}
    made = planned(wanted("detection.x"), recorded("detection.x"), seen={"detection.x": found("detection.x", live)})
    change = change_of(made, "detection.x")
    assert edits(change) == {key: (live[key], MISSING)}
    assert [edit.channel for edit in change.edits] == [Channel.EXTENSION]


def crowd() -> tuple[list[Desired | Recorded], dict[str, Read]]:
    """Things in every state at once."""
    sides: list[Desired | Recorded] = []
    seen: dict[str, Read] = {}
    for kind in (name for name, kind in kinds().items() if kind.made_by_dac):
        for n in range(4):
            name = f"{kind}.x{n}"
            form = FORMS[kind] | {"name": f"{kind} {n}", "notes" if "filter" in FORMS[kind] else "description": "new"}
            sides += [
                wanted(name, form, references=reads("reference_set:reference_set 0"), ignore_changes=("notes", "name"))
            ]
            sides += [recorded(name, FORMS[kind])] if n % 2 else []
            seen |= {name: found(name, FORMS[kind])} if n > 1 else {}
        sides.append(recorded(f"{kind}.gone"))
        seen[f"{kind}.gone"] = found(f"{kind}.gone")
    return sides, seen


def test_the_same_situation_gives_the_same_plan_in_whatever_order_it_is_told() -> None:
    sides, seen = crowd()
    more: dict[str, Any] = {"unmanaged": {"a": 1, "b": 2}}
    first = planned(*sides, seen=seen, **more)
    shuffled = random.Random(7)  # noqa: S311 - a fixed order is wanted, not a secret one
    for _ in range(10):
        shuffled.shuffle(sides)
        names = list(seen)
        shuffled.shuffle(names)
        again = planned(*sides, seen={name: seen[name] for name in names}, unmanaged={"b": 2, "a": 1})
        assert again == first
        assert repr(again) == repr(first)


def test_the_same_situation_gives_the_same_plan_in_every_process() -> None:
    """Python orders sets of text anew in each process."""
    program = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from test_plan_contract import crowd, planned\n"
        "sides, seen = crowd()\n"
        "print(planned(*sides, seen=seen))"
    )
    here = Path(__file__).parent
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program, str(here), str(here.parent)],
            capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed},
        ).stdout
        for seed in ("1", "2", "3")
    }  # fmt: skip
    assert len(outputs) == 1
    assert len(outputs.pop()) > 1000
