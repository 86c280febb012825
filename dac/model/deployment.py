"""What becomes of a console's staged configuration after an apply."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class DeployMode(StrEnum):
    """What dac.toml says of a console. A full deploy restarts collection services: there is no such mode."""

    NEVER = "never"
    ASK = "ask"
    INCREMENTAL = "incremental"


class DeployEnd(StrEnum):
    DEPLOYED = "deployed"
    NOTHING = "nothing to deploy"
    LEFT = "not deployed"  # nobody wanted it, or nobody could be asked
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Deployment:
    """How it ended and why; `hosts` maps addresses to QRadar's words, such as SUCCESS and TIMED_OUT."""

    end: DeployEnd
    reason: str = ""
    hosts: Mapping[str, str] = field(default_factory=dict)
