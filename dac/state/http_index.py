"""Which stacks have a state on a server. The protocol cannot list, so each console has a small document that does.

It is kept beside the states under the stack name `_stacks`, which no stack can have. Nothing is lost with it but
that stacks whose folder is gone are no longer found by themselves, and every first write of a state mends it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from dac.errors import StateError
from dac.state.fields import Malformed, take
from dac.state.http_answers import refused

if TYPE_CHECKING:
    from dac.state.http_documents import Documents

NAME = "_stacks"

_VERSION = 1
_HINT = "Nothing but a list of stacks is in it: delete it on the server, and the next apply of each stack mends it."


class StackIndex:
    """The list of stacks of each console on one server."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._known: dict[str, frozenset[str]] = {}

    def stacks(self, console: str) -> frozenset[str]:
        """Return the stacks that have a state, or had one."""
        self._known[console] = frozenset(self._read(console).get("stacks", ()))
        return self._known[console]

    def add(self, stack: str, console: str) -> None:
        """List a stack. Two runs may do so at once: what was written is read back, and written again if need be."""
        if stack in self._known.get(console, ()):
            return
        for _ in range(5):
            if stack in self.stacks(console):
                return
            answer = self._documents.store(NAME, console, self._with(stack, console))
        if stack not in self.stacks(console):
            raise refused(answer, f"add stack {stack} to {self._documents.where(NAME, console)}")

    def _with(self, stack: str, console: str) -> bytes:
        table = self._read(console)
        grown = {
            "version": _VERSION,
            "serial": table.get("serial", 0) + 1,
            "lineage": table.get("lineage") or str(uuid4()),
            "stacks": sorted({*table.get("stacks", ()), stack}),
        }
        return json.dumps(grown).encode("ascii")

    def _read(self, console: str) -> dict[str, Any]:
        data = self._documents.fetch(NAME, console)
        if data is None:
            return {}
        where = self._documents.where(NAME, console)
        try:
            table = json.loads(data)
            return {
                "serial": take(table, "serial", int),
                "lineage": take(table, "lineage", str),
                "stacks": [str(stack) for stack in take(table, "stacks", list)],
            }
        except (ValueError, AttributeError, RecursionError) as error:
            raise StateError(f"{where} is not JSON with a list of stacks", hint=_HINT) from error
        except Malformed as error:
            raise StateError(f"{where} is not a list of stacks: {error}", hint=_HINT) from None
