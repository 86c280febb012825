"""manifest.txt: who made a package, and which version of it this is.

Format: JSON at the archive's root. `_id` is the hub id; together with `version` it names an upload (409/22613 when
both are on the console already).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

NAME = "manifest.txt"

_NEVER_UNINSTALL = (
    "Never uninstall this extension: uninstalling it may delete the rules it brought. "
    "It is how dac installs rules, and each apply adds a version. Remove rules with dac."
)
_OLDEST = "2020.11.0"
_RELEASE = re.compile(r"\d+\.\d+\.\d+")
_VERSION = re.compile(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """MAJOR.MINOR.PATCH, compared as numbers."""

    major: int
    minor: int = 0
    patch: int = 0

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"

    @classmethod
    def parse(cls, text: str) -> Version | None:
        """Read a version; None for anything else, such as an app's `2.1`."""
        match = _VERSION.fullmatch(text)
        return cls(*(int(part) for part in match.groups())) if match else None

    @property
    def next(self) -> Version:
        """The version of the next upload."""
        return Version(self.major, self.minor, self.patch + 1)


def manifest(hub_id: str, name: str, version: Version, build: str) -> bytes:
    """Return manifest.txt for a package made for a console of this build (GET /system/about)."""
    release = _RELEASE.match(build)
    words = {
        "extension.name": name,
        "extension.short.description": f"Rules that dac manages ({hub_id})",
        "extension.long.description": _NEVER_UNINSTALL,
    }
    described = {
        "extension_name": "extension.name",
        "extension_short_description": "extension.short.description",
        "extension_long_description": "extension.long.description",
        "locale": {"en-US": words},
        "supported_language_set": ["en-US"],
        "version": str(version),
        "min_qradar_version": release[0] if release else _OLDEST,
        "authored_by": "dac",
        "authored_by_email": "dac@localhost",
        "package_size": "0",
    }
    document = {"_id": hub_id, "doc": {"_id": hub_id, "extension_manifest": described}}
    return json.dumps(document, indent=2, sort_keys=True).encode()
