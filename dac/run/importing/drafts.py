"""How each thing of a console is declared in a stack: its table, the files beside it, and what was left out."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from dac.errors import BadContent
from dac.model.diagnostic import Severity
from dac.resources.entry_types import canonical_entry
from dac.resources.property_expressions import lift_expressions
from dac.resources.registry import kind
from dac.resources.rule_lifting import FIELDS_FIRST, TESTS_FIRST, XML_KEY, XML_ONLY, lift_rule
from dac.resources.validation import validate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dac.model.address import Address
    from dac.model.inventory import Listed
    from dac.model.resource import Live
    from dac.resources.kind import CompileContext
    from dac.resources.names import Names

RULES = ("building_block", "detection")
INLINE_ENTRIES = 50
"""A set of more entries has them in a file of their own."""

_WAYS = (FIELDS_FIRST, FIELDS_FIRST, TESTS_FIRST, XML_ONLY)
"""For rules: fields with names for other rules, fields with their uuids, tests alone, XML."""

_AS_TESTS = "written as rule_test: fields would not give the very same rule"
_HOLDS = "holds numbers of this console: {}"
_AS_XML = "written as rule_xml: no table gives the very same rule"


@dataclass(frozen=True)
class Draft:
    """One thing on its way into a stack.

    `way` counts the ways of declaring it that did not give back the same. `table` is what the stack file says, `files`
    what lies beside it, by path below the stack's folder; `notes` are for the reader. `suppressed` are findings of the
    linter that the console lives with. `form` is the part of the deployed form that the table is to say; None for all.
    """

    address: Address
    listed: Listed
    live: Live
    way: int = 0
    table: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    suppressed: tuple[str, ...] = ()
    form: Mapping[str, Any] | None = None

    @property
    def is_rule(self) -> bool:
        return self.address.kind in RULES


@dataclass(frozen=True)
class Surrounding:
    """What drafting reads: the compile context by address, the XML of a rule by uuid, and what rules are called."""

    context: Callable[[Address], CompileContext]
    body: Callable[[str], str]
    console: str
    rule_names: Mapping[str, str]


def drafted(draft: Draft, around: Surrounding) -> Draft:
    """Return the draft with its table, by its present way. BadContent when there is no such way."""
    if draft.is_rule:
        return _rule(draft, around)
    if draft.way > 0:
        raise BadContent("what a stack can say of it is not what the console has")
    return _set(draft, around) if draft.address.kind == "reference_set" else _property(draft, around)


def rule_names(names: Names, declared: Mapping[str, Address], stack: str) -> dict[str, str]:
    """Return how a stack calls each rule of the console: by address, else by a name that is the only one, by uuid."""
    used = Counter(names.rules.values())
    out = {uuid: name for uuid, name in names.rules.items() if used[name] == 1 and name and "." not in name}
    return out | {uuid: one.local if one.stack == stack else str(one) for uuid, one in declared.items()}


def _rule(draft: Draft, around: Surrounding) -> Draft:
    if draft.way >= len(_WAYS):
        raise BadContent("no way to write it gives back the rule that the console has")
    described, context = kind(draft.address.kind), around.context(draft.address)
    deployed = {key: value for key, value in draft.live.deployed.items() if key != "owner"}
    lifted = lift_rule(described, deployed, context, start=_WAYS[draft.way])
    table = dict(lifted.table)
    files: dict[str, bytes] = {}
    notes = [_HOLDS.format(", ".join(lifted.bound))] if lifted.bound and not lifted.needs_xml else []
    if lifted.needs_xml:
        name = f"{draft.address.name}.rule.xml"
        table[XML_KEY] = name
        files[name] = _xml(around.body(draft.live.uuid))
        notes.append(f"{_AS_XML} ({lifted.why})" if lifted.why else _AS_XML)
    elif draft.way == 0:
        table = _with_names(table, around.rule_names)
    elif _WAYS[draft.way] == TESTS_FIRST:
        notes.append(_AS_TESTS)
    if table.get("enabled") is True:
        del table["enabled"]
    if draft.suppressed:
        reason = "as it was on the console when dac took it over"
        table["suppress"] = [{"code": code, "reason": reason} for code in sorted(draft.suppressed)]
    table["uuid"] = draft.live.uuid
    if lifted.bound:
        table["console_bound"] = around.console
    return replace(draft, table=_in_order(table, draft.address), files=files, notes=tuple(notes))


def _xml(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise BadContent("its XML is not UTF-8, and a file beside a stack has to be") from None


def _set(draft: Draft, around: Surrounding) -> Draft:
    """Entries that a stack cannot hold, or would take away because their day is over, are left to others."""
    deployed = draft.live.deployed
    entries = _declarable(draft, around)
    table = kind("reference_set").lift(dict(deployed) | {"entries": entries})
    rows = table.pop("entry", [])
    files = {}
    if len(rows) > INLINE_ENTRIES:
        table["entries_file"] = f"{draft.address.name}.jsonl"
        files[table["entries_file"]] = "".join(f"{_json(row)}\n" for row in rows).encode()
    elif rows:
        table["entry"] = rows
    left = len(deployed["entries"]) - len(entries)
    notes = (f"{left} of its entries are left to others: they are expired, or not of its type",) if left else ()
    form = dict(deployed) | {"entries": entries}
    return replace(draft, table=_in_order(table, draft.address), files=files, notes=notes, form=form)


def _declarable(draft: Draft, around: Surrounding) -> dict[str, str]:
    described, deployed = kind("reference_set"), draft.live.deployed
    kept = {value: notes for value, notes in deployed["entries"].items() if _fits(deployed["entry_type"], value)}
    declared, findings = validate(described, described.lift(dict(deployed) | {"entries": kept}))
    if declared is None:
        raise BadContent("; ".join(finding.summary for finding in findings))
    found = described.compile(declared, around.context(draft.address)).deployed["entries"]
    return {value: notes for value, notes in kept.items() if found.get(value) == notes}


def _json(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, default=str)


def _fits(entry_type: str, value: str) -> bool:
    try:
        return canonical_entry(entry_type, value) == value
    except (ValueError, KeyError):
        return False


def _property(draft: Draft, around: Surrounding) -> Draft:
    """Expressions that dac would refuse are left to whoever made them: a property is owned expression by expression."""
    deployed = draft.live.deployed
    described, context = kind("custom_property"), around.context(draft.address)
    bare = described.lift(dict(deployed) | {"expressions": []})
    if bare["name"] == draft.address.name:
        del bare["name"]
    kept = [row for row in deployed["expressions"] if _compiles(draft, _with_expression(bare, row), context)]
    table = bare | described.lift(dict(deployed) | {"expressions": kept}) if kept else bare
    table.pop("name" if "name" not in bare else "", None)
    left = len(deployed["expressions"]) - len(kept)
    notes = (f"{left} of its expressions are left to others: nothing that dac could write",) if left else ()
    form = dict(deployed) | {"expressions": kept}
    return replace(draft, table=_in_order(table, draft.address), notes=notes, form=form)


def _with_expression(bare: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the property with this expression alone; with a blank one, which nobody accepts, where nothing says it."""
    return dict(bare) | {"expression": lift_expressions([dict(row)]) or [{}]}


def _compiles(draft: Draft, table: Mapping[str, Any], context: CompileContext) -> bool:
    described = kind(draft.address.kind)
    declared, _ = validate(described, table)
    if declared is None:
        return False
    compiled = described.compile(declared, context)
    return not any(finding.severity is Severity.ERROR for finding in compiled.findings)


def _with_names(value: Any, names: Mapping[str, str], key: str = "") -> Any:
    """Replace uuids of rules where a table refers to some."""
    if isinstance(value, dict):
        inner = {"any", "all", "none"} if key == "building_blocks" else set()
        return {k: _named(v, names) if k in inner | {"rules"} else _with_names(v, names, k) for k, v in value.items()}
    return [_with_names(item, names) for item in value] if isinstance(value, list) else value


def _named(uuids: Any, names: Mapping[str, str]) -> Any:
    return sorted(names.get(uuid, uuid) for uuid in uuids) if isinstance(uuids, list) else uuids


def _in_order(table: Mapping[str, Any], address: Address) -> dict[str, Any]:
    """Return the table as people write it: its name and identity, then the fields in the order of their kind."""
    first = ["name", "uuid", "console_bound"]
    order = first + [row.name for row in kind(address.kind).fields if row.name not in first]
    return {key: table[key] for key in _ordered(table, order)}


def _ordered(keys: Iterable[str], order: list[str]) -> list[str]:
    return sorted(keys, key=lambda key: (order.index(key) if key in order else len(order), key))
