"""What was asked of the API since the last clear, for tests to look at."""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

MAX_REQUESTS = 20_000
MAX_BODY = 1024 * 1024


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
    """The last requests, oldest first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._records: deque[Record] = deque(maxlen=MAX_REQUESTS)

    def add(self, record: Record) -> None:
        with self._lock:
            self._records.append(record)

    def clear(self) -> None:
        with self._lock:
            self._records.clear()

    def shown(self) -> list[dict[str, Any]]:
        with self._lock:
            records = list(self._records)
        return [record.shown() for record in records]
