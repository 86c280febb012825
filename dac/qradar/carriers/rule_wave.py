"""The package wave: QIDs, one package for all rules, PREVIEW, INSTALL, export back, compare."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from dac.errors import AmbiguousAnswer, ConsoleError, ServerFault, TaskFailed
from dac.model.resource import Live
from dac.qradar import extensions, qids
from dac.qradar.carriers.work import Job, Series, told, unread, verdict
from dac.qradar.names import read_offense_types
from dac.qradar.package import lookups
from dac.qradar.package.responses_fields import qid_name
from dac.qradar.rule_listing import list_rules
from dac.qradar.rule_package import PackageParts, Wish, group_rows, require_own_groups, rule_numbers, rule_row

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dac.model.change import Change
    from dac.model.deployed import Deployed
    from dac.model.names import Names
    from dac.model.run import Outcome
    from dac.qradar.carrier import Marker, Owned
    from dac.qradar.client import Client
    from dac.qradar.extensions import Hub, PreviewItem
    from dac.qradar.package.content import RuleRow
    from dac.qradar.rule_bodies import RuleBodies
    from dac.qradar.rule_listing import ListedRule, Listing

_RULE = 3
_GROUPS = frozenset({12, 13})
_ATTEMPTS = 3
_APPEAR_TIMEOUT = 60.0
_SOME_APPEAR_TIMEOUT = 10.0  # after an install with errors, when not all will
_FIRST_PAUSE = 0.25
_LONGEST_PAUSE = 8.0
_SHOWN = 10


class RuleWave:
    """One package of creates and updates. Use an instance once."""

    def __init__(
        self, client: Client, names: Names, bodies: RuleBodies, hub: Hub, marker: Marker, owned: Owned
    ) -> None:
        self._client = client
        self._names = names
        self._bodies = bodies
        self._hub = hub
        self._marker = marker
        self._owned = owned
        self._series = Series(client.trail)
        self._qids: dict[str, int] = {}

    def run(self, changes: Sequence[Change], now: int, sleep: Callable[[float], None]) -> list[Outcome]:
        """Carry out the changes and read them back; `now` is epoch ms. One outcome a change, in their order."""
        with self._client.trail.about(change.address for change in changes):
            return self._run([Job.of(change) for change in changes], now, sleep)

    def _run(self, jobs: Sequence[Job], now: int, sleep: Callable[[float], None]) -> list[Outcome]:
        self._names = _with_new_indexes(self._client, self._names, jobs)
        before = self._listed(jobs)
        self._series.each(jobs, lambda job: require_own_groups(job.desired.uuid, job.desired.deployed, before))
        self._resolve_qids(jobs, before)
        extension, before = self._previewed(jobs, before, now)
        complaint = self._install(extension) if extension is not None else ""
        try:
            after = self._appeared(jobs, sleep, _SOME_APPEAR_TIMEOUT if complaint else _APPEAR_TIMEOUT)
            after = self._settled(jobs, before, after)
            self._bodies.fetch(_present(jobs, after), again=True)
        except ConsoleError as error:
            return [unread(job, told(error)) for job in jobs]
        return [self._outcome(job, before, after, complaint) for job in jobs]

    def _listed(self, jobs: Sequence[Job]) -> Listing:
        """List the console's rules and have the bodies of those that will be overwritten."""
        listing = list_rules(self._client)
        self._bodies.fetch(_present(jobs, listing))
        return listing

    def _resolve_qids(self, jobs: Sequence[Job], listing: Listing) -> None:
        """Find or make the QID records of dispatched events."""
        wanted: dict[str, qids.QidSpec] = {}

        def describe(job: Job) -> None:
            event = job.desired.deployed.get("event")
            if event and self._own_qid(job, listing) is None and lookups.unnamed(qid_name(event)) is None:
                wanted.setdefault(qid_name(event), self._qid_spec(job))

        def create(job: Job) -> None:
            event = job.desired.deployed.get("event")
            name = qid_name(event) if event else ""
            if name in wanted and name not in self._qids:
                self._qids[name] = qids.create(self._client, self._names, wanted[name])

        self._series.each(jobs, describe)
        self._qids |= qids.find(self._client, wanted)
        self._series.each(jobs, create)
        self._bodies.qid_names |= {number: name for name, number in self._qids.items()}

    def _own_qid(self, job: Job, listing: Listing) -> int | None:
        """Return the QID that the rule has already, if it goes by the name wanted."""
        rule = listing.rules.get(job.desired.uuid)
        return self._bodies.qid_of(rule, qid_name(job.desired.deployed["event"])) if rule else None

    def _qid_spec(self, job: Job) -> qids.QidSpec:
        deployed = job.desired.deployed
        event = deployed["event"]
        return qids.QidSpec(
            name=qid_name(event),
            description=event.get("description", ""),
            severity=event.get("severity", deployed.get("severity", 5)),
            category_id=lookups.category_id(self._names, event["category"]),
            marker=self._marker(job.change.address),
        )

    def _previewed(self, jobs: Sequence[Job], listing: Listing, now: int) -> tuple[int | None, Listing]:
        """Upload and preview until no rule was switched in between; None when there is nothing to install.

        A package carries `enabled` in each body: one that is older than an analyst's switch would undo it.
        """
        for _ in range(_ATTEMPTS):
            parts = self._parts(jobs, listing, now)
            if not parts.rules:
                return None, listing
            extension = extensions.upload(self._client, self._hub, partial(parts.archive, self._hub))
            _require_planned(extensions.preview(self._client, extension), parts)
            latest = list_rules(self._client)
            if _switches(jobs, latest) == _switches(jobs, listing):
                return extension, listing
            listing = self._listed(jobs)
        raise ConsoleError(
            "Somebody keeps switching the rules of this package on and off, or changing their owner",
            detail="Installing it would undo that. Nothing was installed.",
            hint="Run plan again when it is quiet.",
        )

    def _parts(self, jobs: Sequence[Job], listing: Listing, now: int) -> PackageParts:
        wishes = {job.desired.uuid: self._wish(job, listing) for job in jobs if job.open}
        numbers = rule_numbers(list(wishes.values()))
        shown = {uuid: wish.deployed["name"] for uuid, wish in wishes.items()}
        names = replace(self._names, rules={**self._names.rules, **shown})
        rows: list[RuleRow] = []

        def encode(job: Job) -> None:
            uuid = job.desired.uuid
            rows.append(rule_row(wishes[uuid], numbers[uuid], names, now))

        self._series.each(jobs, encode)
        written = [wishes[row.uuid] for row in rows]
        groups = group_rows(written, rows, listing)
        return PackageParts(tuple(rows), groups, self._client.capabilities.build, now)

    def _wish(self, job: Job, listing: Listing) -> Wish:
        deployed: Deployed = dict(job.desired.deployed)
        rule = listing.rules.get(job.desired.uuid)
        own = self._own_qid(job, listing) if "event" in deployed else None
        if rule is not None:
            deployed |= {"enabled": rule.enabled} | ({"owner": rule.owner} if rule.owner else {})
        return Wish(
            uuid=job.desired.uuid,
            deployed=deployed,
            building_block=job.change.address.kind == "building_block",
            marker=self._marker(job.change.address),
            qids=self._qids if own is None else {**self._qids, qid_name(deployed["event"]): own},
            base=self._bodies.get(rule) if rule else None,
        )

    def _install(self, extension: int) -> str:
        """Install; return what the console has to complain about. What came of each rule is read back anyway."""
        try:
            extensions.install(self._client, extension)
        except (TaskFailed, AmbiguousAnswer, ServerFault) as error:
            return told(error)
        return ""

    def _appeared(self, jobs: Sequence[Job], sleep: Callable[[float], None], timeout: float) -> Listing:
        """List rules until all are there: a console shows new ones some seconds late."""
        uuids = {job.desired.uuid for job in jobs if job.open}
        waited, pause = 0.0, _FIRST_PAUSE
        while True:
            listing = list_rules(self._client)
            if uuids <= listing.rules.keys() or waited >= timeout:
                return listing
            sleep(pause)
            waited += pause
            pause = min(pause * 2, _LONGEST_PAUSE)

    def _settled(self, jobs: Sequence[Job], before: Listing, after: Listing) -> Listing:
        """Put right what an install did not take from the body: a switch, the owner of a new rule."""
        sent: list[Job] = []

        def settle(job: Job) -> None:
            rule = after.rules.get(job.desired.uuid)
            fields = _unsettled(job.desired.deployed, before.rules.get(job.desired.uuid), rule) if rule else {}
            if rule is not None and fields:
                sent.append(job)
                self._client.post(rule.path(job.change.address.kind), json=fields)

        self._series.each(jobs, settle)
        return list_rules(self._client) if sent else after

    def _outcome(self, job: Job, before: Listing, after: Listing, complaint: str) -> Outcome:
        job.doubt = job.doubt or complaint
        rule = after.rules.get(job.desired.uuid)
        if rule is None or (job.problem and self._bodies.get(rule) is None):
            return verdict(job, None, self._owned)
        try:
            deployed, _ = self._bodies.deployed(rule, job.change.address.kind, after)
        except ConsoleError as error:
            return unread(job, told(error))
        if rule.uuid in before.rules:  # both travel by REST, in a wave of their own
            deployed |= {key: job.desired.deployed[key] for key in ("enabled", "owner") if key in job.desired.deployed}
        job.remote_id = str(rule.id)
        live = Live(deployed, job.remote_id, rule.uuid, rule.name, True, rule.fingerprint, rule.origin)
        return verdict(job, live, self._owned)


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


def _require_planned(items: Sequence[PreviewItem], parts: PackageParts) -> None:
    """Stop when an install would do less or more than what was planned."""
    planned = {row.uuid for row in parts.rules}
    rules = {item.name: item.action for item in items if _is_rule(item)}
    foreign = [f"{item.content_type} {item.name}" for item in items if not _is_rule(item) and not _is_group(item)]
    problems = [f"it would also bring rule {name}" for name in sorted(rules.keys() - planned)]
    problems += [f"it would leave out rule {name}" for name in sorted(planned - rules.keys())]
    problems += [f"it would skip rule {name}" for name, action in sorted(rules.items()) if action.upper() == "SKIP"]
    problems += [f"it would also bring {what}" for what in sorted(foreign)]
    if problems:
        more = [f"and {len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else []
        raise ConsoleError(
            "The console's preview of the package is not what was planned",
            detail="\n".join([*problems[:_SHOWN], *more]),
            hint="Nothing was installed. Run plan again; if this stays, report it with the preview above.",
        )


def _is_rule(item: PreviewItem) -> bool:
    return item.content_type_id == _RULE or item.content_type == "custom_rule"


def _is_group(item: PreviewItem) -> bool:
    return item.content_type_id in _GROUPS or item.content_type.startswith("fgroup")
