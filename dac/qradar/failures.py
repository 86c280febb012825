"""How requests fail below httpx: which failures pass, and what caused the others."""

from __future__ import annotations

RETRIED = (429, 500, 502, 503, 504)
"""Statuses after which a read is worth another try."""


def root_cause(error: BaseException, kinds: tuple[type[BaseException], ...]) -> BaseException | None:
    """Return the first of `kinds` among the causes of `error`; httpx wraps the system's errors twice."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, kinds):
            return seen
        seen = seen.__cause__ or seen.__context__
    return None
