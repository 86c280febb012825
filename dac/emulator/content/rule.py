"""A rule's body: what it says about itself, and what it leans on."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote
from xml.etree.ElementTree import tostring

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

RULE_TYPES = {"0": "EVENT", "1": "OFFENSE", "4": "FLOW", "5": "COMMON"}
NO_OFFENSE_TYPE = "-1"
TEST_PACKAGE = "com.q1labs.semsources.cre.tests."
_RULE_METHOD = re.compile(r"get(Event|Flow|Common|Offense)Rules$")
_FIELD_METHOD = re.compile(r"get\w*DatabaseFields\w*$")
_LISTED = {
    ".getReferenceSets": "set_ids",
    ".getDeviceTypeDescs": "log_source_types",
    ".getDevices": "log_sources",
    ".getQidsByLowLevelCategory": "qids",
    ".getCategories": "categories",
}
"""What the methods that fill the wizard's lists return: such a parameter holds their numbers, whatever its class."""
_CLASSES = {"DeviceTypeID_Test": "log_source_types", "DeviceID_Test": "log_sources", "QID_Test": "qids"}
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_BOOLEAN = ("true", "false")
_BETWEEN_PARTS = "\ue000"


class RuleError(Exception):
    """The body of one rule cannot be used; the other items of its package can."""


@dataclass(slots=True)
class Leaning:
    """What a rule's body names, by the keys that QRadar uses in it."""

    rules: set[str] = field(default_factory=set)
    set_ids: set[str] = field(default_factory=set)
    log_source_types: set[str] = field(default_factory=set)
    log_sources: set[str] = field(default_factory=set)
    qids: set[str] = field(default_factory=set)
    offense_types: set[str] = field(default_factory=set)
    categories: set[str] = field(default_factory=set)
    custom_actions: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    filters: list[tuple[str, str]] = field(default_factory=list)


def decode_rule_data(text: str) -> str:
    """The rule XML inside a `rule_data` column; RuleError when it is not base64 of UTF-8."""
    try:
        return base64.b64decode(text.strip(), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise RuleError(f"rule_data is not base64 of UTF-8: {error}") from None


@dataclass(frozen=True, slots=True)
class Rule:
    """A parsed body. `element` is the `<rule>` it was read from."""

    element: Element

    @classmethod
    def parse(cls, xml: str) -> Rule:
        """Raises RuleError for what is no rule: broken XML, entities, no name, two tests with one uid, ..."""
        try:
            element = fromstring(xml.encode("utf-8"), forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError) as error:
            raise RuleError(f"rule_data is not well-formed XML: {error!r}") from None
        rule = cls(element)
        rule._require_shape()
        return rule

    @property
    def name(self) -> str:
        return (self.element.findtext("name") or "").strip()

    @property
    def type(self) -> str:
        return self.element.get("type", "")

    @property
    def enabled(self) -> bool:
        return self.element.get("enabled") == "true"

    @property
    def building_block(self) -> bool:
        return self.element.get("buildingBlock") == "true"

    @property
    def owner(self) -> str:
        return self.element.get("owner", "")

    def serialize(self) -> str:
        """The text QRadar keeps: one element, no prolog."""
        return tostring(self.element, encoding="unicode")

    def leaning(self) -> Leaning:
        """What the tests, actions and responses name. RuleError for an AQL filter that cannot be decoded."""
        found = Leaning()
        for test in self.element.iterfind("testDefinitions/test"):
            _lean_on_test(test, found)
        for tag in ("actions", ".//newevent"):
            for element in self.element.iterfind(tag):
                mapping = element.get("offenseMapping", NO_OFFENSE_TYPE)
                if mapping != NO_OFFENSE_TYPE:
                    found.offense_types.add(mapping)
        for event in self.element.iterfind(".//newevent"):
            found.qids.add(event.get("qid", ""))
        for responses in self.element.iterfind("responses[@customAction='true']"):
            found.custom_actions.add(responses.get("customActionId", ""))
        for response in self.element.iterfind("responses/referenceDataResponse"):
            if self.element.find("responses[@referenceSet='true']") is not None:
                found.set_ids.add(response.get("id", ""))
        return found

    def _require_shape(self) -> None:
        element = self.element
        if element.tag != "rule":
            raise RuleError(f"the root of rule_data is <{element.tag}>, not <rule>")
        if not self.name:
            raise RuleError("the rule has no name")
        if self.type not in RULE_TYPES.values():
            raise RuleError(f"type {self.type!r} is none of {sorted(RULE_TYPES.values())}")
        for attribute, default in (("buildingBlock", None), ("enabled", None), ("roleDefinition", "false")):
            if element.get(attribute, default) not in _BOOLEAN:
                raise RuleError(f"{attribute} has to be true or false, not {element.get(attribute)!r}")
        if element.get("scope", "LOCAL") not in ("LOCAL", "GLOBAL"):
            raise RuleError(f"scope {element.get('scope')!r} is neither LOCAL nor GLOBAL")
        if self.building_block and any(element.find(tag) is not None for tag in ("actions", "responses", "limiter")):
            raise RuleError("a building block has no actions, responses or limiter")
        self._require_tests()

    def _require_tests(self) -> None:
        if self.element.find("testDefinitions") is None:
            raise RuleError("the rule has no testDefinitions")
        uids = []
        for test in self.element.iterfind("testDefinitions/test"):
            if not (test.get("id", "").isdigit() and test.get("uid", "").isdigit()):
                raise RuleError("a test needs a numeric id and uid")
            name = test.get("name", "")
            if self.type != "OFFENSE" and not name.startswith(TEST_PACKAGE):
                raise RuleError(f"there is no test class {name!r}")
            uids.append(test.get("uid"))
        if len(set(uids)) != len(uids):
            raise RuleError("two tests have the same uid")


def _lean_on_test(test: Element, found: Leaning) -> None:
    name = test.get("name", "").removeprefix(TEST_PACKAGE)
    if name == "AQL_Test":
        found.filters.append(_aql_filter(test))
        return
    if name == "ArielFilterTest":
        found.fields.add(_compared_field(test))
    for parameter in test.iterfind("parameter"):
        values = _values(parameter)
        method = _method(parameter)
        if _RULE_METHOD.search(method):
            found.rules.update(values)
        elif _FIELD_METHOD.search(method):
            found.fields.update(values)
        for listed, kind in _LISTED.items():
            if method.endswith(listed) or (_CLASSES.get(name) == kind and not method):
                getattr(found, kind).update(values)


def _values(parameter: Element) -> set[str]:
    selection = parameter.findtext("userSelection") or ""
    return {value.strip() for value in selection.split(",") if value.strip()}


def _method(parameter: Element) -> str:
    options = parameter.find("userOptions")
    method = "" if options is None else options.get("method", "")
    return method or (parameter.findtext("name") or "")


def _compared_field(test: Element) -> str:
    """The property of a search filter: it, an operator and values, with U+E000 between."""
    selections = {p.get("id"): p.findtext("userSelection") or "" for p in test.iterfind("parameter")}
    name, *rest = selections.get("1", "").split(_BETWEEN_PARTS)
    if not name or len(rest) != 2 or not rest[0]:  # noqa: PLR2004  # an operator and values
        raise RuleError("a search filter is a property, an operator and values")
    database = selections.get("2", "").strip()
    if database not in ("", "events", "flows"):
        raise RuleError(f"a search filter is for events or flows, not {database!r}")
    return name


def _aql_filter(test: Element) -> tuple[str, str]:
    """The filter and its database. It is percent-encoded, and may follow a `|` once more as a JSON array of lines."""
    selections = {p.get("id"): p.findtext("userSelection") or "" for p in test.iterfind("parameter")}
    encoded, bar, lines = selections.get("1", "").partition("|")
    database = selections.get("2", "")
    if database not in ("events", "flows"):
        raise RuleError(f"an AQL filter is for events or flows, not {database!r}")
    text = _decode(encoded)
    if bar:
        try:
            parts = json.loads(_decode(lines))
        except ValueError:
            raise RuleError("the lines of an AQL filter are not JSON") from None
        if not isinstance(parts, list) or " ".join(map(str, parts)) != text:
            raise RuleError("the two halves of an AQL filter say different things")
    return text, database


def _decode(text: str) -> str:
    if _PERCENT.search(text) or " " in text:
        raise RuleError("an AQL filter is not percent-encoded")
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise RuleError("an AQL filter is not percent-encoded UTF-8") from None
