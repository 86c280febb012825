"""From the files of a project to the declared resources of one console."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from dac.config.declared import DeclaredResource, Origin
from dac.config.documents import FILE_KEYS, file_beside, file_digest
from dac.config.entries import EntryRows, entry_file, read_entries
from dac.config.findings import diagnose
from dac.config.interpolation import Interpolation
from dac.config.overrides import bad_overrides, console_uuid, merged, previous_addresses
from dac.config.project import load_project
from dac.config.sources import StackSource, read_stacks
from dac.config.variables import console_values, declared_variables, undeclared
from dac.model.deployed import digest
from dac.model.diagnostic import Diagnostic, Diagnostics, Finding
from dac.resources.registry import kinds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from dac.config.settings import ConsoleSettings, Project
    from dac.config.sources import Block
    from dac.config.variables import Value, Variable
    from dac.model.address import Address

RULE_XML = "rule_xml"

__all__ = ["Sources", "Stack", "Stacks", "load_project", "load_stacks", "read_sources", "resolve"]


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack for one console. `removed` maps local addresses that are to be forgotten to the reason.

    `digest` covers what the files declare, for whichever console: it is the same on dev and on prod, and does not
    depend on the layout and comments of TOML, on file names, or on --var.
    """

    name: str
    description: str
    resources: tuple[DeclaredResource, ...]
    removed: Mapping[str, str]
    digest: str


@dataclass(frozen=True, slots=True)
class Stacks:
    """All stacks of a project, by name, and everything that is wrong with their files."""

    stacks: Mapping[str, Stack]
    diagnostics: tuple[Diagnostic, ...]


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of all stacks, read once; `resolve` makes each console's stacks from them."""

    stacks: Mapping[str, StackSource]
    diagnostics: tuple[Diagnostic, ...]


def load_stacks(project: Project, console: ConsoleSettings, *, variables: Mapping[str, str]) -> Stacks:
    """Read all stacks of the project for `console`. `variables` are the --var texts by name.

    Nothing is raised for what is wrong with a file: it is in `diagnostics`, and everything else is still there.
    """
    return resolve(project, read_sources(project), console, variables=variables)


def read_sources(project: Project, instead: Mapping[str, str] = MappingProxyType({})) -> Sources:
    """Read the files, without choosing a console; `instead` holds texts, by path, of some that are not written yet."""
    found = Diagnostics()
    return Sources(read_stacks(project, found, instead), found.sorted())


def resolve(project: Project, sources: Sources, console: ConsoleSettings, *, variables: Mapping[str, str]) -> Stacks:
    """Make the stacks of one console from files that were read before."""
    found = Diagnostics(list(sources.diagnostics))
    declared = [name for source in sources.stacks.values() for name in source.variables]
    found.extend(undeclared(variables, declared))
    stacks = {
        name: _Resolver(project, console.name, source, variables, found).stack()
        for name, source in sources.stacks.items()
    }
    return Stacks(stacks, found.sorted())


class _Resolver:
    """Makes one stack for one console."""

    def __init__(
        self,
        project: Project,
        console: str,
        source: StackSource,
        given: Mapping[str, str],
        found: Diagnostics,
    ) -> None:
        self._project = project
        self._console = console
        self._source = source
        self._found = found
        self._variables: dict[str, Variable] = declared_variables(source.variables, project.consoles, found)
        self._values: dict[str, Value] = console_values(self._variables, console, given, found)
        self._files: dict[Path, EntryRows] = {}

    def stack(self) -> Stack:
        source = self._source
        resources = tuple(self._resource(address, block) for address, block in source.resources.items())
        content = {
            "description": source.description,
            "removed": source.removed,
            "variables": {name: block.table for name, block in source.variables.items()},
            "resources": {resource.address.local: self._source_digest(resource) for resource in resources},
        }
        return Stack(source.name, source.description, resources, source.removed, digest(content))

    def _source_digest(self, resource: DeclaredResource) -> str:
        """Return a digest of what the files say of it, for all consoles."""
        block = resource.origin.block
        if resource.table is block.table:
            return resource.digest
        tables = [block.table, *_tables(block.table.get("console"))]
        names = [(key, table[key]) for table in tables for key in FILE_KEYS if key in table]
        files = [file_digest(key, name, block.document.file, self._project.root) for key, name in names]
        return digest([block.table, files])

    def _resource(self, address: Address, block: Block) -> DeclaredResource:
        table = block.table
        origin = Origin(block)
        previous: tuple[Address, ...] = ()
        findings: list[Finding] = []
        if "console" in table:
            table, override = self._overridden(table, findings)
            origin = Origin(block, override)
        if block.document.has_variables:
            table = self._interpolated(address, table, findings)
        if isinstance(table.get("uuid"), dict):
            table = self._identified(table, findings)
        if "moved" in table:
            previous = previous_addresses(table["moved"], address, findings)
            table = _without(table, "moved")
        if "entries_file" in table and "entries_file" in kinds()[address.kind].declared.model_fields:
            table, origin = self._with_entries(table, origin, findings)
        if RULE_XML in table and RULE_XML in kinds()[address.kind].declared.model_fields:
            table = self._with_rule(table, origin, findings)
        if findings:
            self._found.extend(diagnose(finding, origin.locate, address) for finding in findings)
        return DeclaredResource(address, table, digest(table), previous, origin)

    def _overridden(self, table: dict[str, Any], findings: list[Finding]) -> tuple[dict[str, Any], str]:
        tables = table["console"]
        findings.extend(bad_overrides(tables, self._project.consoles))
        override = tables.get(self._console) if isinstance(tables, dict) else None
        base = _without(table, "console")
        return (merged(base, override), self._console) if isinstance(override, dict) else (base, "")

    def _interpolated(self, address: Address, table: dict[str, Any], findings: list[Finding]) -> dict[str, Any]:
        paths = kinds()[address.kind].aql_paths
        interpolation = Interpolation(self._values, self._source.variables, paths, findings)
        return interpolation.apply(table)

    def _identified(self, table: dict[str, Any], findings: list[Finding]) -> dict[str, Any]:
        uuid = console_uuid(table["uuid"], self._console, self._project.consoles, findings)
        table = _without(table, "uuid")
        return table if uuid is None else table | {"uuid": uuid}

    def _with_entries(
        self, table: dict[str, Any], origin: Origin, findings: list[Finding]
    ) -> tuple[dict[str, Any], Origin]:
        inline = table.get("entry", [])
        name = table["entries_file"]
        table = _without(table, "entries_file")
        try:
            path = entry_file(name, origin.block.document.file, self._project.root)
        except ValueError as error:
            findings.append(Finding("entries-file", str(error), ("entries_file",)))
            return table, origin
        if not isinstance(inline, list):  # the kind says so in its own words
            return table, origin
        rows = self._rows(path)
        table["entry"] = [*inline, *rows.rows]
        return table, Origin(origin.block, origin.override, rows, len(inline))

    def _with_rule(self, table: dict[str, Any], origin: Origin, findings: list[Finding]) -> dict[str, Any]:
        """Put the text of the file where its name is; a file that cannot be read leaves the table as it is."""
        name = table[RULE_XML]
        try:
            path = file_beside(RULE_XML, name, origin.block.document.file, self._project.root)
            return table | {RULE_XML: path.read_bytes().decode()}
        except UnicodeDecodeError:
            findings.append(Finding("rule-xml", f'"{name}" is not UTF-8', (RULE_XML,), hint="save it as UTF-8"))
        except ValueError as error:
            findings.append(Finding("rule-xml", str(error), (RULE_XML,)))
        except OSError as error:
            findings.append(Finding("rule-xml", f'"{name}" cannot be read: {error.strerror or error}', (RULE_XML,)))
        return table

    def _rows(self, path: Path) -> EntryRows:
        if path not in self._files:
            self._files[path] = read_entries(path, self._project.display(path), self._found)
        return self._files[path]


def _tables(value: object) -> list[dict[str, Any]]:
    return [table for table in value.values() if isinstance(table, dict)] if isinstance(value, dict) else []


def _without(table: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in table.items() if name != key}
