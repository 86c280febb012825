"""One change of a plan: its headline, why, and its body."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.model.change import Action
from dac.views.human import body
from dac.views.human.difference import Node, Shape, whole
from dac.views.human.edits import from_edits
from dac.views.human.quote import quoted, visible
from dac.views.human.words import counted
from dac.views.questions import changes_console, is_move, is_only_move

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dac.model.change import Change
    from dac.views.human.page import Page

SIGNS = {
    Action.CREATE: "+",
    Action.UPDATE: "~",
    Action.DELETE: "-",
    Action.REPLACE: "-/+",
    Action.ADOPT: "=",
    Action.FORGET: ".",
    Action.NO_OP: " ",
}
_FATE = {
    Action.CREATE: "will be created",
    Action.UPDATE: "will be updated in-place",
    Action.DELETE: "will be destroyed",
    Action.REPLACE: "must be replaced",
    Action.ADOPT: "will be adopted",
    Action.FORGET: "will be forgotten",
    Action.NO_OP: "stays as it is",
}
_MAIN = ("name", "type", "entry_type", "property_type", "enabled", "severity")
_COUNTED = {"entries": "entry", "expressions": "expression"}
"""What a reader must see of a thing that goes, and the collections whose size says how much goes with it."""


def resource(change: Change, page: Page) -> Iterator[str]:
    """Headline, reasons, and body of one change that does something (a move alone does, too)."""
    yield page.heading(_headline(change, page))
    for reason in _reasons(change, page):
        yield page.heading(f"({reason})")
    sign = " " if is_only_move(change) else SIGNS[change.action]
    tree = node(change)
    opening = f"{page.palette.paint(sign, f'{sign:>3}')} {change.address.kind} {quoted(change.address.name)}"
    if not tree.children and not tree.hidden:
        yield opening
        return
    channels = sorted({edit.channel for edit in change.edits}) if change.action is Action.CREATE else ()
    yield opening + " {" + (f" ({', '.join(channels)})" if channels else "")
    yield from body.fields(tree, page.layout, column=6, gone=True)
    yield "    }"


def _headline(change: Change, page: Page) -> str:
    name = page.address(change.address)
    if is_only_move(change) and change.previous is not None:
        return f"{page.address(change.previous)} has moved to {name}"
    if change.action is Action.ADOPT and changes_console(change):
        return f"{name} will be adopted and updated in-place"
    if change.action is Action.FORGET and change.live is not None:
        return f"{name} will no longer be managed by dac, but will not be destroyed"
    return f"{name} {_FATE[change.action]}"


def _reasons(change: Change, page: Page) -> Iterator[str]:
    if is_move(change) and not is_only_move(change) and change.previous is not None:
        yield f"moved from {page.address(change.previous)}"
    if change.action is Action.ADOPT and change.live is not None:
        yield f"on the console as {quoted(change.live.name)}, id {visible(change.live.remote_id)}"
    if change.reason and not is_only_move(change):
        reason = visible(change.reason)
        yield reason if reason.startswith("because ") else f"because {reason}"


def node(change: Change) -> Node:
    """The body of a change as a tree."""
    known = change.desired or change.live or change.recorded
    around = known.deployed if known else None
    match change.action:
        case Action.CREATE if change.desired is not None:
            return _named_first(_with_uuid(change.desired.deployed, change.desired.uuid))
        case Action.DELETE:
            gone = change.live or change.recorded
            return _main(gone.deployed if gone else {})
        case Action.FORGET:
            return Node(" ", Shape.TABLE)
        case Action.ADOPT | Action.NO_OP if not change.edits:
            return Node(" ", Shape.TABLE, hidden=len(around or {}))
        case _:
            return from_edits(change.address.kind, change.edits, around)


def _with_uuid(deployed: Mapping[str, Any], uuid: str) -> Mapping[str, Any]:
    return {**deployed, "uuid": uuid} if uuid else deployed


def _named_first(deployed: Mapping[str, Any]) -> Node:
    """All fields of a thing that is new, its name on top."""
    names = sorted(deployed, key=lambda name: (name != "name", name))
    return Node("+", Shape.TABLE, children=tuple((name, whole("+", deployed[name])) for name in names))


def _main(deployed: Mapping[str, Any]) -> Node:
    """The fields that tell a thing that goes, and how much goes with it."""
    rows = [(name, whole("-", deployed[name])) for name in _MAIN if name in deployed]
    rows += [
        (name, Node("-", Shape.SIZE, before=counted(len(deployed[name]), noun)))
        for name, noun in _COUNTED.items()
        if deployed.get(name)
    ]
    return Node("-", Shape.TABLE, children=tuple(rows), hidden=len(deployed) - len(rows))
