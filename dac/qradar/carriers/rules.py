"""Rules and building blocks: listed and switched over REST, read by export, written by extension.

POST /analytics/rules/{id} ignores everything but `enabled` and `owner`; so a body travels in a content package, and
counts as written when an export shows it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dac.errors import BadContent, ConsoleError, Forbidden, NotFound, Unauthorized, Unreachable
from dac.model.inventory import Listed
from dac.model.reads import Absent, Found, Unreadable
from dac.qradar import markers
from dac.qradar.carriers.deletions import delete_all
from dac.qradar.carriers.work import told
from dac.qradar.rule_bodies import RuleBodies
from dac.qradar.rule_listing import PATHS, ListedRule, Listing, list_rules
from dac.qradar.tasks import task_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from dac.model.address import Address
    from dac.model.change import Change
    from dac.model.deployed import Deployed
    from dac.model.reads import Read
    from dac.model.resource import Recorded, Wanted
    from dac.model.run import Outcome
    from dac.qradar.carrier import Marker, Owned
    from dac.qradar.client import Client
    from dac.resources.names import Names

_DELETE_TASKS = {
    "detection": "/analytics/rules/rule_delete_tasks",
    "building_block": "/analytics/building_blocks/building_block_delete_tasks",
}
_DELETE_TIMEOUT = 600.0
_NEEDS_ADMIN = "The body of a rule is only in an extension export, and that needs a token with System Administrator."


class RulesCarrier:
    """Kinds `detection` and `building_block`. One instance serves one run: `read` before anything else.

    `derived` gives the uuid that only this project can have given a rule. `hub_id` and `hub_name` are those of its
    packages, `clock` gives epoch ms, `sleep` takes seconds.
    """

    kinds = ("detection", "building_block")

    def __init__(
        self,
        client: Client,
        names: Names,
        marker: Marker,
        owned: Owned,
        *,
        derived: Callable[[Address], str],
        hub_id: str,
        hub_name: str,
        clock: Callable[[], int],
        sleep: Callable[[float], None],
    ) -> None:
        self._client = client
        self._names = names
        self._marker = marker
        self._owned = owned
        self._derived = derived
        self._hub = (hub_id, hub_name)
        self._clock = clock
        self._sleep = sleep
        self._bodies = RuleBodies(client, names)
        self._listing = Listing({}, ())
        self._known: set[str] = set()
        self._written: dict[str, str] = {}  # fingerprints by uuid, of the bodies that were read back in this run

    def read(self, wanted: Sequence[Wanted], *, deep: bool = False) -> dict[Address, Read]:
        """Three lists; and one export of the bodies that the lists' dates do not show to be unchanged.

        One more, where others have rules of the same names: their markers say whose they are.
        """
        self._listing = list_rules(self._client)
        found = {item.address: _match(item, self._listing) for item in wanted}
        self._known = {rule.uuid for rule in found.values() if rule is not None}
        asked = [(item, rule) for item in wanted if (rule := found[item.address]) and _is_meant(item, rule)]
        stale = {item.address: rule for item, rule in asked if deep or not _unchanged(item.recorded, rule)}
        problem = self._fetched(list(stale.values()))
        self._fetched([rule for item in wanted if (rule := found[item.address]) and _is_namesake(item, rule)])
        out: dict[Address, Read] = {}
        for item in wanted:
            rule = found[item.address]
            if rule is None:
                out[item.address] = Absent()
            elif not _is_meant(item, rule):
                form = {"name": rule.name, "enabled": rule.enabled}
                out[item.address] = Found(rule.live(form, ours=False, project=self._project(item, rule)))
            elif item.address in stale:
                out[item.address] = self._decoded(item, rule, problem)
            elif item.recorded is not None:
                out[item.address] = Found(rule.live(self._as_listed(item.recorded.deployed, rule)))
        return out

    def unmanaged(self) -> Mapping[str, int]:
        """Rules that people made and that nobody asked for in the last `read`."""
        rules = self._listing.rules.values()
        counts = Counter(rule.kinds[0] for rule in rules if rule.origin == "USER" and rule.uuid not in self._known)
        return {kind: counts[kind] for kind in self.kinds}

    def listed(self) -> Sequence[Listed]:
        """See `Carrier.listed`. Stock rules are among them, and users' edits of them."""
        return [
            Listed(
                rule.kinds[0],
                remote_id=str(rule.id),
                uuid=rule.uuid,
                name=rule.name,
                origin=rule.origin,
                marker=self._bodies.markers.get(rule.uuid, ""),
                fingerprint=rule.fingerprint,
                managed=rule.uuid in self._known,
                kinds=rule.kinds,
            )
            for rule in self._listing.rules.values()
        ]

    def kinds_of(self, uuids: Iterable[str]) -> dict[str, str]:
        """Return detection or building_block by uuid, as the bodies say; what has no body that can be read is left out.

        For consoles whose two lists hold both.
        """
        from dac.qradar.package.rule_xml import decode

        found = {}
        for uuid, text in self.bodies_of(uuids).items():
            try:
                body = decode(text.encode("utf-8", "surrogateescape"), f"Rule {uuid}")
            except BadContent:
                continue
            found[uuid] = "building_block" if body.is_building_block else "detection"
        return found

    def bodies_of(self, uuids: Iterable[str]) -> dict[str, str]:
        """Return rules as the console exports them, XML by uuid, as the last `read` saw them. ConsoleError if it won't.

        What is no UTF-8 in one comes back as surrogates, so that nothing of it is lost.
        """
        rules = [rule for uuid in uuids if (rule := self._listing.rules.get(uuid))]
        self._bodies.fetch(rules)
        found = {rule.uuid: self._bodies.get(rule) for rule in rules}
        return {uuid: one.raw.decode("utf-8", "surrogateescape") for uuid, one in found.items() if one}

    def why_no_bodies(self) -> str:
        """Return why this token can export no rule at all, or ''. One request, without starting an export.

        Listing the extensions takes the same capability.
        """
        from dac.qradar.extensions import EXTENSIONS

        return _why_not(lambda: self._client.list(EXTENSIONS, fields="id"))

    def write(self, changes: Sequence[Change], *, split: bool = True) -> list[Outcome]:
        """Install all changes in one package; when it fails, in as many as it takes to leave out only the culprits.

        Without `split` the first package that fails is the last one.
        """
        from dac.qradar.carriers.rule_wave import RuleWave
        from dac.qradar.extensions import Hub

        wave = RuleWave(
            self._client,
            self._names,
            self._bodies,
            Hub(*self._hub),
            self._marker,
            self._owned,
            now=self._clock(),
            sleep=self._sleep,
        )
        outcomes = wave.run(changes, split=split)
        self._written |= {done.recorded.uuid: done.recorded.fingerprint for done in outcomes if done.recorded}
        return outcomes

    def switch(self, changes: Sequence[Change]) -> list[Outcome]:
        """Carry out the edits of `enabled` and `owner`, and read them back from the lists."""
        from dac.qradar.carriers.rule_switches import switch_rules

        return switch_rules(self._client, changes, self._owned, self._written)

    def delete(self, changes: Sequence[Change]) -> list[Outcome]:
        """Delete rules to the end of QRadar's tasks; what others still match on stays, and its readers are named."""
        listing = list_rules(self._client)

        def start(change: Change) -> str | None:
            known = change.live or change.recorded
            rule = listing.rules.get(known.uuid) if known else None
            if rule is None:
                return None
            path = rule.path(change.address.kind)
            try:
                answer = self._client.delete(path)
            except NotFound:
                return None
            kind = next(kind for kind, list_path in PATHS.items() if path.startswith(f"{list_path}/"))
            return f"{_DELETE_TASKS[kind]}/{task_id(answer.body, f'DELETE {path}')}"

        return delete_all(self._client, changes, start, timeout=_DELETE_TIMEOUT)

    def _fetched(self, rules: Sequence[ListedRule]) -> str:
        """Export bodies; return why that was not possible, or ''."""
        return _why_not(lambda: self._bodies.fetch(rules))

    def _decoded(self, item: Wanted, rule: ListedRule, problem: str) -> Read:
        if problem:
            return self._unreadable(item, rule, problem)
        try:
            deployed, marker = self._bodies.deployed(rule, item.address.kind, self._listing)
        except ConsoleError as error:
            return self._unreadable(item, rule, told(error))
        project = markers.other_project(marker, self._marker(item.address))
        return Found(rule.live(deployed, ours=self._is_ours(item, rule, marker), project=project))

    def _project(self, item: Wanted, rule: ListedRule) -> str:
        """Return the other dac project that a namesake belongs to; '' where its body does not say or was not read."""
        if self._bodies.get(rule) is None:
            return ""
        try:
            _, marker = self._bodies.deployed(rule, item.address.kind, self._listing)
        except ConsoleError:
            return ""
        return markers.other_project(marker, self._marker(item.address))

    def _unreadable(self, item: Wanted, rule: ListedRule, problem: str) -> Read:
        known = item.recorded if _is_recorded(item, rule) else None
        listed = rule.live(self._as_listed(known.deployed, rule)) if known else None
        return Unreadable(f"the body of this rule could not be read: {problem}", listed)

    def _is_ours(self, item: Wanted, rule: ListedRule, marker: str | None) -> bool:
        """By the record, else by the marker, else by a uuid that nobody else has: anybody can write down a uuid."""
        if _is_recorded(item, rule):
            return True
        if marker:
            return not markers.of_another_project(marker, self._marker(item.address))
        return rule.uuid == self._derived(item.address)

    def _as_listed(self, recorded: Deployed, rule: ListedRule) -> Deployed:
        """Return what was recorded, with what the lists say now."""
        out = dict(recorded) | {"name": rule.name, "enabled": rule.enabled}
        out.pop("groups", None)
        groups = self._listing.groups_of(rule.id)
        return out | ({"groups": groups} if groups else {}) | ({"owner": rule.owner} if "owner" in recorded else {})


def _why_not(read: Callable[[], object]) -> str:
    """Read what needs the right to export; return why that was refused, or ''. A console that is gone is raised."""
    try:
        read()
    except (Unauthorized, Unreachable):
        raise
    except Forbidden as error:
        return f"{error.summary}\n{_NEEDS_ADMIN}"
    except ConsoleError as error:
        return told(error)
    return ""


def _match(item: Wanted, listing: Listing) -> ListedRule | None:
    """What is recorded comes first: a rule whose uuid was edited in its stack is still there under the old one."""
    recorded = listing.rules.get(item.recorded.uuid) if item.recorded else None
    return recorded or listing.rules.get(item.uuid) or listing.named(item.address.kind, item.name)


def _is_meant(item: Wanted, rule: ListedRule) -> bool:
    """Whether it is the very rule, and not just one of that name."""
    return rule.uuid == item.uuid or _is_recorded(item, rule)


def _is_namesake(item: Wanted, rule: ListedRule) -> bool:
    """Whether somebody else's rule has the name, and not one that QRadar brought."""
    return rule.origin == "USER" and not _is_meant(item, rule)


def _is_recorded(item: Wanted, rule: ListedRule) -> bool:
    return item.recorded is not None and item.recorded.uuid == rule.uuid


def _unchanged(recorded: Recorded | None, rule: ListedRule) -> bool:
    """The date is only a hint; it is compared as text, since a restored backup may set it back."""
    return (
        recorded is not None
        and bool(rule.fingerprint)
        and recorded.fingerprint == rule.fingerprint
        and recorded.remote_id == str(rule.id)
    )
