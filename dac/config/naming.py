"""Names for addresses, made from what things are called on a console; the same names for the same things, always."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from typing import TYPE_CHECKING

from dac.model.address import is_name

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

LONGEST = 60
_OTHERS = re.compile(r"[^a-z0-9]+")
_PREFIXES: Mapping[str, tuple[str, ...]] = {"building_block": ("bb:", "bb ")}


def names_for(kind: str, things: Sequence[tuple[str, str]], taken: Collection[str] = ()) -> list[str]:
    """Return a name for each (console name, key); the key stays when the thing is renamed, and tells twins apart.

    Whoever would share a name with another, or with one of `taken`, gets some digits of its key behind it, so that no
    name depends on the order or on what else is imported beside the twins. Upper and lower case count as one.
    """
    plain = [_plain(kind, name) or kind for name, _ in things]
    used = Counter(name.lower() for name in plain)
    known = {name.lower() for name in taken}
    return [
        name if used[name.lower()] == 1 and name.lower() not in known else f"{name}_{_digits(key, name)}"
        for name, (_, key) in zip(plain, things, strict=True)
    ]


def _plain(kind: str, name: str) -> str:
    if kind == "custom_property" and is_name(name) and len(name) <= LONGEST:
        return name  # AQL reads it under this name
    text = name.casefold()
    for prefix in _PREFIXES.get(kind, ()):
        text = text.removeprefix(prefix)
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = _OTHERS.sub("_", letters).strip("_")[:LONGEST].rstrip("_")
    return slug if not slug or slug[0].isalpha() else f"{kind}_{slug}"


def _digits(key: str, name: str) -> str:
    return hashlib.sha256(f"{key}\0{name}".encode()).hexdigest()[:6]
