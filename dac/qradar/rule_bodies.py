"""The bodies of rules, as exported in this run, and the names of the QIDs that they dispatch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.errors import BadContent
from dac.qradar import qids, rule_lookups

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.model.deployed import Deployed
    from dac.qradar.client import Client
    from dac.qradar.exports import ExportedRule
    from dac.qradar.rule_listing import ListedRule, Listing
    from dac.resources.names import Names


class RuleBodies:
    """Exports what it is asked for, once; a rule that was changed meanwhile is exported again."""

    def __init__(self, client: Client, names: Names) -> None:
        self.qid_names: dict[int, str] = {}
        self.markers: dict[str, str] = {}  # by uuid, of the bodies that were decoded
        self.names = names
        self._client = client
        self._found: dict[str, tuple[str, ExportedRule]] = {}  # by uuid, with the fingerprint it had

    def fetch(self, rules: Iterable[ListedRule], *, again: bool = False) -> None:
        """Have the bodies of these rules here, and the names behind their QIDs. ConsoleError when that is refused."""
        missing = [rule for rule in rules if again or self.get(rule) is None]
        if not missing:
            return
        from dac.qradar.exports import export_rules

        exported = export_rules(self._client, [str(rule.id) for rule in missing])
        for rule in missing:
            self._found.pop(rule.uuid, None)
            if rule.uuid in exported:
                self._found[rule.uuid] = (rule.fingerprint, exported[rule.uuid])
        self._name_qids(missing)
        found = (self._found[rule.uuid][1].raw for rule in missing if rule.uuid in self._found)
        self.names = rule_lookups.with_tables(self._client, self.names, rule_lookups.of_bodies(found))

    def look_up(self, forms: Iterable[Deployed]) -> None:
        """Have in `names` what writing these forms needs, as it is now: a set may have been made in this run."""
        self.names = rule_lookups.with_tables(self._client, self.names, rule_lookups.of_forms(forms), again=True)

    def get(self, rule: ListedRule) -> ExportedRule | None:
        """Return the exported rule, unless it was changed since."""
        fingerprint, found = self._found.get(rule.uuid, ("", None))
        return found if fingerprint == rule.fingerprint else None

    def deployed(self, rule: ListedRule, kind: str, listing: Listing) -> tuple[Deployed, str | None]:
        """Return the deployed form of a fetched rule and its marker. BadContent when it cannot be made out."""
        from dac.qradar.package import fragments
        from dac.qradar.package.deployed import to_deployed
        from dac.resources.xml_element import Element

        found = self.get(rule)
        if found is None:
            raise BadContent(
                f"The export did not hold the rule {rule.name!r} (id {rule.id})",
                hint="It may have been deleted at this moment: run this again.",
            )
        body = found.body
        groups = listing.groups_of(rule.id)
        out, marker = to_deployed(body, self.names, groups=groups, qid_names=self.qid_names)
        self.markers[rule.uuid] = marker or ""
        out["name"], out["enabled"] = rule.name, rule.enabled
        if rule.owner:
            out["owner"] = rule.owner
        if body.is_building_block != (kind == "building_block"):
            shown = Element("rule", {"buildingBlock": "true" if body.is_building_block else "false"})
            out["other"] = sorted([*out.get("other", []), *fragments.written([shown])])
        return out, marker

    def qid_of(self, rule: ListedRule, name: str) -> int | None:
        """Return the QID that a fetched rule dispatches, if it goes by this name."""
        found = self.get(rule)
        numbers = rule_lookups.event_qids(found.raw) if found else set()
        return min((number for number in numbers if self.qid_names.get(number) == name), default=None)

    def _name_qids(self, rules: Iterable[ListedRule]) -> None:
        numbers: set[int] = set()
        for rule in rules:
            found = self.get(rule)
            numbers |= rule_lookups.event_qids(found.raw) if found else set()
        self.qid_names |= qids.names_of(self._client, numbers - self.qid_names.keys())
