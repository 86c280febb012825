"""What only the whole project shows, check by check, and what must stay silent."""

from __future__ import annotations

import pytest
from views_of_projects import item, lines, names, view

from dac.checks import (
    console_names,
    cycles,
    dangling,
    false_positives,
    moves,
    removals,
    undeclared,
    uuids,
)
from dac.checks.registry import checks, run_checks
from dac.model.diagnostic import Severity


def test_every_check_is_discovered() -> None:
    assert list(checks()) == [
        "console_names",
        "counted_fields",
        "cycles",
        "dangling",
        "exceptions",
        "extraction",
        "false_positives",
        "lint",
        "moves",
        "property_expressions",
        "removals",
        "undeclared",
        "uuids",
    ]


def test_an_empty_project_has_no_findings() -> None:
    assert run_checks(view()) == []


# --- names


def test_a_console_name_declared_twice_names_both() -> None:
    seen = view(item("b/detection.y", name="X"), item("a/building_block.x", name="X"))
    assert lines(console_names.check, seen) == [
        'b/detection.y name: b/detection.y and a/building_block.x are both named "X" on the console'
    ]


@pytest.mark.parametrize(
    ("kind", "other", "first", "second", "count"),
    [
        ("detection", "detection", "X", "X", 1),
        ("detection", "building_block", "X", "X", 1),
        ("detection", "reference_set", "X", "X", 0),
        ("custom_property", "reference_set", "X", "X", 0),
        ("custom_property", "custom_property", "Url", "URL", 1),
        ("reference_set", "reference_set", "Url", "URL", 0),
    ],
)
def test_rules_share_one_space_of_names_and_each_other_kind_has_its_own(
    kind: str, other: str, first: str, second: str, count: int
) -> None:
    seen = view(item(f"{kind}.one", name=first), item(f"{other}.two", name=second))
    assert len(console_names.check(seen)) == count


# --- uuids


def test_a_uuid_declared_twice_names_both() -> None:
    seen = view(item("detection.x", uuid="AB-1"), item("b/detection.y", uuid="ab-1"), item("detection.z", uuid="ab-2"))
    assert lines(uuids.check, seen) == [
        "b/detection.y uuid: b/detection.y and a/detection.x have the same uuid, ab-1",
    ]


def test_two_heirs_of_one_address_are_reported_once_and_as_a_move() -> None:
    seen = view(
        item("detection.x", uuid="1", previous=("detection.old",)),
        item("detection.y", uuid="1", previous=("detection.old",)),
    )
    assert uuids.check(seen) == []
    assert lines(moves.check, seen) == [
        "a/detection.y moved: a/detection.y and a/detection.x have both moved from a/detection.old"
    ]


# --- addresses in tables

SET = item("reference_set.vpn")
BLOCK = item("building_block.legacy")


def test_addresses_that_lead_somewhere_are_silent() -> None:
    detection = item(
        "detection.x",
        exception=[{"not_in": "reference_set.vpn"}, {"not_in": "b/reference_set.other"}],
        false_positive=[{"text": "t", "handled_by": "building_block.legacy"}, {"text": "t", "accepted": "why"}],
        building_blocks={"any": ["building_block.legacy", "BB:CategoryDefinition: Any Flow"], "none": ["detection.x"]},
    )
    assert dangling.check(view(detection, SET, BLOCK, item("b/reference_set.other"))) == []


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            {"exception": [{}, {"not_in": "reference_set.vnp"}]},
            'exception.1.not_in: "reference_set.vnp" is the address of nothing that is declared',
        ),
        (
            {"exception": [{"not_in": "building_block.legacy"}]},
            'exception.0.not_in: "building_block.legacy" is a building block, a reference set is wanted here',
        ),
        (
            {"exception": [{"not_in": "b/reference_set.vpn"}]},
            'exception.0.not_in: "b/reference_set.vpn" is the address of nothing that is declared',
        ),
        (
            {"false_positive": [{"handled_by": "somebody"}]},
            'false_positive.0.handled_by: "somebody" is the address of nothing that is declared',
        ),
        (
            {"building_blocks": {"none": ["building_block.legcy"]}},
            'building_blocks.none.0: "building_block.legcy" is the address of nothing that is declared',
        ),
    ],
)
def test_an_address_that_leads_nowhere_is_an_error(table: dict[str, object], expected: str) -> None:
    assert lines(dangling.check, view(item("detection.x", **table), SET, BLOCK)) == [f"a/detection.x {expected}"]


def test_a_dangling_address_gets_the_nearest_of_the_right_kind() -> None:
    seen = view(item("detection.x", exception=[{"not_in": "reference_set.vnp"}]), SET, item("building_block.vnp"))
    ((_, finding),) = dangling.check(seen)
    assert finding.hint == 'did you mean "reference_set.vpn"?'


@pytest.mark.parametrize(
    "table",
    [
        {"exception": "x"},
        {"exception": ["x", {"not_in": 3}]},
        {"building_blocks": ["x"]},
        {"building_blocks": {"any": "building_block.x", "all": [3]}},
        {"false_positive": {"text": "x"}},
    ],
)
def test_a_table_of_the_wrong_shape_is_left_to_its_kind(table: dict[str, object]) -> None:
    assert run_checks(view(item("detection.x", **table))) == []


# --- circles


def block(name: str, *asks: str) -> object:
    return item(f"building_block.{name}", reads=tuple(f"building_block:a/building_block.{one}" for one in asks))


def circles(**asks: str) -> list[str]:
    return lines(cycles.check, view(*(block(name, *others.split()) for name, others in asks.items())))  # type: ignore[arg-type]  # items


def test_rules_that_ask_each_other_in_a_circle_are_named_once() -> None:
    assert circles(c="a", a="b", b="c x", x="") == [
        (
            "a/building_block.a building_blocks: these rules ask each other in a circle: "
            "a/building_block.a -> a/building_block.b -> a/building_block.c -> a/building_block.a"
        )
    ]


def test_a_rule_that_asks_itself_is_a_circle() -> None:
    assert circles(a="a") == [
        (
            "a/building_block.a building_blocks: these rules ask each other in a circle: "
            "a/building_block.a -> a/building_block.a"
        )
    ]


def test_two_ways_to_one_block_are_no_circle() -> None:
    assert circles(a="b c", b="d", c="d", d="") == []


def test_two_circles_are_two_findings() -> None:
    assert len(circles(a="b", b="a", c="d", d="c")) == 2


def test_a_block_that_only_the_console_has_ends_the_walk() -> None:
    assert circles(a="elsewhere") == []


def test_a_chain_of_thousands_is_walked_without_recursion() -> None:
    count = 3000
    assert circles(**{f"n{i}": f"n{i + 1}" for i in range(count)}) == []


# --- undeclared


READER = item(
    "detection.x",
    reads=("custom_property:ClientAppUsed", "reference_set:DaC: VPN"),
    name="reads ClientAppUsed",
    aql="SELECT a\nFROM events\nWHERE \"ClientAppUsed\" = 1\nAND REFERENCESETCONTAINS('DaC: VPN', a)",
)


def test_what_is_neither_declared_nor_on_the_console_is_an_error_at_its_line() -> None:
    found = undeclared.check(view(READER))
    assert [(finding.code, finding.summary, finding.path, finding.line_offset) for _, finding in found] == [
        (
            "undeclared-custom-property",
            'the custom property "ClientAppUsed" is declared in no stack and is not on this console',
            ("aql",),
            2,
        ),
        (
            "undeclared-reference-set",
            'the reference set "DaC: VPN" is declared in no stack and is not on this console',
            ("aql",),
            3,
        ),
    ]


def test_what_is_on_the_console_need_not_be_declared() -> None:
    assert undeclared.check(view(READER, console=names(properties=("clientappused",), sets=("DaC: VPN",)))) == []


def test_what_any_stack_declares_need_not_be_on_the_console() -> None:
    declared = (item("b/custom_property.p", name="ClientAppUsed"), item("b/reference_set.s", name="DaC: VPN"))
    assert undeclared.check(view(READER, *declared)) == []


def test_a_name_that_only_an_address_has_is_not_declared() -> None:
    assert len(undeclared.check(view(READER, item("custom_property.ClientAppUsed", name="Other")))) == 2


def test_without_a_console_the_hint_says_how_to_ask_one() -> None:
    seen = view(READER, item("custom_property.p", name="ClientAppUse"), console=names(complete=False))
    (_, finding), _ = undeclared.check(seen)
    assert finding.summary == 'the custom property "ClientAppUsed" is declared in no stack'
    assert finding.hint == (
        'did you mean "ClientAppUse"? declare it under [custom_property.NAME]; '
        "if a console has it, save that with `dac console refresh`, "
        "or take it over with `dac import --kind custom_property`"
    )


def test_references_to_building_blocks_are_not_its_business() -> None:
    assert undeclared.check(view(item("detection.x", reads=("building_block:some-uuid",)))) == []


# --- moves and removals


def test_an_address_that_is_moved_from_is_gone() -> None:
    moved = item("detection.x", previous=("detection.old",))
    assert moves.check(view(moved)) == []
    assert lines(moves.check, view(moved, item("detection.old"))) == [
        "a/detection.x moved: a/detection.x has moved from a/detection.old, which is still declared"
    ]
    assert lines(moves.check, view(moved, removed=("detection.old",))) == [
        "a/detection.x moved: a/detection.x has moved from a/detection.old, which [removed] wants forgotten"
    ]


def test_what_is_to_be_forgotten_is_not_declared() -> None:
    assert removals.check(view(item("detection.x"), removed=("detection.y",))) == []
    assert lines(removals.check, view(item("detection.x"), removed=("detection.x",))) == [
        "a/detection.x -: a/detection.x is declared, and [removed] of its stack wants it forgotten"
    ]


# --- false positives


def test_a_false_positive_without_an_answer_is_a_warning() -> None:
    rows = [{"text": "t", "accepted": "why"}, {"text": "t"}, {"text": "t", "handled_by": "reference_set.vpn"}]
    ((address, finding),) = false_positives.check(view(item("detection.x", false_positive=rows)))
    assert str(address) == "a/detection.x"
    assert (finding.path, finding.severity) == (("false_positive", 1), Severity.WARNING)
