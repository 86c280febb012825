"""What a plan is computed from, as JSON and back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dac.model.address import Address
from dac.model.plan import ConsoleRef, StateRef
from dac.model.readers import Reader, Readers
from dac.model.reads import Absent, Found, Unreadable
from dac.model.resource import Desired, Live, Recorded, Reference
from dac.model.run import Aim, Interrupted
from dac.planning.situation import Options, Rollback, Situation
from dac.resources.registry import kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.reads import Read


def encode_options(options: Options) -> dict[str, Any]:
    """Return what `decode_options` makes the same options of, as JSON has it."""
    return {
        "targets": sorted(map(str, options.targets)),
        "re_enable": sorted(map(str, options.re_enable)),
        "allow": sorted(options.allow),
        "destroy": options.destroy,
        "deep": options.deep,
    }


def decode_options(table: Mapping[str, Any]) -> Options:
    """Return the options that were encoded."""
    return Options(
        targets=frozenset(map(Address.parse, table["targets"])),
        re_enable=frozenset(map(Address.parse, table["re_enable"])),
        allow=frozenset(table["allow"]),
        destroy=table["destroy"],
        deep=table["deep"],
    )


def encode_situation(situation: Situation) -> dict[str, Any]:
    """Return all of a situation that a plan depends on; what nobody asked for is left out of `reads`."""
    wanted = situation.desired.keys() | situation.recorded.keys() | situation.pending
    return {
        "console": asdict(situation.console),
        "stacks": list(situation.stacks),
        "desired": {str(address): _resource(desired) for address, desired in situation.desired.items()},
        "recorded": {str(address): _resource(record) for address, record in situation.recorded.items()},
        "reads": {str(address): _read(read) for address, read in situation.reads.items() if address in wanted},
        "pending": sorted(map(str, situation.pending)),
        "removed": {str(address): reason for address, reason in situation.removed.items()},
        "readers": [_resource(reader) for reader in situation.readers],
        "states": {stack: asdict(ref) for stack, ref in situation.states.items()},
        "names_digest": situation.names_digest,
        "project": situation.project,
        "timezone": situation.timezone,
        "clock": situation.clock,
        "unmanaged": dict(situation.unmanaged),
        "rollback": _rollback(situation.rollback),
        "on_console": {str(address): asdict(readers) for address, readers in situation.on_console.items()},
        "dependents": {str(address): list(texts) for address, texts in situation.dependents.items()},
        "interrupted": {str(address): asdict(cut) for address, cut in situation.interrupted.items()},
        "closed": situation.closed,
    }


def decode_situation(table: Mapping[str, Any]) -> Situation:
    """Return the situation that was encoded; the kinds are those of this dac."""
    return Situation(
        console=ConsoleRef(**table["console"]),
        stacks=tuple(table["stacks"]),
        kinds=kinds(),
        desired={Address.parse(key): _desired(row) for key, row in table["desired"].items()},
        recorded={Address.parse(key): _recorded(row) for key, row in table["recorded"].items()},
        reads={Address.parse(key): _sight(row) for key, row in table["reads"].items()},
        pending=frozenset(map(Address.parse, table["pending"])),
        removed={Address.parse(key): reason for key, reason in table["removed"].items()},
        readers=tuple(map(_recorded, table["readers"])),
        states={stack: StateRef(**ref) for stack, ref in table["states"].items()},
        names_digest=table["names_digest"],
        project=table["project"],
        timezone=table["timezone"],
        clock=table["clock"],
        unmanaged=table["unmanaged"],
        on_console={Address.parse(key): _readers(row) for key, row in table["on_console"].items()},
        dependents={Address.parse(key): tuple(texts) for key, texts in table["dependents"].items()},
        interrupted={Address.parse(key): _interrupted(row) for key, row in table["interrupted"].items()},
        rollback=_read_rollback(table.get("rollback")),
        closed=table["closed"],
    )


def _readers(row: Mapping[str, Any]) -> Readers:
    return Readers(tuple(Reader(**one) for one in row["found"]), tuple(row["unknown"]))


def _rollback(rollback: Rollback | None) -> dict[str, Any] | None:
    if rollback is None:
        return None
    return {
        "apply_id": rollback.apply_id,
        "left": {str(address): left for address, left in rollback.left.items()},
        "others": {str(address): list(others) for address, others in rollback.others.items()},
    }


def _read_rollback(table: Mapping[str, Any] | None) -> Rollback | None:
    if table is None:
        return None
    return Rollback(
        apply_id=table["apply_id"],
        left={Address.parse(key): left for key, left in table["left"].items()},
        others={Address.parse(key): tuple(others) for key, others in table["others"].items()},
    )


def _interrupted(row: Mapping[str, Any]) -> Interrupted:
    aim = row["aim"]
    told = Aim(aim["form"], tuple(map(tuple, aim["without"])), aim["gone"]) if aim else None
    return Interrupted(row["run_id"], row["pre_image"], told)


def _resource(subject: Desired | Recorded) -> dict[str, Any]:
    row = asdict(subject) | {
        "address": str(subject.address),
        "references": [[reference.kind, reference.name] for reference in subject.references],
    }
    if isinstance(subject, Desired):
        row["previous"] = [str(address) for address in subject.previous]
    return row


def _shared(row: Mapping[str, Any]) -> dict[str, Any]:
    return dict(row) | {
        "address": Address.parse(row["address"]),
        "references": tuple(Reference(kind, name) for kind, name in row["references"]),
    }


def _desired(row: Mapping[str, Any]) -> Desired:
    earlier = tuple(map(Address.parse, row["previous"]))
    return Desired(**_shared(row) | {"previous": earlier, "ignore_changes": tuple(row["ignore_changes"])})


def _recorded(row: Mapping[str, Any]) -> Recorded:
    return Recorded(**_shared(row))


def _read(read: Read) -> dict[str, Any]:
    if isinstance(read, Found):
        return {"found": asdict(read.live)}
    return {"unreadable": read.reason} if isinstance(read, Unreadable) else {}


def _sight(row: Mapping[str, Any]) -> Read:
    if "found" in row:
        return Found(Live(**row["found"]))
    return Unreadable(row["unreadable"]) if "unreadable" in row else Absent()
