"""What a detection does when it fires: metrics, offense, dispatched event, limiter, other responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.resources.detection_model import Event
from dac.resources.lookups import CATEGORY, OFFENSE_INDEX
from dac.resources.scales import number

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.model.diagnostic import Finding
    from dac.resources.detection_model import Detection, Offense
    from dac.resources.kind import CompileContext


def compile_response(declared: Detection, context: CompileContext, findings: list[Finding]) -> Deployed:
    """Return the part of the deployed form that a building block does not have."""
    deployed: Deployed = {
        "severity": number(declared.severity),
        "credibility": number(declared.confidence),
        "relevance": number(declared.relevance),
    }
    if declared.offense is not None:
        deployed["offense"] = _offense(declared.offense, context, findings)
        if declared.offense.event is not False:
            deployed["event"] = _event(declared, declared.offense, context, findings)
    if declared.limiter is not None:
        by = OFFENSE_INDEX.name(context.names, declared.limiter.by, ("limiter", "by"), findings)
        deployed["limiter"] = {"count": declared.limiter.count, "within": declared.limiter.within, "by": by}
    response = declared.response
    optional = {
        "annotation": declared.annotation,
        "email": sorted(set(response.email)) if response else [],
        "log": bool(response and response.log),
        "notify": bool(response and response.notify),
    }
    return deployed | {key: value for key, value in optional.items() if value}


def lift_response(deployed: Deployed) -> dict[str, Any]:
    """Undo `compile_response`, but for the three levels."""
    table: dict[str, Any] = {key: deployed[key] for key in ("annotation", "limiter") if key in deployed}
    response = {key: deployed[key] for key in ("email", "log", "notify") if key in deployed}
    if response:
        table["response"] = response
    if "offense" in deployed:
        table["offense"] = dict(deployed["offense"]) | {"event": _lifted_event(deployed)}
    return table


def _lifted_event(deployed: Deployed) -> dict[str, Any] | bool:
    """An event without a description has an empty one: left out, it would be taken from the notes."""
    event = deployed.get("event")
    return ({"description": ""} if "notes" in deployed else {}) | event if event else False


def _offense(offense: Offense, context: CompileContext, findings: list[Finding]) -> dict[str, Any]:
    index = _index(offense.index, context, findings)
    return {"index": index} | ({"annotation": offense.annotation} if offense.annotation else {})


def _index(index: str, context: CompileContext, findings: list[Finding]) -> str:
    """A property that this project declares may get its offense type only when the rule is installed."""
    declared = context.properties.get(index.lower(), "")
    known = {row.index for row in context.names.offense_types}
    if declared and declared not in known and index.lower() not in known:
        return declared
    return OFFENSE_INDEX.name(context.names, declared if declared in known else index, ("offense", "index"), findings)


def _event(declared: Detection, offense: Offense, context: CompileContext, findings: list[Finding]) -> dict[str, Any]:
    event = offense.event if isinstance(offense.event, Event) else Event()
    out: dict[str, Any] = {
        "name": event.name or declared.name,
        "category": CATEGORY.name(context.names, event.category, ("offense", "event", "category"), findings),
    }
    description = event.description if event.description is not None else _first_paragraph(declared.notes)
    if description:
        out["description"] = description
    return out if event.naming == "contribute" else out | {"naming": event.naming}


def _first_paragraph(notes: str) -> str:
    return " ".join(notes.strip().split("\n\n")[0].split())
