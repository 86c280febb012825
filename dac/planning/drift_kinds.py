"""What kind of drift it is, for whoever has to decide what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.model.change import MISSING
from dac.model.drift_report import DriftKind
from dac.resources.property_expressions import scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.model.change import Drift, Edit


def kinds_of(item: Drift) -> tuple[DriftKind, ...]:
    """Return the kinds of one piece of drift, the gravest first; never none."""
    if item.missing:
        return (DriftKind.MISSING,)
    found = {kind for edit in item.edits for kind in _of(edit)}
    if item.overridden:
        found.add(DriftKind.OVERRIDDEN)
    return tuple(kind for kind in DriftKind if kind in found) or (DriftKind.CHANGED,)


def _of(edit: Edit) -> Iterator[DriftKind]:
    if edit.path == "enabled":
        yield DriftKind.RE_ENABLED if edit.after is True else DriftKind.DISABLED
    elif edit.path == "name":
        yield DriftKind.RENAMED
    elif edit.path.startswith("entries["):
        yield _of_entry(edit)
    elif edit.path == "entries":
        before, after = (value if isinstance(value, dict) else {} for value in (edit.before, edit.after))
        if after.keys() - before.keys():
            yield DriftKind.ENTRIES_ADDED
        if before.keys() - after.keys():
            yield DriftKind.ENTRIES_REMOVED
    elif edit.path == "expressions":
        yield from _of_expressions(edit)
    else:
        yield DriftKind.CHANGED


def _of_entry(edit: Edit) -> DriftKind:
    if edit.before is MISSING:
        return DriftKind.ENTRIES_ADDED
    return DriftKind.ENTRIES_REMOVED if edit.after is MISSING else DriftKind.CHANGED


def _of_expressions(edit: Edit) -> Iterator[DriftKind]:
    """Who switched an expression off, the console does not tell; people rarely do, QRadar does with slow ones."""
    before, after = ({scope(row): row for row in rows or ()} for rows in (edit.before, edit.after))
    shared = before.keys() & after.keys()
    if any(_is_on(before[one]) and not _is_on(after[one]) for one in shared):
        yield DriftKind.DISABLED_BY_SYSTEM
    if any(_is_on(after[one]) and not _is_on(before[one]) for one in shared):
        yield DriftKind.RE_ENABLED
    if before.keys() != after.keys() or any(_body(before[one]) != _body(after[one]) for one in shared):
        yield DriftKind.CHANGED


def _is_on(expression: dict[str, object]) -> bool:
    return expression.get("enabled") is not False


def _body(expression: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in expression.items() if key != "enabled"}
