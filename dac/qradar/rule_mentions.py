"""What all rules of a console name. Their bodies are exported for it, and kept only as what they name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.errors import BadContent

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.qradar.client import Client
    from dac.qradar.package.mentions import Mentions
    from dac.qradar.rule_listing import ListedRule

_STOCK = "SYSTEM"


class RuleMentions:
    """Exports what it has not seen in its present form. `problems` are rules whose body could not be read, by uuid."""

    def __init__(self, client: Client) -> None:
        self.problems: dict[str, str] = {}
        self._client = client
        self._known: dict[str, tuple[str, Mentions]] = {}  # by uuid, with the fingerprint it had

    def of(self, rules: Mapping[str, ListedRule]) -> dict[str, Mentions]:
        """Return what each of these rules names, by uuid. ConsoleError when the export is refused.

        A stock rule that no export holds is passed over: QRadar's own content names nothing that people made.
        """
        from dac.qradar.exports import export_rules
        from dac.qradar.package.mentions import mentions

        self.problems = {}
        missing = [rule for rule in rules.values() if not self._is_known(rule)]
        exported = export_rules(self._client, [str(rule.id) for rule in missing]) if missing else {}
        for rule in missing:
            self._known.pop(rule.uuid, None)
            try:
                if rule.uuid in exported:
                    self._known[rule.uuid] = (rule.fingerprint, mentions(exported[rule.uuid].body))
                elif rule.origin != _STOCK:
                    self.problems[rule.uuid] = "the export does not hold it"
            except BadContent as error:
                self.problems[rule.uuid] = error.summary
        return {uuid: self._known[uuid][1] for uuid in rules if uuid in self._known}

    def _is_known(self, rule: ListedRule) -> bool:
        fingerprint, _ = self._known.get(rule.uuid, ("", None))
        return bool(fingerprint) and fingerprint == rule.fingerprint
