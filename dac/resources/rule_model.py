"""The declared fields that detections and building blocks share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, model_validator
from pydantic import Field as ModelField

from dac.resources.durations import Duration
from dac.resources.lifecycle import ConsoleName, Declared, Managed, Many, Prose, Text
from dac.resources.wizard_tests import LOOKUPS
from dac.resources.worded_tests import BETWEEN_PARTS, BETWEEN_VALUES, IN_SETS, OF_PROPERTIES, OPERATORS

if TYPE_CHECKING:
    from collections.abc import Iterable


class BuildingBlocks(Declared):
    """Which building blocks (or other rules) an event must match: any of, all of, none of."""

    any: Many[str] = ()
    all: Many[str] = ()
    none: Many[str] = ()


class Suppress(Declared):
    """A finding of the linter that is accepted here, and why."""

    code: Text
    reason: Text


def _counted(text: str) -> str:
    if text[-1] not in "mhd" or text[:-1].startswith("0"):
        msg = f"{text!r}: events are counted in minutes, hours or days, such as 30m, 24h or 7d"
        raise ValueError(msg)
    return text


class Threshold(Declared):
    """Match only from so many events on, seen within a time, alike in some properties and different in others."""

    count: Annotated[int, ModelField(ge=1)]
    within: Annotated[Duration, AfterValidator(_counted)]
    by: Many[Text] = ()
    different: Many[Text] = ()


def _value(value: Any) -> Any:
    """A parameter: a text, a list of texts, names of something, an AQL filter, or a condition."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return _texts(value)
    if isinstance(value, dict):
        keys = set(value)
        if len(keys) == 1 and keys <= set(LOOKUPS):
            (lookup,) = keys
            return {lookup: _texts(value[lookup])}
        if "aql" in keys <= {"aql", "engine"} and all(isinstance(text, str) for text in value.values()):
            return value
        if keys == {"field", "operator", "values"}:
            return {"field": str(value["field"]), "operator": str(value["operator"]), "values": _texts(value["values"])}
    msg = (
        "a parameter is a text, a list of texts, or a table with one list of names: "
        f"{{ {' | '.join(LOOKUPS)} = [...] }}, {{ aql = ... }} or {{ field = ..., operator = ..., values = [...] }}"
    )
    raise ValueError(msg)


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        msg = "a list of texts is wanted"
        raise ValueError(msg)
    return value


def _xml_text(text: str) -> str:
    """Any way to write the same XML is one text, so that the layout of a stack is no difference."""
    from dac.errors import BadContent
    from dac.resources.xml_element import parse, sorted_attributes, write

    try:
        return write(sorted_attributes(parse(text, "this")))
    except BadContent as error:
        raise ValueError(error.summary) from None


Xml = Annotated[Text, AfterValidator(_xml_text)]
Parameter = Annotated[Any, BeforeValidator(_value)]


class RuleTest(Declared):
    """One test of the rule wizard: its class, whether it is negated, and the values of its parameters by their ids.

    `layout` is the wizard's own XML for a class that dac does not know; `xml` the whole test where no table can say it.
    """

    class_: Annotated[Text, ModelField(alias="class")]
    negate: bool = False
    parameters: dict[str, Parameter] = ModelField(default_factory=dict)
    layout: Xml | None = None
    xml: Xml | None = None

    @model_validator(mode="after")
    def _one_notation(self) -> RuleTest:
        if self.xml is not None and self.model_fields_set - {"class_", "xml"}:
            msg = "a rule_test with xml has nothing else but its class: the XML says all of it"
            raise ValueError(msg)
        return self


def _in_one_piece(text: str) -> str:
    if any(character in text for character in (BETWEEN_PARTS, BETWEEN_VALUES)):
        msg = "holds the character U+E000 or U+FFFD, which QRadar puts between the parts of such a test"
        raise ValueError(msg)
    return text


Value = Annotated[Prose, ModelField(min_length=1), AfterValidator(_in_one_piece)]


class WordedTest(Declared):
    """A test of the rule wizard that reads as its sentence does."""

    negate: bool = False

    def deployed(self) -> dict[str, Any]:
        """Return what was written, by its keys."""
        found = {key: value for key, value in self.model_dump(by_alias=True).items() if value}
        return {key: list(value) if isinstance(value, tuple) else value for key, value in found.items()}

    def _require_one(self, words: Iterable[str], what: str) -> None:
        given = [word for word in words if word in self.deployed()]
        if len(given) != 1:
            msg = f"exactly one of {', '.join(words)} says {what}"
            raise ValueError(msg)


class ReferenceSetTest(WordedTest):
    """Whether any or all of some properties are in any or all of some reference sets."""

    any_of: Many[Text] = ()
    all_of: Many[Text] = ()
    in_any: Many[Text] = ()
    in_all: Many[Text] = ()

    @model_validator(mode="after")
    def _whole(self) -> ReferenceSetTest:
        self._require_one(OF_PROPERTIES, "which properties are looked up")
        self._require_one(IN_SETS, "in which reference sets")
        return self


class PropertyTest(WordedTest):
    """What a property of the event or flow is; values are written as the wizard stores them."""

    property: Value
    is_: Annotated[Value | None, ModelField(alias="is")] = None
    is_not: Value | None = None
    is_any_of: Many[Value] = ()
    is_not_any_of: Many[Value] = ()

    @model_validator(mode="after")
    def _whole(self) -> PropertyTest:
        self._require_one(OPERATORS, "what the property is")
        return self


Slot = Literal[
    "log_source_types", "log_sources", "categories", "qids", "property_test", "building_blocks.any",
    "building_blocks.all", "building_blocks.none", "reference_set_test", "filter", "rule_test", "threshold",
]  # fmt: skip
"""What tests of a rule go by in `test_order`, in the order they have without it."""


_BESIDE_XML = frozenset(
    {"name", "rule_xml", "severity", "enabled", "groups", "owner", "status", "uuid", "protect", "ignore_changes"}
    | {"rollout", "adopt", "console_bound", "suppress", "case"}
)
"""What a rule's XML does not hold, or what is written beside it all the same."""


class Rule(Managed):
    """A rule: its name, what it looks at first, and where it stands on the console."""

    name: ConsoleName
    type: Literal["event", "flow", "common", "offense"] = "event"
    scope: Literal["local", "global"] = "local"
    log_source_types: Many[str] = ()
    log_sources: Many[Text] = ()
    categories: Many[Text] = ()
    qids: Many[Text] = ()
    building_blocks: BuildingBlocks = BuildingBlocks()
    property_test: Many[PropertyTest] = ()
    reference_set_test: Many[ReferenceSetTest] = ()
    filter: Text | None = None
    rule_test: Many[RuleTest] = ()
    rule_xml: Text | None = None
    threshold: Threshold | None = None
    test_order: Many[Slot] = ()
    other: Many[Xml] = ()
    notes: Prose = ""
    groups: Many[str] = ()
    owner: Text | None = None
    enabled: bool = True
    suppress: Many[Suppress] = ()

    @model_validator(mode="after")
    def _told_once(self) -> Rule:
        if self.rule_xml is None and self.threshold is not None and "scope" not in self.model_fields_set:
            msg = 'a threshold needs scope = "local" (each event processor counts for itself) or scope = "global"'
            raise ValueError(msg)
        known = sorted(self.model_fields_set - _BESIDE_XML)
        if self.rule_xml is not None and known:
            msg = f"the file of rule_xml says it all: take {', '.join(known)} out, or write fields instead of the file"
            raise ValueError(msg)
        return self

    @property
    def tests_something(self) -> bool:
        """Whether there is any condition beside a query or filter."""
        lists = (self.log_source_types, self.log_sources, self.categories, self.qids, self.rule_test,
                 self.property_test, self.reference_set_test)  # fmt: skip
        return any(lists) or any(part for _, part in self.building_blocks) or self.threshold is not None
