"""The bodies of rules, as exported in this run, and the names of the QIDs that they dispatch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dac.errors import BadContent
from dac.qradar import qids

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dac.model.deployed import Deployed
    from dac.model.names import Names
    from dac.qradar.client import Client
    from dac.qradar.exports import ExportedRule
    from dac.qradar.rule_listing import ListedRule, Listing


_QID = re.compile(rb"""\bqid\s*=\s*["']([0-9]{1,18})["']""")


class RuleBodies:
    """Exports what it is asked for, once; a rule that was changed meanwhile is exported again."""

    def __init__(self, client: Client, names: Names) -> None:
        self.qid_names: dict[int, str] = {}
        self._client = client
        self._names = names
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

    def get(self, rule: ListedRule) -> ExportedRule | None:
        """Return the exported rule, unless it was changed since."""
        fingerprint, found = self._found.get(rule.uuid, ("", None))
        return found if fingerprint == rule.fingerprint else None

    def deployed(self, rule: ListedRule, kind: str, listing: Listing) -> tuple[Deployed, str | None]:
        """Return the deployed form of a fetched rule and its marker. BadContent when it cannot be made out."""
        from dac.qradar.package import fragments
        from dac.qradar.package.deployed import to_deployed
        from dac.qradar.package.element import Element

        found = self.get(rule)
        if found is None:
            raise BadContent(
                f"The export did not hold the rule {rule.name!r} (id {rule.id})",
                hint="It may have been deleted at this moment: run this again.",
            )
        body = found.body
        groups = listing.groups_of(rule.id)
        out, marker = to_deployed(body, self._names, groups=groups, qid_names=self.qid_names)
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
        numbers = _qids(found) if found else set()
        return min((number for number in numbers if self.qid_names.get(number) == name), default=None)

    def _name_qids(self, rules: Iterable[ListedRule]) -> None:
        numbers: set[int] = set()
        for rule in rules:
            found = self.get(rule)
            numbers |= _qids(found) if found else set()
        self.qid_names |= qids.names_of(self._client, numbers - self.qid_names.keys())


def _qids(rule: ExportedRule) -> set[int]:
    """Return the QIDs that a rule may dispatch: to look up one too many is cheaper than to decode all XML twice."""
    return {int(number) for number in _QID.findall(rule.raw)}
