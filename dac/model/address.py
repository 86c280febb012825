"""Where a resource stands in the project."""

from __future__ import annotations

import re
from typing import NamedTuple

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


class Address(NamedTuple):
    """`stack/kind.name`; within its stack `kind.name` (`local`). Never reused for anything else.

    A tuple, because a plan looks up and sorts addresses by the hundred thousand.
    """

    stack: str
    kind: str
    name: str

    @property
    def local(self) -> str:
        return f"{self.kind}.{self.name}"

    def __str__(self) -> str:
        return f"{self.stack}/{self.local}"

    @classmethod
    def parse(cls, text: str, *, stack: str = "") -> Address:
        """Read `kind.name` (in `stack`) or `stack/kind.name`; ValueError when it is neither."""
        head, slash, local = text.rpartition("/")
        kind, dot, name = local.partition(".")
        where = head if slash else stack
        if not (dot and kind and name and where):
            msg = f"{text!r} is not an address: write kind.name, or stack/kind.name"
            raise ValueError(msg)
        return cls(where, kind, name)


def is_name(text: str) -> bool:
    """Whether `text` can be the name part of an address: a letter, then letters, digits, _ and -."""
    return _NAME.fullmatch(text) is not None
