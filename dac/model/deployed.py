"""The deployed form: what a console can hold, with names where the console has ids."""

from __future__ import annotations

import hashlib
import json
from typing import Any

Deployed = dict[str, Any]
"""Plain JSON: str, int, bool, None, list, dict. Compared with ==, kept in the state, shown in plans.

Every list in it is in canonical order, so equal content is equal with plain ==. A key that has its default
is left out, which makes a field added in a later version no change.
"""


_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str).encode


def digest(value: object) -> str:
    """SHA-256 of the canonical JSON of `value`: the same on every machine and in every run."""
    return hashlib.sha256(_canonical(value).encode()).hexdigest()
