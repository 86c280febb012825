"""The parts of a state document as JSON tables and back. Readers raise Malformed, with the path of the value."""

from __future__ import annotations

from typing import Any

from dac.model.address import Address
from dac.model.resource import Recorded, Reference
from dac.model.run import Aim, Intent, Result
from dac.state.document import ClosedWave, LastApply
from dac.state.fields import Malformed, lean, shown, take, take_texts


def write_recorded(entry: Recorded) -> dict[str, Any]:
    """Its address is the key it is kept under."""
    return lean(
        {
            "uuid": entry.uuid,
            "name": entry.name,
            "remote_id": entry.remote_id,
            "digest": entry.digest,
            "deployed": entry.deployed,
        },
        references=[[reference.kind, reference.name] for reference in entry.references],
        fingerprint=entry.fingerprint,
        protect=entry.protect,
        valid_until=entry.valid_until,
        retired=entry.retired,
        held=entry.held,
    )


def read_recorded(stack: str, key: str, table: object) -> Recorded:
    path = f'resources["{key}"]'
    if not isinstance(table, dict):
        raise Malformed(f"{path} is {shown(table)}, and should be an object")
    kind, dot, name = key.partition(".")
    if not (kind and dot and name) or "/" in key:
        raise Malformed(f"{path} should be kind.name")
    path += "."
    return Recorded(
        address=Address(stack, kind, name),
        uuid=take(table, "uuid", str, path),
        name=take(table, "name", str, path),
        remote_id=take(table, "remote_id", str, path),
        deployed=_read_deployed(take(table, "deployed", dict, path)),
        digest=take(table, "digest", str, path),
        references=_read_references(table, path) if "references" in table else (),
        fingerprint=take(table, "fingerprint", str, path, default=""),
        protect=take(table, "protect", bool, path, default=False),
        valid_until=take(table, "valid_until", int, path) if "valid_until" in table else None,
        retired=take(table, "retired", int, path) if "retired" in table else None,
        held=take(table, "held", bool, path, default=False),
    )


def _read_deployed(form: dict[str, Any]) -> dict[str, Any]:
    """The form as dac makes it now. One that is no form of a rule, whoever wrote it, is compared as it is."""
    if "other_tests" not in form:
        return form
    from dac.resources.rule_tests import as_read_now

    try:
        return as_read_now(form)
    except (AttributeError, KeyError, TypeError, ValueError):
        return form


def _read_references(table: dict[str, Any], path: str) -> tuple[Reference, ...]:
    pairs = take(table, "references", list, path)
    for pair in pairs:
        match pair:
            case [str(), str()]:
                continue
            case _:
                raise Malformed(f"{path}references has {shown(pair)}, and should have pairs of kind and name")
    return tuple(Reference(kind, name) for kind, name in pairs)


def write_last(last: LastApply) -> dict[str, Any]:
    return lean({"run_id": last.run_id, "at": last.at, "complete": last.complete}, targeted=last.targeted)


def read_last(table: dict[str, Any]) -> LastApply:
    path = "last_apply."
    return LastApply(
        run_id=take(table, "run_id", str, path),
        at=take(table, "at", int, path),
        complete=take(table, "complete", bool, path),
        targeted=take(table, "targeted", bool, path, default=False),
    )


def write_intent(intent: Intent) -> dict[str, Any]:
    return lean(
        {
            "run_id": intent.run_id,
            "wave": intent.wave,
            "step": intent.step,
            "started": intent.started,
            "pre_images": dict(intent.pre_images),
        },
        aims={address: _write_aim(aim) for address, aim in intent.aims.items()},
    )


def _write_aim(aim: Aim) -> dict[str, Any]:
    return lean({"form": aim.form}, without=[list(path) for path in aim.without], gone=aim.gone)


def read_intent(table: dict[str, Any], path: str) -> Intent:
    return Intent(
        run_id=take(table, "run_id", str, path),
        wave=take(table, "wave", int, path),
        step=take(table, "step", str, path),
        started=take(table, "started", int, path),
        pre_images=take_texts(table, "pre_images", path),
        aims={
            address: _read_aim(aim, f"{path}aims.{address}")
            for address, aim in take(table, "aims", dict, path, default={}).items()
        },
    )


def _read_aim(table: object, path: str) -> Aim:
    if not isinstance(table, dict):
        raise Malformed(f"{path} is {shown(table)}, and should be an object")
    without = take(table, "without", list, f"{path}.", default=[])
    for names in without:
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names) or not names:
            raise Malformed(f"{path}.without has {shown(names)}, and should have lists of names")
    form = take(table, "form", dict, f"{path}.")
    return Aim(form, tuple(map(tuple, without)), take(table, "gone", bool, f"{path}.", default=False))


def write_closed(wave: ClosedWave) -> dict[str, Any]:
    return lean(
        {"run_id": wave.run_id, "wave": wave.wave, "step": wave.step, "results": dict(wave.results)},
        messages=dict(wave.messages),
    )


def read_closed(table: dict[str, Any], path: str) -> ClosedWave:
    results = take_texts(table, "results", path)
    known = set(Result)
    for address, result in results.items():
        if result not in known:
            raise Malformed(f"{path}results.{address} is {shown(result)}, and should be one of {', '.join(Result)}")
    return ClosedWave(
        run_id=take(table, "run_id", str, path),
        wave=take(table, "wave", int, path),
        step=take(table, "step", str, path),
        results={address: Result(result) for address, result in results.items()},
        messages=take_texts(table, "messages", path, default={}),
    )
