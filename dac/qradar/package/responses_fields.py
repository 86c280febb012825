"""`responses` as fields: the dispatched event, email, log, notify."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dac.errors import ConsoleError
from dac.qradar.package import fragments, lookups
from dac.qradar.package.actions_fields import METRICS, offense_mapping
from dac.qradar.package.reference_responses import (
    ACTION,
    FLAGS,
    TAG,
    read_custom_action,
    read_reference_data,
    write_custom_action,
    write_reference_data,
)
from dac.resources.xml_element import Element

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.deployed import Deployed
    from dac.resources.names import Names

_UNUSED = (
    "referenceMap",
    "referenceMapOfSets",
    "referenceMapOfMaps",
    "referenceTable",
    "referenceMapRemove",
    "referenceMapOfSetsRemove",
    "referenceMapOfMapsRemove",
    "referenceTableRemove",
)
EMPTY = Element("responses", dict.fromkeys(_UNUSED, "false"))
_NAMING = {  # contributeOffenseName, overrideOffenseName
    "contribute": ("true", "false"),
    "override": ("false", "true"),
    "none": ("false", "false"),
}
_METRIC_DEFAULTS = {"severity": "5", "credibility": "5", "relevance": "5"}
_SEPARATORS = re.compile(r"[,;\s]+")


@dataclass(frozen=True, slots=True)
class Tables:
    """The console's numbers: its names, and the QID records that rules dispatch, by name."""

    names: Names
    qids: Mapping[str, int]


def read_responses(
    responses: Element | None, deployed: Deployed, names: Names, qid_names: Mapping[int, str]
) -> tuple[Deployed, list[Element]]:
    """Return the fields that `responses` feeds, and the fragments left. `deployed` holds what `actions` fed."""
    if responses is None:
        return {}, []
    out: Deployed = {}
    left: list[Element] = []
    collections = read_reference_data(responses, names)
    action = read_custom_action(responses, names)
    for child in responses.children:
        if child.tag == "newevent" and "event" not in out and not child.children:
            out["event"], rest = _read_event(child, deployed, names, qid_names)
            left += rest
        elif child.tag == "notifyResponse" and _is_override(child) and responses.get("notify") == "true":
            out["notify_override"] = True
        elif not (child.tag == "notifyResponse" and _is_default_notify(child)) and not (
            collections and child.tag == TAG
        ):
            left.append(fragments.of_child("responses", child))
    flags = {name: True for name in ("log", "notify") if responses.get(name) == "true"}
    optional = {"email": _addresses(responses), "reference_data": collections, "custom_action": action}
    held = {*flags, "email", *(FLAGS if collections else ()), *(ACTION if action else ())}
    rest_of = {name: text for name, text in responses.attributes.items() if name not in held and text != "false"}
    left += fragments.of_attributes("responses", rest_of)
    return out | {key: value for key, value in optional.items() if value} | flags, left


def write_responses(deployed: Deployed, tables: Tables) -> Element | None:
    """Undo `read_responses`, but for the fragments; None for a rule that does nothing more than its actions."""
    if not any(deployed.get(key) for key in ("event", "email", "log", "notify", "reference_data", "custom_action")):
        return None
    flags, collections = write_reference_data(deployed.get("reference_data", []), tables.names)
    attributes = dict(EMPTY.attributes) | flags | write_custom_action(deployed, tables.names)
    attributes |= {name: "true" for name in ("log", "notify") if deployed.get(name)}
    if deployed.get("email"):
        attributes["email"] = ",".join(deployed["email"])
    children: list[Element] = []
    if "event" in deployed:
        children.append(Element("newevent", _event_attributes(deployed["event"], deployed, tables)))
    children += collections
    if deployed.get("notify"):
        override = "true" if deployed.get("notify_override") else "false"
        children.append(Element("notifyResponse", {"severityOverride": override}))
    return Element("responses", attributes, "", tuple(children))


def _addresses(responses: Element) -> list[str]:
    return sorted({part for part in _SEPARATORS.split(responses.get("email")) if part})


def qid_name(event: Mapping[str, Any]) -> str:
    """Return the name of the QID record that a dispatched event has."""
    return str(event.get("qid", event["name"]))


def _read_event(
    element: Element, deployed: Deployed, names: Names, qid_names: Mapping[int, str]
) -> tuple[dict[str, Any], list[Element]]:
    """Return the event, and a fragment for each attribute that writing the event would not give."""
    number = lookups.integer(element.get("qid"))
    qid = lookups.placeholder(element.get("qid")) if number is None else qid_names.get(number) or f"#{number}"
    category = lookups.integer(element.get("lowLevelCategory"))
    event: dict[str, Any] = {"name": element.get("name")}
    if element.get("description"):
        event["description"] = element.get("description")
    if category is not None:
        event["category"] = lookups.category_name(names, category)
    naming = _read_naming(element)
    if naming != "contribute":
        event["naming"] = naming
    if not _is_of_offense(element, deployed, names):
        event["offense"] = False
        event |= _own_index(element, names)
    if qid != event["name"]:
        event["qid"] = qid
    event |= _read_metrics(element, deployed)
    tables = Tables(names, {} if number is None else {qid: number})
    expected = _event_attributes(event, deployed, tables) | {"includeAttackerEventsInterval": "0"}
    left = {name: text for name, text in element.attributes.items() if expected.get(name) != text}
    if element.get("forceOffenseCreation") != "true":
        left.pop("offenseMapping", None)
        left.pop("forceOffenseCreation", None)
    return event, fragments.of_attributes("newevent", left)


def _event_attributes(event: Mapping[str, Any], deployed: Deployed, tables: Tables) -> dict[str, str]:
    offense: Mapping[str, Any] = deployed.get("offense", {}) if event.get("offense", True) else event
    contribute, override = _NAMING[event.get("naming", "contribute")]
    attributes = {"name": event["name"], "description": event.get("description", "")}
    for metric in METRICS:
        attributes[metric] = str(event.get(metric, deployed.get(metric, _METRIC_DEFAULTS[metric])))
    attributes["qid"] = _qid(event, tables)
    if "category" in event:
        attributes["lowLevelCategory"] = str(lookups.category_id(tables.names, event["category"]))
    return attributes | {
        "forceOffenseCreation": "true" if "index" in offense else "false",
        "offenseMapping": offense_mapping(offense["index"], tables.names) if "index" in offense else "0",
        "describeOffense": "true",
        "contributeOffenseName": contribute,
        "overrideOffenseName": override,
    }


def _qid(event: Mapping[str, Any], tables: Tables) -> str:
    name = qid_name(event)
    if name in tables.qids:
        return str(tables.qids[name])
    raw = lookups.unnamed(name)
    if raw is None:
        raise ConsoleError(
            f"This console has no QID record named {name!r} for the event {event['name']!r}",
            hint="Run plan again.",
        )
    return raw


def _read_naming(element: Element) -> str:
    if element.get("overrideOffenseName") == "true":
        return "override"
    return "contribute" if element.get("contributeOffenseName") == "true" else "none"


def _is_of_offense(element: Element, deployed: Deployed, names: Names) -> bool:
    """Whether the event goes into the offense that the rule itself makes."""
    number = lookups.integer(element.get("offenseMapping"))
    if element.get("forceOffenseCreation") != "true" or number is None or "offense" not in deployed:
        return False
    return bool(lookups.offense_index(names, number) == deployed["offense"]["index"])


def _own_index(element: Element, names: Names) -> dict[str, str]:
    """What the event's own offense is indexed by, where it makes one that the rule does not make."""
    number = lookups.integer(element.get("offenseMapping"))
    if element.get("forceOffenseCreation") != "true" or number is None:
        return {}
    return {"index": lookups.offense_index(names, number)}


def _read_metrics(element: Element, deployed: Deployed) -> dict[str, int]:
    """The metrics of the event where they are not the rule's."""
    out = {}
    for metric in METRICS:
        value = lookups.integer(element.get(metric))
        usual = str(deployed.get(metric, _METRIC_DEFAULTS[metric]))
        if value is not None and str(value) != usual:
            out[metric] = value
    return out


def _is_override(element: Element) -> bool:
    return not element.children and dict(element.attributes) == {"severityOverride": "true"}


def _is_default_notify(element: Element) -> bool:
    return not element.children and element.get("severityOverride", "false") in {"", "false"}
