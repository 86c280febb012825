"""What may stand in a console's `url`."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from urllib.parse import SplitResult

EMULATOR = "emulator:"
_API_PATHS = ("/api", "/console")


def checked_url(text: str) -> str:
    """Return the URL without a slash at its end; ValueError says what is wrong with it, never showing a password."""
    if text.startswith(EMULATOR):
        if not text.removeprefix(EMULATOR).strip():
            raise ValueError("emulator: needs the path of its database, such as emulator:state/emulator/local.db")
        return text
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("a console's URL starts with https:// and a host, or with emulator:")
    if not _has_usable_port(parts):
        raise ValueError("the port is not a number from 1 to 65535")
    if parts.username or parts.password:
        raise ValueError("a URL must not carry a user or a password: put the token under `token`")
    if parts.query or parts.fragment:
        raise ValueError("a console's URL has no ? and no #")
    if parts.path.rstrip("/").endswith(_API_PATHS):
        raise ValueError("write the URL of the console itself, without /api or /console")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("plain http:// would show the token to the network: use https://")
    return text.rstrip("/")


def _has_usable_port(parts: SplitResult) -> bool:
    try:
        return parts.port != 0
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Whether `host` can only be this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
