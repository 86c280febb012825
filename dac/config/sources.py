"""The files of all stacks, merged: what is declared where, before any console is chosen."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict

from dac.config.documents import Document, read_document, toml_files, unreadable
from dac.config.findings import diagnose
from dac.model.address import Address, is_name
from dac.model.diagnostic import Diagnostic, Diagnostics, Finding, Severity
from dac.model.position import SourcePosition
from dac.resources.registry import kinds
from dac.resources.validation import did_you_mean, validate_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from dac.config.settings import Project
    from dac.model.diagnostic import KeyPath


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """One named table of a stack file (`[detection.x]`, `[variable.x]`), as tomli read it."""

    table: dict[str, Any]
    document: Document
    path: KeyPath

    def locate(self, path: KeyPath = (), line_offset: int = 0) -> SourcePosition:
        return self.document.position((*self.path, *path), line_offset)


@dataclass(slots=True)
class StackSource:
    """One stack's files, merged. `removed` maps a local address to the reason why it is forgotten."""

    name: str
    description: str = ""
    resources: dict[Address, Block] = field(default_factory=dict)
    variables: dict[str, Block] = field(default_factory=dict)
    removed: dict[str, str] = field(default_factory=dict)


class StackTable(BaseModel):
    """[stack]: what is said of a stack as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)
    description: str = ""


def read_stacks(project: Project, found: Diagnostics, instead: Mapping[str, str]) -> dict[str, StackSource]:
    """Read every stack of the project, by name; what is wrong goes to `found`.

    `instead` holds the texts of files, by their path, that are looked at before they are written.
    """
    stacks = _stack_documents(project, found, instead)
    return {name: _Merger(name, found).merge(documents) for name, documents in stacks}


def read_stack(name: str, folder: str, display: str, found: Diagnostics) -> StackSource:
    """Read one stack from wherever its files are; `display` is what people see as its folder."""
    return _Merger(name, found).merge(_documents(folder, display, found, {}))


def _stack_documents(
    project: Project, found: Diagnostics, instead: Mapping[str, str]
) -> Iterator[tuple[str, Iterator[Document]]]:
    display = project.display(project.stacks_folder)
    try:
        entries = sorted(os.scandir(project.stacks_folder), key=lambda entry: entry.name)
    except FileNotFoundError:
        hint = f"make a folder {display}/NAME with *.toml files, or run `dac init`"
        summary = "there is no folder of stacks, so there is nothing to compare a console with"
        found.add(Diagnostic(Severity.ERROR, "no-stacks", summary, "", hint, SourcePosition(display)))
        return
    except OSError as error:
        found.add(unreadable(display, error))
        return
    for entry in entries:
        shown = f"{display}/{entry.name}"
        if entry.name.startswith((".", "__")) or not os.path.isdir(entry.path):  # noqa: PTH112 - never raises
            continue
        if not is_name(entry.name):
            summary = f'"{entry.name}" is no stack name: a letter, then letters, digits, _ and -'
            found.add(Diagnostic(Severity.ERROR, "invalid-name", summary, position=SourcePosition(shown)))
            continue
        yield entry.name, _documents(entry.path, shown, found, instead)


def _documents(folder: str, display: str, found: Diagnostics, instead: Mapping[str, str]) -> Iterator[Document]:
    for file, shown in toml_files(folder, display, found):
        document = read_document(file, shown, found, instead.get(file))
        if document is not None:
            yield document


class _Merger:
    """Puts the top-level tables of one stack's documents together."""

    def __init__(self, stack: str, found: Diagnostics) -> None:
        self._stack = StackSource(stack)
        self._found = found
        self._places: dict[KeyPath, Document] = {}  # where [stack] and each row of [removed] came from
        self._readers: dict[str, Callable[[Document], None]] = {
            "stack": self._stack_table,
            "variable": self._variables,
            "removed": self._removed,
        } | {kind: self._resources_reader(kind) for kind in kinds()}

    def merge(self, documents: Iterator[Document]) -> StackSource:
        for document in documents:
            for key in document.data:
                reader = self._readers.get(key)
                if reader is None:
                    hint = did_you_mean(key, self._readers)
                    self._report(document, Finding("unknown-table", f"unknown table [{key}]", (key,), hint=hint))
                elif not isinstance(document.data[key], dict):
                    summary = f"{key} is not a table"
                    hint = f"write [{key}]" if key in ("stack", "removed") else f"write [{key}.NAME]"
                    self._report(document, Finding("wrong-type", summary, (key,), hint=hint))
                else:
                    reader(document)
        return self._stack

    def _stack_table(self, document: Document) -> None:
        if self._is_second(("stack",), "[stack]", document):
            return
        model, findings = validate_model(StackTable, document.data["stack"])
        for finding in findings:
            diagnostic = diagnose(finding, Block({}, document, ("stack",)).locate)
            self._found.add(diagnostic)
        if isinstance(model, StackTable):
            self._stack.description = model.description

    def _variables(self, document: Document) -> None:
        for name, block in self._blocks("variable", document):
            first = self._stack.variables.get(name)
            if first:
                self._report_twice(f"variable.{name}", block, first.locate())
            else:
                self._stack.variables[name] = block

    def _resources_reader(self, kind: str) -> Callable[[Document], None]:
        def read(document: Document) -> None:
            for name, block in self._blocks(kind, document):
                address = Address(self._stack.name, kind, name)
                first = self._stack.resources.get(address)
                if first:
                    self._report_twice(address.local, block, first.locate())
                else:
                    self._stack.resources[address] = block

        return read

    def _removed(self, document: Document) -> None:
        for local, reason in document.data["removed"].items():
            path = ("removed", local)
            known = _is_local_address(local)
            if not known or not isinstance(reason, str) or not reason.strip():
                summary = f'[removed] holds lines like "detection.old" = "why", not {local}'
                hint = "" if known else "quote the address: its dot would start a table"
                self._report(document, Finding("invalid-removed", summary, path, hint=hint))
            elif not self._is_second(path, f'"{local}" in [removed]', document):
                self._stack.removed[local] = reason

    def _blocks(self, kind: str, document: Document) -> Iterator[tuple[str, Block]]:
        for name, table in document.data[kind].items():
            path = (kind, name)
            if not isinstance(table, dict):
                wrong = "is an array of tables" if isinstance(table, list) else "is not a table"
                hint = f"write [{kind}.{name}]" if isinstance(table, list) else f"write [{kind}.NAME] above it"
                self._report(document, Finding("wrong-type", f"{kind}.{name} {wrong}", path, hint=hint))
            elif not is_name(name):
                summary = f'"{name}" is no name: a letter, then letters, digits, _ and -'
                hint = "" if kind == "variable" else "what it is called on the console goes into its key `name`"
                self._report(document, Finding("invalid-name", summary, path, hint=hint))
            else:
                yield name, Block(table, document, path)

    def _is_second(self, path: KeyPath, title: str, document: Document) -> bool:
        first = self._places.setdefault(path, document)
        if first is document:
            return False
        self._report_twice(title, Block({}, document, path), first.position(path))
        return True

    def _report_twice(self, title: str, second: Block, first: SourcePosition) -> None:
        summary = f"{title} is declared twice: first at {first}"
        hint = "remove one of the two, or give it another name"
        self._found.add(diagnose(Finding("duplicate-address", summary, hint=hint), second.locate))

    def _report(self, document: Document, finding: Finding) -> None:
        self._found.add(diagnose(finding, document.position))


def _is_local_address(text: str) -> bool:
    kind, dot, name = text.partition(".")
    return bool(dot) and kind in kinds() and is_name(name)
