"""What a console can do, learnt from its version."""

from __future__ import annotations

from dataclasses import dataclass

EMULATOR = "dac emulator"
"""The `release_name` of dac's own emulator; QRadar's are versions, such as `7.5.0`."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """API version in use as (major, minor), the build, and whether this is dac's own emulator."""

    api_version: tuple[int, int]
    build: str
    release: str = ""
    emulator: bool = False

    @property
    def set_descriptions(self) -> bool:
        """Reference sets have a description, and CIDR as an entry type, from API 22 on."""
        return self.api_version >= (22, 0)
