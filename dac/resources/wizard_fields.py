"""What the rule wizard's lists call a field, and what AQL calls it. Custom properties go by their own name in both."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBERED = ("creEventList", "logSourceId")
"""Fields whose values are numbers that another console gives to other things: of rules and of log sources."""


def field_name(raw: str) -> str:
    """Return AQL's name for a field of the wizard's lists; `#RAW` for what would be taken for another field."""
    name = _names().get(raw)
    if name:
        return name
    return f"#{raw}" if raw.startswith("#") or raw in _names().values() else raw


def field_property(name: str) -> str:
    """Undo `field_name`."""
    if name.startswith("#") and len(name) > 1:
        return name[1:]
    return next((raw for raw, known in _names().items() if known == name), name)


def spelt_as_aql(name: str) -> str:
    """Return the name to compare by of a field that somebody wrote as the wizard or as AQL has it."""
    return _names().get(name, name)


@cache
def _names() -> Mapping[str, str]:
    """AQL's names of the fields that offenses can be indexed by, by the wizard's."""
    from dac.resources.shipped_names import shipped_names

    return {kind.property: kind.index for kind in shipped_names().offense_types if kind.property}
