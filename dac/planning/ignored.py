"""Fields that a stack leaves to the console (`ignore_changes`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.resources.kind import deployed_fields

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.resources.kind import Kind


def with_ignored(kind: Kind, ignored: tuple[str, ...], target: Deployed, current: Deployed) -> Deployed:
    """Carry the ignored fields over from live, so that they neither show nor get overwritten."""
    keys = ignored_keys(kind, ignored)
    if not keys:
        return target
    kept = {key: value for key, value in target.items() if key not in keys}
    return kept | {key: value for key, value in current.items() if key in keys}


def ignored_keys(kind: Kind, ignored: tuple[str, ...]) -> frozenset[str]:
    """Return the keys of the deployed form behind the fields a stack ignores."""
    return frozenset(key for key, row in deployed_fields(kind) if row.name in ignored)
