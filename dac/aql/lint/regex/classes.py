"""Character classes: [a-z], [^x], and Java's own [a-z&&[^b]]."""

from __future__ import annotations

from dac.aql.lint.regex.characters import EVERYTHING, NOTHING, both_cases, mask_of, span
from dac.aql.lint.regex.escapes import EscapeReader
from dac.aql.lint.regex.source import Faulty, Unjudged

_DEEPEST = 20


class ClassReader(EscapeReader):
    def character_class(self, at: int, depth: int = 0) -> int:
        """The set, read from behind its [ to behind its ]."""
        if depth > _DEEPEST:
            raise Unjudged
        is_negated = self.accept("^")
        mask, is_first = NOTHING, True
        while is_first or self.peek() != "]":
            if self.at_end:
                raise Faulty("a [ is not closed; inside of a class, [ as a character is \\[", at)
            if self.accept("&&"):
                mask &= self._rest(at, depth)
                break
            mask |= self._member(at, depth)
            is_first = False
        self._close(at)
        mask = both_cases(mask) if self.ignores_case else mask
        return EVERYTHING & ~mask if is_negated else mask

    def _close(self, at: int) -> None:
        if not self.accept("]"):
            raise Faulty("a [ is not closed; inside of a class, [ as a character is \\[", at)

    def _rest(self, at: int, depth: int) -> int:
        """What stands behind && and before the closing bracket."""
        mask = NOTHING
        while not self.at_end and self.peek() != "]":
            if self.accept("&&"):
                mask &= self._rest(at, depth)
            else:
                mask |= self._member(at, depth)
        return mask

    def _member(self, at: int, depth: int) -> int:
        here = self.here
        if self.text.startswith("[:", here) and ":]" in self.text[here : here + 12]:
            self.doubts.append("[:name:] is no class in Java, which writes \\p{Alpha}")
        if self.accept("["):
            return self.character_class(here, depth + 1)
        if self.accept("\\Q"):
            end = self.text.find("\\E", self.here)
            quoted = self.text[self.here : end if end >= 0 else len(self.text)]
            self.here += len(quoted) + (2 if end >= 0 else 0)
            return mask_of(quoted)
        first = self._single()
        if isinstance(first, int):
            return first
        return self._range(first, at)

    def _range(self, first: str, at: int) -> int:
        following = self.text[self.here + 1 : self.here + 2]
        if self.peek() != "-" or following in ("", "]", "["):
            return mask_of(first)
        self.take()
        last = self._single()
        if isinstance(last, int):
            raise Unjudged
        if last < first and "中" not in (first, last):
            raise Faulty(f"the range {first}-{last} runs backwards", at)
        return span(first, last)

    def _single(self) -> str | int:
        r"""The next character, or the set that an escape such as \\d stands for."""
        at, character = self.here, self.take()
        if character != "\\":
            return character
        letter = self.escaped(at)
        mask = self.escaped_mask(letter)
        return self.escaped_character(letter) if mask is None else mask
