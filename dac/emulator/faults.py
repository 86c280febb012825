"""Faults on request: an answer replaced, a connection dropped before or after the work, a delay."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import Any, Literal

ACTIONS = ("status", "drop", "lose", "delay")


@dataclass(frozen=True, slots=True)
class Fault:
    """What to do to matching requests: those from the `nth` on (counted from 1), `times` of them."""

    action: Literal["status", "drop", "lose", "delay"]
    method: str | None = None
    path: re.Pattern[str] | None = None
    nth: int = 1
    times: int = 1
    code: int = 503
    body: Any = None
    seconds: float = 0.0


def read_fault(value: Any) -> Fault:
    """A fault as the control API takes it; ValueError or TypeError says what is wrong with it."""
    if not isinstance(value, dict):
        raise TypeError("a fault is a JSON object")
    unknown = set(value) - {"method", "path", "nth", "times", "action", "code", "body", "seconds"}
    if unknown:
        raise ValueError(f"a fault has no {sorted(unknown)}")
    if value.get("action") not in ACTIONS:
        raise ValueError(f"action has to be one of {ACTIONS}")
    path = value.get("path")
    return Fault(
        action=value["action"],
        method=value.get("method"),
        path=None if path is None else _pattern(path),
        nth=int(value.get("nth", 1)),
        times=int(value.get("times", 1)),
        code=int(value.get("code", 503)),
        body=value.get("body"),
        seconds=float(value.get("seconds", 0)),
    )


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f"path {text!r} is no regular expression: {error}") from None


class Faults:
    """The faults in force. Every fault counts the requests it matches from the moment it was posted."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: list[tuple[Fault, list[int]]] = []

    def add(self, faults: list[Fault]) -> None:
        with self._lock:
            self._counts.extend((fault, [0]) for fault in faults)

    def clear(self) -> None:
        with self._lock:
            self._counts.clear()

    def due(self, method: str, path: str) -> list[Fault]:
        """Count one request; the faults that strike it, in the order they were posted."""
        with self._lock:
            return [fault for fault, count in self._counts if _strikes(fault, count, method, path)]


def _strikes(fault: Fault, count: list[int], method: str, path: str) -> bool:
    if fault.method is not None and fault.method != method:
        return False
    if fault.path is not None and fault.path.search(path) is None:
        return False
    count[0] += 1
    return fault.nth <= count[0] < fault.nth + fault.times
