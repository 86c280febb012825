"""A state document as bytes and back.

Plain ASCII JSON with every resource on a line of its own, sorted: a change of one detection is a change of one line,
and 10,000 of them pass through the compiled encoder in one piece each. A value that has its default is left out.
"""

from __future__ import annotations

import json
from typing import Any

from dac.errors import DamagedState, StateError
from dac.model.plan import ConsoleRef
from dac.state.document import VERSION, StateDocument
from dac.state.entries import (
    read_closed,
    read_intent,
    read_last,
    read_recorded,
    write_closed,
    write_intent,
    write_last,
    write_recorded,
)
from dac.state.fields import Malformed, lean, take, take_each

# ASCII, because a console may hold text that is no valid UTF-8, and a record must be writable whatever it holds.
_json = json.JSONEncoder(sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def encode(document: StateDocument) -> bytes:
    """Return the file of a document: equal documents give equal bytes."""
    console = document.console
    head: dict[str, Any] = {
        "version": document.version,
        "dac_version": document.dac_version,
        "stack": document.stack,
        "console": lean({"name": console.name, "url": console.url}, identity=console.identity),
        "serial": document.serial,
        "lineage": document.lineage,
    }
    head = lean(
        head,
        context_digest=document.context_digest,
        last_apply=document.last_apply and write_last(document.last_apply),
        intents=[write_intent(intent) for intent in document.intents],
        outcomes=[write_closed(wave) for wave in document.outcomes],
    )
    lines = [f'"{key}": {_json(value)}' for key, value in head.items()]
    entries = [f"{_json(key)}: {_json(write_recorded(entry))}" for key, entry in sorted(document.resources.items())]
    resources = "\n" + ",\n".join(entries) + "\n" if entries else ""
    lines.append(f'"resources": {{{resources}}}')
    return ("{\n" + ",\n".join(lines) + "\n}\n").encode("ascii")


def decode(data: bytes, *, where: str, recovery: str) -> StateDocument:
    """Read a file. DamagedState names the place as `where`; its hint is `recovery`, how to get a good one back.

    Keys that this version does not know are passed over; a missing or wrong value is refused. A newer format is
    a StateError: it is in order, and not for this dac.
    """
    table = _parse(data, where, recovery)
    try:
        _check_version(table, where)
        return _document(table)
    except Malformed as error:
        raise DamagedState(
            f"{where} is not a state document: {error}",
            detail="dac writes this file whole and checks what it reads; something else has changed it.",
            hint=recovery,
        ) from None


def _parse(data: bytes, where: str, recovery: str) -> dict[str, Any]:
    if not data.strip():
        raise DamagedState(
            f"{where} is empty",
            detail="An empty file is not an empty state; taking it for one would plan everything anew.",
            hint=recovery,
        )
    try:
        table = json.loads(data)
    except json.JSONDecodeError as error:
        text = error.doc.rstrip()
        cut = text.startswith("{") and (error.pos >= len(text) or not text.endswith("}"))
        summary = (
            f"{where} is truncated: it ends after {len(data):,} bytes, in the middle"
            if cut
            else f"{where} is not JSON: {error.msg.rstrip(': ')} at line {error.lineno}, column {error.colno}"
        )
        raise DamagedState(summary, hint=recovery) from None
    except (ValueError, RecursionError):  # not text, a number without end, nested without end
        raise DamagedState(f"{where} is not JSON", hint=recovery) from None
    if not isinstance(table, dict):
        raise DamagedState(f"{where} is JSON, but not a state document", hint=recovery)
    return table


def _check_version(table: dict[str, Any], where: str) -> None:
    version = take(table, "version", int)
    if version > VERSION:
        writer = table.get("dac_version", "of an unknown version")
        raise StateError(
            f"{where} was written by a newer dac",
            detail=f"It has format version {version} and was written by dac {writer}; this dac reads up to {VERSION}.",
            hint=f"Install dac {writer} or later. Do not edit or delete the file: it is in order.",
        )
    if version < 1:
        raise Malformed(f"version is {version}, the first was 1")


def _document(table: dict[str, Any]) -> StateDocument:
    stack = take(table, "stack", str)
    console = take(table, "console", dict)
    resources = take(table, "resources", dict)
    return StateDocument(
        version=table["version"],
        dac_version=take(table, "dac_version", str),
        stack=stack,
        console=ConsoleRef(
            name=take(console, "name", str, "console."),
            url=take(console, "url", str, "console."),
            identity=take(console, "identity", str, "console.", default=""),
        ),
        serial=take(table, "serial", int),
        lineage=take(table, "lineage", str),
        context_digest=take(table, "context_digest", str, default=""),
        last_apply=read_last(take(table, "last_apply", dict)) if "last_apply" in table else None,
        intents=take_each(table, "intents", read_intent),
        outcomes=take_each(table, "outcomes", read_closed),
        resources={key: read_recorded(stack, key, entry) for key, entry in resources.items()},
    )
