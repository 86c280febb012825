"""A Java regular expression to a tree, by the grammar of java.util.regex.Pattern."""

from __future__ import annotations

from dac.aql.lint.regex.characters import (
    CLASSES,
    EVERYTHING,
    NOT_A_LINE_BREAK,
    both_cases,
    mask_of,
)
from dac.aql.lint.regex.classes import ClassReader
from dac.aql.lint.regex.escapes import EDGES
from dac.aql.lint.regex.source import Faulty, Unjudged
from dac.aql.lint.regex.tree import BackReference, Edge, Group, One, Piece, Regex, Repeat

_DEEPEST = 40
_LONGEST = 20_000
_FLAGS = frozenset("idmsuxU")
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


def read_regex(pattern: str) -> Regex | Faulty | None:
    """The tree, why Java refuses the pattern, or None where dac cannot judge it. Linear, and never raises."""
    if len(pattern) > _LONGEST:
        return None
    try:
        return _Reader(pattern).regex()
    except Faulty as fault:
        return fault
    except Unjudged:
        return None


class _Reader(ClassReader):
    def regex(self) -> Regex:
        branches = self._branches()
        if not self.at_end:
            raise Faulty("a ) closes nothing", self.here)
        needs = tuple(dict.fromkeys(self.needs))
        return Regex(branches, self.began_ignoring_case, self.began_with_all, tuple(self.doubts), needs)

    def _branches(self) -> tuple[tuple[Piece, ...], ...]:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise Unjudged
        flags = self.ignores_case, self.dot_is_all
        branches = [self._branch()]
        while self.accept("|"):
            branches.append(self._branch())
        self.ignores_case, self.dot_is_all = flags
        self.depth -= 1
        return tuple(branches)

    def _branch(self) -> tuple[Piece, ...]:
        pieces: list[Piece] = []
        while not self.at_end and self.peek() not in "|)":
            if self.peek() in "*+?":
                raise Faulty(f"the {self.peek()} repeats nothing", self.here)
            if self.accept("\\Q"):
                pieces += self._quoted()
            else:
                piece = self._piece()
                if piece is not None:
                    pieces.append(self._repeated(piece))
        return tuple(pieces)

    def _piece(self) -> Piece | None:
        """None for flags, which are no piece of their own."""
        at, character = self.here, self.take()
        match character:
            case "(":
                return self._group(at)
            case "[":
                return One(self.character_class(at))
            case "\\":
                return self._escape(at)
            case ".":
                return One(EVERYTHING if self.dot_is_all else NOT_A_LINE_BREAK)
            case "^" | "$":
                return Edge(character)
            case "{":
                raise self._lonely_brace(at)
        return self._literal(character)

    def _literal(self, character: str) -> One:
        mask = mask_of(character)
        return One(both_cases(mask) if self.ignores_case else mask, character)

    def _quoted(self) -> list[Piece]:
        end = self.text.find("\\E", self.here)
        stop = len(self.text) if end < 0 else end
        found: list[Piece] = [self._literal(character) for character in self.text[self.here : stop]]
        self.here = stop if end < 0 else stop + 2
        return [*found[:-1], self._repeated(found[-1])] if found else []

    def _escape(self, at: int) -> Piece:
        letter = self.escaped(at)
        if letter in EDGES:
            return Edge("\\" + letter)
        if letter == "k" or letter in "123456789":
            self.needs.append("back-references")
            return BackReference()
        if letter in CLASSES:
            return One(CLASSES[letter])
        return self._literal(self.escaped_character(letter))

    # Repetition

    def _repeated(self, piece: Piece) -> Piece:
        bounds = self._bounds()
        if bounds is None:
            return piece
        possessive = self.accept("+")
        if possessive:
            self.needs.append("possessive quantifiers")
        else:
            self.accept("?")
        if not self.at_end and self.peek() == "{":
            raise Unjudged
        return Repeat(piece, *bounds, possessive=possessive)

    def _bounds(self) -> tuple[int, int | None] | None:
        if self.at_end:
            return None
        match self.peek():
            case "*":
                bounds: tuple[int, int | None] = (0, None)
            case "+":
                bounds = (1, None)
            case "?":
                bounds = (0, 1)
            case "{":
                return self._counted()
            case _:
                return None
        self.take()
        return bounds

    def _counted(self) -> tuple[int, int | None]:
        at = self.here
        self.take()
        least = self.digits()
        if not least:
            raise self._lonely_brace(at)
        most: str | None = least
        if self.accept(","):
            most = self.digits() or None
        if not self.accept("}"):
            raise Faulty("the { of a repetition is not closed", at)
        if most is not None and int(most) < int(least):
            raise Faulty(f"a repetition from {least} to {most}", at)
        return int(least), None if most is None else int(most)

    def _lonely_brace(self, at: int) -> Faulty | Unjudged:
        if self.text[at + 1 : at + 2].isdigit():
            return Unjudged()
        return Faulty("a { that begins no repetition; as a character it is \\{", at)

    # Groups

    def _group(self, at: int) -> Piece | None:
        if not self.accept("?"):
            return self._closed(at, "plain")
        for sign in ("=", "!", "<=", "<!"):
            if self.accept(sign):
                self.needs.append("look-around")
                return self._closed(at, "look")
        if self.accept(">"):
            self.needs.append("atomic groups")
            return self._closed(at, "atomic")
        if self.accept("<"):
            self._name(at)
            return self._closed(at, "plain")
        return self._flags(at)

    def _name(self, at: int) -> None:
        end = self.text.find(">", self.here)
        name = self.text[self.here : end] if end >= 0 else ""
        if not name or name[0] not in _LETTERS or not (name.isascii() and name.isalnum()):
            raise Faulty("the name of a group is letters and digits between < and >", at)
        self.here = end + 1

    def _flags(self, at: int) -> Piece | None:
        is_on, before = True, (self.ignores_case, self.dot_is_all)
        while not self.at_end and self.peek() not in ":)":
            letter = self.take()
            if letter == "-":
                is_on = False
            elif letter not in _FLAGS:
                raise Faulty(f"(?{letter} begins no group that Java knows", at)
            self._set(letter, on=is_on)
        if self.accept(")"):
            return None
        if not self.accept(":"):
            raise Faulty("a ( is not closed", at)
        group = self._closed(at, "plain")
        self.ignores_case, self.dot_is_all = before
        return group

    def _set(self, letter: str, *, on: bool) -> None:
        if letter == "x" and on:
            raise Unjudged  # white space and # mean something else from here on
        if letter == "i":
            self.ignores_case = on
            self.began_ignoring_case |= on and self.depth == 1
        if letter == "s":
            self.dot_is_all = on
            self.began_with_all |= on and self.depth == 1

    def _closed(self, at: int, kind: str) -> Group:
        branches = self._branches()
        if not self.accept(")"):
            raise Faulty("a ( is not closed", at)
        if kind == "look":
            return Group(branches, "look")
        return Group(branches, "atomic" if kind == "atomic" else "plain")
