"""What may follow a backslash in a Java pattern."""

from __future__ import annotations

from dac.aql.lint.regex.characters import CLASSES
from dac.aql.lint.regex.source import Faulty, Source

EDGES = frozenset("AbBGzZ")
_CHARACTERS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}
_KNOWN_LETTERS = frozenset("AabBcdDefGhHkNnpPQrRsStuvVwWxXzZ")
_HEX = frozenset("0123456789abcdefABCDEF")


class EscapeReader(Source):
    def escaped(self, at: int) -> str:
        """The character behind the backslash at `at`, with what belongs to it read."""
        if self.at_end:
            raise Faulty("a backslash at the end escapes nothing", at)
        letter = self.take()
        if letter.isascii() and letter.isalpha() and letter not in _KNOWN_LETTERS:
            self.doubts.append(f"Java knows no \\{letter}")
        match letter:
            case "p" | "P":
                self._family(at)
            case "x":
                self._hex(2)
            case "u":
                self._hex(4)
            case "k":
                self._reference()
            case "N" if self.accept("{"):
                self._until("}", at)
            case "c" if not self.at_end:
                self.take()
            case "0":
                self.digits()
        return letter

    def escaped_character(self, letter: str) -> str:
        """The single character that the escape stands for; a letter of its own for what is written by number."""
        if letter in "xuc0":
            return "中"
        return _CHARACTERS.get(letter, letter)

    def escaped_mask(self, letter: str) -> int | None:
        """The set that the escape stands for inside a character class; None for a single character."""
        return CLASSES.get(letter)

    def _family(self, at: int) -> None:
        if self.accept("{"):
            self._until("}", at)
        elif self.at_end:
            raise Faulty("\\p names no property", at)
        else:
            self.take()

    def _until(self, sign: str, at: int) -> None:
        end = self.text.find(sign, self.here)
        if end < 0:
            raise Faulty("a { after \\p or \\N is not closed", at)
        self.here = end + 1

    def _hex(self, count: int) -> None:
        if count == 2 and self.accept("{"):  # noqa: PLR2004 - \x takes two digits or braces
            self._until("}", self.here)
            return
        digits = self.text[self.here : self.here + count]
        if len(digits) < count or not set(digits) <= _HEX:
            self.doubts.append(f"\\{'x' if count == 2 else 'u'} needs {count} hexadecimal digits")  # noqa: PLR2004
            return
        self.here += count

    def _reference(self) -> None:
        if not self.accept("<"):
            self.doubts.append("\\k needs the name of a group: \\k<name>")
            return
        end = self.text.find(">", self.here)
        if end >= 0:
            self.here = end + 1
