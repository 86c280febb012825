"""Saved plans: what a plan was computed from, as a file. Planning is pure, so the same file gives the same plan.

The file holds deployed forms, never ZIP bytes and never a secret; the configuration as it was compiled, so that
editing the stacks after planning changes nothing; and a digest of itself.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from dac import __version__
from dac.errors import PlanError
from dac.model.address import Address
from dac.model.deployed import digest
from dac.model.plan import ConsoleRef, StateRef
from dac.model.promotion import PromotedFrom
from dac.model.readers import Reader, Readers
from dac.model.reads import Absent, Found, Unreadable
from dac.model.resource import Desired, Live, Recorded, Reference
from dac.model.run import Aim, Interrupted
from dac.planning.plan import plan
from dac.planning.situation import Options, Rollback, Situation
from dac.resources.registry import kinds
from dac.run.plan.planning import Saved
from dac.state.durable import replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dac.model.reads import Read
    from dac.run.plan.planning import Planned

FORMAT = 3
_KEY = "situation"  # by which a saved plan is known from other JSON
_SHORTEST = 12  # digits of a digest that stand for it


def clear_place(path: Path) -> None:
    """Take away the plan that an earlier run saved there: one that is refused now must not leave it to be applied.

    PlanError for a file that is no saved plan: somebody would miss it.
    """
    if not path.is_file():
        return
    if not is_saved_plan(path):
        raise PlanError(
            f"{path} is there and is no saved plan", detail="It was not overwritten.", hint="choose another --out"
        )
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise PlanError(
            f"the plan at {path} cannot be replaced: {error.strerror}", hint="choose another --out"
        ) from error


def is_saved_plan(path: Path) -> bool:
    """Whether a file is a saved plan, of whichever version. An empty file is what `mktemp` makes room for one with."""
    try:
        text = path.read_text(encoding="utf-8")
        content = json.loads(text) if text.strip() else {_KEY: None}
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and _KEY in content


def save_plan(planned: Planned, path: Path) -> str:
    """Write a plan to a file of mode 0600 and return its digest."""
    content = {
        "format_version": FORMAT,
        "dac_version": __version__,
        "context": planned.observation.context,
        "options": _options(planned.options),
        _KEY: _situation(planned.observation.situation),
        "promoted": asdict(planned.promoted) if planned.promoted else None,
    }
    seal = digest(content)
    text = json.dumps(content | {"digest": seal}, indent=1, sort_keys=True) + "\n"
    try:
        replace_file(path, text.encode())
    except OSError as error:
        raise PlanError(
            f"the plan cannot be written to {path}: {error.strerror}", hint="choose another --out"
        ) from error
    return seal


def load_plan(path: Path) -> Saved:
    """Read a saved plan; PlanError says in what way the file is none, or not one this dac can carry out."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PlanError(f"{path} cannot be read: {error.strerror}", hint="dac plan --out FILE writes one") from error
    except ValueError as error:
        raise PlanError(f"{path} is not a saved plan: it is not JSON", hint="dac plan --out FILE writes one") from error
    if not isinstance(content, dict) or _KEY not in content:
        raise PlanError(f"{path} is not a saved plan", hint="dac plan --out FILE writes one")
    seal = content.pop("digest", "")
    _check(content, seal, path)
    situation, options = _read_situation(content[_KEY]), _read_options(content["options"])
    return Saved(
        plan(situation, options),
        situation,
        options,
        str(content["context"]),
        str(seal),
        _promoted(content["promoted"]),
    )


def require_digest(saved: Saved, digest: str, path: Path) -> None:
    """PlanError unless a plan is the very one that somebody has approved by its digest, or by how that begins."""
    if len(digest) < _SHORTEST:
        raise PlanError(
            f"--digest {digest}: at least the first {_SHORTEST} digits are needed",
            hint=f"`dac show --digest {path}` prints it",
        )
    if not saved.digest.startswith(digest.lower()):
        raise PlanError(
            f"{path} is not the plan that was approved: its digest is {saved.digest}",
            hint="find the file that was approved, or have this one approved",
        )


def _check(content: Mapping[str, Any], seal: str, path: Path) -> None:
    if digest(content) != seal:
        raise PlanError(f"{path} was changed after it was written: its digest does not match", hint="make a new plan")
    versions = (content.get("format_version"), content.get("dac_version"))
    if versions != (FORMAT, __version__):
        summary = f"{path} was written by dac {versions[1]}, and this is dac {__version__}"
        raise PlanError(summary, hint="make a new plan with this version, or apply with that one")


def _options(options: Options) -> dict[str, Any]:
    return {
        "targets": sorted(map(str, options.targets)),
        "re_enable": sorted(map(str, options.re_enable)),
        "allow": sorted(options.allow),
        "destroy": options.destroy,
        "deep": options.deep,
    }


def _read_options(table: Mapping[str, Any]) -> Options:
    return Options(
        targets=frozenset(map(Address.parse, table["targets"])),
        re_enable=frozenset(map(Address.parse, table["re_enable"])),
        allow=frozenset(table["allow"]),
        destroy=table["destroy"],
        deep=table["deep"],
    )


def _promoted(table: Mapping[str, Any] | None) -> PromotedFrom | None:
    return PromotedFrom(table["source"], tuple(table["lifted"]), table["shown"]) if table else None


def _situation(situation: Situation) -> dict[str, Any]:
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


def _read_situation(table: Mapping[str, Any]) -> Situation:
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
