"""The token: read when first needed, shown to nobody."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from dac.errors import Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable

REDACTED = "[redacted]"
_SHORTEST = 8
_SHORTEST_IN_CONTENT = 16


class Secret:
    """A token behind the callable that fetches it. `repr` and `str` never show it; `scrub` removes it from texts."""

    def __init__(self, source: Callable[[], str]) -> None:
        self._source = source
        self._value: str | None = None
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"Secret({REDACTED})"

    def reveal(self) -> str:
        """Return the token; the source is asked once. Unauthorized when it could not be sent as a header."""
        with self._lock:
            if self._value is None:
                self._value = _sendable(self._source().strip())
            return self._value

    def scrub(self, text: str) -> str:
        """Return `text` without the token, should a proxy or a console ever echo it.

        QRadar's tokens are uuids. What is shorter than eight characters is none, and would tear common words apart.
        """
        return text.replace(self._value, REDACTED) if self._value and len(self._value) >= _SHORTEST else text

    def cleanse(self, content: bytes) -> bytes:
        """Return an answer's body without the token: what a console echoes must not get into a record or a message.

        Content is what dac compares and keeps, so only a token that cannot be a word of it is replaced.
        """
        if self._value is None or len(self._value) < _SHORTEST_IN_CONTENT:
            return content
        return content.replace(self._value.encode(), REDACTED.encode())


def _sendable(token: str) -> str:
    if token.isascii() and token.isprintable() and token:
        return token
    what = "is empty" if not token else "contains characters that no authorized service token has"
    raise Unauthorized(
        f"The token {what}",
        hint="Check where dac.toml says the token comes from; copy it again from Admin > Authorized Services.",
    )
