"""Drift in every format: what lowers security first, only what is new, and no values where others read."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from sample_plans import (
    CLOCK,
    DETECTION,
    PROD,
    REFERENCE_SET,
    at,
    extension,
    no_op,
    plan,
    recorded,
    report,
    rest,
    switched_off,
)

from dac.errors import Unreachable
from dac.model.change import MISSING, Disposition, Drift
from dac.model.diagnostic import Diagnostic, Severity
from dac.model.drift_report import DriftReport, Resolved, Stranger, Unread, Unrecorded
from dac.views.human.drift_report import drift_text
from dac.views.machine.drift import drift_json
from dac.views.machine.drift_notice import drift_notice, failure_notice
from dac.views.markdown.drift import drift_markdown

if TYPE_CHECKING:
    from collections.abc import Callable

    Golden = Callable[[str, str], None]

VPN = at("reference_set.soc_vpn_egress")
NEEDS = "The token lacks a capability\nThe body of a rule is only in an extension export."


def everything() -> DriftReport:
    """A note changed, an entry came, a rule was switched off, one could not be read, and a stranger stands there."""
    rule = no_op("detection.risky_sign_in", DETECTION)
    drift = (
        Drift(rule.address, (extension("annotation", "a", "b"),), Disposition.REVERTED),
        switched_off(),
        Drift(at("vendor_rule.port_scan"), (), Disposition.ACCEPTED, "somebody edited it", overridden=True),
        Drift(VPN, (rest('entries["192.0.2.99"]', MISSING, "<b>a guest</b> @all"),), Disposition.REVERTED),
    )
    made = plan(replace(rule, recorded=recorded(rule.address, DETECTION)), no_op(VPN.local, REFERENCE_SET), drift=drift)
    unread = tuple(Unread(at(f"detection.{name}"), NEEDS, f"{name} unread") for name in ("a", "b"))
    stranger = Stranger("detection", "Test <@U123> & `rule`", "100900", "detection key")
    warning = Diagnostic(Severity.WARNING, "token-readable", "the token can be read by everybody", hint="chmod 600")
    return report(made, unmanaged=(stranger,), unread=unread, warnings=(warning,))


def known(found: DriftReport, *but: int) -> DriftReport:
    """The same compared with a report that had all of its differences but some, by number."""
    seen = tuple(replace(one, new=number in but) for number, one in enumerate(found.sightings))
    return replace(found, sightings=seen, unmanaged=(), unread=(), since="2026-03-31T07:55:00Z")


def test_the_report_as_text(golden: Golden) -> None:
    golden("views/drift_everything.txt", drift_text(everything()))


def test_the_report_as_json(golden: Golden) -> None:
    golden("views/drift.json", json.dumps(json.loads(drift_json(everything())), indent=2) + "\n")


def test_the_report_as_markdown(golden: Golden) -> None:
    golden("views/drift.md", drift_markdown(everything()))


def test_the_notice_that_nobody_knows(golden: Golden) -> None:
    error = Unreachable("No answer from https://qradar.example.com: <timed out>", hint="Is the VPN up?")
    notice = failure_notice(PROD, ("cloud",), CLOCK, error)
    golden("views/drift_failure_notice.json", json.dumps(notice, indent=2, ensure_ascii=False) + "\n")


def test_the_notice_to_a_webhook(golden: Golden) -> None:
    golden("views/drift_notice.json", json.dumps(drift_notice(everything()), indent=2, ensure_ascii=False) + "\n")


def test_what_lowers_security_comes_first_in_every_format() -> None:
    order = [item["address"] for item in json.loads(drift_json(everything()))["resource_drift"]]
    lowering = ["cloud/detection.risky_sign_in", "cloud/reference_set.soc_vpn_egress"]
    assert order == [*lowering, "cloud/detection.risky_sign_in", "cloud/vendor_rule.port_scan"]
    for text in (drift_text(everything()), drift_markdown(everything()), drift_notice(everything())["text"]):
        assert text.index("switched off") < text.index("port_scan")


def test_no_value_of_an_allowlist_reaches_a_chat_or_a_comment() -> None:
    for text in (json.dumps(drift_notice(everything())), drift_markdown(everything())):
        assert "192.0.2.99" not in text
        assert "a guest" not in text
    assert "192.0.2.99" in drift_markdown(everything(), show_values=True)


def test_of_a_report_that_is_compared_only_what_is_new_is_printed() -> None:
    found = known(everything(), 1)
    for text in (drift_text(found), drift_markdown(found), drift_notice(found)["text"]):
        assert "switched off" in text
        assert "192.0.2.99" not in text
        assert "annotation" not in text
    assert "Not shown: 3 differences that the report of 2026-03-31T07:55:00Z had already." in drift_text(found)
    assert drift_notice(found)["text"].startswith("dac drift on console prod: 1 new difference\n")
    assert [item["new"] for item in json.loads(drift_json(found))["resource_drift"]].count(True) == 1


def test_markdown_has_a_size_and_says_what_does_not_fit() -> None:
    rule = no_op("detection.risky_sign_in", DETECTION)
    drift = tuple(
        Drift(rule.address, (extension("notes", "x" * 500, f"{number}"),), Disposition.REVERTED) for number in range(40)
    )
    text = drift_markdown(report(plan(rule, drift=drift)), most=5000)
    assert len(text) <= 5000
    assert "more folds do not fit: see the report that --report wrote." in text


def test_a_long_notice_keeps_its_text_short() -> None:
    rule = no_op("detection.risky_sign_in", DETECTION)
    drift = tuple(Drift(at(f"detection.x{number}"), (), Disposition.REVERTED, missing=True) for number in range(50))
    notice = drift_notice(report(plan(rule, drift=drift)))
    assert notice["text"].splitlines()[-1] == "and 30 more"
    assert len(notice["drift"]) == 50


def test_what_has_gone_and_what_nobody_can_compare_is_said_in_every_format() -> None:
    rule = no_op("detection.risky_sign_in", DETECTION)
    gone = Resolved("cloud/detection.risky_sign_in", ("disabled", "not-read"))
    lost = Unrecorded("lost", (at("detection.a", "lost"), at("detection.b", "lost")), "lost/ unrecorded")
    found = report(plan(rule), resolved=(gone,), since="2026-03-31T07:55:00Z", not_applied=("new",), promoted=True)
    for text in (drift_text(found), drift_markdown(found)):
        assert "2026-03-31T07:55:00Z" in text
        assert "disabled, not read" in text
    assert "No drift." in drift_text(found)
    assert "Not applied here yet: new (bring it here: dac promote new --to prod)" in drift_text(found)
    told = drift_notice(found)
    assert (told["status"], told["resolved"][0]["kinds"]) == ("resolved", ["disabled", "not-read"])
    assert told["text"].startswith("dac drift on console prod: 1 resolved\n• resolved: cloud/detection.risky_sign_in")
    blind = replace(found, unrecorded=(lost,), resolved=())
    assert "The state of stack lost is missing: 2 resources of it on the console" in drift_text(blind)
    assert "- stack lost: 2 resources" in drift_markdown(blind)
    assert "No drift" not in drift_text(blind) + drift_markdown(blind)
    assert (drift_notice(blind)["status"], drift_notice(blind)["unrecorded"]) == (
        "not-read",
        [{"stack": "lost", "new": True}],
    )


def test_a_rule_s_date_on_the_console_is_in_the_report() -> None:
    rule = no_op("detection.risky_sign_in", DETECTION)
    assert rule.live is not None
    dated = replace(rule, live=replace(rule.live, fingerprint=str(CLOCK)))
    for change, date in ((dated, "2026-03-31T08:00:00Z"), (rule, None)):
        (item,) = json.loads(drift_json(report(plan(change, drift=(switched_off(),)))))["resource_drift"]
        assert item["changed_at"] == date
