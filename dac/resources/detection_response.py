"""What a detection does when it fires: metrics, offense, dispatched event, limiter, other responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.resources.detection_model import Event, OwnEvent, Response
from dac.resources.lookups import CATEGORY, OFFENSE_INDEX, require_in_table
from dac.resources.rule_conditions import set_name
from dac.resources.scales import number, word

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.model.diagnostic import Finding, KeyPath
    from dac.resources.detection_model import Detection, Offense
    from dac.resources.kind import CompileContext


_LEVELS = {"severity": "severity", "confidence": "credibility", "relevance": "relevance"}
"""Declared and deployed name of each level."""

_USUAL = 5  # what a dispatched event has where its rule sets no level


def compile_response(declared: Detection, context: CompileContext, findings: list[Finding]) -> Deployed:
    """Return the part of the deployed form that a building block does not have."""
    levels = {key: getattr(declared, name) for name, key in _LEVELS.items()}
    deployed: Deployed = {key: number(level) for key, level in levels.items() if level != "unchanged"}
    steps = {key: getattr(declared.adjust, name) for name, key in _LEVELS.items()} if declared.adjust else {}
    response = declared.response or Response()
    if declared.offense is not None:
        deployed["offense"] = _offense(declared.offense, context, findings)
    event = _event(declared, deployed, context, findings)
    action = response.custom_action or ""
    if action and not action.startswith("#"):
        require_in_table(context.names, "custom_actions", action, ("response", "custom_action"), findings)
    by = _counted_by(declared, context, findings)
    optional = {
        "adjust": {key: step for key, step in sorted(steps.items()) if step is not None},
        "event": event,
        "limiter": declared.limiter and {"count": declared.limiter.count, "within": declared.limiter.within, "by": by},
        "annotation": declared.annotation,
        "drop": declared.drop,
        "email": sorted(set(response.email)),
        "log": response.log,
        "notify": response.notify,
        "notify_override": response.notify and response.notify_severity_override,
        "reference_data": _reference_data(response, context),
        "custom_action": action,
    }
    return deployed | {key: value for key, value in optional.items() if value}


def lift_response(deployed: Deployed) -> dict[str, Any]:
    """Undo `compile_response`."""
    levels = {name: word(deployed.get(key)) for name, key in _LEVELS.items()}
    table: dict[str, Any] = levels | {
        key: deployed[key] for key in ("annotation", "drop", "limiter") if key in deployed
    }
    if "adjust" in deployed:
        table["adjust"] = {name: deployed["adjust"][key] for name, key in _LEVELS.items() if key in deployed["adjust"]}
    keys = ("email", "log", "notify", "reference_data", "custom_action")
    response = {key: deployed[key] for key in keys if key in deployed}
    if "notify_override" in deployed:
        response["notify_severity_override"] = True
    event = _lifted_event(deployed)
    is_of_offense = bool(event) and "offense" in deployed and deployed["event"].get("offense", True)
    if event and not is_of_offense:
        response["event"] = event
    if "offense" in deployed:
        table["offense"] = dict(deployed["offense"]) | {"event": event if event and is_of_offense else False}
    return table | ({"response": response} if response or "offense" not in deployed else {})


def _lifted_event(deployed: Deployed) -> dict[str, Any]:
    """An event without a description has an empty one: left out, it would be taken from the notes."""
    event = {key: value for key, value in deployed.get("event", {}).items() if key != "offense"}
    if not event:
        return {}
    for name, key in _LEVELS.items():
        if key in event:
            event[name] = word(event.pop(key))
    return ({"description": ""} if "notes" in deployed else {}) | event


def _counted_by(declared: Detection, context: CompileContext, findings: list[Finding]) -> str:
    by = declared.limiter.by if declared.limiter else "#"
    return by if by.startswith("#") else OFFENSE_INDEX.name(context.names, by, ("limiter", "by"), findings)


def _offense(offense: Offense, context: CompileContext, findings: list[Finding]) -> dict[str, Any]:
    index = _index(offense.index, ("offense", "index"), context, findings)
    return {"index": index} | ({"annotation": offense.annotation} if offense.annotation else {})


def _index(index: str, path: KeyPath, context: CompileContext, findings: list[Finding]) -> str:
    """A property that this project declares may get its offense type only when the rule is installed."""
    if index.startswith("#"):
        return index
    declared = context.properties.get(index.lower(), "")
    known = {row.index for row in context.names.offense_types}
    if declared and declared not in known and index.lower() not in known:
        return declared
    return OFFENSE_INDEX.name(context.names, declared if declared in known else index, path, findings)


def _event(declared: Detection, deployed: Deployed, context: CompileContext, findings: list[Finding]) -> dict[str, Any]:
    """Return the event that is dispatched, of the rule's offense or not; nothing when none is."""
    event, path = _declared_event(declared)
    if event is None:
        return {}
    out: dict[str, Any] = {
        "name": event.name or declared.name,
        "category": _category(event, (*path, "category"), context, findings),
    }
    description = event.description if event.description is not None else _first_paragraph(declared.notes)
    levels = {key: getattr(event, name) for name, key in _LEVELS.items()}
    optional = {
        "description": description,
        "naming": event.naming if event.naming != "contribute" else "",
        "qid": event.qid if event.qid != out["name"] else "",
    }
    out |= {key: value for key, value in optional.items() if value}
    out |= {
        key: number(level)
        for key, level in levels.items()
        if level is not None and number(level) != deployed.get(key, _USUAL)
    }
    if not isinstance(event, OwnEvent):
        return out
    index = event.index and _index(event.index, (*path, "index"), context, findings)
    return out | {"offense": False} | ({"index": index} if index else {})


def _declared_event(declared: Detection) -> tuple[Event | None, KeyPath]:
    response, offense = declared.response, declared.offense
    if response is not None and response.event is not None:
        return response.event, ("response", "event")
    if offense is None or offense.event is False:
        return None, ()
    return offense.event if isinstance(offense.event, Event) else Event(), ("offense", "event")


def _category(event: Event, path: KeyPath, context: CompileContext, findings: list[Finding]) -> str:
    is_number = event.category.startswith("#")
    return event.category if is_number else CATEGORY.name(context.names, event.category, path, findings)


def _reference_data(response: Response, context: CompileContext) -> list[dict[str, Any]]:
    """Return a row for each collection; a set may be given by its address."""
    rows = []
    for item in response.reference_data:
        row = {key: value for key, value in item.model_dump().items() if value is not None and value is not False}
        row["name"] = set_name(item.name, context) if item.collection == "set" else item.name
        rows.append(row)
    return sorted(rows, key=lambda row: sorted(row.items(), key=str))


def _first_paragraph(notes: str) -> str:
    return " ".join(notes.strip().split("\n\n")[0].split())
