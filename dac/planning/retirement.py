"""What is on its way out: when it will be deleted, so that a plan says so before it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.change import Action
from dac.model.plan import Retirement

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dac.model.change import Change

_STAYS = (Action.UPDATE, Action.ADOPT, Action.NO_OP)


def retirements(changes: Iterable[Change], clock: int) -> Iterator[Retirement]:
    """Yield what is deprecated, on the console, and not deleted by this plan. Its time begins with its switch."""
    for change in changes:
        after = change.desired.delete_after if change.desired else None
        if after is None or change.live is None or change.action not in _STAYS:
            continue
        is_on = any(edit.path == "enabled" and edit.after is False for edit in change.edits)
        known = change.recorded.retired if change.recorded else None
        since = None if is_on else known
        yield Retirement(change.address, after, (clock if since is None else since) + after, is_on, since is not None)
