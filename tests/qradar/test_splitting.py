"""Which rules are tried together, against a console that is a rule of thumb: some rules can never be taken."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import ceil, log2
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_bench import detection

from dac.model.change import Action, Change
from dac.model.resource import Reference
from dac.qradar.carriers.splitting import Split, Trial
from dac.qradar.carriers.work import Job

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass
class Console:
    """Takes a package or part of it, as real ones may: beside a culprit it leaves out `readers`, or what follows."""

    bad: set[str]
    takes: str = "package"
    names: bool = False
    broken: str = ""
    has: set[str] = field(default_factory=set)
    packages: list[list[str]] = field(default_factory=list)

    def attempt(self, jobs: Sequence[Job]) -> Trial:
        self.packages.append([name(job) for job in jobs])
        if self.broken:
            return Trial(jobs, self.broken)
        left: list[Job] = []
        for job in jobs:
            wanting = {ref.name for ref in job.desired.references} - self.has
            if name(job) in self.bad or wanting or (left and self.takes == "following"):
                left.append(job)
            else:
                self.has.add(job.desired.uuid)
        if left and self.takes == "package":
            self.has -= {job.desired.uuid for job in jobs}
            left = list(jobs)
        culprits = [name(job) for job in jobs if name(job) in self.bad]
        told = "\n".join(f"rule Cloud: {one}. is wrong" for one in culprits) if self.names else "it failed"
        return Trial(left, told) if left else Trial()


def name(job: Job) -> str:
    return job.change.address.name


def jobs_of(count: int, reads: dict[int, set[int]] | None = None) -> list[Job]:
    made = []
    for number in range(count):
        want = detection(f"r{number}", name=f"Cloud: r{number}.")
        read = tuple(
            Reference("building_block", detection(f"r{other}").uuid) for other in (reads or {}).get(number, ())
        )
        made.append(Job.of(Change(want.address, Action.CREATE, "", desired=replace(want, references=read))))
    return made


@pytest.mark.parametrize("count", [1, 2, 5, 100])
def test_nothing_wrong_is_one_package(count: int) -> None:
    console = Console(set())
    Split(jobs_of(count), console.attempt).run()
    assert len(console.packages) == 1


@given(st.data())
def test_all_but_culprits_and_what_reads_them_is_installed_within_the_bound(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 40))
    bad = data.draw(st.sets(st.integers(0, count - 1), max_size=4))
    reads = {n: {data.draw(st.integers(0, n - 1))} for n in data.draw(st.sets(st.integers(1, 39))) if n < count}
    takes = data.draw(st.sampled_from(["package", "following", "readers"]))
    console = Console({f"r{n}" for n in bad}, takes, names=data.draw(st.booleans()))
    jobs = jobs_of(count, reads)
    Split(jobs, console.attempt).run()
    if any("it is the console that fails" in job.problem for job in jobs):
        assert len(bad) >= 3
        return
    lost = set(bad)
    for n in range(count):
        lost |= {n} if reads.get(n, set()) & lost else set()
    assert {job.change.address.name for job in jobs if job.open} == {f"r{n}" for n in range(count) if n not in lost}
    assert {job.desired.uuid for job in jobs if job.open} == console.has
    assert {name(job) for job in jobs if job.problem and not job.skipped} == {f"r{n}" for n in roots(bad, reads)}
    assert len(console.packages) <= 1 + 2 * len(bad) * (ceil(log2(count)) + 1) + 5


def roots(bad: set[int], reads: dict[int, set[int]]) -> set[int]:
    """Of the culprits those that are tried at all: the others read one that failed."""
    lost: set[int] = set()
    found = set()
    for n in range(40):
        if reads.get(n, set()) & lost:
            lost.add(n)
        elif n in bad:
            lost.add(n)
            found.add(n)
    return found


def test_a_culprit_that_the_console_names_costs_two_packages_more() -> None:
    console = Console({"r77"}, names=True)
    jobs = jobs_of(100)
    Split(jobs, console.attempt).run()
    assert [len(package) for package in console.packages] == [100, 99, 1]
    assert jobs[77].problem.splitlines()[0] == "rule Cloud: r77. is wrong"
    assert "tried in a package of its own" in jobs[77].problem


def test_a_culprit_beside_which_the_rest_was_taken_is_not_tried_again() -> None:
    console = Console({"r1", "r3"}, "readers", names=True)
    Split(jobs_of(5), console.attempt).run()
    assert len(console.packages) == 1


def test_one_of_a_hundred_is_found_in_some_seven_cuts() -> None:
    console = Console({"r63"})
    Split(jobs_of(100), console.attempt).run()
    assert len(console.packages) <= 16
    assert len(console.has) == 99


@pytest.mark.parametrize("count", [4, 100, 1000])
def test_a_console_that_takes_nothing_is_asked_five_times(count: int) -> None:
    console = Console(set(), broken="task 7 ended in EXCEPTION: no space left on device")
    jobs = jobs_of(count)
    Split(jobs, console.attempt).run()
    assert len(console.packages) == 5
    assert [sum(not job.skipped for job in jobs), sum(job.open for job in jobs)] == [3, 0]
    assert "it is the console that fails" in jobs[1].problem


def test_a_failure_that_is_no_rules_fault_ends_it_at_once() -> None:
    jobs = jobs_of(9)
    tries: list[int] = []

    def attempt(some: Sequence[Job]) -> Trial:
        tries.append(len(some))
        return Trial(some, "no right", wide=True)

    Split(jobs, attempt).run()
    assert tries == [9]
    assert {job.problem for job in jobs} == {"no right"}
    assert not any(job.skipped for job in jobs)


def test_a_connection_that_goes_during_the_search_leaves_the_rest_unattempted() -> None:
    jobs = jobs_of(9)
    console = Console({"r8"})

    def attempt(some: Sequence[Job]) -> Trial:
        return Trial(some, "gone", wide=True) if len(console.packages) == 2 else console.attempt(some)

    Split(jobs, attempt).run()
    assert [job.open for job in jobs] == [True] * 5 + [False] * 4
    assert {job.problem for job in jobs if job.skipped} == {"not attempted: gone"}


def test_without_further_packages_the_first_failure_is_the_end() -> None:
    console = Console({"r2"})
    jobs = jobs_of(5)
    Split(jobs, console.attempt, further=False).run()
    assert len(console.packages) == 1
    assert not any(job.open for job in jobs)
