"""What an expression or an entry more or less means for whoever reads the property or the set."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sample_plans import DETECTION, PROPERTY, REFERENCE_SET, no_op, rest, update

from dac.model.change import MISSING, Disposition, Drift
from dac.model.resource import Reference
from dac.views.security import lowered, lowered_by_drift

JSON_OF_ENTRA, REGEX_OF_ENTRA = (
    {"kind": kind, "log_source_type": "Microsoft Entra ID", "expression": "x"} for kind in ("json", "regex")
)
ELSEWHERE, OFF, SAMPLED = (
    JSON_OF_ENTRA | more for more in ({"expression": "y"}, {"enabled": False}, {"payload": "{}"})
)
EXPRESSIONS: list[tuple[Any, Any, tuple[str, ...]]] = [
    (
        [JSON_OF_ENTRA, REGEX_OF_ENTRA],
        [JSON_OF_ENTRA],
        ("an expression is taken away: events of Microsoft Entra ID have no value",),
    ),
    (
        [JSON_OF_ENTRA],
        [ELSEWHERE],
        ("an expression is another: events of Microsoft Entra ID may have another value, or none",),
    ),
    ([JSON_OF_ENTRA], [OFF], ("an expression is switched off: events of Microsoft Entra ID have no value",)),
    ([JSON_OF_ENTRA], MISSING, ("an expression is taken away: events of Microsoft Entra ID have no value",)),
    ([JSON_OF_ENTRA], [JSON_OF_ENTRA, REGEX_OF_ENTRA], ()),
    ([OFF], [JSON_OF_ENTRA], ()),
    ([OFF, REGEX_OF_ENTRA], [REGEX_OF_ENTRA], ()),
    ([JSON_OF_ENTRA], [SAMPLED], ()),
]


@pytest.mark.parametrize(("before", "after", "said"), EXPRESSIONS)
def test_an_expression_that_goes_or_is_pointed_elsewhere_blinds_whoever_reads_it(
    before: object, after: object, said: tuple[str, ...]
) -> None:
    change = update("custom_property.x", PROPERTY, rest("expressions", before, after))
    assert lowered(change) == said
    assert lowered_by_drift(Drift(change.address, change.edits, Disposition.REVERTED)) == said


VPN = "REFERENCESETCONTAINS('DaC: SOC VPN egress', sourceip)"
ADDED, REMOVED = "1 entry added: an allowlist lets more through", "1 entry removed: what looks for it finds less"


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (f"username = 'x' AND (sourceip IS NULL OR NOT ({VPN}))", (ADDED,)),
        (f"{VPN} = FALSE", (ADDED,)),
        (VPN, (REMOVED,)),
        (f"NOT ({VPN} = FALSE)", (REMOVED,)),
        (f"{VPN} OR NOT ({VPN} AND username = 'x')", (ADDED, REMOVED)),
        ("username = 'x'", (ADDED, REMOVED)),
        (f"{VPN} AND (", (ADDED, REMOVED)),
    ],
)
def test_what_an_entry_means_its_readers_say(condition: str, said: tuple[str, ...]) -> None:
    rule = no_op("detection.x", DETECTION | {"filter": condition})
    reads = (Reference("reference_set", REFERENCE_SET["name"]),) if "SOC VPN" in condition else ()
    assert rule.desired is not None
    assert rule.recorded is not None
    rule = replace(
        rule, desired=replace(rule.desired, references=reads), recorded=replace(rule.recorded, references=reads)
    )
    edits = (rest('entries["10.0.0.1"]', MISSING, ""), rest('entries["10.0.0.2"]', "", MISSING))
    change = update("reference_set.vpn", REFERENCE_SET, *edits)
    assert lowered(change, [rule, change]) == said
    gone = Drift(change.address, (), Disposition.REVERTED, missing=True)
    assert bool(lowered_by_drift(gone, [rule, change])) is (REMOVED in said)
    other = update("reference_set.vpn", REFERENCE_SET, rest('entries["10.0.0.1"]', "old", "new"))
    assert lowered(other, [rule, other]) == ()
