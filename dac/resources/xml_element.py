"""XML as a small frozen tree: read with limits and without entities, written the same way every time."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dac.errors import BadContent

if TYPE_CHECKING:
    from collections.abc import Mapping
    from xml.etree import ElementTree as ET

DEPTH = 40
SIZE = 256 * 1024 * 1024

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_ATTRIBUTE = _TEXT | {'"': "&quot;", "\t": "&#9;", "\n": "&#10;"}


@dataclass(frozen=True, slots=True)
class Element:
    """One element. White space between elements is not kept; `tail` is other text behind the end tag."""

    tag: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    children: tuple[Element, ...] = ()
    tail: str = ""

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute's value."""
        return self.attributes.get(name, default)

    def child(self, tag: str) -> Element | None:
        """Return the first child with this tag."""
        return next((child for child in self.children if child.tag == tag), None)

    @property
    def is_plain(self) -> bool:
        """Whether it is text and nothing else."""
        return not (self.attributes or self.children or self.tail)


def parse(data: bytes | str, what: str, *, size: int = SIZE) -> Element:
    """Read one document. `what` names it in the BadContent raised when it is broken, too big, or hostile."""
    if len(data) > size:
        raise BadContent(f"{what} has {len(data)} bytes; more than {size} are not read")
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        root = fromstring(data, forbid_dtd=True)
    except ParseError as error:
        raise BadContent(f"{what} is no well-formed XML: {error}") from error
    except DefusedXmlException as error:
        raise BadContent(f"{what} declares a document type or an entity, which no export does") from error
    except (ValueError, LookupError) as error:
        raise BadContent(f"{what} is no XML that can be read: {error}") from error
    return _element(root, what, 0)


def write(element: Element) -> str:
    """Return the element as XML on one line, without a prolog. BadContent when XML cannot hold a character of it."""
    opened = element.tag + "".join(
        f' {name}="{_escaped(value, _ATTRIBUTE, element.tag)}"' for name, value in element.attributes.items()
    )
    inside = _escaped(element.text, _TEXT, element.tag) + "".join(write(child) for child in element.children)
    body = f"<{opened}>{inside}</{element.tag}>" if inside else f"<{opened}/>"
    return body + _escaped(element.tail, _TEXT, element.tag)


def sorted_attributes(element: Element) -> Element:
    """Return the element with attributes in alphabetic order throughout, so that equal content is equal text."""
    children = tuple(sorted_attributes(child) for child in element.children)
    return Element(element.tag, dict(sorted(element.attributes.items())), element.text, children, element.tail)


def _element(node: ET.Element, what: str, depth: int) -> Element:
    if depth > DEPTH:
        raise BadContent(f"{what} is nested more than {DEPTH} levels deep")
    if node.tag[0] == "{" or any(name[0] == "{" for name in node.attrib):
        raise BadContent(f"{what} uses a namespace ({node.tag}), which this format does not have")
    children = tuple(_element(child, what, depth + 1) for child in node)
    text = node.text or ""
    if children and not text.strip():
        text = ""
    tail = node.tail or ""
    return Element(node.tag, dict(node.attrib), text, children, tail if tail.strip() else "")


def _escaped(text: str, table: Mapping[str, str], tag: str) -> str:
    bad = _UNWRITABLE.search(text)
    if bad:
        raise BadContent(f"The character U+{ord(bad[0]):04X} in <{tag}> cannot be written in XML")
    for plain, escape in table.items():
        if plain in text:
            text = text.replace(plain, escape)
    return text
