"""Numbers and nouns in running text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.views.human.quote import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.plan import ConsoleRef


def counted(number: int, noun: str) -> str:
    """`1 rule`, `1,980 rules`; a kind of resource may be given by its TOML name."""
    word = visible(noun).replace("_", " ")
    if number != 1:
        word = f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
    return f"{number:,} {word}"


def tally(counts: Mapping[str, int]) -> str:
    """`12 detections, 1 building block`, in the order of the mapping, zeros left out."""
    return ", ".join(counted(number, noun) for noun, number in counts.items() if number)


def clock_time(elapsed: float) -> str:
    """Seconds the way Terraform writes them: `7s`, `1m10s`, `1h0m3s`."""
    minutes, seconds = divmod(round(elapsed), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours}h{minutes}m{seconds}s"
    return f"{minutes}m{seconds}s" if minutes else f"{seconds}s"


def console_name(console: ConsoleRef) -> str:
    """`"prod" (https://qradar.example.com)`, as it follows the word console."""
    return f'"{visible(console.name)}" ({visible(console.url)})'


def console_line(console: ConsoleRef) -> str:
    """The first and the last line of whatever reads or writes a console."""
    return f"Console {console_name(console)}"
