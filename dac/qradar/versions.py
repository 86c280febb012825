"""Which API version to speak, and what follows from it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dac.errors import BadContent, NoCommonVersion
from dac.model.capabilities import EMULATOR, Capabilities

if TYPE_CHECKING:
    from collections.abc import Iterable

VERSIONS = "/help/versions"
VERSION_FIELDS = "version,removed,deprecated"
ABOUT = "/system/about"

FLOOR = (16, 0)
"""7.4.3: the first with reference_data_collections."""

CEILING = (26, 0)
"""The newest that dac was written against (7.5.0 UP12)."""

_VERSION = re.compile(r"(\d{1,4})\.(\d{1,4})")


def choose(offered: object, url: str, *, pinned: tuple[int, int] | None = None) -> tuple[int, int]:
    """Return the newest version from GET /help/versions that is not removed, from FLOOR to CEILING.

    `pinned` is taken instead when the console has it. NoCommonVersion when nothing fits.
    """
    present = set(_present(offered))
    if pinned is not None:
        if pinned in present:
            return pinned
        raise _unfit(f"{url} does not offer API version {text(pinned)}", present)
    fitting = [version for version in present if FLOOR <= version <= CEILING]
    if not fitting:
        raise _unfit(f"{url} offers no API version from {text(FLOOR)} to {text(CEILING)}", present)
    return max(fitting)


def capabilities(version: tuple[int, int], about: object) -> Capabilities:
    """Join the version with what GET /system/about says."""
    if not isinstance(about, dict):
        raise BadContent("GET /system/about gave no object", request="GET /system/about")
    build = str(about.get("build_version") or about.get("external_version") or "")
    release = str(about.get("release_name") or "")
    return Capabilities(version, build, release, emulator=release == EMULATOR)


def text(version: tuple[int, int]) -> str:
    """Return a version as QRadar writes it: `26.0`."""
    return f"{version[0]}.{version[1]}"


def _present(offered: object) -> Iterable[tuple[int, int]]:
    if not isinstance(offered, list):
        raise BadContent("GET /help/versions gave no list", request="GET /help/versions")
    for row in offered:
        match = _VERSION.fullmatch(_version_text(row))
        if match and not row.get("removed"):
            yield int(match[1]), int(match[2])


def _version_text(row: Any) -> str:
    return str(row.get("version", "")) if isinstance(row, dict) else ""


def _unfit(summary: str, present: set[tuple[int, int]]) -> NoCommonVersion:
    listed = ", ".join(text(version) for version in sorted(present)) or "none"
    return NoCommonVersion(
        summary,
        detail=f"It offers: {listed}.",
        hint="dac needs QRadar 7.4.3 (API 16.0) or newer; on a newer console, use a newer dac.",
        request="GET /help/versions",
    )
