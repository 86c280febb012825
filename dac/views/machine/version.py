"""`dac version --json`."""

from __future__ import annotations

from dac.views.machine.forms import dumped, heading


def version_json(*, python: str, platform: str) -> str:
    """`dac_version` and what it runs on."""
    return dumped({**heading(), "python": python, "platform": platform})
