"""The use case `console refresh`: a console's own lists, saved beside the stacks for work without it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.aql.catalogue.differences import differences
from dac.aql.catalogue.vocabulary import SHIPPED
from dac.config.catalogues import catalogue_path, catalogue_text, read_catalogue
from dac.errors import ConfigError
from dac.model.address import Address
from dac.qradar.vocabulary import read_vocabulary
from dac.state.durable import replace_file

if TYPE_CHECKING:
    from pathlib import Path

    from dac.aql.catalogue.console import ConsoleVocabulary
    from dac.aql.catalogue.differences import Differences
    from dac.model.diagnostic import Diagnostic
    from dac.run.console import Console

_ANY = Address("any", "reference_set", "any")


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh found. `since` is what the file did not say yet: None where there is no file that can be read.

    `file` is as it is printed; `damage` is why the file that was there could not be read.
    """

    file: str
    is_new: bool
    shipped: Differences
    since: Differences | None = None
    damage: tuple[Diagnostic, ...] = ()


def refresh(console: Console, *, write: bool) -> Refreshed:
    """Read the lists of a console and, when they differ from the file and `write` is set, write the file."""
    project, name = console.project, console.settings.name
    vocabulary = read_vocabulary(console.client, name, console.marker(_ANY))
    file, text = catalogue_path(project, name), catalogue_text(vocabulary)
    is_new = _content(file) != text
    before, damage = _before(file, project.display(file), name)
    if is_new and write:
        replace_file(file, text.encode(), mode=0o644)
    since = None if before is None else differences(before, vocabulary)
    return Refreshed(project.display(file), is_new, differences(SHIPPED, vocabulary), since, damage)


def _content(file: Path) -> str | None:
    """The text of the file, whatever line ends a checkout gave it."""
    try:
        return file.read_bytes().decode().replace("\r\n", "\n")
    except (FileNotFoundError, UnicodeDecodeError):
        return None


def _before(file: Path, display: str, console: str) -> tuple[ConsoleVocabulary | None, tuple[Diagnostic, ...]]:
    if not file.exists():
        return None, ()
    try:
        return read_catalogue(file, display, console), ()
    except ConfigError as error:
        return None, error.diagnostics
