"""What public evidence leaves open is a setting of the emulator; dac keeps its promises under each of them.

Apply makes the console as desired, and the plan after it is empty, whatever the console does that IBM does not say.
"""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

import pytest
from console_driver import Console
from dac_project import Project, differences, undone

from dac.emulator.server import Emulator
from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HURRIED = Settings(task_seconds=0, install_seconds=0, export_seconds=0, deploy_seconds=0, rules_visible_after=0)
CONSOLES: dict[str, dict[str, Any]] = {
    "as-they-are": {},
    "oldest": {
        "api_version": "20.0",
        "location_pitfall": False,
        "error_code_kind": "string",
        "unknown_parameters": "ignore",
        "match_groups_by": "id",
        "export_attributes": "sorted",
        "import_mod_date": "frozen",
    },
    "first-with-networks": {
        "api_version": "22.0",
        "cidr_host_bits": "refused",
        "shared_domain_echo": "number",
        "decode_query_twice": False,
        "property_delete_expressions": "block",
        "rule_delete_blocked": "request",
        "export_prolog": True,
        "preview_leaves": "NOT_INSTALLED",
    },
    "in-between": {
        "api_version": "24.0",
        "content_range": False,
        "set_names_unique": "console",
        "number_echo": "verbatim",
        "offense_types_for_properties": "none",
        "require_rule_engine_properties": False,
        "results_list_groups": False,
        "export_missing": "exception",
    },
    "newest": {
        "api_version": "27.0",
        "ranged_status": 206,
        "max_patch_rows": 1000,
        "property_path": "identifier",
        "capture_group_default": 0,
        "system_rule_edit_forks": False,
        "import_owner": "installer",
    },
    "strange-to-properties": {
        "entra_id_name": "Microsoft Azure Active Directory",
        "property_delete_expressions": "cascade",
        "property_type_change": "free",
        "offense_types_for_properties": "all",
        "scope_echo": "null",
        "cidr_host_bits": "kept",
    },
    "strange-to-rules": {
        "rule_lists_mixed": True,
        "require_known_qids": False,
        "require_known_categories": True,
        "import_mod_date": "file",
        "import_enabled": "console",
        "action_new": "NEW",
        "action_replace": "UPDATE",
        "action_skip": "NONE",
    },
    "slow-to-list": {
        "task_seconds": 0.02,
        "install_seconds": 0.02,
        "export_seconds": 0.02,
        "rules_visible_after": 0.2,
    },
    "interrupted": {"task_seconds": 0.1, "install_seconds": 0.1, "interrupted_tasks": True},
}
"""Every value of every open question, several at once: none of those in a row bears on what another one does."""

ONE_BY_ONE = [{}, *({name: value} for settings in CONSOLES.values() for name, value in settings.items())]
"""The same values alone, which takes minutes: with HYPOTHESIS_PROFILE=explore, or to find out which of a row it was."""
VARIATIONS = ONE_BY_ONE if os.environ.get("HYPOTHESIS_PROFILE") == "explore" else list(CONSOLES.values())
CIDR_SINCE = 22
NOT_VARIED = {
    "admin_password", "build_version", "external_version", "release_name", "deploy_seconds", "search_seconds",
    "search_reuse_seconds", "max_json_bytes", "max_upload_bytes", "deploy_conflict_code", "deploy_without_changes",
    "deploy_after_install", "deploy_hosts", "uninstall_removes_rules",
    "refused_rules", "refusal_takes", "refusal_status", "refusal_task", "refusal_at", "refusal_names_rules",
}  # fmt: skip
"""Settings that are no open questions, or that this apply never meets: it deploys nothing, has no rule refused, and
uninstalls nothing. Refusals are varied in tests/qradar/test_package_failures.py, deploys in test_deploys.py."""


def named(variation: dict[str, Any]) -> str:
    alone = ",".join(f"{name}={value}" for name, value in variation.items())
    return next((name for name, settings in CONSOLES.items() if settings == variation), alone)


@pytest.fixture
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Project, Console]]:
    settings = replace(HURRIED, **request.param)
    with Emulator(tmp_path / "console.db", settings=settings) as emulator, Console(emulator.url) as console:
        networks = settings.api_major >= CIDR_SINCE
        shipped = not request.param
        yield Project.with_stacks(tmp_path / "project", emulator.url, networks=networks, shipped=shipped), console


@pytest.mark.parametrize("project", VARIATIONS, ids=named, indirect=True)
def test_an_apply_is_followed_by_an_empty_plan(project: tuple[Project, Console]) -> None:
    work, console = project
    stock = [row["identifier"] for row in console.read("/analytics/rules")]
    assert undone(work.apply()) == []
    assert differences(work.plan()) == []
    assert differences(work.plan(deep=True)) == []
    change(work)
    if (work.root / "stacks/kinds/networks.toml").exists():
        work.edit("kinds/networks.toml", 'value = "10.0.0.0/8"', 'value = "192.0.2.0/24"')
    assert undone(work.apply()) == []
    assert differences(work.plan(deep=True)) == []
    assert undone(work.destroy()) == []
    assert [row["identifier"] for row in console.read("/analytics/rules")] == stock
    assert all(change.action.value == "create" for change in work.plan().pending)


def change(work: Project) -> None:
    """One edit of every channel: rule bodies, an entry more and one less, a set's and an expression's own fields."""
    stack = "kinds/stack.toml"
    work.edit(stack, 'severity = "high"', 'severity = "low"')
    work.edit(stack, "IMATCHES '.*x.*'", "IMATCHES '.*y.*'")
    work.edit(stack, 'value = "101"', 'value = "102.5"')
    work.edit(stack, 'time_to_live = "90d"', 'time_to_live = "30d"')
    work.edit(stack, 'regex = "user=(\\\\w+)"', 'regex = "user:(\\\\w+)"')
    work.edit(stack, "json = '/\"size\"'", "json = '/\"bytes\"'")


def test_every_setting_is_varied_or_named_as_no_open_question() -> None:
    varied = {name for settings in CONSOLES.values() for name in settings}
    assert varied | NOT_VARIED == set(Settings.__dataclass_fields__)
    assert varied & NOT_VARIED == set()


@pytest.mark.parametrize("name", sorted(set(Settings.__dataclass_fields__) - NOT_VARIED))
def test_every_value_that_a_setting_can_take_is_tried(name: str) -> None:
    tried = {getattr(Settings(), name), *(settings[name] for settings in CONSOLES.values() if name in settings)}
    kind = get_type_hints(Settings)[name]
    possible = {True, False} if kind is bool else set(get_args(kind))
    assert possible <= tried
    assert len(tried) > 1
