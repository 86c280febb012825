"""What was asked of the API since the last clear, for tests to look at."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

MAX_REQUESTS = 20_000
MAX_BODY = 1024 * 1024
MAX_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Record:
    """One request; `status` is None when no answer was sent. No header is kept: they hold tokens."""

    method: str
    path: str
    query: str
    content_type: str
    body: bytes
    size: int
    status: int | None
    milliseconds: float

    def shown(self) -> dict[str, Any]:
        """As the control API lists it: JSON bodies as JSON, others by their size."""
        return {
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "body": self._body(),
            "status": self.status,
            "ms": round(self.milliseconds, 3),
        }

    def _body(self) -> Any:
        if not self.size:
            return None
        if self.body and self.content_type.startswith("application/json"):
            try:
                return json.loads(self.body)
            except ValueError:
                return self.body.decode("utf-8", "replace")
        return {"bytes": self.size}


class Journal:
    """The last requests, oldest first: as many as fit into MAX_REQUESTS and MAX_BYTES."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: deque[Record] = deque()
        self._bytes = 0

    def add(self, record: Record) -> None:
        with self._lock:
            self._records.append(record)
            self._bytes += len(record.body)
            while len(self._records) > MAX_REQUESTS or self._bytes > MAX_BYTES:
                self._bytes -= len(self._records.popleft().body)

    def clear(self) -> None:
        with self._lock:
            self._records.clear()
            self._bytes = 0

    def shown(self) -> list[dict[str, Any]]:
        with self._lock:
            records = list(self._records)
        return [record.shown() for record in records]
