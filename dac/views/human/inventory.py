"""`dac list`: a line for each thing on a console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.views.human.quote import quoted, visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dac.model.inventory import Owned

_ORIGINS = {
    "SYSTEM": "QRadar's",
    "OVERRIDE": "an edit of QRadar's",
    "DISCOVERED": "found by QRadar",
    "TENANT": "a tenant's",
}


def inventory_text(things: Sequence[Owned]) -> str:
    """Kind, id, name, and the address or whose it is; '' when there is nothing, so that pipes stay clean."""
    rows = [(one.listed.kind, visible(one.listed.remote_id), quoted(one.listed.name), _whose(one)) for one in things]
    widths = [max((len(row[at]) for row in rows), default=0) for at in range(3)]
    return "".join(_line(row, widths) for row in rows)


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
    return "  ".join([*cells, row[-1]]).rstrip() + "\n"


def _whose(one: Owned) -> str:
    if one.address is not None:
        return visible(str(one.address))
    return visible(one.listed.marker) or _ORIGINS.get(one.listed.origin, "")
