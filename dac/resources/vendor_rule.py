"""Kind `vendor_rule`: whether a rule that QRadar brought is on or off. Its body stays the vendor's.

API: POST /analytics/rules/{id} or /analytics/building_blocks/{id} with `enabled`, on the OVERRIDE where somebody has
edited the rule. dac neither makes nor deletes it: what leaves the stack stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.model.change import Channel
from dac.model.plan import Step
from dac.resources import lookups
from dac.resources.kind import CompileContext, Compiled, Field, Where
from dac.resources.lifecycle import Declared, Identifier, Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.address import Address
    from dac.model.change import Edit
    from dac.model.deployed import Deployed
    from dac.model.diagnostic import Finding


class VendorRule(Declared):
    """A stock rule, by the identifier that is the same on every console, and the switch."""

    identifier: Identifier
    enabled: bool
    reason: Text


class VendorRuleKind:
    """See the module; the field table says what goes where."""

    name = "vendor_rule"
    title = "vendor rule"
    order = 50
    step = Step.SWITCH
    made_by_dac = False
    declared = VendorRule
    aql_paths: tuple[tuple[str, ...], ...] = ()
    fields = (
        Field("identifier", Where.CONSOLE, "The rule's identifier, such as SYSTEM-1443: that of the original, not of "
              "an edited copy.", ("identifier",), Channel.STATE),
        Field("enabled", Where.CONSOLE, "On or off. Off by hand is held, never reverted unasked.",
              ("enabled",), Channel.REST),
        Field("reason", Where.GIT, "Why it differs from what QRadar ships."),
        Field("moved", Where.GIT, "The addresses it had before, oldest first."),
        Field("console", Where.GIT, "Per-console values: [kind.name.console.NAME] overrides any field."),
    )  # fmt: skip

    def console_name(self, address: Address, table: Mapping[str, Any]) -> str:
        return str(table.get("identifier", address.name))

    def fact_type(self, table: Mapping[str, Any]) -> str:  # noqa: ARG002 - nothing depends on what it says
        return ""

    def dormant(self, table: Mapping[str, Any], min_status: str) -> str:  # noqa: ARG002 - it has no status
        return ""

    def compile(self, declared: VendorRule, context: CompileContext) -> Compiled:
        findings: list[Finding] = []
        lookups.rule_uuid(context.names, declared.identifier, ("identifier",), findings)
        return Compiled({"identifier": declared.identifier, "enabled": declared.enabled}, (), tuple(findings))

    def lift(self, deployed: Deployed) -> dict[str, Any]:
        return dict(deployed) | {"reason": "as it was on the console"}

    def owned(self, live: Deployed, desired: Deployed | None, recorded: Deployed | None) -> Deployed:  # noqa: ARG002 - the switch is all there is
        return live

    def hold(self, desired: Deployed, current: Deployed, recorded: Deployed | None) -> Deployed:
        """Keep it off when somebody switched it off after dac had it on; many stock rules are off from the start."""
        by_hand = desired["enabled"] and not current["enabled"] and recorded is not None and recorded["enabled"]
        return desired | {"enabled": False} if by_hand else desired

    def unhold(self, form: Deployed, desired: Deployed) -> Deployed:
        return form | {"enabled": True} if desired["enabled"] else form

    def retracts(self, edits: tuple[Edit, ...]) -> bool:  # noqa: ARG002 - a switch takes nothing from its readers
        return False

    def unretracted(self, desired: Deployed, current: Deployed) -> Deployed:  # noqa: ARG002 - as above
        return desired


KIND = VendorRuleKind()
