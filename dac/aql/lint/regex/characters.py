"""Sets of characters as bit masks over a sample of the alphabet: enough to see what overlaps."""

from __future__ import annotations

from functools import lru_cache

SAMPLE = "".join(map(chr, range(32, 127))) + "\t\n\ré中"
"""All printable ASCII, white space, and two letters for everything else."""

_BITS = {character: 1 << index for index, character in enumerate(SAMPLE)}
_OTHER = _BITS["中"]
EVERYTHING = (1 << len(SAMPLE)) - 1
NOT_A_LINE_BREAK = EVERYTHING & ~(_BITS["\n"] | _BITS["\r"])
NOTHING = 0


def mask_of(characters: str) -> int:
    """The set of these characters; what is not in the sample counts as one and the same other letter."""
    mask = 0
    for character in characters:
        mask |= _BITS.get(character, _OTHER)
    return mask


@lru_cache(maxsize=1024)
def both_cases(mask: int) -> int:
    """`mask` with each letter in the other case, too."""
    for lower in "abcdefghijklmnopqrstuvwxyz":
        pair = _BITS[lower] | _BITS[lower.upper()]
        if mask & pair:
            mask |= pair
    return mask


def span(first: str, last: str) -> int:
    """The set `first-last` of a character class."""
    inside = mask_of("".join(c for c in SAMPLE if first <= c <= last))
    return inside | mask_of(first + last)


_DIGITS = mask_of("0123456789")
_WORDS = span("a", "z") | span("A", "Z") | _DIGITS | mask_of("_")
_BLANKS = mask_of(" \t\n\r")
CLASSES = {
    "d": _DIGITS,
    "D": EVERYTHING & ~_DIGITS,
    "w": _WORDS,
    "W": EVERYTHING & ~_WORDS,
    "s": _BLANKS,
    "S": EVERYTHING & ~_BLANKS,
    "h": mask_of(" \t"),
    "H": EVERYTHING & ~mask_of(" \t"),
    "v": mask_of("\n\r"),
    "V": NOT_A_LINE_BREAK,
    "R": mask_of("\n\r"),
    "X": EVERYTHING,
    "N": EVERYTHING,
    "p": EVERYTHING,  # which characters a property has is not known here
    "P": EVERYTHING,
}
"""What a backslash and a letter stand for."""
