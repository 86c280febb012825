"""A rule's XML in a file beside a stack: what is exported goes in, and is read like a rule on the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.errors import BadContent
from dac.qradar.package.deployed import to_deployed
from dac.qradar.package.rule_xml import decode

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.resources.names import Names


def read_rule_file(text: str, kind: str, names: Names) -> Deployed:
    """Return the deployed form of a rule's XML. BadContent when it is none, or is of the other kind of rule.

    Its numbers are those of the console that `names` are of.
    """
    body = decode(text.encode(), "The file")
    if body.is_building_block != (kind == "building_block"):
        other = "a building block" if body.is_building_block else "a detection"
        raise BadContent(f"The file holds {other}", hint='it says so in buildingBlock="..." of its first element')
    deployed, _ = to_deployed(body, names, qid_names=names.tables.get("qids", {}))
    return deployed
