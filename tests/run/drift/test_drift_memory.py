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
from dac.run.drift.comparing import compared, keys_of
from dac.run.drift.memory import Former, read_former, remember
from dac.views.human.drift_report import drift_text
from dac.views.machine.drift import drift_json

if TYPE_CHECKING:
    from pathlib import Path

VPN = Address("lab", "reference_set", "vpn")
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
    remember(tmp_path / "new" / "report.json", drift_json(report))
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


def entries(*values: str, disposition: Disposition = Disposition.REVERTED) -> Drift:
    return Drift(VPN, tuple(Edit(f'entries["{one}"]', MISSING, "", Channel.REST) for one in values), disposition)


def told(report: DriftReport) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.subject, one.kinds) for one in report.resolved]


def test_what_has_gone_is_resolved_and_what_was_changed_again_is_not() -> None:
    first = compared(seen(softened(3), entries("192.0.2.1", "192.0.2.2")), None)
    assert told(first) == []
    half = compared(seen(softened(1), entries("192.0.2.1")), remembered(first))
    assert told(half) == [("lab/reference_set.vpn", ("entries-added",))]
    assert told(compared(seen(softened(1), entries("192.0.2.1")), remembered(half))) == []
    none = compared(seen(), remembered(half))
    assert told(none) == [("lab/detection.x", ("changed",)), ("lab/reference_set.vpn", ("entries-added",))]
    assert (none.news, none.worth_telling) == (False, True)


def test_what_was_deleted_since_is_not_resolved_and_what_is_back_is() -> None:
    first = compared(seen(softened(3)), None)
    gone = Drift(ADDRESS, (), Disposition.REVERTED, missing=True)
    second = compared(seen(gone), remembered(first))
    assert (second.news, told(second)) == (True, [])
    assert told(compared(seen(), remembered(second))) == [("lab/detection.x", ("missing",))]


def test_what_cannot_be_read_or_is_of_another_stack_is_not_resolved() -> None:
    first = compared(seen(softened(3)), None)
    blind = replace(seen(), unread=(Unread(ADDRESS, "403", f"{ADDRESS} unread"),))
    second = compared(blind, remembered(first))
    assert told(second) == []
    assert told(compared(seen(), remembered(second))) == [("lab/detection.x", ("changed", "not-read"))]
    elsewhere = compared(seen(), remembered(first), ["cloud"])
    assert (told(elsewhere), elsewhere.keys) == ([], first.keys)


def test_what_a_stack_ignores_is_neither_new_nor_resolved_until_it_counts() -> None:
    ignored = compared(seen(entries("192.0.2.1", disposition=Disposition.IGNORED)), None)
    counts = compared(seen(entries("192.0.2.1")), remembered(ignored))
    assert (counts.news, told(counts)) == (True, [])
    assert told(compared(seen(), remembered(ignored))) == []
    back = compared(seen(entries("192.0.2.1", disposition=Disposition.IGNORED)), remembered(counts))
    assert told(back) == [("lab/reference_set.vpn", ("entries-added",))]


def test_of_a_set_that_had_drifted_only_the_new_entry_is_told() -> None:
    first = compared(seen(entries("192.0.2.1")), None)
    second = compared(seen(entries("192.0.2.1", "192.0.2.2")), remembered(first))
    (one,) = second.shown
    assert [edit.path for edit in one.drift.edits] == ['entries["192.0.2.2"]']
    assert "1 entry added" in drift_text(second)
    listed = json.loads(drift_json(second, news=True))["resource_drift"]
    assert [edit["path"] for edit in listed[0]["edits"]] == ['entries["192.0.2.2"]']
    assert len(json.loads(drift_json(second))["resource_drift"][0]["edits"]) == 2


@pytest.mark.parametrize("key", ["", "error Unreachable", "detection some-uuid", "lab", "lab/detection.x 0a1b2c3d4e5f"])
def test_whatever_a_report_remembers_it_is_no_error(key: str) -> None:
    report = compared(seen(), Former("2026-03-31T08:00:00Z", frozenset({key})))
    assert [one.subject for one in report.resolved] == (["lab/detection.x"] if "/" in key else [])
