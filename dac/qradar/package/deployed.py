"""A rule's body to its deployed form and back."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from dac.qradar import markers
from dac.qradar.package import fragments
from dac.qradar.package.actions_fields import EMPTY as EMPTY_ACTIONS
from dac.qradar.package.actions_fields import read_actions, read_limiter, write_actions, write_limiter
from dac.qradar.package.responses_fields import EMPTY as EMPTY_RESPONSES
from dac.qradar.package.responses_fields import Tables, read_responses, write_responses
from dac.qradar.package.rule_body import RuleBody
from dac.qradar.package.tests_fields import read_tests, write_tests
from dac.qradar.rule_listing import plain_name
from dac.resources.xml_element import Element

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dac.model.deployed import Deployed
    from dac.resources.names import Names

_STRUCTURE = {
    "id": "0",
    "overrideid": "0",
    "owner": "admin",
    "scope": "LOCAL",
    "type": "EVENT",
    "roleDefinition": "false",
    "buildingBlock": "false",
    "enabled": "true",
}
_SWITCHES = frozenset({"roleDefinition", "preProcess", "userFalsePositive"})
"""Attributes of few rules: where one is not "false" the deployed form holds it as it is."""

_KEPT = frozenset({*_STRUCTURE, *_SWITCHES, "origin"})
"""The root's attributes that are not part of the deployed form, or that have a place in it."""

_LINE_ENDS = re.compile(r"\r\n?")


def to_deployed(
    body: RuleBody, names: Names, *, groups: Sequence[str] = (), qid_names: Mapping[int, str]
) -> tuple[Deployed, str | None]:
    """Return the deployed form and the marker in the notes.

    `groups` are the rule's groups by name, which its body does not hold; `qid_names` names the QIDs of dispatched
    events. Numbers without a name come out as `#number`.
    """
    attributes = body.attributes
    out: Deployed = {"name": plain_name(body.name), "type": body.type, "enabled": attributes.get("enabled") == "true"}
    if attributes.get("scope") == "GLOBAL":
        out["scope"] = "GLOBAL"
    text, marker = markers.split(_LINE_ENDS.sub("\n", body.notes or ""))
    if text.strip():
        out["notes"] = text.strip()
    if attributes.get("owner"):
        out["owner"] = attributes["owner"]
    out |= read_tests(body, names)
    acted, left = read_actions(body.actions, names)
    responded, more = read_responses(body.responses, acted, names, qid_names)
    limited, most = read_limiter(body.limiter, names)
    out |= acted | responded | limited
    if groups:
        out["groups"] = sorted(set(groups))
    other = fragments.written([*left, *more, *most, *_root_fragments(body)])
    return out | ({"other": other} if other else {}), marker or None


def from_deployed(
    deployed: Deployed,
    names: Names,
    *,
    base: RuleBody | None = None,
    marker: str,
    qids: Mapping[str, int],
    building_block: bool = False,
) -> RuleBody:
    """Return the body that has this deployed form.

    `base` is the rule as it is on the console: what the deployed form does not hold (ids, role, owner where none is
    declared) is taken from it. `qids` holds the QID records of dispatched events by name.
    """
    notes = deployed.get("notes", "")
    extra = fragments.read(deployed.get("other", []))
    root = fragments.merged(Element("rule", _root_attributes(deployed, base, building_block=building_block)), extra)
    limiter = write_limiter(deployed, names) or next((row for row in root.children if row.tag == "limiter"), None)
    responses = fragments.restored(write_responses(deployed, Tables(names, qids)), EMPTY_RESPONSES, extra)
    return RuleBody(
        attributes=root.attributes,
        name=deployed["name"],
        notes=markers.join(notes, marker) if marker else notes,
        tests=write_tests(deployed, names, base),
        actions=fragments.restored(write_actions(deployed, names), EMPTY_ACTIONS, extra),
        responses=_with_event_fragments(responses, extra),
        limiter=limiter,
        other=tuple(row for row in root.children if row is not limiter),
    )


def _root_attributes(deployed: Deployed, base: RuleBody | None, *, building_block: bool) -> dict[str, str]:
    attributes = dict(_STRUCTURE)
    if base is not None:
        attributes |= {name: value for name, value in base.attributes.items() if name in _KEPT - _SWITCHES}
    attributes |= {
        "scope": deployed.get("scope", "LOCAL"),
        "type": deployed["type"],
        "buildingBlock": "true" if building_block else "false",
        "enabled": "true" if deployed["enabled"] else "false",
    }
    return attributes | ({"owner": deployed["owner"]} if "owner" in deployed else {})


def _root_fragments(body: RuleBody) -> list[Element]:
    unknown = {name: value for name, value in body.attributes.items() if name not in _KEPT}
    unknown |= {name: body.attributes[name] for name in _SWITCHES if body.attributes.get(name, "false") != "false"}
    return [*fragments.of_attributes("rule", unknown), *(fragments.of_child("rule", row) for row in body.other)]


def _with_event_fragments(responses: Element | None, extra: list[Element]) -> Element | None:
    """Put the fragments of the dispatched event back; it is the first of the responses."""
    if responses is None or not responses.children or responses.children[0].tag != "newevent":
        return responses
    event, *rest = responses.children
    return replace(responses, children=(fragments.merged(event, extra), *rest))
