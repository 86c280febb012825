"""Rules switched on and off, or given to another owner: all that REST takes of a rule."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from dac.errors import ConsoleError
from dac.model.change import MISSING
from dac.qradar.carriers.work import Job, Series, told, unread, verdict
from dac.qradar.rule_listing import list_rules

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dac.model.change import Change
    from dac.model.run import Outcome
    from dac.qradar.carrier import Owned
    from dac.qradar.client import Client
    from dac.qradar.rule_listing import ListedRule, Listing

_SWITCHES = ("enabled", "owner")


def switch_rules(client: Client, changes: Sequence[Change], owned: Owned, written: Mapping[str, str]) -> list[Outcome]:
    """Carry out the edits of `enabled` and `owner`, and read them back from the lists.

    A fingerprint is recorded only where nobody else changed the body meanwhile; else the next plan reads it.
    `written` are the fingerprints by uuid of the bodies that this run has read back.
    """
    jobs = [Job.of(change) for change in changes]
    listing = list_rules(client)
    dates: dict[str, str] = {}
    Series(client.trail).each(jobs, lambda job: dates.update(_switch(client, job, listing, written)))
    try:
        listing = list_rules(client)
    except ConsoleError as error:
        return [unread(job, told(error)) for job in jobs]
    return [_switched(job, listing.rules.get(job.desired.uuid), dates, owned) for job in jobs]


def _switch(client: Client, job: Job, listing: Listing, written: Mapping[str, str]) -> dict[str, str]:
    """Return, by uuid, the date that the switch itself gave the rule, if until then it was the one we know."""
    rule = listing.rules.get(job.desired.uuid)
    fields = _switches(job.change)
    if rule is None or not fields:
        return {}
    answer = client.post(rule.path(job.change.address.kind), json=fields).object()
    read = job.change.live.fingerprint if job.change.live else ""
    is_known = rule.fingerprint == written.get(rule.uuid, read)
    return {rule.uuid: str(answer.get("modification_date") or "")} if is_known else {}


def _switched(job: Job, rule: ListedRule | None, dates: Mapping[str, str], owned: Owned) -> Outcome:
    if rule is None:
        return verdict(job, None, owned)
    now = {"enabled": rule.enabled, "owner": rule.owner}
    deployed = job.desired.deployed
    live = rule.live(dict(deployed) | {name: now[name] for name in _switches(job.change) if name in deployed})
    known = rule.fingerprint == dates.get(rule.uuid)
    return verdict(job, live if known else replace(live, fingerprint=""), owned)


def _switches(change: Change) -> dict[str, object]:
    """Return what the change sends over REST."""
    return {edit.path: edit.after for edit in change.edits if edit.path in _SWITCHES and edit.after is not MISSING}
