"""`actions` and `limiter` as fields: metrics, offense, annotation, and how often the rule may respond."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dac.qradar.package import fragments, lookups
from dac.resources.xml_element import Element

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.resources.names import Names

METRICS = {"severity": "setSeverity", "credibility": "setCredibility", "relevance": "setRelevance"}

_FIELDS = {metric: field for field, metric in METRICS.items()}
_DEFAULTS = {
    "forceOffenseCreation": "false",
    "includeAttackerEventsInterval": "0",
    "flowAnalysisInterval": "0",
    "drop": "false",
}
_ANNOTATIONS = frozenset({"eventAnnotation", "offenseAnnotation"})
EMPTY = Element(
    "actions",
    {
        "offenseMapping": "0",  # not read while forceOffenseCreation is false
        "forceOffenseCreation": "false",
        "includeAttackerEventsInterval": "0",
        "flowAnalysisInterval": "0",
    },
)

_SIGNS = {"inc": "+", "dec": "-"}
_AMOUNT = re.compile(r"[0-9]|10")
_INTERVAL = re.compile(r"([1-9][0-9]{0,8})([a-z])")


def read_actions(actions: Element | None, names: Names) -> tuple[Deployed, list[Element]]:
    """Return the fields that `actions` feeds, and the fragments that are left."""
    if actions is None:
        return {}, []
    out: Deployed = {"drop": True} if actions.get("drop") == "true" else {}
    adjusted: dict[str, str] = {}
    annotations: dict[str, str] = {}
    left: list[Element] = []
    offense = _offense(actions, names)
    for child in actions.children:
        metric, step, text = _metric(child), _step(child), _annotation(child)
        if metric and metric[0] not in out:
            out[metric[0]] = metric[1]
        elif step and step[0] not in adjusted:
            adjusted[step[0]] = step[1]
        elif text and child.tag not in annotations and (offense or child.tag == "eventAnnotation"):
            annotations[child.tag] = text
        else:
            left.append(fragments.of_child("actions", child))
    if offense:
        noted = annotations.get("offenseAnnotation")
        out["offense"] = offense | ({"annotation": noted} if noted else {})
    if "eventAnnotation" in annotations:
        out["annotation"] = annotations["eventAnnotation"]
    if adjusted:
        out["adjust"] = dict(sorted(adjusted.items()))
    return out, left + fragments.of_attributes("actions", _left(actions, forced=bool(offense)))


def write_actions(deployed: Deployed, names: Names) -> Element | None:
    """Undo `read_actions`, but for the fragments; None for a rule without actions."""
    offense: dict[str, Any] = deployed.get("offense", {})
    children = [
        Element("alterMetric", {"metric": metric, "operation": metric, "value": str(deployed[field])})
        for field, metric in METRICS.items()
        if field in deployed
    ]
    steps: dict[str, str] = deployed.get("adjust", {})
    children += [_adjustment(field, steps[field]) for field in METRICS if field in steps]
    texts = {"eventAnnotation": deployed.get("annotation"), "offenseAnnotation": offense.get("annotation")}
    children += [Element(tag, children=(Element("formatString", text=text),)) for tag, text in texts.items() if text]
    if not (offense or children or deployed.get("drop")):
        return None
    attributes = dict(EMPTY.attributes) | ({"drop": "true"} if deployed.get("drop") else {})
    if offense:
        attributes |= {"offenseMapping": offense_mapping(offense["index"], names), "forceOffenseCreation": "true"}
    return Element("actions", attributes, "", tuple(children))


def offense_mapping(index: str, names: Names) -> str:
    """Return the offense type's number as the XML holds it."""
    return str(lookups.offense_type_id(names, index))


def read_limiter(limiter: Element | None, names: Names) -> tuple[Deployed, list[Element]]:
    """Return the field `limiter`, or the whole element as a fragment when it says something else."""
    if limiter is None:
        return {}, []
    count = lookups.integer(limiter.get("responseCount"))
    within = limiter.get("intervalCount") + limiter.get("intervalType")
    known = {"responseCount", "intervalCount", "intervalType", "hostType"}
    if limiter.children or set(limiter.attributes) != known or count is None or not _INTERVAL.fullmatch(within):
        return {}, [fragments.of_child("rule", limiter)]
    by = lookups.limiter_field(names, limiter.get("hostType"))
    return {"limiter": {"count": count, "within": within, "by": by}}, []


def write_limiter(deployed: Deployed, names: Names) -> Element | None:
    """Undo `read_limiter`."""
    if "limiter" not in deployed:
        return None
    field = deployed["limiter"]
    attributes = {
        "responseCount": str(field["count"]),
        "intervalCount": field["within"][:-1],
        "intervalType": field["within"][-1],
        "hostType": lookups.limiter_host(names, field["by"]),
    }
    return Element("limiter", attributes)


def _offense(actions: Element, names: Names) -> dict[str, Any]:
    number = lookups.integer(actions.get("offenseMapping"))
    if actions.get("forceOffenseCreation") != "true" or number is None:
        return {}
    return {"index": lookups.offense_index(names, number)}


def _left(actions: Element, *, forced: bool) -> dict[str, str]:
    """The attributes that no field holds and that are not what QRadar writes when nothing is asked for."""
    left = {name: value for name, value in actions.attributes.items() if value != _DEFAULTS.get(name, "")}
    left.pop("offenseMapping", None)
    if left.get("drop") == "true":
        del left["drop"]
    if forced:
        del left["forceOffenseCreation"]
    elif "forceOffenseCreation" in left:  # an offense indexed by nothing that is a number
        left["offenseMapping"] = actions.get("offenseMapping")
    return left


def _metric(element: Element) -> tuple[str, int] | None:
    """`setSeverity` and its like; what raises or lowers a metric is no field."""
    metric = element.get("metric")
    value = lookups.integer(element.get("value"))
    plain = element.tag == "alterMetric" and not element.children and len(element.attributes) == len(METRICS)
    if not plain or metric not in _FIELDS or element.get("operation") != metric or value is None:
        return None
    return _FIELDS[metric], value


def _step(element: Element) -> tuple[str, str] | None:
    """What raises or lowers a metric: `incSeverity` by 2 is `+2`."""
    field = _FIELDS.get(element.get("metric"))
    amount = element.get("value")
    known = {f"{verb}{field.title()}": sign for verb, sign in _SIGNS.items()} if field else {}
    sign = known.get(element.get("operation"), "")
    plain = element.tag == "alterMetric" and not element.children and len(element.attributes) == len(METRICS)
    if field is None or not plain or not sign or not _AMOUNT.fullmatch(amount):
        return None
    return field, sign + amount


def _adjustment(field: str, step: str) -> Element:
    verb = next(verb for verb, sign in _SIGNS.items() if sign == step[0])
    attributes = {"metric": METRICS[field], "operation": f"{verb}{field.title()}", "value": step[1:]}
    return Element("alterMetric", attributes)


def _annotation(element: Element) -> str:
    text = element.child("formatString")
    if element.tag not in _ANNOTATIONS or text is None or len(element.children) != 1 or element.attributes:
        return ""
    return text.text if text.is_plain else ""
