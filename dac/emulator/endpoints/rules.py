"""/analytics/rules."""

from __future__ import annotations

from dac.emulator.endpoints.rule_endpoints import Family

_RULES = Family("/analytics/rules", "rule", building_blocks=False)

ENDPOINTS = _RULES.endpoints()
EFFECTS = _RULES.effects()
