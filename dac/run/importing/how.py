"""How an import goes about it, as its command says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dac.run.importing.files import Layout

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class How:
    """`timeout`: seconds of waiting for the state lock. With `dry_run` nothing is written."""

    command: str
    layout: Layout = Layout.RESOURCE
    variables: Mapping[str, str] = field(default_factory=dict)
    timeout: float = 0.0
    dry_run: bool = False
