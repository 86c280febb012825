"""The traces an apply leaves: what it meant to do, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.address import Address
    from dac.model.resource import Recorded


@dataclass(frozen=True, slots=True)
class Intent:
    """Written before a wave's first request: which run, which wave, what it touches, and the pre-images' digests."""

    run_id: str
    wave: int
    step: str
    started: int  # epoch ms
    pre_images: Mapping[str, str]  # address -> digest of the live deployed form, '' when absent


class Result(StrEnum):
    APPLIED = "applied"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one change. `recorded` is what the state holds from now on; None: no longer managed."""

    address: Address
    result: Result
    recorded: Recorded | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock; shown to whoever meets it. `created` is epoch ms."""

    run_id: str
    who: str
    host: str
    pid: int
    command: str
    created: int
