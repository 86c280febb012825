"""A package with rules that a console does not take, in every way that a console may have of not taking them."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from carrier_bench import results
from rule_bench import QUICK, RuleBench, building_block, detection

from dac.model.resource import Reference
from dac.model.run import Result

if TYPE_CHECKING:
    from collections.abc import Callable

    from carrier_bench import Bench

    from dac.model.resource import Desired
    from dac.model.run import Outcome

APPLIED, FAILED, SKIPPED = Result.APPLIED, Result.FAILED, Result.SKIPPED
BAD = "Cloud: bad|BB: bad"
WAYS: list[dict[str, Any]] = [
    {},
    {"refusal_takes": "following", "refusal_names_rules": False},
    {"refusal_takes": "package", "refusal_names_rules": False},
    {"refusal_takes": "package", "refusal_status": "INSTALL_FAILED", "refusal_task": "EXCEPTION"},
    {"refusal_at": "preview"},
    {"refusal_at": "upload", "refusal_names_rules": False},
]


class Hurried(RuleBench):
    """Does not wait for what a refused install will never bring."""

    def carrier(self, *args: Any, **options: Any) -> Any:
        return super().carrier(*args, **({"sleep": lambda _: time.sleep(0.01)} | options))


def way(settings: dict[str, Any]) -> str:
    return ",".join(str(value) for value in settings.values()) or "as-it-is"


@pytest.fixture
def make(make_bench: Callable[..., Bench]) -> Callable[..., RuleBench]:
    return lambda **settings: Hurried(make_bench(**QUICK, **settings))


def reading(desired: Desired, block: Desired) -> Desired:
    form = desired.deployed | {"building_blocks": {"any": [block.uuid]}}
    return replace(desired, deployed=form, references=(Reference("building_block", block.uuid),))


def installs(rules: RuleBench) -> int:
    return sum(line.startswith("POST /config/extension_management/extensions/") for line in rules.bench.requests())


def on_console(rules: RuleBench) -> set[str]:
    rows = [*rules.client.list("/analytics/rules"), *rules.client.list("/analytics/building_blocks")]
    return {row["name"] for row in rows if row["origin"] == "USER"}


def said(outcomes: list[Outcome]) -> dict[str, str]:
    return {outcome.address.name: outcome.message for outcome in outcomes}


@pytest.mark.parametrize("settings", WAYS, ids=way)
def test_only_the_culprit_and_its_readers_are_left_out(
    make: Callable[..., RuleBench], settings: dict[str, Any]
) -> None:
    rules = make(refused_rules=BAD, **settings)
    block, fine = building_block("bad"), building_block("fine")
    wave = [block, fine, reading(detection("a"), block), reading(detection("b"), fine), detection("c")]
    outcomes = rules.apply(*wave)
    assert results(outcomes) == [FAILED, APPLIED, SKIPPED, APPLIED, APPLIED], said(outcomes)
    assert said(outcomes)["a"] == "building_block.bad failed"
    assert "Cloud: b" in on_console(rules)
    assert not {"BB: bad", "Cloud: a"} & on_console(rules)
    assert set(rules.recorded) == {one.address for one in wave} - {block.address, wave[2].address}
    versions = [row["version"] for row in rules.client.list("/config/extension_management/extensions")]
    assert len(set(versions)) == len(versions)


@pytest.mark.parametrize("settings", WAYS[1:2], ids=way)
def test_an_update_that_is_refused_leaves_the_rule_as_it_was(
    make: Callable[..., RuleBench], settings: dict[str, Any]
) -> None:
    rules = make(refused_rules="toor", import_mod_date="frozen", **settings)
    names = ["a", "bad", "b", "c"]
    rules.apply(*map(detection, names))
    later = [detection(name, severity=3) for name in names]
    later[1] = detection("bad", severity=3, filter="username = 'toor'")
    assert results(rules.apply(*later)) == [APPLIED, FAILED, APPLIED, APPLIED]
    assert rules.live(detection("bad")).deployed["severity"] == 8
    assert [rules.live(one).deployed["severity"] for one in (later[0], later[3])] == [3, 3]


@pytest.mark.parametrize("settings", WAYS[3:4], ids=way)
def test_a_console_that_takes_no_rule_at_all_is_not_asked_for_each(
    make: Callable[..., RuleBench], settings: dict[str, Any]
) -> None:
    rules = make(refused_rules=".", **settings)
    rules.bench.forget()
    outcomes = rules.apply(*(detection(f"r{number}") for number in range(12)))
    assert sorted(results(outcomes)) == [FAILED] * 3 + [SKIPPED] * 9
    assert "it is the console that fails" in outcomes[1].message
    assert installs(rules) <= 10  # five previews, five installs
    assert on_console(rules).isdisjoint({f"Cloud: r{number}" for number in range(12)})


@pytest.mark.parametrize(
    ("path", "nth", "code", "asked"),
    [("extensions$", 1, 403, 0), ("extensions/[0-9]+$", 1, 403, 1), ("extensions/[0-9]+$", 2, 403, 2),
     ("extensions$", 1, 500, 0), ("extensions/[0-9]+$", 2, 503, 2)],
)  # fmt: skip
def test_what_is_no_rules_fault_is_asked_once(
    make: Callable[..., RuleBench], path: str, nth: int, code: int, asked: int
) -> None:
    rules = make()
    rules.bench.fault(action="status", method="POST", path=path, nth=nth, code=code, times=99)
    rules.bench.forget()
    assert set(results(rules.apply(*(detection(f"r{number}") for number in range(5))))) == {FAILED}
    assert installs(rules) == asked


def test_the_reason_of_each_culprit_is_its_own(make: Callable[..., RuleBench]) -> None:
    rules = make(refused_rules=BAD)
    one, two = detection("bad"), detection("bad_too", name="Cloud: bad too")
    outcomes = rules.apply(one, detection("good"), two)
    assert results(outcomes) == [FAILED, APPLIED, FAILED]
    told = said(outcomes)
    assert (one.uuid in told["bad"], two.uuid in told["bad"]) == (True, False)
    assert "the import of this rule failed" in told["bad_too"]


def test_rules_with_a_new_group_are_in_it_though_they_came_in_several_packages(make: Callable[..., RuleBench]) -> None:
    rules = make(refused_rules=BAD, refusal_takes="package", refusal_names_rules=False)
    wave = [detection(name, groups=["Acme"]) for name in ("a", "b", "bad", "c")]
    assert results(rules.apply(*wave)) == [APPLIED, APPLIED, FAILED, APPLIED]
    assert [row["name"] for row in rules.client.list("/analytics/rule_groups")].count("Acme") == 1
    assert rules.live(wave[3]).deployed["groups"] == ["Acme"]


def test_what_an_analyst_switches_off_during_the_search_stays_off(make: Callable[..., RuleBench]) -> None:
    rules = make(refused_rules="toor", refusal_takes="package", refusal_names_rules=False)
    rules.apply(detection("a"), detection("b"))
    carrier = rules.carrier(sleep=lambda _: rules.by_hand(detection("b"), enabled=False))
    wave = [detection("a", severity=1), detection("bad", filter="username = 'toor'"), detection("b", severity=1)]
    outcomes = rules.apply(*wave, carrier=carrier)
    assert results(outcomes) == [APPLIED, FAILED, APPLIED], said(outcomes)
    assert rules.listed(detection("b"))["enabled"] is False


def test_without_splitting_one_package_is_tried(make: Callable[..., RuleBench]) -> None:
    rules = make(refused_rules=BAD, refusal_takes="package")
    carrier = rules.carrier()
    wave = [detection("a"), detection("bad")]
    changes = rules.changes(rules.read(*wave, carrier=carrier), wave)
    rules.bench.forget()
    made = carrier.write(changes, split=False)
    assert results(made) == [FAILED, FAILED]
    assert all("the fault may be in another rule of it" in outcome.message for outcome in made)
    assert installs(rules) == 2  # a preview, an install
