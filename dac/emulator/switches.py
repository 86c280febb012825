"""Settings by name and text, as somebody who serves a console gives them."""

from __future__ import annotations

import dataclasses
import typing
from typing import TYPE_CHECKING, Any

from dac.emulator.database import Database, settings_in
from dac.emulator.settings import Settings
from dac.emulator.versions import OLDEST_SERVED, listed
from dac.errors import DacError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

NEWEST = 27
_BOOLEANS = {"true": True, "false": False}


def kept_settings(path: Path) -> Settings:
    """The settings of the console at `path`; those of a new one when it is not there yet."""
    if not path.exists():
        return Settings()
    database = Database(path)
    try:
        return settings_in(database) or Settings()
    finally:
        database.close()


def switched(settings: Settings, assignments: Mapping[str, str]) -> Settings:
    """The settings with some of them changed. DacError for a name or a value that there is not."""
    kinds = typing.get_type_hints(Settings)
    for name in assignments:
        if name not in kinds:
            raise DacError(f"the emulator has no setting {name}", hint=f"it has {', '.join(sorted(kinds))}")
    values = {name: _value(name, kinds[name], text) for name, text in assignments.items()}
    changed = dataclasses.replace(settings, **values)
    served = [version for version in listed(NEWEST) if int(version.partition(".")[0]) >= OLDEST_SERVED]
    if changed.api_version not in served:
        raise DacError(f"there is no API version {changed.api_version!r}", hint=f"there are {', '.join(served)}")
    return changed


def _value(name: str, kind: Any, text: str) -> Any:
    allowed = {str(choice): choice for choice in typing.get_args(kind)} or (_BOOLEANS if kind is bool else None)
    if allowed is not None:
        if text not in allowed:
            raise DacError(f"{name} cannot be {text!r}", hint=f"it can be {', '.join(allowed)}")
        return allowed[text]
    try:
        return kind(text)
    except ValueError:
        raise DacError(f"{name} cannot be {text!r}", hint=f"it is of type {kind.__name__}") from None
