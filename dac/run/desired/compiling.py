"""From declared to desired. What the state knows to be unchanged is neither validated nor compiled again."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dac.config.findings import diagnose
from dac.model.diagnostic import Diagnostic, Diagnostics, Finding, Severity
from dac.model.resource import Desired, Reference
from dac.resources.aql_texts import syntax_findings
from dac.resources.kind import without_newer_fields
from dac.resources.registry import kind
from dac.resources.rollout import rollout_of
from dac.resources.rule_form import XML_FINDING
from dac.resources.rule_lifting import XML_KEY
from dac.resources.scales import retires
from dac.resources.validation import validate
from dac.run.desired.identities import recorded_for
from dac.run.desired.property_readers import switch_on_read_properties

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from dac.config.declared import DeclaredResource
    from dac.model.address import Address
    from dac.model.resource import Recorded
    from dac.resources.kind import Compiled, Fact
    from dac.run.desired.surroundings import Surroundings


@dataclass(slots=True)
class Result:
    """`anew` are the addresses that were compiled; what was taken from the record has passed its checks before."""

    desired: dict[Address, Desired] = field(default_factory=dict)
    anew: set[Address] = field(default_factory=set)
    references: dict[Address, tuple[Reference, ...]] = field(default_factory=dict)
    diagnostics: Diagnostics = field(default_factory=Diagnostics)


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
    switch_on_read_properties(resources, result.desired, result.references, recorded)
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
        findings = [*findings, *(_with_file(finding, resource) for finding in compiled.findings)]
        result.references[address] = compiled.references
        result.desired[address] = Desired(
            deployed=without_newer_fields(described, compiled.deployed, around.api_version),
            references=compiled.references,
            valid_until=compiled.valid_until,
            **_constants(resource, around.facts[str(address)], around),
        )
    result.diagnostics.extend(_diagnostics(resource, findings))


def _with_file(finding: Finding, resource: DeclaredResource) -> Finding:
    """Say in which file it is: the table holds the text by now, and the position is where the file is named."""
    if finding.code != XML_FINDING:
        return finding
    return replace(finding, summary=f"{resource.named_file(XML_KEY)}: {finding.summary}")


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
    table, fields = resource.table, kind(resource.address.kind).declared.model_fields
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
        "rollout": rollout_of(table, around.rollout) if "rollout" in fields else "active",
        "delete_after": around.delete_after if retires(table.get("status")) else None,
    }
