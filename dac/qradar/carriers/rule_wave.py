"""The package wave: QIDs, one package for all rules (or more, when it fails), PREVIEW, INSTALL, export, compare."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from dac.errors import ConsoleError, Refused, TaskFailed
from dac.model.run import Result
from dac.qradar import extensions
from dac.qradar.carriers.event_qids import EventQids
from dac.qradar.carriers.previews import left_out
from dac.qradar.carriers.splitting import Reading, Split, Trial
from dac.qradar.carriers.work import Job, Series, told, unread, verdict
from dac.qradar.names import read_offense_types
from dac.qradar.package import lookups
from dac.qradar.rule_listing import Listing, list_rules
from dac.qradar.rule_package import PackageParts, Wish, group_rows, require_own_groups, rule_numbers, rule_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dac.model.change import Change
    from dac.model.deployed import Deployed
    from dac.model.run import Outcome
    from dac.qradar.carrier import Marker, Owned
    from dac.qradar.client import Client
    from dac.qradar.extensions import Hub
    from dac.qradar.package.content import RuleRow
    from dac.qradar.rule_bodies import RuleBodies
    from dac.qradar.rule_listing import ListedRule
    from dac.resources.names import Names

_ATTEMPTS = 3
_APPEAR_TIMEOUT = 60.0
_SOME_APPEAR_TIMEOUT = 10.0  # after an install with errors, when not all will
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 8.0
_ENDS_OF_A_RULES_FAULT = frozenset({"EXCEPTION", "CONFLICT", "INSTALLED_WITH_ERROR", "INSTALL_FAILED"})
_STATUSES_OF_A_RULES_FAULT = frozenset({400, 413, 422})
_BAD_MANIFEST = 22616


class RuleWave:
    """The creates and updates of one wave; `now` is epoch ms. Use an instance once."""

    def __init__(
        self,
        client: Client,
        names: Names,
        bodies: RuleBodies,
        hub: Hub,
        marker: Marker,
        owned: Owned,
        *,
        now: int,
        sleep: Callable[[float], None],
    ) -> None:
        self._client = client
        self._names = names
        self._bodies = bodies
        self._hub = hub
        self._marker = marker
        self._owned = owned
        self._now = now
        self._sleep = sleep
        self._series = Series(client.trail)
        self._qids = EventQids(client, bodies, marker)
        self._rule_names: dict[str, str] = {}
        self._before: dict[str, ListedRule | None] = {}  # by uuid, as each was when its package was installed
        self._reading = Reading(())
        self._fresh: Listing | None = None  # read just now, for the first package

    def run(self, changes: Sequence[Change], *, split: bool = True) -> list[Outcome]:
        """Carry out the changes and read them back. One outcome a change, in their order.

        A package that fails is tried again in parts, to find what it fails on; not so without `split`.
        """
        jobs = [Job.of(change) for change in changes]
        self._names = _with_new_indexes(self._client, self._names, jobs)
        self._bodies.names = replace(self._bodies.names, offense_types=self._names.offense_types)
        self._bodies.look_up(job.desired.deployed for job in jobs)
        self._rule_names = {job.desired.uuid: job.desired.deployed["name"] for job in jobs}
        self._reading = Reading(jobs)
        self._fresh = before = self._listed(jobs)
        self._series.each(jobs, lambda job: require_own_groups(job.desired.uuid, job.desired.deployed, before))
        self._qids.resolve(jobs, before, self._names, self._series)
        Split(jobs, self._attempt, further=split).run()
        try:
            after = self._appeared(jobs, _APPEAR_TIMEOUT)
            after = self._settled(jobs, after)
            self._bodies.fetch(_present(jobs, after), again=True)
        except ConsoleError as error:
            return [unread(job, told(error)) for job in jobs]
        return [self._outcome(job, after) for job in jobs]

    def _attempt(self, jobs: Sequence[Job]) -> Trial:
        """Install some of the jobs in one package; after an error look which of them the console has taken."""
        with self._client.trail.about(job.change.address for job in jobs):
            return self._installed(jobs)

    def _installed(self, jobs: Sequence[Job]) -> Trial:
        known, self._fresh = self._fresh, None
        try:
            extension, before = self._previewed(jobs, known or self._listed(jobs))
        except ConsoleError as error:
            return _failed(jobs, error)
        if extension is None:
            return Trial()
        self._before |= {job.desired.uuid: before.rules.get(job.desired.uuid) for job in jobs}
        try:
            extensions.install(self._client, extension)
        except ConsoleError as error:
            left = self._not_taken(jobs)
            for job in jobs:
                job.doubt = "" if job in left else told(error)
            return _failed(left, error)
        return Trial()

    def _not_taken(self, jobs: Sequence[Job]) -> list[Job]:
        """Look which jobs an install that failed has left out: all of them, when that cannot be seen."""
        old = {job.desired.uuid: self._form(job, self._before[job.desired.uuid]) for job in jobs}
        try:
            after = self._appeared(jobs, _SOME_APPEAR_TIMEOUT)
            self._bodies.fetch(_present(jobs, after), again=True)
        except ConsoleError:
            return list(jobs)
        return [job for job in jobs if not self._is_taken(job, old[job.desired.uuid], after)]

    def _is_taken(self, job: Job, old: Deployed | None, after: Listing) -> bool:
        now = after.rules.get(job.desired.uuid)
        if now is None or self._before[job.desired.uuid] is None:
            return now is not None
        return self._form(job, now) != old or self._outcome(job, after).result is Result.APPLIED

    def _form(self, job: Job, rule: ListedRule | None) -> Deployed | None:
        """Return the body of a rule without what an analyst may switch at any time; None when it cannot be read."""
        try:
            form, _ = self._bodies.deployed(rule, job.change.address.kind, Listing({}, ())) if rule else ({}, None)
        except ConsoleError:
            return None
        return {key: value for key, value in form.items() if key not in ("enabled", "owner")}

    def _listed(self, jobs: Sequence[Job]) -> Listing:
        """List the console's rules and have the bodies of those that will be overwritten."""
        listing = list_rules(self._client)
        self._bodies.fetch(_present(jobs, listing))
        return listing

    def _previewed(self, jobs: Sequence[Job], listing: Listing) -> tuple[int | None, Listing]:
        """Upload and preview until no rule was switched in between; None when there is nothing to install.

        A package carries `enabled` in each body: one that is older than an analyst's switch would undo it.
        """
        for _ in range(_ATTEMPTS):
            parts = self._parts(jobs, listing)
            if not parts.rules:
                return None, listing
            extension = extensions.upload(self._client, self._hub, partial(parts.archive, self._hub))
            refused = left_out(extensions.preview(self._client, extension), parts)
            for job in jobs:
                job.problem = job.problem or refused.get(job.desired.uuid, "")
            if refused:
                return self._previewed(jobs, listing)
            latest = list_rules(self._client)
            if _switches(jobs, latest) == _switches(jobs, listing):
                return extension, listing
            listing = self._listed(jobs)
        raise ConsoleError(
            "Somebody keeps switching the rules of this package on and off, or changing their owner",
            detail="Installing it would undo that. Nothing was installed.",
            hint="Run plan again when it is quiet.",
        )

    def _parts(self, jobs: Sequence[Job], listing: Listing) -> PackageParts:
        wishes = {job.desired.uuid: self._wish(job, listing) for job in jobs if job.open}
        numbers = rule_numbers(list(wishes.values()))
        listed = {uuid: rule.name for uuid, rule in listing.rules.items()}
        shown = {**self._names.rules, **listed, **self._rule_names}
        names = replace(self._names, rules=shown, tables=self._bodies.names.tables)
        rows: list[RuleRow] = []

        def encode(job: Job) -> None:
            uuid = job.desired.uuid
            if not self._reading.skip_if_blocked(job):
                rows.append(rule_row(wishes[uuid], numbers[uuid], names, self._now))

        self._series.each(jobs, encode)
        written = [wishes[row.uuid] for row in rows]
        groups = group_rows(written, rows, listing)
        return PackageParts(tuple(rows), groups, self._client.capabilities.build, self._now)

    def _wish(self, job: Job, listing: Listing) -> Wish:
        deployed: Deployed = dict(job.desired.deployed)
        rule = listing.rules.get(job.desired.uuid)
        if rule is not None:
            deployed |= {"enabled": rule.enabled} | ({"owner": rule.owner} if rule.owner else {})
        return Wish(
            uuid=job.desired.uuid,
            deployed=deployed,
            building_block=job.change.address.kind == "building_block",
            marker=self._marker(job.change.address),
            qids=self._qids.of(job, listing),
            base=self._bodies.get(rule) if rule else None,
        )

    def _appeared(self, jobs: Sequence[Job], timeout: float) -> Listing:
        """List rules until all are there: a console shows new ones some seconds late."""
        uuids = {job.desired.uuid for job in jobs if job.open}
        waited, pause = 0.0, _FIRST_PAUSE
        while True:
            listing = list_rules(self._client)
            if uuids <= listing.rules.keys() or waited >= timeout:
                return listing
            self._sleep(pause)
            waited += pause
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _settled(self, jobs: Sequence[Job], after: Listing) -> Listing:
        """Put right what an install did not take from the body: a switch, the owner of a new rule."""
        sent: list[Job] = []

        def settle(job: Job) -> None:
            rule = after.rules.get(job.desired.uuid)
            fields = _unsettled(job.desired.deployed, self._before.get(job.desired.uuid), rule) if rule else {}
            if rule is not None and fields:
                sent.append(job)
                self._client.post(rule.path(job.change.address.kind), json=fields)

        self._series.each(jobs, settle)
        return list_rules(self._client) if sent else after

    def _outcome(self, job: Job, after: Listing) -> Outcome:
        rule = after.rules.get(job.desired.uuid)
        if rule is None or (job.problem and self._bodies.get(rule) is None):
            return verdict(job, None, self._owned)
        try:
            deployed, _ = self._bodies.deployed(rule, job.change.address.kind, after)
        except ConsoleError as error:
            return unread(job, told(error))
        if self._before.get(rule.uuid) is not None:  # both travel by REST, in a wave of their own
            deployed |= {key: job.desired.deployed[key] for key in ("enabled", "owner") if key in job.desired.deployed}
        job.remote_id = str(rule.id)
        return verdict(job, rule.live(deployed), self._owned)


def _failed(left: Sequence[Job], error: ConsoleError) -> Trial:
    """Where a rule is to blame, what to do is not what is said about the package."""
    wide = not _is_a_rules_fault(error)
    return Trial(left, told(error) if wide else error.summary, wide=wide)


def _is_a_rules_fault(error: ConsoleError) -> bool:
    """Whether a package without some of its rules could fare better."""
    if isinstance(error, TaskFailed):
        return error.status_name in _ENDS_OF_A_RULES_FAULT
    return isinstance(error, Refused) and error.status in _STATUSES_OF_A_RULES_FAULT and error.code != _BAD_MANIFEST


def _with_new_indexes(client: Client, names: Names, jobs: Iterable[Job]) -> Names:
    """Look at the offense types again when one is missing: a property made in this run can have brought it."""
    forms = [job.desired.deployed for job in jobs]
    fields = {form["offense"]["index"] for form in forms if "offense" in form}
    fields |= {form["limiter"]["by"] for form in forms if "limiter" in form}
    if all(lookups.unnamed(field) or names.offense_type_id(field) is not None for field in fields):
        return names
    return replace(names, offense_types=read_offense_types(client))


def _present(jobs: Iterable[Job], listing: Listing) -> list[ListedRule]:
    rules = (listing.rules.get(job.desired.uuid) for job in jobs)
    return [rule for rule in rules if rule is not None]


def _switches(jobs: Iterable[Job], listing: Listing) -> dict[str, tuple[bool, str]]:
    return {rule.uuid: (rule.enabled, rule.owner) for rule in _present(jobs, listing)}


def _unsettled(desired: Deployed, before: ListedRule | None, after: ListedRule) -> dict[str, object]:
    enabled = before.enabled if before else desired["enabled"]
    fields: dict[str, object] = {} if after.enabled == enabled else {"enabled": enabled}
    if before is None and desired.get("owner", after.owner) != after.owner:
        fields["owner"] = desired["owner"]
    return fields
