"""The REST API, one file an area. Each lists its endpoints, and the effects of the tasks it starts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dac.emulator.endpoints import (
    ariel,
    ariel_searches,
    authorized_services,
    building_blocks,
    categories,
    custom_actions,
    custom_properties,
    deploy,
    domains,
    dsm_event_mappings,
    exports,
    extensions,
    hidden_rules,
    log_source_groups,
    log_source_types,
    log_sources,
    offense_types,
    old_reference_sets,
    property_expressions,
    qid_records,
    reference_sets,
    rule_groups,
    rules,
    saved_search_groups,
    saved_searches,
    servers,
    set_entries,
    system,
    users,
)
from dac.emulator.endpoints import (
    help as help_area,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.emulator.call import Endpoint
    from dac.emulator.tasks import Effect

_AREAS = (
    ariel, ariel_searches, authorized_services, building_blocks, categories, custom_actions, custom_properties,
    deploy, domains, dsm_event_mappings, exports, extensions, help_area, hidden_rules, log_source_groups,
    log_source_types, log_sources, offense_types, old_reference_sets, property_expressions, qid_records,
    reference_sets, rule_groups, rules, saved_search_groups, saved_searches, servers, set_entries, system, users,
)  # fmt: skip

ENDPOINTS: tuple[Endpoint, ...] = tuple(endpoint for area in _AREAS for endpoint in area.ENDPOINTS)
EFFECTS: Mapping[str, Effect] = {
    family: effect for area in _AREAS for family, effect in getattr(area, "EFFECTS", {}).items()
}
