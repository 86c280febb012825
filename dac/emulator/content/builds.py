"""Comparing QRadar builds: content of a newer console does not go into an older one."""

from __future__ import annotations

import re

_PLAIN = re.compile(r"\d+(\.\d+)*")
FIRST_YEAR = 2000


def is_newer(build: str, console_build: str, console_release: str) -> bool:
    """Whether `build` came after the console. `7.x` numbers are compared with its release, `20xx.x` with its build.

    What is no number at all is taken for newer: a console would not know it.
    """
    if _PLAIN.fullmatch(build) is None:
        return True
    numbers = _numbers(build)
    mine = console_build if numbers[0] >= FIRST_YEAR else console_release
    return numbers > _numbers(mine)[: max(len(numbers), 1)]


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))
