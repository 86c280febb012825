"""A past apply as a JSON table and back. Readers raise Malformed, with the path of the value."""

from __future__ import annotations

from typing import Any

from dac import __version__
from dac.model.address import Address
from dac.model.change import MISSING, Action, Channel, Edit
from dac.model.history import Ending, PastApply, PastChange
from dac.model.plan import ConsoleRef
from dac.model.resource import Reference
from dac.model.run import Result
from dac.state.fields import Malformed, lean, shown, take, take_each

VERSION = 1


def write_apply(past: PastApply) -> dict[str, Any]:
    """Return the table of an apply."""
    return lean(
        {
            "version": VERSION,
            "dac_version": __version__,
            "run_id": past.run_id,
            "console": {"name": past.console.name, "url": past.console.url, "identity": past.console.identity},
            "stacks": list(past.stacks),
            "began": past.began,
            "who": past.who,
            "host": past.host,
            "command": past.command,
            "plan": past.plan,
            "ending": past.ending.value,
            "changes": [_write_change(change) for change in past.changes],
        },
        rollback=past.rollback,
        ended=past.ended or None,
        reason=past.reason,
    )


def read_apply(table: object, *, run_id: str) -> PastApply:
    """Return the apply of a table that was kept under `run_id`."""
    if not isinstance(table, dict):
        raise Malformed(f"it holds {shown(table)}")
    version = take(table, "version", int)
    if version != VERSION:
        raise Malformed(f"it has format version {version}, and this dac reads {VERSION}")
    if take(table, "run_id", str) != run_id:
        raise Malformed(f"it is of apply {table['run_id']}")
    console = take(table, "console", dict)
    return PastApply(
        run_id=run_id,
        console=ConsoleRef(*(take(console, key, str, "console.") for key in ("name", "url", "identity"))),
        stacks=_texts(table, "stacks", ""),
        began=take(table, "began", int),
        **{key: take(table, key, str) for key in ("who", "host", "command", "plan")},
        changes=take_each(table, "changes", _read_change),
        rollback=take(table, "rollback", str, default=""),
        ended=take(table, "ended", int, default=0),
        ending=Ending(_one_of(table, "ending", "", tuple(Ending))),
        reason=take(table, "reason", str, default=""),
    )


def _write_change(change: PastChange) -> dict[str, Any]:
    return lean(
        {"address": str(change.address), "action": change.action.value, "uuid": change.uuid, "name": change.name},
        **{key: getattr(change, key) for key in ("reason", "remote_id", "protect", "xml", "no_xml", "message")},
        before=change.before,
        after=change.after,
        edits=[_write_edit(edit) for edit in change.edits],
        others=list(change.others),
        references=[[reference.kind, reference.name] for reference in change.references],
        ignore_changes=list(change.ignore_changes),
        previous=[str(address) for address in change.previous],
        result=change.result and change.result.value,
    ) | ({} if change.left is None else {"left": change.left})


def _read_change(table: dict[str, Any], path: str) -> PastChange:
    return PastChange(
        address=_address(take(table, "address", str, path), path),
        action=Action(_one_of(table, "action", path, tuple(Action))),
        uuid=take(table, "uuid", str, path),
        name=take(table, "name", str, path),
        **{key: take(table, key, str, path, default="") for key in ("reason", "remote_id", "xml", "no_xml", "message")},
        before=take(table, "before", dict, path) if "before" in table else None,
        after=take(table, "after", dict, path) if "after" in table else None,
        edits=tuple(_read_edit(row, path) for row in take(table, "edits", list, path, default=[])),
        others=_texts(table, "others", path),
        references=tuple(_reference(row, path) for row in take(table, "references", list, path, default=[])),
        protect=take(table, "protect", bool, path, default=False),
        ignore_changes=_texts(table, "ignore_changes", path),
        previous=tuple(_address(text, path) for text in _texts(table, "previous", path)),
        result=Result(_one_of(table, "result", path, tuple(Result))) if "result" in table else None,
        left=take(table, "left", str, path) if "left" in table else None,
    )


def _write_edit(edit: Edit) -> dict[str, Any]:
    sides = {"before": edit.before, "after": edit.after}
    row = {"path": edit.path, "channel": edit.channel.value} | ({"reason": edit.reason} if edit.reason else {})
    return row | {side: value for side, value in sides.items() if value is not MISSING}


def _read_edit(row: object, path: str) -> Edit:
    if not isinstance(row, dict):
        raise Malformed(f"{path}edits holds {shown(row)}, and should hold objects")
    return Edit(
        path=take(row, "path", str, f"{path}edits."),
        before=row.get("before", MISSING),
        after=row.get("after", MISSING),
        channel=Channel(_one_of(row, "channel", f"{path}edits.", tuple(Channel))),
        reason=take(row, "reason", str, f"{path}edits.", default=""),
    )


def _reference(row: object, path: str) -> Reference:
    match row:
        case [str() as kind, str() as name]:
            return Reference(kind, name)
        case _:
            raise Malformed(f"{path}references has {shown(row)}, and should have pairs of kind and name")


def _address(text: str, path: str) -> Address:
    try:
        return Address.parse(text)
    except ValueError as error:
        raise Malformed(f"{path}address: {error}") from None


def _texts(table: dict[str, Any], key: str, path: str) -> tuple[str, ...]:
    found = take(table, key, list, path, default=[])
    if not all(isinstance(text, str) for text in found):
        raise Malformed(f"{path}{key} should be a list of texts")
    return tuple(found)


def _one_of(table: dict[str, Any], key: str, path: str, known: tuple[str, ...]) -> str:
    text = take(table, key, str, path)
    if text not in known:
        raise Malformed(f"{path}{key} is {shown(text)}, and should be one of {', '.join(known)}")
    return text
