"""What every section of one plan's text shares: how it is laid out, and how an address is called."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from dac.views.human.body import LIMIT, Layout
from dac.views.human.palette import PLAIN
from dac.views.human.quote import visible

if TYPE_CHECKING:
    from dac.model.address import Address
    from dac.model.plan import Plan
    from dac.views.human.palette import Palette


@dataclass(frozen=True, slots=True)
class Page:
    """Addresses are local while one stack is all there is, else they carry theirs."""

    layout: Layout
    one_stack: bool

    @property
    def palette(self) -> Palette:
        return self.layout.palette

    def address(self, address: Address) -> str:
        return visible(address.local if self.one_stack else str(address))

    def heading(self, text: str) -> str:
        """A line of the `# address will be …` kind, above a body."""
        return "  " + self.palette.paint("heading", f"# {text}")


def page_for(plan: Plan, *, palette: Palette = PLAIN, limit: int | None = LIMIT) -> Page:
    """The page a plan is printed on; uuids of its own resources get their address beside them."""
    moved = (change.previous for change in plan.changes if change.previous)
    addresses = (change.address for change in plan.changes)
    one_stack = len({*plan.stacks, *(address.stack for address in chain(moved, addresses))}) == 1
    labels = {}
    for change in plan.changes:
        known = change.desired or change.recorded or change.live
        if known and known.uuid:
            labels[known.uuid] = visible(change.address.local if one_stack else str(change.address))
    return Page(Layout(palette, limit, labels), one_stack)
