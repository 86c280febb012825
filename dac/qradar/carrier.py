"""What every carrier does: looks up what is wanted, writes changes, deletes; always in batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from dac.model.address import Address
from dac.model.deployed import Deployed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dac.model.change import Change
    from dac.model.inventory import Listed
    from dac.model.reads import Read
    from dac.model.resource import Wanted
    from dac.model.run import Outcome

Marker = Callable[[Address], str]
"""The line `[dac PROJECT/STACK/KIND.NAME]` for an address, without a line break."""

Owned = Callable[[str, Deployed, Deployed | None, Deployed | None], Deployed]
"""(kind, live, desired, recorded) -> the part of live that the project answers for; see `Kind.owned`."""


class Carrier(Protocol):
    """Kinds that reach the console in the same way. One instance serves one run: `read` before anything else."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds it carries."""
        ...

    def read(self, wanted: Sequence[Wanted], *, deep: bool = False) -> dict[Address, Read]:
        """Look for everything wanted, with a number of requests that does not depend on how much that is.

        `deep` reads bodies in full even where the console's own hints say that nothing changed. A refused or
        broken answer gives Unreadable for the addresses it concerns; Unauthorized and Unreachable are raised.
        """
        ...

    def unmanaged(self) -> Mapping[str, int]:
        """How many things of each kind `read` saw that are neither wanted nor marked by any dac project."""
        ...

    def listed(self) -> Sequence[Listed]:
        """Everything of its kinds that the last `read` saw, whoever made it, but for what dac keeps for itself."""
        ...

    def write(self, changes: Sequence[Change]) -> list[Outcome]:
        """Carry out creates and updates, read them back, and report one outcome a change, in their order.

        A change is APPLIED only when what was read back equals what was desired.
        """
        ...

    def delete(self, changes: Sequence[Change]) -> list[Outcome]:
        """Delete what the changes name, to the end of QRadar's tasks. What is gone already counts as deleted."""
        ...
