"""Values of a type that the operator does not take."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING

from dac.aql.lint.kinds import kind_of
from dac.aql.lint.predicates import PATTERNS
from dac.aql.lint.rule import Hit, rule
from dac.aql.nodes import Call, Comparison, Field, Null, String
from dac.model.diagnostic import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dac.aql.lint.predicates import Predicate
    from dac.aql.lint.select import Select
    from dac.aql.lint.subject import Subject


@rule(
    code="AQL030",
    severity=Severity.ERROR,
    title="the raw payload compared with text",
    hint="write UTF8(payload)",
    evidence='a console answers: Wrong argument type: "byte[]". "String" is required. A warning for = and for the '
    "payloads of flows, which examples of IBM compare as they are",
    bad=[
        "SELECT username FROM events WHERE qid = 1 AND payload ILIKE '%x%' LAST 1 HOURS",
        "SELECT sourceip FROM flows WHERE sourcepayload LIKE '%xyz' LAST 1 HOURS",
    ],
    good=[
        "SELECT username FROM events WHERE qid = 1 AND UTF8(payload) ILIKE '%x%' LAST 1 HOURS",
        "SELECT UTF8(payload) AS payload FROM events WHERE qid = 1 AND payload ILIKE '%x%' LAST 1 HOURS",
        "SELECT username FROM events WHERE payload IS NOT NULL LAST 1 HOURS",
    ],
)
def raw_payload(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        for test in select.predicates():
            field = select.builtin(test.meant)
            if field is not None and field.type == "bytes":
                is_certain = subject.context.becomes_rule or (field.name == "payload" and test.operator in PATTERNS)
                severity = None if is_certain else Severity.WARNING
                hint = f"write UTF8({field.name})"
                yield Hit(f"{field.name} is raw bytes, and {test.operator} compares text", test.at, severity, hint)


@rule(
    code="AQL031",
    severity=Severity.ERROR,
    title="LIKE or MATCHES on an address",
    hint="write INCIDR('10.0.0.0/8', sourceip), or STR(sourceip) LIKE ..",
    evidence="a console refuses it: addresses are of the type Host (stix-shifter issues 365 and 390)",
    bad=["SELECT username FROM events WHERE sourceip LIKE '10.%' LAST 1 HOURS"],
    good=[
        "SELECT username FROM events WHERE INCIDR('10.0.0.0/8', sourceip) LAST 1 HOURS",
        "SELECT username FROM events WHERE STR(sourceip) LIKE '10.%' LAST 1 HOURS",
    ],
)
def pattern_on_address(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        for test in select.predicates():
            field = select.builtin(test.meant)
            if test.operator in PATTERNS and field is not None and field.type == "host":
                yield Hit(f"{field.name} is an address, and {test.operator} compares text", test.at)


@rule(
    code="AQL035",
    severity=Severity.WARNING,
    title="no network that INCIDR takes, or its arguments exchanged",
    hint="write INCIDR('10.0.0.0/8', sourceip)",
    evidence="IBM Docs: AQL quotation marks (INCIDR); IBM Docs: AQL data retrieval functions",
    bad=[
        "SELECT username FROM events WHERE INCIDR(sourceip, '10.0.0.0/8') LAST 1 HOURS",
        "SELECT username FROM events WHERE INCIDR('10.0.0.0/33', sourceip) LAST 1 HOURS",
        "SELECT username FROM events WHERE sourceip = '10.0.0.0/8' LAST 1 HOURS",
        "SELECT username FROM events WHERE sourceip IN ('10.0.0.1', '10.0.0.300') LAST 1 HOURS",
    ],
    good=[
        "SELECT username FROM events WHERE INCIDR('10.0.0.0/8', sourceip) OR INCIDR('::1/128', sourcev6) LAST 1 HOURS",
        "SELECT username FROM events WHERE sourceip IN ('10.0.0.1', '10.0.0.2') LAST 1 HOURS",
    ],
)
def networks_and_addresses(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        for call in select.nodes(Call):
            if call.key == "INCIDR" and call.arguments:
                yield from _network(call)
        for test in select.predicates():
            if test.operator in ("=", "!=", "IN") and kind_of(test.operand, select) == "host":
                yield from _addresses(test)


def _network(call: Call) -> Iterator[Hit]:
    first = call.arguments[0]
    if isinstance(first, String):
        try:
            ipaddress.ip_network(first.value.strip(), strict=False)
        except ValueError:
            yield Hit(f"'{first.value[:50]}' is no network", first.at)
    elif isinstance(first, Field) and isinstance(call.arguments[-1], String):
        yield Hit("INCIDR takes the network first and the address second", call.at)


def _addresses(test: Predicate) -> Iterator[Hit]:
    for value in test.values:
        if isinstance(value, String) and not _is_address(value.value):
            is_network = "/" in value.value
            message = f"'{value.value[:50]}' is {'a network' if is_network else 'no address'}: no address equals it"
            yield Hit(message, value.at, hint=None if is_network else "write an address such as '10.0.0.1'")
            return


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.strip())
    except ValueError:
        return False
    return True


@rule(
    code="AQL037",
    severity=Severity.WARNING,
    title="a comparison with NULL",
    hint="write IS NULL or IS NOT NULL",
    evidence="a comparison with NULL is neither true nor false and selects nothing",
    bad=[
        "SELECT username FROM events WHERE username = NULL LAST 1 HOURS",
        "SELECT username FROM events WHERE username IN ('a', NULL) LAST 1 HOURS",
    ],
    good=["SELECT username FROM events WHERE username IS NULL LAST 1 HOURS"],
)
def compared_with_null(subject: Subject) -> Iterator[Hit]:
    for select in subject.selects:
        yield from _null_comparisons(select)


def _null_comparisons(select: Select) -> Iterator[Hit]:
    for test in select.predicates():
        is_left = isinstance(test.node, Comparison) and isinstance(test.node.left, Null)
        if is_left or any(isinstance(value, Null) for value in test.values):
            yield Hit("nothing is equal or unequal to NULL: this selects no event", test.at)
