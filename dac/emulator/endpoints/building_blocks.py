"""/analytics/building_blocks."""

from __future__ import annotations

from dac.emulator.endpoints.rule_endpoints import Family

_BUILDING_BLOCKS = Family("/analytics/building_blocks", "building_block", building_blocks=True)

ENDPOINTS = _BUILDING_BLOCKS.endpoints()
EFFECTS = _BUILDING_BLOCKS.effects()
