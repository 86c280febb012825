"""Generated rules: bodies as XML can hold them, and deployed forms as compiling gives them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from dac.qradar.package.rule_body import Parameter, RuleBody, Test
from dac.resources.names import Names, OffenseType
from dac.resources.rule_tests import canonical, ordered
from dac.resources.wizard_tests import full_name
from dac.resources.xml_element import Element

NAMES = Names(
    log_source_types={11: "Linux OS", 18: "Custom Rule Engine", 445: "Microsoft Azure Active Directory"},
    offense_types=(
        OffenseType(0, "Source IP", "sourceIP"),
        OffenseType(3, "Username", "userName"),
        OffenseType(14, "Rule", "partialOrMatchList"),
        OffenseType(1001, "CountryOrRegion", "CountryOrRegion", custom=True),
    ),
    low_level_categories={3001: "Suspicious Activity", 3002: "Misc Policy Violation"},
    tables={"reference_sets": {4: "Seen users", 6: "twin", 8: "twin"}, "custom_actions": {3: "Block"}},
)

_FORBIDDEN = "\x00\x01\x08\x0b\x0c\x1f\ufffe\uffff"

_CONTROLS = ["Cs", "Cc"]

lines = st.text(st.characters(exclude_categories=_CONTROLS, exclude_characters=_FORBIDDEN))
texts = st.text(st.characters(exclude_categories=_CONTROLS, include_characters="\t\n\r", exclude_characters=_FORBIDDEN))
tags = st.from_regex(r"[a-z][a-zA-Z]{0,8}", fullmatch=True)
attributes = st.dictionaries(tags, texts, max_size=3)


def _branch(children: st.SearchStrategy[Element]) -> st.SearchStrategy[Element]:
    return st.builds(Element, tags, attributes, st.just(""), st.lists(children, min_size=1, max_size=3).map(tuple))


elements = st.recursive(st.builds(Element, tags, attributes, texts), _branch, max_leaves=6)
strange = st.builds(Element, tags.map(lambda tag: f"x-{tag}"), attributes, texts)

parameters = st.builds(
    Parameter,
    id=lines,
    name=st.none() | texts,
    initial_text=st.none() | texts,
    selection_label=st.none() | texts,
    user_options=st.none() | st.builds(Element, st.just("userOptions"), attributes),
    user_selection=st.none() | texts,
    user_selection_types=st.none() | texts,
    user_selection_id=st.none() | texts,
    attributes=st.dictionaries(tags.map(lambda tag: f"x-{tag}"), texts, max_size=2),
    other=st.lists(strange, max_size=2).map(tuple),
)
tests = st.builds(
    Test,
    name=lines.filter(bool),
    id=lines,
    uid=lines,
    group=st.none() | texts,
    group_id=st.none() | texts,
    negate=st.booleans(),
    capabilities=st.none() | texts,
    text=st.none() | texts,
    parameters=st.lists(parameters, max_size=3).map(tuple),
    attributes=st.dictionaries(tags.map(lambda tag: f"x-{tag}"), texts, max_size=2),
    other=st.lists(strange, max_size=2).map(tuple),
)


def _part(tag: str) -> st.SearchStrategy[Element | None]:
    rows = st.lists(elements, max_size=3).map(tuple)
    return st.none() | st.builds(Element, st.just(tag), attributes, st.just(""), rows)


bodies = st.builds(
    RuleBody,
    attributes=attributes,
    name=texts,
    notes=st.none() | texts,
    tests=st.lists(tests, max_size=3).map(tuple),
    actions=_part("actions"),
    responses=_part("responses"),
    limiter=_part("limiter"),
    other=st.lists(strange, max_size=2).map(tuple),
)

metrics = st.integers(0, 10)
uuids = st.uuids().map(str)
limiters = st.sampled_from(["sourceip", "username", "rule", "CountryOrRegion", "#FUTURE"])
indexes = st.sampled_from(["sourceip", "username", "rule", "CountryOrRegion", "#77"])
filters = st.lists(lines, min_size=1, max_size=4).map("\n".join).filter(str.strip)
_LAYOUT = '<test id="7" name="{}" uid="0"><text>when</text><parameter id="1"/><parameter id="2"/></test>'
_listed = st.fixed_dictionaries(
    {
        "class": st.just("ReferenceSetTest"),
        "parameters": st.fixed_dictionaries(
            {
                "1": st.sampled_from(["any", "all"]),
                "2": st.just({"properties": ["#username", "AppName", "sourceip"]}),
                "3": st.just("none"),
                "4": st.just({"reference_sets": ["#5", "Seen users"]}),
            }
        ),
    },
    optional={"negate": st.just(value=True)},
)
_compared = st.fixed_dictionaries(
    {
        "class": st.just("ArielFilterTest"),
        "parameters": st.fixed_dictionaries(
            {
                "1": st.fixed_dictionaries(
                    {
                        "field": st.just("userName"),
                        "operator": st.sampled_from(["EQ", "GT"]),
                        "values": st.just(["a", "b"]),
                    }
                ),
                "2": st.sampled_from(["events", "flows"]),
            }
        ),
    }
)
_negated = {"negate": st.just(value=True)}
_fields = st.sets(st.sampled_from(["#username", "AppName", "sourceip"]), min_size=1).map(sorted)
_sets = st.sets(st.sampled_from(["#5", "Seen users"]), min_size=1).map(sorted)
_in_sets = st.sampled_from(["any_of", "all_of"]).flatmap(
    lambda wanted: st.sampled_from(["in_any", "in_all"]).flatmap(
        lambda inside: st.fixed_dictionaries({wanted: _fields, inside: _sets}, optional=_negated)
    )
)
_value = lines.filter(lambda text: text and "\ue000" not in text and "\ufffd" not in text)
_compares = st.sampled_from(["is", "is_not", "is_any_of", "is_not_any_of"]).flatmap(
    lambda word: st.fixed_dictionaries(
        {
            "property": st.sampled_from(["username", "#username", "hasIdentity", "AppName"]),
            word: st.lists(_value, min_size=1, max_size=2) if word.endswith("of") else _value,
        },
        optional=_negated,
    )
)
_laid_out = st.sampled_from(["offenseSeverity", ".Bare", "Future_Test"]).flatmap(
    lambda name: st.fixed_dictionaries(
        {
            "class": st.just(name),
            "parameters": st.fixed_dictionaries({"1": texts}, optional={"2": texts}),
            "layout": st.just(_LAYOUT.format(full_name(name))),
        },
        optional={"negate": st.just(value=True)},
    )
)
_odd = st.just({"class": "Odd_Test", "xml": f'<test future="1" id="1" name="{full_name("Odd_Test")}" uid="0"/>'})
other_tests = _listed | _compared | _laid_out | _odd


@st.composite
def deployed_forms(draw: st.DrawFn) -> dict[str, Any]:
    """A detection in canonical form: every key is sometimes there, none with its default."""
    form: dict[str, Any] = {
        "name": draw(lines.map(str.strip).filter(bool)),
        "type": draw(st.sampled_from(["EVENT", "FLOW", "COMMON", "OFFENSE"])),
        "enabled": draw(st.booleans()),
    }
    optional: dict[str, st.SearchStrategy[Any]] = {
        "scope": st.just("GLOBAL"),
        "notes": texts.map(lambda text: text.replace("\r", "").strip()).filter(bool),
        "owner": lines.filter(bool),
        "log_source_types": st.sets(st.sampled_from(_TYPES), min_size=1).map(sorted),
        "building_blocks": _building_blocks(),
        "property_tests": st.lists(_compares, min_size=1, max_size=2),
        "reference_set_tests": st.lists(_in_sets, min_size=1, max_size=2),
        "filter": filters,
        "other_tests": st.lists(other_tests, min_size=1, max_size=2),
        "threshold": st.fixed_dictionaries(
            {"count": st.integers(1, 999), "within": st.sampled_from(["5m", "7d"])},
            optional={"by": st.just(["AppName", "username"]), "different": st.just(["sourceip"])},
        ),
        "adjust": st.just({"severity": "+2"}),
        "drop": st.just(value=True),
        "custom_action": st.sampled_from(["Block", "#9"]),
        "reference_data": st.just([{"collection": "set", "name": "Seen users", "value": "username"}]),
        "severity": metrics,
        "credibility": metrics,
        "relevance": metrics,
        "offense": st.fixed_dictionaries({"index": indexes}, optional={"annotation": texts.filter(bool)}),
        "annotation": texts.filter(bool),
        "email": st.sets(st.from_regex(r"[a-z]{1,5}@[a-z]{1,5}", fullmatch=True), min_size=1).map(sorted),
        "log": st.just(value=True),
        "notify": st.just(value=True),
        "limiter": st.fixed_dictionaries(
            {"count": st.integers(1, 999), "within": st.sampled_from(["30m", "24h"]), "by": limiters}
        ),
        "groups": st.sets(lines, min_size=1).map(sorted),
        "other": st.sets(st.sampled_from(_OTHER), min_size=1).map(sorted),
    }
    form |= {key: draw(values) for key, values in optional.items() if draw(st.booleans())}
    if "filter" in form and draw(st.booleans()):
        form["filter_engine"] = "no such line"
    if draw(st.booleans()):
        form["event"] = _event(draw, form)
    return form | canonical(draw(st.permutations(ordered(form))), form["type"])


_TYPES = [*NAMES.log_source_types.values(), "#99999"]
_OTHER = [
    '<actions includeAttackerEventsInterval="300"/>',
    '<actions><alterMetric metric="setSeverity" operation="halve" value="2"/></actions>',
    '<responses future="true"/>',
    '<rule preProcess="true"/>',
    '<rule future="1"/>',
    "<rule><future>text &amp; more</future></rule>",
]


def _building_blocks() -> st.SearchStrategy[dict[str, list[str]]]:
    part = st.sets(uuids, min_size=1, max_size=3).map(sorted)
    parts = st.fixed_dictionaries({}, optional={"all": part, "any": part, "none": part})
    return parts.filter(bool).map(lambda found: dict(sorted(found.items())))


def _event(draw: st.DrawFn, form: dict[str, Any]) -> dict[str, Any]:
    event: dict[str, Any] = {"name": draw(lines.filter(lambda name: bool(name) and not name.startswith("#")))}
    event["category"] = draw(st.sampled_from([*NAMES.low_level_categories.values(), "#1"]))
    optional: dict[str, st.SearchStrategy[Any]] = {
        "description": texts.filter(bool),
        "naming": st.sampled_from(["override", "none"]),
        "qid": st.sampled_from(["Another event", "#5"]).filter(lambda name: name != event["name"]),
    }
    event |= {key: draw(values) for key, values in optional.items() if draw(st.booleans())}
    if "offense" not in form or draw(st.booleans()):
        event["offense"] = False
        if draw(st.booleans()):
            index = draw(indexes)
            event |= {"index": index} if index != form.get("offense", {}).get("index") else {}
    for metric in ("severity", "credibility", "relevance"):
        value = draw(metrics)
        if value != form.get(metric, 5):
            event[metric] = value
    return event
