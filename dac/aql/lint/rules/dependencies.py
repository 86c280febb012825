"""Reference data that a query reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.aql.lint.context import Context, Target
from dac.aql.lint.kinds import NUMBERS, kind_of
from dac.aql.lint.near import near_name
from dac.aql.lint.rule import Example, Hit, rule
from dac.aql.nodes import Call, String
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.select import Select
    from dac.aql.lint.subject import Subject
    from dac.aql.nodes import Expression

_STACK = Context(target=Target.FILTER, reference_sets={"Admins": "ALNIC", "VPN egress": "IP"})
_FITS = {
    "ALN": frozenset(("string",)),
    "ALNIC": frozenset(("string",)),
    "NUM": NUMBERS,
    "IP": frozenset(("host",)),
    "CIDR": frozenset(("host",)),
    "PORT": frozenset(("port", "number")),
    "DATE": frozenset(("time", "long", "number")),
}


@rule(
    code="AQL080",
    severity=Severity.ERROR,
    title="a reference set that nothing declares; a warning where its entries are of another type",
    hint="declare it under [reference_set.NAME]",
    evidence="what is neither declared nor on the console makes the query find nothing; sets of type ALNIC hold small "
    "letters",
    bad=[
        Example("REFERENCESETCONTAINS('Admin', LOWER(username))", _STACK),
        Example("REFERENCESETCONTAINS('VPN egress', username)", _STACK),
        Example("REFERENCESETCONTAINS('Admins', username)", _STACK),
    ],
    good=[
        Example("REFERENCESETCONTAINS('VPN egress', sourceip)", _STACK),
        Example("REFERENCESETCONTAINS('Admins', LOWER(username))", _STACK),
        "SELECT username FROM events WHERE REFERENCESETCONTAINS('anything', username) LAST 1 HOURS",
    ],
)
def reference_set(subject: Subject) -> Iterator[Hit]:
    declared = subject.context.reference_sets
    if declared is None:
        return
    for select in subject.selects:
        for call in select.nodes(Call):
            if call.key != "REFERENCESETCONTAINS" or not call.arguments or not isinstance(call.arguments[0], String):
                continue
            name = call.arguments[0].value
            if name not in declared:
                near = near_name(name, declared)
                hint = f"did you mean '{near}'?" if near else None
                yield Hit(f"the reference set '{name}' is declared nowhere", call.arguments[0].at, hint=hint)
            elif len(call.arguments) > 1:
                yield from _entries(call.arguments[1], declared[name], name, select)


def _entries(value: Expression, entry_type: str, name: str, select: Select) -> Iterator[Hit]:
    kind = kind_of(value, select)
    if kind and kind not in _FITS.get(entry_type, frozenset((kind,))):
        message = f"'{name}' holds entries of the type {entry_type}, and this is a value of the type {kind}"
        yield Hit(message, value.at, Severity.WARNING, "test a field of that type, or choose another set")
    elif entry_type == "ALNIC" and not _is_small(select.meaning(value)):
        message = f"'{name}' holds small letters (ALNIC), and this may have capitals"
        yield Hit(message, value.at, Severity.WARNING, "write LOWER(..) around it")


def _is_small(node: Expression) -> bool:
    if isinstance(node, String):
        return node.value == node.value.lower()
    return isinstance(node, Call) and node.key == "LOWER"
