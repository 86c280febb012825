"""From declared to desired. What the state knows to be unchanged is neither validated nor compiled again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dac.aql.catalogue.vocabulary import SHIPPED
from dac.config.findings import diagnose
from dac.config.settings import LintSettings
from dac.model.deployed import digest
from dac.model.diagnostic import Diagnostic, Diagnostics, Finding, Severity
from dac.model.resource import Desired, Reference
from dac.resources import custom_property
from dac.resources.aql_texts import syntax_findings
from dac.resources.kind import CompileContext, without_newer_fields
from dac.resources.registry import kind
from dac.resources.scales import retires
from dac.resources.validation import validate
from dac.run.identities import recorded_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from zoneinfo import ZoneInfo

    from dac.aql.catalogue.vocabulary import Vocabulary
    from dac.config.declared import DeclaredResource
    from dac.config.settings import ConsoleSettings, Project
    from dac.model.address import Address
    from dac.model.deployed import Deployed
    from dac.model.names import Names
    from dac.model.resource import Recorded
    from dac.resources.kind import Compiled, Fact

COMPILER = 2
"""Raised whenever the same TOML compiles to something else: then every recorded digest is worth nothing."""


@dataclass(frozen=True)
class Surroundings:
    """All that compiling and checking read besides a resource's own table. `clock` is epoch ms.

    `delete_after` is in ms. `load_vocabulary` reads the console's catalogue: only what has changed is worth that.
    """

    project: str
    console: str
    min_status: str
    timezone: ZoneInfo
    names: Names
    facts: Mapping[str, Fact]
    clock: int
    api_version: tuple[int, int] | None = None
    lint: LintSettings = field(default_factory=LintSettings)
    rollout: str = "active"
    delete_after: int = 0
    load_vocabulary: Callable[[], Vocabulary] = lambda: SHIPPED

    @property
    def digest(self) -> str:
        """Stands for everything here but the clock, for which each resource has its own `valid_until`.

        The offense types of the project's own properties do not count: they appear as a consequence of an apply.
        """
        facts = {
            address: (f.kind, f.name, f.uuid, f.type) for address, f in self.facts.items() if f.kind != "detection"
        }
        others = (t for t in self.names.offense_types if not (t.custom and t.index.lower() in self.properties))
        names = replace(self.names, offense_types=tuple(others))
        console = [self.console, self.min_status, self.rollout, self.api_version]
        settings = [COMPILER, self.project, *console, self.timezone.key]
        return digest([settings, names.digest, facts])

    @cached_property
    def properties(self) -> dict[str, str]:
        """Lower-case name to declared spelling of the project's custom properties."""
        names = [fact.name for fact in self.facts.values() if fact.kind == custom_property.KIND.name]
        return {name.lower(): name for name in names}

    def context(self, address: Address) -> CompileContext:
        return CompileContext(
            project=self.project,
            console=self.console,
            address=address,
            names=self.names,
            clock=self.clock,
            timezone=self.timezone,
            facts=self.facts,
            properties=self.properties,
            min_status=self.min_status,
            rollout=self.rollout,
            api_version=self.api_version,
            read_rule=_read_rule,
        )


@dataclass(slots=True)
class Result:
    """`anew` are the addresses that were compiled; what was taken from the record has passed its checks before."""

    desired: dict[Address, Desired] = field(default_factory=dict)
    anew: set[Address] = field(default_factory=set)
    references: dict[Address, tuple[Reference, ...]] = field(default_factory=dict)
    diagnostics: Diagnostics = field(default_factory=Diagnostics)


def surroundings(
    project: Project,
    console: ConsoleSettings,
    names: Names,
    facts: Mapping[str, Fact],
    clock: int,
    api_version: tuple[int, int] | None = None,
    vocabulary: Vocabulary | None = None,
) -> Surroundings:
    """Gather what compiling for one console reads; `api_version` is None when the console is not asked.

    `vocabulary` is the console's catalogue where it has been read; without it, it will be when it is needed.
    """

    def load() -> Vocabulary:
        from dac.config.catalogues import load_vocabulary  # not for a plan without changes

        return load_vocabulary(project, console.name) if vocabulary is None else vocabulary

    return Surroundings(
        project=project.name,
        console=console.name,
        min_status=console.min_status,
        timezone=project.timezone,
        names=names,
        facts=facts,
        clock=clock,
        api_version=api_version,
        lint=project.lint,
        rollout=console.rollout,
        delete_after=console.delete_after * 1000,
        load_vocabulary=load,
    )


def unchanged(resource: DeclaredResource, recorded: Recorded | None, clock: int) -> bool:
    """Whether the recorded form is what this resource would compile to, given equal surroundings."""
    return (
        recorded is not None
        and recorded.digest == resource.digest
        and (recorded.valid_until is None or clock < recorded.valid_until)
        and not resource.table.get("ignore_changes")
    )


def compile_all(
    resources: Sequence[DeclaredResource],
    around: Surroundings,
    recorded: Mapping[Address, Recorded],
    fresh: frozenset[str],
) -> Result:
    """Compile every resource; `fresh` names the stacks whose record was made under these very surroundings."""
    result = Result()
    for resource in resources:
        known = recorded_for(resource, recorded)
        if known is not None and resource.address.stack in fresh and unchanged(resource, known, around.clock):
            _take(resource, known, around, result)
        else:
            _compile(resource, around, result)
    _switch_on_read_properties(resources, result, recorded)
    return result


def _take(resource: DeclaredResource, known: Recorded, around: Surroundings, result: Result) -> None:
    """Go on with what was compiled and applied before."""
    result.references[resource.address] = known.references
    fact = around.facts[str(resource.address)]
    result.desired[resource.address] = Desired(
        deployed=known.deployed,
        references=known.references,
        valid_until=known.valid_until,
        **_constants(resource, fact, around),
    )


def _compile(resource: DeclaredResource, around: Surroundings, result: Result) -> None:
    address = resource.address
    described = kind(address.kind)
    result.anew.add(address)
    declared, findings = validate(described, resource.table)
    findings = [*findings, *_console_bound(resource, around)]
    if declared is None:
        findings = [*findings, *syntax_findings(described, resource.table)]
    else:
        compiled: Compiled = described.compile(declared, around.context(address))
        findings = [*findings, *compiled.findings]
        result.references[address] = compiled.references
        result.desired[address] = Desired(
            deployed=without_newer_fields(described, compiled.deployed, around.api_version),
            references=compiled.references,
            valid_until=compiled.valid_until,
            **_constants(resource, around.facts[str(address)], around),
        )
    result.diagnostics.extend(_diagnostics(resource, findings))


def _read_rule(text: str, kind: str, names: Names) -> Deployed:
    from dac.qradar.package.rule_file import read_rule_file

    return read_rule_file(text, kind, names)


def _console_bound(resource: DeclaredResource, around: Surroundings) -> list[Finding]:
    """Numbers of one console mean other things on another. Without a console that is only said."""
    bound = resource.table.get("console_bound")
    if bound in (None, around.console):
        return []
    summary = f"it holds numbers of console {bound}, which mean nothing on {around.console}"
    hint = f"replace them by names and take console_bound out, or keep {resource.address.local} in a stack of {bound}"
    severity = Severity.ERROR if around.names.complete else Severity.WARNING
    return [Finding("console-bound", summary, ("console_bound",), hint=hint, severity=severity)]


def _diagnostics(resource: DeclaredResource, findings: Iterable[Any]) -> list[Diagnostic]:
    return [diagnose(finding, resource.locate, resource.address) for finding in findings]


def _constants(resource: DeclaredResource, fact: Fact, around: Surroundings) -> dict[str, Any]:
    """Return what is read from the table alone, compiled or not."""
    table = resource.table
    return {
        "address": resource.address,
        "uuid": fact.uuid,
        "name": fact.name,
        "digest": resource.digest,
        "protect": table.get("protect") is True,
        "ignore_changes": tuple(table.get("ignore_changes", ())),
        "adopt": table.get("adopt") is True,
        "previous": resource.previous,
        "dormant": kind(resource.address.kind).dormant(table, around.min_status),
        "written_uuid": resource.written_uuid,
        "asleep": around.rollout == "disabled" and "status" in kind(resource.address.kind).declared.model_fields,
        "delete_after": around.delete_after if retires(table.get("status")) else None,
    }


def _switch_on_read_properties(
    resources: Sequence[DeclaredResource], result: Result, recorded: Mapping[Address, Recorded]
) -> None:
    """Tell every custom property whether a rule or an offense index of the project reads it."""
    own = [resource for resource in resources if resource.address.kind == custom_property.KIND.name]
    known = {resource.address: recorded_for(resource, recorded) for resource in own}
    parsed = {address for address, one in known.items() if one and one.deployed.get("use_for_rule_engine") is True}
    read = _read_in_advance(result, parsed)
    for resource in own:
        desired = result.desired.get(resource.address)
        if desired is not None:
            form = custom_property.for_readers(
                desired.deployed,
                resource.table,
                is_read=desired.name in read,
                is_parsed=resource.address in parsed,
            )
            if form != desired.deployed:
                result.desired[resource.address] = replace(desired, deployed=form)


def _read_in_advance(result: Result, parsed: set[Address]) -> set[str]:
    """Return the properties that rules read, and those which properties that are parsed in advance are made of."""
    kind_name = custom_property.KIND.name
    made_of: dict[str, list[str]] = {}
    waiting: list[str] = []
    for address, references in result.references.items():
        names = [reference.name for reference in references if reference.kind == kind_name]
        desired = result.desired.get(address)
        if address.kind != kind_name or desired is None:
            waiting += names
        else:
            made_of[desired.name] = names
            if address in parsed or desired.deployed.get("use_for_rule_engine") is True:
                waiting += names
    read: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name not in read:
            read.add(name)
            waiting += made_of.get(name, ())
    return read
