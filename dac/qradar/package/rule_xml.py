"""Rule XML to RuleBody and back. `decode(encode(body)) == body` for every body that XML can hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dac.errors import BadContent
from dac.qradar.package.rule_body import Parameter, RuleBody, Test
from dac.resources.xml_element import Element, parse, write

if TYPE_CHECKING:
    from collections.abc import Iterable

SIZE = 16 * 1024 * 1024

_PROLOGS = re.compile(rb"\s*+(?:<\?xml[^>]*+>\s*+)++")  # some older rows carry one of their own
_BOM = b"\xef\xbb\xbf"
_LEAVES = {
    "name": "name",
    "initialText": "initial_text",
    "selectionLabel": "selection_label",
    "userOptions": "user_options",
    "userSelection": "user_selection",
    "userSelectionTypes": "user_selection_types",
    "userSelectionId": "user_selection_id",
}
_TEST_ATTRIBUTES = {
    "id": "id",
    "uid": "uid",
    "name": "name",
    "group": "group",
    "groupId": "group_id",
    "requiredCapabilities": "capabilities",
}
_PARTS = ("actions", "responses", "limiter")


def decode(data: bytes, what: str = "A rule") -> RuleBody:
    """Read decoded rule_data. `what` names the rule in the BadContent raised when it is broken or no rule."""
    root = parse(_without_prolog(data), what, size=SIZE)
    if root.tag != "rule":
        raise BadContent(f"{what}: its XML holds <{root.tag}>, not <rule>")
    texts: dict[str, str] = {}
    parts: dict[str, Element] = {}
    definitions: list[Element] = []
    other: list[Element] = []
    for child in root.children:
        if child.tag in {"name", "notes"} and child.tag not in texts and child.is_plain:
            texts[child.tag] = child.text
        elif child.tag in _PARTS and child.tag not in parts and not child.tail:
            parts[child.tag] = child
        elif child.tag == "testDefinitions":
            definitions.extend(child.children)
            other.extend(_without_tests(child))
        else:
            other.append(child)
    tests = tuple(read_test(child, what) for child in definitions if child.tag == "test")
    if "name" not in texts:
        raise BadContent(f"{what} has no name")
    return RuleBody(root.attributes, texts["name"], texts.get("notes"), tests, **parts, other=tuple(other))


def encode(body: RuleBody) -> bytes:
    """Write rule_data before base64: UTF-8, one line, no prolog, as QRadar's exporter does."""
    extra = [child for child in body.other if child.tag == "testDefinitions"]
    definitions = Element(
        "testDefinitions",
        {name: value for child in extra for name, value in child.attributes.items()},
        children=(*(element_of(test) for test in body.tests), *(row for child in extra for row in child.children)),
    )
    notes = () if body.notes is None else (Element("notes", text=body.notes),)
    parts = (part for part in (body.actions, body.responses, body.limiter) if part is not None)
    rest = (child for child in body.other if child.tag != "testDefinitions")
    root = Element("rule", body.attributes, "", (Element("name", text=body.name), *notes, definitions, *parts, *rest))
    return write(root).encode()


def _without_prolog(data: bytes) -> bytes:
    data = data.removeprefix(_BOM)
    prologs = _PROLOGS.match(data)
    return data[prologs.end() :] if prologs else data


def _without_tests(definitions: Element) -> Iterable[Element]:
    """What an element of tests holds besides tests; usually nothing."""
    rest = tuple(child for child in definitions.children if child.tag != "test")
    if rest or definitions.attributes:
        yield Element("testDefinitions", definitions.attributes, children=rest)


def read_test(element: Element, what: str) -> Test:
    known = {field: element.attributes.get(name) for name, field in _TEST_ATTRIBUTES.items()}
    if not known["name"]:
        raise BadContent(f"{what} has a test without a class name")
    text: str | None = None
    parameters: list[Parameter] = []
    other: list[Element] = []
    for child in element.children:
        if child.tag == "text" and text is None and child.is_plain:
            text = child.text
        elif child.tag == "parameter" and not child.tail:
            parameters.append(_parameter(child))
        else:
            other.append(child)
    return Test(
        name=known["name"],
        id=known["id"] or "",
        uid=known["uid"] or "",
        group=known["group"],
        group_id=known["group_id"],
        negate=element.get("negate") == "true",
        capabilities=known["capabilities"],
        text=text,
        parameters=tuple(parameters),
        attributes={k: v for k, v in element.attributes.items() if k not in _TEST_ATTRIBUTES and k != "negate"},
        other=tuple(other),
    )


def _parameter(element: Element) -> Parameter:
    leaves: dict[str, Element] = {}
    other: list[Element] = []
    for child in element.children:
        is_leaf = child.tag == "userOptions" or child.is_plain
        if child.tag in _LEAVES and child.tag not in leaves and is_leaf and not child.tail:
            leaves[child.tag] = child
        else:
            other.append(child)
    texts = {_LEAVES[tag]: leaf.text for tag, leaf in leaves.items() if tag != "userOptions"}
    return Parameter(
        id=element.get("id"),
        user_options=leaves.get("userOptions"),
        **texts,
        attributes={name: value for name, value in element.attributes.items() if name != "id"},
        other=tuple(other),
    )


def element_of(test: Test) -> Element:
    known = {name: getattr(test, field) for name, field in _TEST_ATTRIBUTES.items()}
    attributes = {name: value for name, value in known.items() if value is not None}
    if test.negate:
        attributes["negate"] = "true"
    text = () if test.text is None else (Element("text", text=test.text),)
    children = (*text, *(_parameter_element(parameter) for parameter in test.parameters), *test.other)
    return Element("test", attributes | dict(test.attributes), "", children)


def _parameter_element(parameter: Parameter) -> Element:
    children: list[Element] = []
    for tag, field in _LEAVES.items():
        value = getattr(parameter, field)
        if isinstance(value, Element):
            children.append(value)
        elif value is not None:
            children.append(Element(tag, text=value))
    return Element("parameter", {"id": parameter.id, **parameter.attributes}, "", (*children, *parameter.other))
