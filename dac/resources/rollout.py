"""How far a console takes detections: switched off, watched only, or with all they do.

A detection may say so itself, for every console or for one; else the console does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.deployed import Deployed


STEERED = ("enabled", "event", "offense")
"""What of a deployed form follows from the rollout."""


def rollout_of(table: Mapping[str, Any], otherwise: str) -> str:
    """Return how far a detection is taken: what its table for the console says, else what the console does."""
    return str(table.get("rollout", otherwise))


def rollout_said(raw: Mapping[str, Any], local: str, console: str, rollout: str) -> str:
    """Return a rollout and where it stands: for the console alone, in the detection, in dac.toml. `raw` is as filed."""
    tables = raw.get("console")
    own = tables.get(console) if isinstance(tables, dict) else None
    if isinstance(own, dict) and "rollout" in own:
        place = f"{local}.console.{console}"
    else:
        place = local if "rollout" in raw else f"console.{console}"
    return f'[{place}] rollout = "{rollout}"'


def makes_offense(deployed: Deployed) -> bool:
    """Whether a detection makes an offense, itself or by the event that it dispatches."""
    return "offense" in deployed or "index" in deployed.get("event", {})


def rolled_out(deployed: Deployed, rollout: str) -> Deployed:
    """Return the deployed form of a detection at this `rollout`.

    disabled: the rule is off. monitor: it dispatches its event, which is in no offense; whatever else it does, it does.
    active: as it is.
    """
    if rollout == "disabled":
        return deployed | {"enabled": False}
    return _watched(deployed) if rollout == "monitor" else deployed


def _watched(deployed: Deployed) -> Deployed:
    """A rule that would make an offense and no event dispatches one, or nobody could see that it matched."""
    out = {key: value for key, value in deployed.items() if key != "offense"}
    event: dict[str, Any] = deployed.get("event", {})
    if not event and "offense" in deployed:
        from dac.resources.detection_model import Event  # views ask this file, and load no models

        event = {"name": deployed["name"], "category": Event().category}
    if event:
        out["event"] = {key: value for key, value in event.items() if key != "index"} | {"offense": False}
    return out
