"""The body of a request: read once, never beyond a limit, and never left on the wire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.emulator.errors import TOO_LARGE, ApiError

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

DRAINED_BYTES = 256 * 1024 * 1024
"""What is too large is still taken in up to here, so that the sender gets to read the 413."""

_CHUNK = 64 * 1024


class Incoming:
    """`data` is what was read; `size` what was sent, as far as it is known."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._spent = False
        self.content_type = request.headers.get("Content-Type", "")
        self.data = b""
        self.size = request.content_length or 0

    def read(self, limit: int) -> bytes:
        """The body; 413 when it is larger than `limit` bytes."""
        chunks: list[bytes] = []
        size = 0
        self._spent = True
        while chunk := self._request.stream.read(_CHUNK):
            size += len(chunk)
            if size <= limit:
                chunks.append(chunk)
            elif size > DRAINED_BYTES:
                break
        self.size = size
        if size > limit:
            message = f"The body is larger than {limit} bytes"
            raise ApiError(413, TOO_LARGE, message, headers={"Connection": "close"})
        self.data = b"".join(chunks)
        return self.data

    def discard(self) -> None:
        """Take in and forget what nobody has read, so that the connection can be used again."""
        size = 0
        while not self._spent and size <= DRAINED_BYTES:
            chunk = self._request.stream.read(_CHUNK)
            size += len(chunk)
            self._spent = not chunk
