"""One resource as its files declare it for one console, and where each of its values stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid5

from dac.model.position import SourcePosition

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from dac.config.entries import EntryRows
    from dac.config.sources import Block
    from dac.model.address import Address
    from dac.model.diagnostic import KeyPath


@dataclass(frozen=True, slots=True)
class Origin:
    """What a resource's table was put together from.

    override: the console whose values were laid over it, '' for none. rows: the entries of its `entries_file`,
    which follow `inline_rows` entries of the TOML file.
    """

    block: Block
    override: str = ""
    rows: EntryRows | None = None
    inline_rows: int = 0

    def locate(self, path: KeyPath, line_offset: int) -> SourcePosition:
        if self.rows and len(path) > 1 and path[0] == "entry" and isinstance(path[1], int):
            index = path[1] - self.inline_rows
            if 0 <= index < len(self.rows.lines):
                return SourcePosition(self.rows.path, self.rows.lines[index])
        return self.block.locate((*self.prefix(path), *path), line_offset)

    def prefix(self, path: KeyPath) -> KeyPath:
        """Return where in the block the value at `path` comes from: `("console", NAME)`, or `()` for the table itself.

        An override stands for what it holds, as far as it holds as much of `path` as the table.
        """
        if not self.override:
            return ()
        prefix = ("console", self.override)
        laid_over = _depth(self.block.table["console"][self.override], path)
        return prefix if laid_over and laid_over >= _depth(self.block.table, path) else ()


@dataclass(frozen=True, slots=True, eq=False)
class DeclaredResource:
    """A resource for one console: overrides laid over, variables filled in, entry files read into `entry`.

    `digest` covers `table`; `previous` are the addresses it had before, newest first.
    """

    address: Address
    table: Mapping[str, Any]
    digest: str
    previous: tuple[Address, ...]
    origin: Origin

    def locate(self, path: KeyPath = (), line_offset: int = 0) -> SourcePosition:
        """Return where the value at `path` is written; for a finding only, because it reads the file again."""
        return self.origin.locate(path, line_offset)

    def uuid(self, project_id: UUID) -> str:
        """Return its identity on every console: the explicit one, else derived from the oldest address it had."""
        oldest = self.previous[-1] if self.previous else self.address
        return self.written_uuid or derived_uuid(project_id, oldest)

    def named_file(self, key: str) -> str:
        """Return the name of the file whose text stands under a key of the table, as the stack file has it."""
        node: Any = self.origin.block.table
        for part in (*self.origin.prefix((key,)), key):
            node = node[part]
        return str(node)

    @property
    def written_uuid(self) -> str:
        """The explicit uuid, as consoles spell it; '' when there is none. REST's word for it is `identifier`."""
        explicit = self.table.get("uuid", self.table.get("identifier"))
        if not isinstance(explicit, str):
            return ""
        return explicit if explicit.startswith("SYSTEM-") else explicit.lower()


def derived_uuid(project_id: UUID, oldest: Address) -> str:
    """Return the uuid of what has none written: nobody else's can be the same."""
    return str(uuid5(project_id, str(oldest)))


def _depth(table: Mapping[str, Any], path: KeyPath) -> int:
    """How many parts of `path` lead somewhere in `table`."""
    node: Any = table
    for depth, part in enumerate(path):
        if not isinstance(node, dict | list):
            return depth
        try:
            node = node[part]  # type: ignore[index]  # a key that does not fit is a TypeError, caught below
        except (KeyError, IndexError, TypeError):
            return depth
    return len(path)
