from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dac.qradar.content_names import with_content, with_expressions
from dac.qradar.names import read_names
from dac.qradar.properties import KINDS, PROPERTIES
from dac.resources.shipped_names import shipped_aliases

if TYPE_CHECKING:
    from carrier_bench import Bench

OPERANDS = {
    "first_operand": {"type": "STATIC", "numeric_value": 1},
    "second_operand": {"type": "STATIC", "numeric_value": 2},
}
BODIES: dict[str, dict[str, Any]] = {
    "regex": {"regex": "(x)"},
    "json": {"expression": '/"x"'},
    "nvp": {"expression": "x", "delimiter_pair": ",", "delimiter_name_value": "="},
    "genericlist": {"expression": "1", "delimiter": ","},
    "aql": {"expression": "LOWER(username)"},
    "calculated": OPERANDS,
}


def made(bench: Bench, name: str, *, rules: bool = False) -> str:
    body = {"name": name, "property_type": "string", "use_for_rule_engine": rules}
    return str(bench.client.post(PROPERTIES, json=body).object()["identifier"])


def test_four_lists_say_which_properties_rules_see(bench: Bench) -> None:
    seen, unseen = made(bench, "Seen", rules=True), made(bench, "Unseen")
    names = read_names(bench.client)
    bench.forget()
    facts = with_content(bench.client, names).property_facts
    assert len(bench.requests()) == 4
    assert (facts["Seen"].identifier, facts["Seen"].rule_engine) == (seen, True)
    assert (facts["Unseen"].identifier, facts["Unseen"].rule_engine) == (unseen, False)
    assert facts["Seen"].expressions is None


@pytest.mark.parametrize("kind", KINDS)
def test_an_expression_of_any_kind_is_found_by_the_usual_name_of_its_type(bench: Bench, kind: str) -> None:
    path = KINDS[kind]
    identifier = made(bench, "Extracted")
    made(bench, "Other")
    own = BODIES.get(kind, {"expression": "x"})
    for number, on in ((445, True), (-1, False)):
        body = {"regex_property_identifier": identifier, "log_source_type_id": number, "enabled": on} | own
        bench.client.post(path, json=body)
    names = with_content(bench.client, read_names(bench.client, shipped_aliases()))
    bench.forget()
    facts = with_expressions(bench.client, names, ["Extracted"]).property_facts
    assert facts["Extracted"].expressions == (("", False), ("Microsoft Azure Active Directory", True))
    assert facts["Other"].expressions is None
    assert len(bench.requests()) == 9
