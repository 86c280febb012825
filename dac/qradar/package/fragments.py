"""What a rule has and no field stands for, as small XML texts that say where they belong.

`<actions drop="true"/>` is an attribute of the rule's actions, `<responses><customAction/></responses>` an element
in its responses; the other places are `rule`, the root, and `newevent`, the event it dispatches.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.resources.xml_element import Element, parse, sorted_attributes, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def of_attributes(place: str, attributes: Mapping[str, str]) -> list[Element]:
    """Return a fragment for each attribute."""
    return [Element(place, {name: value}) for name, value in attributes.items()]


def of_child(place: str, child: Element) -> Element:
    """Return a fragment for an element."""
    return Element(place, children=(child,))


def written(fragments: Iterable[Element]) -> list[str]:
    """Return the texts of the deployed form, in canonical order."""
    return sorted(write(sorted_attributes(fragment)) for fragment in fragments)


def read(texts: Iterable[str]) -> list[Element]:
    """Undo `written`. BadContent when a text is no XML."""
    return [parse(text, f"The part of a rule {text[:80]!r}") for text in texts]


def merged(element: Element, fragments: Iterable[Element]) -> Element:
    """Return the element of a place with the fragments of that place put back."""
    for fragment in fragments:
        if fragment.tag == element.tag:
            attributes = dict(element.attributes) | dict(fragment.attributes)
            element = replace(element, attributes=attributes, children=(*element.children, *fragment.children))
    return element


def restored(element: Element | None, empty: Element, fragments: list[Element]) -> Element | None:
    """As `merged`; where there is no element, `empty` takes the fragments, if there are any."""
    if element is None and all(fragment.tag != empty.tag for fragment in fragments):
        return None
    return merged(element or empty, fragments)
