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
from dac.model.deployed import digest
from dac.model.promotion import PromotedFrom
from dac.planning.plan import plan
from dac.run.plan.planning import Saved
from dac.run.plan.situation_codec import decode_options, decode_situation, encode_options, encode_situation
from dac.state.durable import replace_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dac.run.plan.planning import Planned

FORMAT = 4
_KEY = "situation"  # by which a saved plan is known from other JSON
_SHORTEST = 12  # digits of a digest that stand for it


def clear_place(path: Path) -> bool:
    """Take away the plan that an earlier run saved there: one that is refused now must not leave it to be applied.

    Return whether there was one; an empty file is none. PlanError for a file that is no saved plan: somebody
    would miss it.
    """
    if not path.is_file():
        return False
    if not is_saved_plan(path):
        raise PlanError(
            f"{path} is there and is no saved plan", detail="It was not overwritten.", hint="choose another --out"
        )
    try:
        held = path.stat().st_size > 0
        path.unlink(missing_ok=True)
    except OSError as error:
        raise PlanError(
            f"the plan at {path} cannot be replaced: {error.strerror}", hint="choose another --out"
        ) from error
    return held


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
        "options": encode_options(planned.options),
        _KEY: encode_situation(planned.observation.situation),
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
    situation, options = decode_situation(content[_KEY]), decode_options(content["options"])
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


def _promoted(table: Mapping[str, Any] | None) -> PromotedFrom | None:
    return PromotedFrom(table["source"], tuple(table["lifted"]), table["shown"]) if table else None
