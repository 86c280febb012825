from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from rule_strategies import NAMES, bodies, deployed_forms, elements, filters

from dac.errors import BadContent
from dac.model.deployed import digest
from dac.qradar.package import aql_value
from dac.qradar.package.archive import read_content
from dac.qradar.package.content import read_rows
from dac.qradar.package.deployed import from_deployed, to_deployed
from dac.qradar.package.rule_xml import decode, encode
from dac.resources.xml_element import Element, parse, write

if TYPE_CHECKING:
    from dac.qradar.package.rule_body import RuleBody

MARKER = "[dac acme/cloud/detection.x]"
QIDS = {"Another event": 2_000_000_001}


def _round_trip(form: dict[str, Any], *, base: RuleBody | None = None) -> tuple[dict[str, Any], str | None]:
    event = form.get("event", {})
    qids = QIDS | ({event["name"]: 2_000_000_002} if event else {})
    body = decode(encode(from_deployed(form, NAMES, base=base, marker=MARKER, qids=qids)))
    names = {number: name for name, number in qids.items()}
    out, marker = to_deployed(body, NAMES, groups=form.get("groups", ()), qid_names=names)
    if "owner" not in form:
        out.pop("owner")
    return out, marker


@given(elements)
def test_an_element_is_read_as_it_was_written(element: Element) -> None:
    assert parse(write(element), "It") == element


_ATTRIBUTES = ["forceOffenseCreation", "offenseMapping", "severity", "credibility", "qid", "lowLevelCategory", "name"]
_ATTRIBUTES += ["overrideOffenseName", "contributeOffenseName", "describeOffense", "drop", "email", "log", "future"]
_VALUES = ["true", "false", "", "0", "3", "14", "-1", "x", "3001", "99"]


def _changed(data: st.DataObject, element: Element | None) -> Element | None:
    """Set some attributes of an element and of its first child to values that a console might have."""
    if element is None:
        return None
    pool = st.dictionaries(st.sampled_from(_ATTRIBUTES), st.sampled_from(_VALUES), max_size=4)
    first = tuple(replace(row, attributes={**row.attributes, **data.draw(pool)}) for row in element.children[:1])
    return replace(element, attributes={**element.attributes, **data.draw(pool)}, children=first + element.children[1:])


def _meaning(body: RuleBody) -> dict[str, Any]:
    """What the engine reads of actions and the event; an offense type counts only where an offense is made."""
    out: dict[str, Any] = {}
    event = body.responses.child("newevent") if body.responses else None
    for tag, element in (("actions", body.actions), ("newevent", event)):
        found = dict(element.attributes) if element else {}
        if found.get("forceOffenseCreation") != "true":
            found.pop("offenseMapping", None)
            found.pop("forceOffenseCreation", None)
        out[tag] = {name: value for name, value in found.items() if value not in {"", "false", "0"}}
    return out


@settings(max_examples=50)
@given(bodies)
def test_a_body_is_read_as_it_was_written(body: RuleBody) -> None:
    assert decode(encode(body)) == body


@settings(max_examples=50)
@given(bodies)
def test_a_body_is_written_the_same_way_each_time(body: RuleBody) -> None:
    assert encode(decode(encode(body))) == encode(body)


@given(filters)
def test_a_filter_is_read_as_it_was_written(text: str) -> None:
    assert aql_value.decode(aql_value.encode(text)) == (text, None)


@settings(max_examples=60)
@given(deployed_forms())
def test_a_deployed_form_survives_the_console(form: dict[str, Any]) -> None:
    out, marker = _round_trip(form)
    assert out == form
    assert digest(out) == digest(form)
    assert marker == MARKER


@settings(max_examples=60)
@given(st.data(), deployed_forms())
def test_whatever_the_wizard_writes_into_a_response_is_kept(data: st.DataObject, form: dict[str, Any]) -> None:
    body = from_deployed(form, NAMES, marker="", qids=QIDS | {form.get("event", {}).get("name", ""): 7})
    changed = replace(body, actions=_changed(data, body.actions), responses=_changed(data, body.responses))
    there, _ = to_deployed(changed, NAMES, qid_names={7: "Seven"})
    back = from_deployed(there, NAMES, marker="", qids={"Seven": 7} | {there.get("event", {}).get("name", ""): 7})
    again, _ = to_deployed(back, NAMES, qid_names={7: "Seven"})
    assert again == there
    assert _meaning(back) == _meaning(changed)


@settings(max_examples=30)
@given(deployed_forms(), deployed_forms())
def test_what_was_there_before_does_not_shine_through(form: dict[str, Any], before: dict[str, Any]) -> None:
    base = from_deployed(before, NAMES, marker="", qids=QIDS | {before.get("event", {}).get("name", ""): 7})
    out, _ = _round_trip(form, base=base)
    assert out == form


@settings(max_examples=50)
@given(bodies)
def test_any_body_has_a_deployed_form_that_settles(body: RuleBody) -> None:
    form, marker = to_deployed(body, NAMES, qid_names={})
    again, _ = to_deployed(from_deployed(form, NAMES, marker=marker or "", qids={}), NAMES, qid_names={})
    assert {**again, "owner": ""} == {**form, "owner": ""}


@given(st.binary() | st.text().map(str.encode))
def test_bytes_from_a_stranger_are_content_or_bad_content(data: bytes) -> None:
    for read in (decode, read_content, read_rows):
        try:
            read(data)
        except BadContent:
            continue


@given(st.text())
def test_any_text_is_a_filter_value_or_none(value: str) -> None:
    aql_value.decode(value)
