"""Where imported resources are written: which file each goes to, and how all of them appear at once or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from dac.config.documents import FILE_KEYS
from dac.config.editing import edit_toml
from dac.config.writing import render_resource
from dac.errors import DacError
from dac.state.durable import file_errors, replace_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from dac.config.editing import TomlEdit
    from dac.config.settings import Project
    from dac.run.importing.drafts import Draft

STACK_TOML = "stack.toml"
_DESCRIPTION = '[stack]\ndescription = "Taken over from a console by dac import"\n'
_AGAIN = "import again: nothing was written"
_PLURALS = {
    "reference_set": "reference_sets",
    "custom_property": "custom_properties",
    "building_block": "building_blocks",
    "detection": "detections",
}


class Layout(StrEnum):
    """How resources are spread over files: a file for each rule, or one for each kind."""

    RESOURCE = "resource"
    KIND = "kind"


@dataclass(slots=True)
class Staging:
    """A copy of a stack's folder, beside it and hidden, in which the stack as it is to become is put together.

    `edits` are those of files that are there, by path below the stack; `before` is what the files held that change.
    """

    folder: Path
    target: Path
    edits: Mapping[str, Sequence[TomlEdit]] = field(default_factory=dict)
    before: dict[str, str] = field(default_factory=dict)

    @property
    def is_new(self) -> bool:
        """Whether the stack is not there yet."""
        return not self.target.exists()

    def fill(self, drafts: Sequence[Draft], layout: Layout) -> dict[str, bytes]:
        """Put the stack together anew; return the files that differ from the stack's own, by path below it."""
        _clear(self.folder)
        if not self.is_new:
            shutil.copytree(self.target, self.folder, symlinks=True)
        edited = self._edited()
        changed = _contents(self.target, drafts, layout, edited, is_new=self.is_new)
        self.before = {name: _read(self.target / name) for name in changed}
        for name, data in changed.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return changed

    def _edited(self) -> dict[str, str]:
        """Return the texts of the files that are edited; DacError where one is not what it was when it was read."""
        out = {}
        for name, edits in self.edits.items():
            try:
                out[name] = edit_toml(_read(self.target / name), edits)
            except (ValueError, KeyError, IndexError) as error:
                raise DacError(f"{self.target / name} cannot be edited: {error}", hint=_AGAIN) from None
        return out

    def publish(self, changed: Mapping[str, bytes]) -> None:
        """Make it the stack: a new one appears as a whole, of one that is there each file is the old or the new one.

        DacError, and nothing is written, when somebody has saved one of these files meanwhile.
        """
        for name, text in self.before.items():
            if _read(self.target / name) != text:
                raise DacError(f"{self.target / name} was changed while the console was read", hint=_AGAIN)
        with file_errors("write", self.target):
            if self.is_new:
                self.folder.rename(self.target)
                return
            for name in sorted(changed, key=lambda name: (name.endswith(".toml"), name)):  # first what others name
                path = self.target / name
                path.parent.mkdir(parents=True, exist_ok=True)
                replace_file(path, changed[name], mode=0o644)


@contextmanager
def staging(
    project: Project, stack: str, edits: Mapping[str, Sequence[TomlEdit]] = MappingProxyType({})
) -> Iterator[Staging]:
    """Offer a place to put a stack together; what is left of it at the end is removed."""
    target = project.stacks_folder / stack
    folder = project.stacks_folder / f".{stack}.import-{os.getpid()}"
    with file_errors("write", target):
        project.stacks_folder.mkdir(parents=True, exist_ok=True)
    try:
        yield Staging(folder, target, edits)
    finally:
        _clear(folder)


def _clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _contents(
    target: Path, drafts: Sequence[Draft], layout: Layout, edited: Mapping[str, str], *, is_new: bool
) -> dict[str, bytes]:
    texts: dict[str, list[str]] = {}
    out: dict[str, bytes] = {STACK_TOML: _DESCRIPTION.encode()} if is_new else {}
    out |= {name: text.encode() for name, text in edited.items()}
    for draft in sorted(drafts, key=lambda draft: draft.address):
        home, folder = _file_of(draft, layout), _PLURALS[draft.address.kind]
        inside = home.startswith(f"{folder}/")
        paths = {name: name if inside else f"{folder}/{name}" for name in draft.files}
        table = {key: paths.get(value, value) if key in FILE_KEYS else value for key, value in draft.table.items()}
        texts.setdefault(home, []).append(render_resource(draft.address.kind, draft.address.name, table))
        for name, data in draft.files.items():
            _refuse_other(target / folder / name, data)
            out[f"{folder}/{name}"] = data
    for name, blocks in texts.items():
        before = edited.get(name) or _read(target / name)
        out[name] = "\n".join([*([before.rstrip("\n") + "\n"] if before else []), *blocks]).encode()
    return out


def _file_of(draft: Draft, layout: Layout) -> str:
    folder = _PLURALS[draft.address.kind]
    return f"{folder}/{draft.address.name}.toml" if layout is Layout.RESOURCE and draft.is_rule else f"{folder}.toml"


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError:
        raise DacError(f"{path} is not UTF-8, so nothing can be added to it") from None


def _refuse_other(path: Path, data: bytes) -> None:
    if path.exists() and path.read_bytes() != data:
        hint = "move it away, or give what is imported another address: dac import ADDRESS ID"
        raise DacError(f"{path} is there already and says something else", hint=hint)
