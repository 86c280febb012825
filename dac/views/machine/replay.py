"""The form of a resource on the other side of its edits."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from dac.model.change import MISSING
from dac.views.paths import steps

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.model.change import Edit
    from dac.model.deployed import Deployed
    from dac.views.paths import Path


def after(form: Deployed, edits: Iterable[Edit]) -> Deployed:
    """`form` with every edit made."""
    return _with(form, [(edit.path, edit.after) for edit in edits])


def before(form: Deployed, edits: Iterable[Edit]) -> Deployed:
    """`form` as it was before its edits: the part of the console's that this project answers for."""
    return _with(form, [(edit.path, edit.before) for edit in edits])


def _with(form: Deployed, values: list[tuple[str, Any]]) -> Deployed:
    if not values:
        return form
    changed = copy.deepcopy(form)
    for path, value in values:
        _put(changed, steps(path), value)
    return changed


def _put(table: Any, path: Path, value: Any) -> None:
    """Set or take out one value; edits name keys of tables, lists are edited as a whole."""
    for step in path[:-1]:
        table = table.setdefault(step, {})
    if value is MISSING:
        table.pop(path[-1], None)
    else:
        table[path[-1]] = value
