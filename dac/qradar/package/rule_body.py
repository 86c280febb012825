"""A rule's body as its XML has it: every attribute and element has a place, none is lost.

Format: custom_rule/rule_data in a content XML. Absent and empty are told apart (None and '').
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.resources.xml_element import Element


@dataclass(frozen=True, slots=True)
class Parameter:
    """A test's parameter. `user_selection` is its value; `user_options` says how the wizard offers values."""

    id: str
    name: str | None = None
    initial_text: str | None = None
    selection_label: str | None = None
    user_options: Element | None = None
    user_selection: str | None = None
    user_selection_types: str | None = None
    user_selection_id: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    other: tuple[Element, ...] = ()

    @property
    def values(self) -> tuple[str, ...]:
        """The value as a list: QRadar joins several with a comma and any number of spaces."""
        parts = (part.strip() for part in (self.user_selection or "").split(","))
        return tuple(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Test:
    """One line of the wizard's conditions; they are joined with AND, in order.

    `name` is the Java class, `id` its number in the wizard's catalogue, `uid` its key within the rule, `negate` AND
    NOT. `attributes` and `other` hold what this model does not know.
    """

    __test__ = False  # not for pytest

    name: str
    id: str = ""
    uid: str = ""
    group: str | None = None
    group_id: str | None = None
    negate: bool = False
    capabilities: str | None = None
    text: str | None = None
    parameters: tuple[Parameter, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    other: tuple[Element, ...] = ()

    def parameter(self, number: str) -> Parameter | None:
        """Return the parameter with this id."""
        return next((parameter for parameter in self.parameters if parameter.id == number), None)


@dataclass(frozen=True, slots=True)
class RuleBody:
    """A rule or building block. `attributes` are the root's: id, owner, scope, type, enabled, buildingBlock, ..."""

    attributes: Mapping[str, str]
    name: str
    notes: str | None = None
    tests: tuple[Test, ...] = ()
    actions: Element | None = None
    responses: Element | None = None
    limiter: Element | None = None
    other: tuple[Element, ...] = ()

    @property
    def type(self) -> str:
        """EVENT, FLOW, COMMON or OFFENSE."""
        return self.attributes.get("type", "EVENT")

    @property
    def is_building_block(self) -> bool:
        """Whether the rule only answers to other rules."""
        return self.attributes.get("buildingBlock") == "true"
