"""What dac remembers: `state list`, and recorded resources in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.views.human import body
from dac.views.human.body import LIMIT, Layout
from dac.views.human.difference import Node, Shape, whole
from dac.views.human.palette import PLAIN
from dac.views.human.quote import quoted, visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dac.model.resource import Recorded
    from dac.views.human.palette import Palette

EMPTY = "The state is empty. No resources are recorded.\n"


def state_list_text(resources: Iterable[Recorded]) -> str:
    """Addresses with their stack, one a line, sorted; '' when there are none, so that pipes stay clean."""
    return "".join(f"{visible(str(address))}\n" for address in sorted(item.address for item in resources))


def recorded_text(resources: Iterable[Recorded], *, palette: Palette = PLAIN, limit: int | None = LIMIT) -> str:
    """Every recorded resource as dac last applied it, by address."""
    listed = sorted(resources, key=lambda item: item.address)
    if not listed:
        return EMPTY
    labels = {item.uuid: visible(str(item.address)) for item in listed if item.uuid}
    layout = Layout(palette, limit, labels)
    return "\n".join("\n".join(_resource(item, layout)) + "\n" for item in listed)


def _resource(item: Recorded, layout: Layout) -> Iterator[str]:
    yield layout.palette.paint("heading", f"# {visible(str(item.address))}:")
    yield f"{item.address.kind} {quoted(item.address.name)} {{"
    own = {
        "id": item.remote_id,
        "uuid": item.uuid,
        "protect": item.protect,
        "held": item.held,
        "references": [str(reference) for reference in item.references],
    }
    shown = {**{key: value for key, value in own.items() if value}, **item.deployed}
    rows = tuple((key, whole(" ", shown[key])) for key in sorted(shown, key=lambda key: (key != "name", key)))
    yield from body.fields(Node(" ", Shape.TABLE, children=rows), layout, column=2)
    yield "}"
