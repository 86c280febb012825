"""A report of drift is read again by a later run, or it is said why it cannot be."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from dac.errors import DacError
from dac.model.address import Address
from dac.model.change import MISSING, Channel, Disposition, Drift, Edit
from dac.model.drift_report import DriftReport, Sighting, Stranger, Unread
from dac.model.plan import ConsoleRef, Plan
from dac.planning.drift_kinds import kinds_of
from dac.run.drift.finding import compared, keys_of
from dac.run.drift.memory import Former, read_former
from dac.run.reports import write_report
from dac.views.machine.drift import drift_json

if TYPE_CHECKING:
    from pathlib import Path

PLAN = Plan(ConsoleRef("prod", "https://qradar.example.com"), ("lab",), (), ())
ADDRESS = Address("lab", "detection", "x")


def softened(severity: int) -> Drift:
    return Drift(ADDRESS, (Edit("severity", 8, severity, Channel.EXTENSION),), Disposition.REVERTED)


def seen(*items: Drift) -> DriftReport:
    return DriftReport(PLAN, tuple(Sighting(item, kinds_of(item), keys_of(item)) for item in items))


def remembered(report: DriftReport) -> Former:
    return Former("2026-03-31T08:00:00Z", report.keys)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    report = compared(seen(softened(3)), None)
    write_report(tmp_path / "new" / "report.json", drift_json(report))
    former = read_former(tmp_path / "new" / "report.json", "prod")
    assert former is not None
    assert former.keys == report.keys != frozenset()
    assert (tmp_path / "new" / "report.json").stat().st_mode & 0o777 == 0o600


def test_no_report_yet_is_no_error(tmp_path: Path) -> None:
    assert read_former(tmp_path / "report.json", "prod") is None


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is no report"),
        ("[]", "is no report"),
        ('{"format_version": "1.0"}', "is no report"),
        ('{"format_version": "1.0", "console": {"name": "prod"}, "timestamp": "", "keys": 7}', "is no report"),
        ('{"format_version": "2.0", "console": {"name": "prod"}, "timestamp": "", "keys": []}', "has format 2.0"),
        ('{"format_version": "1.0", "console": {"name": "dev"}, "timestamp": "", "keys": []}', "of console dev"),
    ],
)
def test_what_is_no_report_of_this_console_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "report.json"
    file.write_text(text)
    with pytest.raises(DacError, match=complaint):
        read_former(file, "prod")


def test_the_same_drift_is_not_new_and_more_of_it_is() -> None:
    first = compared(seen(softened(3)), None)
    assert first.news
    assert not compared(seen(softened(3)), remembered(first)).news
    assert compared(seen(softened(3)), remembered(first)).drifted
    assert compared(seen(softened(1)), remembered(first)).news


def test_what_went_and_came_back_is_new_again() -> None:
    first = compared(seen(softened(3)), None)
    mended = compared(seen(), remembered(first))
    assert not mended.news
    assert compared(seen(softened(3)), remembered(mended)).news


def test_what_is_planned_about_it_does_not_make_it_new() -> None:
    first = compared(seen(softened(3)), None)
    accepted = replace(softened(3), disposition=Disposition.ACCEPTED)
    assert not compared(seen(accepted), remembered(first)).news


def test_ignored_drift_is_never_news() -> None:
    report = compared(seen(replace(softened(3), disposition=Disposition.IGNORED)), None)
    assert not report.news
    assert not report.drifted


def test_a_value_that_went_differs_from_one_that_is_null() -> None:
    gone, null = (
        Drift(ADDRESS, (Edit("relevance", 5, after, Channel.EXTENSION),), Disposition.REVERTED)
        for after in (MISSING, None)
    )
    assert keys_of(gone) != keys_of(null)


def test_what_cannot_be_read_once_is_not_new_when_it_is_seen_again() -> None:
    first = compared(seen(softened(3)), None)
    blind = replace(seen(), unread=(Unread(ADDRESS, "403", f"{ADDRESS} unread"),))
    second = compared(blind, remembered(first))
    assert second.news
    third = compared(seen(softened(3)), remembered(second))
    assert not third.news
    assert not any(" unread" in key for key in third.keys)


def test_of_what_nobody_manages_only_what_is_new_counts_as_drift() -> None:
    stranger = Stranger("detection", "Test rule", "100900", "detection uuid-of-it")
    first = compared(replace(seen(), unmanaged=(stranger,)), None)
    assert first.drifted
    second = compared(replace(seen(), unmanaged=(stranger,)), remembered(first))
    assert (second.drifted, second.news) == (False, False)
    assert json.loads(drift_json(second))["unmanaged"][0]["new"] is False
    unasked = compared(seen(), remembered(second))
    assert not compared(replace(seen(), unmanaged=(stranger,)), remembered(unasked)).news
