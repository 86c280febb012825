"""How far a console takes detections: switched off, watched only, or with all they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.resources.detection_model import Event

if TYPE_CHECKING:
    from dac.model.deployed import Deployed


STEERED = ("enabled", "event", "offense")
"""What of a deployed form follows from the rollout."""


def rolled_out(deployed: Deployed, rollout: str) -> Deployed:
    """Return the deployed form of a detection as a console of this `rollout` takes it.

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
        event = {"name": deployed["name"], "category": Event().category}
    if event:
        out["event"] = {key: value for key, value in event.items() if key != "index"} | {"offense": False}
    return out
