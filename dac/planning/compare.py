"""What differs between two deployed forms, field by field. The only user of deepdiff.

Called only for pairs that plain == has already told apart: deepdiff costs a third of a millisecond even for an equal
pair. It ignores keys that begin with `__` unless told, and its `ignore_order` is quadratic, so lists are compared as
whole values (they are in canonical order) and entries of sets by set arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dac.model.change import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dac.model.deployed import Deployed

ENTRIES = "entries"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field: `key` is its top-level key, `path` how people read it."""

    key: str
    path: str
    before: Any
    after: Any


def differences(before: Deployed, after: Deployed) -> tuple[Difference, ...]:
    """Return every field that differs, sorted by path; empty exactly when the two are equal."""
    if before == after:
        return ()
    found = [*_entries(before.get(ENTRIES, {}), after.get(ENTRIES, {})), *_fields(_rest(before), _rest(after))]
    return tuple(sorted(found, key=lambda difference: difference.path))


def _rest(deployed: Deployed) -> Deployed:
    return {key: value for key, value in deployed.items() if key != ENTRIES}


def _entries(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Difference]:
    if before == after:
        return
    for value in before.keys() | after.keys():
        old, new = before.get(value, MISSING), after.get(value, MISSING)
        if old != new:
            yield Difference(ENTRIES, f'{ENTRIES}["{value}"]', old, new)


def _fields(before: Deployed, after: Deployed) -> list[Difference]:
    """All keys of what is new or gone; else what deepdiff finds, and whole what it does not."""
    if before == after:
        return []
    paths = _changed_paths(before, after) if before and after else set()
    found = [_difference(path, before, after) for path in paths]
    found = [difference for difference in found if difference.before != difference.after]  # 1 and 1.0 are one value
    keys = {key for key in before.keys() | after.keys() if before.get(key, MISSING) != after.get(key, MISSING)}
    return found + [_difference((key,), before, after) for key in keys - {difference.key for difference in found}]


def _changed_paths(before: Deployed, after: Deployed) -> set[tuple[str, ...]]:
    from deepdiff import DeepDiff

    # a threshold of 0: tables that share few keys are still compared key by key
    tree = DeepDiff(before, after, view="tree", ignore_private_variables=False, threshold_to_diff_deeper=0)
    return {_keys(item.path(output_format="list")) for kind in tree.values() for item in kind}


def _keys(path: list[str | int]) -> tuple[str, ...]:
    """Cut a path at the first list: a list is one value."""
    keys: list[str] = []
    for step in path:
        if not isinstance(step, str):
            break
        keys.append(step)
    return tuple(keys)


def _difference(path: tuple[str, ...], before: Deployed, after: Deployed) -> Difference:
    return Difference(path[0], ".".join(path), _at(before, path), _at(after, path))


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        if not isinstance(value, dict) or key not in value:
            return MISSING
        value = value[key]
    return value
