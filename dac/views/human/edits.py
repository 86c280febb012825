"""A resource's edits as one tree: fields that share a way down stand in one table."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dac.views.human.difference import Node, Shape, difference
from dac.views.human.quote import visible
from dac.views.meaning import is_judged, meaning
from dac.views.paths import steps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dac.model.change import Edit
    from dac.views.paths import Path


_DETECTS = {True: "lowers", None: "changes", False: "widens"}
_MATCHES = {True: "narrows", None: "changes", False: "widens"}


def from_edits(kind: str, edits: Sequence[Edit], around: Mapping[str, Any] | None, *, channels: bool = True) -> Node:
    """The table that the edits of a resource of a kind make, with what those of a query mean above them.

    `around` is the resource's whole form: equal fields are counted, not shown.
    """
    node = _grow([(steps(edit.path), edit) for edit in edits], around, channels=channels)
    remarks = {edit.path: _remarks(kind, edit) for edit in edits}
    children = tuple((key, replace(child, remarks=remarks.get(key, ()))) for key, child in node.children)
    return replace(node, children=children)


def _remarks(kind: str, edit: Edit) -> tuple[str, ...]:
    words = _DETECTS if is_judged(kind) else _MATCHES
    return tuple(f"{words[said.lowers]}: {visible(said.text)}" for said in meaning(edit))


def _grow(edits: Sequence[tuple[Path, Edit]], around: Any, *, channels: bool) -> Node:
    groups: dict[str, list[tuple[Path, Edit]]] = {}
    for path, edit in edits:
        groups.setdefault(path[0] if path else "", []).append((path[1:], edit))
    form = around if isinstance(around, dict) else {}
    children = tuple((key, _branch(groups[key], form.get(key), channels=channels)) for key in sorted(groups))
    hidden = sum(key not in groups for key in form)
    return Node("~", Shape.TABLE, children=children, hidden=hidden)


def _branch(group: Sequence[tuple[Path, Edit]], around: Any, *, channels: bool) -> Node:
    """One field: an edit of the whole of it, or edits further down, whose common channel is said once."""
    for path, edit in group:
        if not path:
            node = difference(edit.before, edit.after)
            return replace(node, note=_joined(_channel(edit) if channels else "", _because(edit), node.note))
    shared = channels and len({edit.channel for _, edit in group}) == 1
    node = _grow(group, around, channels=channels and not shared)
    return replace(node, note=_channel(group[0][1]) if shared else "")


def _channel(edit: Edit) -> str:
    return f"({edit.channel})"


def _because(edit: Edit) -> str:
    return f"# {edit.reason}" if edit.reason else ""


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
