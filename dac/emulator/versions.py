"""API versions: which a console answers to, which are deprecated, which are gone (IBM: "Supported versions")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dac.emulator.errors import BAD_VERSION, ApiError

KNOWN = (
    "12.0", "13.0", "13.1", "14.0", "15.0", "16.0", "17.0", "18.0", "19.0", "20.0",
    "21.0", "22.0", "23.0", "24.0", "25.0", "26.0", "27.0",
)  # fmt: skip
OLDEST_SERVED = 17  # before it, endpoints were there that are not served here
SUPPORTED_MAJORS = 3  # the newest three; the one before is deprecated; older ones are removed
_HEADER = re.compile(r"(\d{1,4})(?:\.(\d{1,4}))?")


@dataclass(frozen=True, slots=True)
class Version:
    """The version an answer is given in."""

    major: int
    deprecated: bool


def negotiate(header: str | None, console: int) -> Version:
    """The version to answer in; 422 for a removed one. Asking for a newer one gets the newest there is."""
    if header is None:
        return Version(console, deprecated=False)
    match = _HEADER.fullmatch(header.strip())
    if match is None:
        raise ApiError(422, BAD_VERSION, f"The Version header {header!r} is not of the form MAJOR.MINOR")
    major = min(int(match[1]), console)
    if is_removed(major, console):
        raise ApiError(422, BAD_VERSION, f"API version {header} is no longer available; the newest is {console}.0")
    return Version(major, deprecated=is_deprecated(major, console))


def is_deprecated(major: int, console: int) -> bool:
    """Still answered, with a Deprecated header."""
    return major == console - SUPPORTED_MAJORS


def is_removed(major: int, console: int) -> bool:
    """Refused."""
    return major < console - SUPPORTED_MAJORS


def listed(console: int) -> list[str]:
    """All versions up to the console's own, oldest first."""
    return [version for version in KNOWN if int(version.partition(".")[0]) <= console]
