"""Generated rules: bodies as XML can hold them, and deployed forms as compiling gives them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from dac.model.names import Names, OffenseType
from dac.qradar.package.element import Element
from dac.qradar.package.rule_body import Parameter, RuleBody, Test

NAMES = Names(
    log_source_types={11: "Linux OS", 18: "Custom Rule Engine", 445: "Microsoft Azure Active Directory"},
    offense_types=(
        OffenseType(0, "Source IP", "sourceIP"),
        OffenseType(3, "Username", "userName"),
        OffenseType(14, "Rule", "partialOrMatchList"),
        OffenseType(1001, "CountryOrRegion", "CountryOrRegion", custom=True),
    ),
    low_level_categories={3001: "Suspicious Activity", 3002: "Misc Policy Violation"},
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
_OPTIONS = '<userOptions format="list" source="xml"><option id="a">a</option></userOptions>'
other_tests = st.fixed_dictionaries(
    {"class": st.sampled_from(["offenseSeverity", "com.q1labs.semsources.cre.tests.QID_Test"])},
    optional={
        "id": st.just("19"),
        "group": lines,
        "groupId": st.just("3"),
        "capabilities": lines,
        "negate": st.just(value=True),
        "text": lines | st.just("""when <a href='javascript:editParameter("0", "1")'>this</a>"""),
        "parameters": st.lists(
            st.fixed_dictionaries(
                {"id": st.just("1")},
                optional={
                    "name": lines,
                    "userSelection": texts,
                    "userOptions": st.just(_OPTIONS),
                },
            ),
            min_size=1,
            max_size=2,
        ),
    },
)


@st.composite
def deployed_forms(draw: st.DrawFn) -> dict[str, Any]:
    """A detection in canonical form: every key is sometimes there, none with its default."""
    form: dict[str, Any] = {
        "name": draw(texts.filter(bool)),
        "type": draw(st.sampled_from(["EVENT", "FLOW", "COMMON", "OFFENSE"])),
        "enabled": draw(st.booleans()),
    }
    optional: dict[str, st.SearchStrategy[Any]] = {
        "scope": st.just("GLOBAL"),
        "notes": texts.map(lambda text: text.replace("\r", "")).filter(bool),
        "owner": lines.filter(bool),
        "log_source_types": st.sets(st.sampled_from(_TYPES), min_size=1).map(sorted),
        "building_blocks": _building_blocks(),
        "filter": filters,
        "other_tests": st.lists(other_tests, min_size=1, max_size=2),
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
    return form


_TYPES = [*NAMES.log_source_types.values(), "#99999"]
_OTHER = [
    '<actions drop="true"/>',
    '<actions includeAttackerEventsInterval="300"/>',
    '<actions><alterMetric metric="setSeverity" operation="incSeverity" value="2"/></actions>',
    '<responses referenceSet="true"/>',
    '<responses><referenceDataResponse id="4" name="Seen users"/></responses>',
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
    for metric in ("severity", "credibility", "relevance"):
        value = draw(metrics)
        if value != form.get(metric, 5):
            event[metric] = value
    return event
