"""A place in a pattern, and the ways in which reading can end."""

from __future__ import annotations


class Faulty(Exception):
    """Java refuses the pattern; `offset` counts characters from 0."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason = reason
        self.offset = offset


class Unjudged(Exception):
    """The pattern may be fine; dac does not know the construct well enough to say more."""


class Source:
    """Reads characters one after the other, and remembers what was seen on the way."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.here = 0
        self.depth = 0
        self.ignores_case = False
        self.dot_is_all = False
        self.began_ignoring_case = False
        self.began_with_all = False
        self.doubts: list[str] = []
        self.needs: list[str] = []

    @property
    def at_end(self) -> bool:
        return self.here >= len(self.text)

    def peek(self) -> str:
        """The character that comes next; "" at the end."""
        return self.text[self.here : self.here + 1]

    def take(self) -> str:
        character = self.text[self.here]
        self.here += 1
        return character

    def accept(self, sign: str) -> bool:
        """Step over `sign` if it comes next."""
        found = self.text.startswith(sign, self.here)
        if found:
            self.here += len(sign)
        return found

    def digits(self) -> str:
        """The decimal digits that come next, at most nine of them."""
        start = self.here
        while self.peek() and self.peek() in "0123456789" and self.here - start < 9:  # noqa: PLR2004 - see docstring
            self.here += 1
        return self.text[start : self.here]
