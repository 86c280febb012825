"""What may stand in a console's `url`, and in the addresses of a state server."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from dac.model.hosts import is_loopback

if TYPE_CHECKING:
    from urllib.parse import SplitResult

EMULATOR = "emulator:"
_API_PATHS = ("/api", "/console")
_PLACES = ("{stack}", "{console}")


def checked_url(text: str) -> str:
    """Return the URL without a slash at its end; ValueError says what is wrong with it, never showing a password."""
    if text.startswith(EMULATOR):
        if not text.removeprefix(EMULATOR).strip():
            raise ValueError("emulator: needs the path of its database, such as emulator:state/emulator/local.db")
        return text
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("a console's URL starts with https:// and a host, or with emulator:")
    _check_place(parts, "put the token under `token`")
    if parts.query or parts.fragment:
        raise ValueError("a console's URL has no ? and no #")
    if parts.path.rstrip("/").endswith(_API_PATHS):
        raise ValueError("write the URL of the console itself, without /api or /console")
    _check_privacy(parts, "the token")
    return text.rstrip("/")


def checked_state_address(text: str) -> str:
    """Return the template of an address on a state server; ValueError says what is wrong with it."""
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or "{" in parts.netloc:
        raise ValueError("an address of a state server starts with https:// and a host")
    _check_place(parts, "put them under `username` and `password`")
    if parts.fragment:
        raise ValueError("an address has no #")
    _check_privacy(parts, "password and state")
    missing = [name for name in _PLACES if name not in text]
    if missing:
        raise ValueError(f"{' and '.join(missing)} must stand in it, because every stack has a state on every console")
    if "{" in _without(text, _PLACES) or "}" in _without(text, _PLACES):
        raise ValueError("{stack} and {console} are all that is filled in")
    return text


def _without(text: str, parts: tuple[str, ...]) -> str:
    for part in parts:
        text = text.replace(part, "")
    return text


def _check_place(parts: SplitResult, instead: str) -> None:
    try:
        usable = parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("the port is not a number from 1 to 65535")
    if parts.username or parts.password:
        raise ValueError(f"a URL must not carry a user or a password: {instead}")


def _check_privacy(parts: SplitResult, what: str) -> None:
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise ValueError(f"plain http:// would show {what} to the network: use https://")
