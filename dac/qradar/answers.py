"""From an HTTP answer to a value, or to the exception that says what QRadar did not like."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from dac.errors import (
    BadContent,
    Conflict,
    ConsoleError,
    Forbidden,
    NotFound,
    Refused,
    ServerFault,
    Unauthorized,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST_MESSAGE = 500

_KINDS: Mapping[int, type[ConsoleError]] = {
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
}

_HINTS: Mapping[int, str] = {
    401: "Check that the token is right and has not expired (Admin > Authorized Services).",
    403: "Give the token's user role the capability this needs; extensions need System Administrator.",
    404: "If this path should exist, the console may be older than dac thinks, or the URL not QRadar's.",
    410: "This console no longer has this endpoint: a newer dac is needed.",
    422: "QRadar does not accept a value; its own words are above.",
    429: "The console is busy and stayed so over all retries: try again later.",
}

_HINTS_BY_CODE: Mapping[int, str] = {
    22611: "Another extension is being installed or previewed: wait for it to end, then run this again.",
    22618: "Another extension is being installed or previewed: wait for it to end, then run this again.",
}

_SERVER_HINT = "The fault is on the console's side: see /var/log/qradar.error there, then run this again."


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write got back. `body` is parsed JSON, or None when there was none."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def object(self) -> dict[str, Any]:
        """Return the body as an object; BadContent when it is anything else."""
        if not isinstance(self.body, dict):
            raise BadContent(f"Expected a JSON object from the console, got {type(self.body).__name__}")
        return self.body


def parsed(content: bytes, request: str) -> Any:
    """Parse a JSON body; an empty one is None. BadContent says how it begins when it is something else."""
    if not content.strip():
        return None
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        beginning = content[:80].decode("utf-8", "replace")
        raise BadContent(
            f"The answer to {request} is not JSON",
            detail=f"It begins with {beginning!r}.",
            hint="Is something other than QRadar (a proxy, a login page) answering at this URL?",
            request=request,
        ) from error


def refusal(status: int, content: bytes, request: str, *, location: str = "") -> ConsoleError:
    """Turn an answer outside 2xx into the exception for it, with QRadar's own code and words."""
    if 300 <= status < 400:  # noqa: PLR2004 - HTTP's own number
        return _redirect(status, request, location)
    body = _error_body(content)
    code = _number(body.get("code"))
    message = _line(body.get("message")) or _line(body.get("description")) or _reason(content, body)
    description = _line(body.get("description"))
    kind = _KINDS.get(status) or (ServerFault if status >= 500 else Refused)  # noqa: PLR2004
    numbers = f"HTTP {status}" if code is None else f"HTTP {status}, code {code}"
    return kind(
        f"{request}: {message or 'no reason given'} ({numbers})",
        detail=description if description != message else "",
        hint=_hint(status, code),
        request=request,
        status=status,
        code=code,
        said=message,
    )


def _redirect(status: int, request: str, location: str) -> ConsoleError:
    return ConsoleError(
        f"{request}: the console answered with a redirect (HTTP {status})",
        detail=f"It points to {location.partition('?')[0] or 'nowhere'}; dac does not follow it with a token.",
        hint="Set the console's url to where QRadar itself answers, with https://.",
        request=request,
        status=status,
    )


def _hint(status: int, code: int | None) -> str:
    if code is not None and code in _HINTS_BY_CODE:
        return _HINTS_BY_CODE[code]
    return _HINTS.get(status, _SERVER_HINT if status >= 500 else "")  # noqa: PLR2004


def _error_body(content: bytes) -> dict[str, Any]:
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _reason(content: bytes, body: dict[str, Any]) -> str:
    inner = body.get("http_response")
    if isinstance(inner, dict):
        return _line(inner.get("message"))
    return "" if body else _line(content[:200].decode("utf-8", "replace"))


def _line(value: object) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]}..."


def _number(value: object) -> int | None:
    """QRadar sends `code` as a number, and now and then as a string of digits."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        return int(value)
    except ValueError:
        return None
