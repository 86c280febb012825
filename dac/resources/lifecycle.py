"""What every declared resource has: strictness, and the keys that steer its life."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Annotated, TypeVar
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic import Field as ModelField

from dac.model.change import Channel
from dac.model.diagnostic import Finding
from dac.resources.kind import Field, Where
from dac.resources.validation import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

_NOT_XML = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")
"""What XML 1.0 has no place for: a rule's body is XML."""

_NO_NAME = ("Cc", "Cs", "Zl", "Zp")
"""Categories of control characters, halves of characters, and line ends."""

T = TypeVar("T")
Many = Annotated[tuple[T, ...], ModelField(strict=False)]
"""A TOML array, frozen; only the array itself is converted, its items stay strict."""


class Declared(BaseModel):
    """A table of a stack file. Unknown keys are errors, and nothing is converted behind the author's back."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


def _identifier(text: str) -> str:
    if text.startswith("SYSTEM-") and text[7:].isdigit():
        return text
    try:
        return str(UUID(text))
    except ValueError:
        msg = f"{text!r} is neither a uuid (8-4-4-4-12 hexadecimal digits) nor of a stock rule, such as SYSTEM-1443"
        raise ValueError(msg) from None


def _one_printable_line(text: str) -> str:
    bad = next((character for character in text if unicodedata.category(character) in _NO_NAME), "")
    if bad:
        msg = f"holds the character U+{ord(bad):04X}, which a name on a console cannot have"
        raise ValueError(msg)
    return text


def _storable(text: str) -> str:
    if "\0" in text:
        msg = "holds the character U+0000, which no console can store"
        raise ValueError(msg)
    return text


def _writable(text: str) -> str:
    found = _NOT_XML.search(text)
    if found:
        msg = f"holds the character U+{ord(found[0]):04X}, which cannot be written into a rule"
        raise ValueError(msg)
    return text


Identifier = Annotated[str, AfterValidator(_identifier)]
Text = Annotated[str, StringConstraints(min_length=1)]
ConsoleName = Annotated[
    str,
    StringConstraints(min_length=1, max_length=255, pattern=r"^\S(?:.*\S)?$"),
    AfterValidator(_one_printable_line),
]
Prose = Annotated[str, AfterValidator(_writable)]
Stored = Annotated[str, AfterValidator(_storable)]


class Managed(Declared):
    """A resource: the keys of its life cycle. `moved` and `console` are consumed by the config room."""

    uuid: Identifier | None = None
    protect: bool = False
    ignore_changes: Many[str] = ()
    adopt: bool = False
    console_bound: Text | None = None


def ignore_findings(declared: Managed, fields: Sequence[Field]) -> list[Finding]:
    """Return a finding for each name in `ignore_changes` that stands for nothing on the console."""
    known = [row.name for row in fields if row.deployed and row.channel is not Channel.STATE]
    return [
        Finding("unknown-field", f'"{name}" is no field that could differ on the console', ("ignore_changes", at),
                hint=did_you_mean(name, known))
        for at, name in enumerate(declared.ignore_changes)
        if name not in known
    ]  # fmt: skip


LIFECYCLE_FIELDS = (
    Field("uuid", Where.GIT, "Identity on the console; left out, it is derived from project.id and the address."),
    Field("protect", Where.GIT, "Refuse every plan that would delete it."),
    Field("ignore_changes", Where.GIT, "Fields that are left as the console has them once the thing exists."),
    Field("adopt", Where.GIT, "Take over a thing of the same name that dac did not make."),
    Field("console_bound", Where.GIT, "The one console whose numbers it holds: no other takes it."),
    Field("moved", Where.GIT, "The addresses it had before, oldest first; the oldest keeps seeding its uuid."),
    Field("console", Where.GIT, "Per-console values: [kind.name.console.NAME] overrides any field."),
)
