"""Where a file says, or has to say, which uuid a resource has on one console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.config.editing import Put
from dac.config.interpolation import variables_in

if TYPE_CHECKING:
    from dac.config.declared import DeclaredResource


def uuid_on(resource: DeclaredResource, console: str, uuid: str) -> Put:
    """Return the edit of the resource's file that gives it a uuid on one console and leaves the others alone.

    ValueError where the value comes from a variable.
    """
    block = resource.origin.block
    tables = block.table.get("console")
    override = tables.get(console) if isinstance(tables, dict) else None
    own = override.get("uuid") if isinstance(override, dict) else None
    said = block.table.get("uuid")
    is_table = own is None and isinstance(said, dict)
    raw = said.get("console", {}).get(console) if is_table and isinstance(said, dict) else own
    if variables_in(raw):
        raise ValueError(f"its uuid comes from a variable: {raw}")
    return Put((*block.path, *(("uuid", "console", console) if is_table else ("console", console, "uuid"))), uuid)
