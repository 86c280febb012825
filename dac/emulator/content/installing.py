"""Taking a package in, item by item: what cannot be taken is told, the rest is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dac.emulator import rules
from dac.emulator.content.checking import World, read_rule, require_everything
from dac.emulator.content.groups import install_groups
from dac.emulator.content.qids import install_qids
from dac.emulator.content.rule import RuleError
from dac.emulator.content.sets import install_sets, preview_sets, translate_set_ids
from dac.emulator.database import next_id

if TYPE_CHECKING:
    from dac.emulator.content.package import Package, Row
    from dac.emulator.content.rule import Rule
    from dac.emulator.content.sets import InstalledSets
    from dac.emulator.tasks import Due

RULE_TYPE, GROUP_TYPE, SET_TYPE = 3, 12, 28
ELEMENT_TYPES = {RULE_TYPE: "custom_rule", GROUP_TYPE: "fgroup", SET_TYPE: "reference_data"}


@dataclass(frozen=True, slots=True)
class Installed:
    """What became of a package: the task's results, the rules that are in now, what the extension is blamed for."""

    items: list[dict[str, Any]]
    identifiers: list[str]
    problems: list[str]


def install(due: Due, package: Package, *, overwrite: bool) -> Installed:
    """Install every item that can be, or as much as the settings let in beside one that cannot."""
    due.db.execute("SAVEPOINT package")
    done = _install_items(due, package, overwrite=overwrite)
    if done.problems and due.settings.refusal_takes == "package":
        due.db.execute("ROLLBACK TO package")
        done = Installed([], [], done.problems)
    due.db.execute("RELEASE package")
    return done


def trial(due: Due, package: Package) -> list[str]:
    """What an install would be blamed for; nothing of it stays."""
    due.db.execute("SAVEPOINT trial")
    problems = _install_items(due, package, overwrite=True).problems
    due.db.execute("ROLLBACK TO trial")
    due.db.execute("RELEASE trial")
    return problems


def blame(due: Due, problems: list[str]) -> str:
    """The problems of a package in the words of this console."""
    return "\n".join(problems) if due.settings.refusal_names_rules else "Some of the content could not be installed"


def _install_items(due: Due, package: Package, *, overwrite: bool) -> Installed:
    """Rules are matched by uuid; an overwritten one keeps id and creation date."""
    install_qids(due, package)
    sets = install_sets(due, package)
    items = [item(SET_TYPE, name, action) for name, action in sets.actions]
    bodies, problems = _acceptable(due, package, sets)
    ids: dict[str, int] = {}
    taken: list[str] = []
    for row in package.table("custom_rule"):
        rule = bodies.get(row.get("uuid", ""))
        if rule is None and due.settings.refusal_takes == "following":
            break
        if rule is not None:
            ids[row.get("id", "")], action = _install_rule(due, row, rule, overwrite=overwrite)
            items.append(item(RULE_TYPE, row["uuid"], action))
            taken.append(row["uuid"])
    names, group_problems = install_groups(due, package, ids)
    if due.settings.results_list_groups:
        items += [item(GROUP_TYPE, name, action) for name, action in names]
    return Installed(items, taken, problems + group_problems)


def preview(due: Due, package: Package, *, overwrite: bool) -> list[dict[str, Any]]:
    """What an install would do to each item, without looking into it."""
    items = [item(SET_TYPE, name, action) for name, action in preview_sets(due, package)]
    for row in package.table("custom_rule"):
        known = _known(due, row.get("uuid", "")) is not None
        items.append(item(RULE_TYPE, row.get("uuid", ""), _action(due, known=known, overwrite=overwrite)))
    if due.settings.results_list_groups:
        for row in package.table("fgroup"):
            known = due.db.execute("SELECT 1 FROM rule_group WHERE name = ?", (row.get("name"),)).fetchone() is not None
            action = due.settings.action_skip if known else due.settings.action_new
            items.append(item(GROUP_TYPE, row.get("name", ""), action))
    return items


def item(content_type: int, name: str, action: str) -> dict[str, Any]:
    """One line of a task's results."""
    return {
        "name": name,
        "content_type_id": content_type,
        "content_type_name": ELEMENT_TYPES[content_type],
        "action": action,
    }


def _acceptable(due: Due, package: Package, sets: InstalledSets) -> tuple[dict[str, Rule], list[str]]:
    """The rules that lean on nothing missing, by uuid. One that leans on a refused one is refused with it."""
    bodies: dict[str, Rule] = {}
    problems: list[str] = []
    for row in package.table("custom_rule"):
        try:
            rule = read_rule(row)
            translate_set_ids(rule, sets.ids)
            bodies[row["uuid"]] = rule
        except RuleError as error:
            problems.append(_problem(row.get("uuid", ""), error))
    refused = True
    while refused:
        refused = False
        world = World(due.db, due.settings, frozenset(bodies))
        for identifier, rule in list(bodies.items()):
            try:
                require_everything(rule, world)
            except RuleError as error:
                problems.append(_problem(identifier, error))
                del bodies[identifier]
                refused = True
    return bodies, problems


def _problem(identifier: str, error: RuleError) -> str:
    return f"custom_rule {identifier or '(no uuid)'}: {error}"


def _install_rule(due: Due, row: Row, rule: Rule, *, overwrite: bool) -> tuple[int, str]:
    known = _known(due, row["uuid"])
    action = _action(due, known=known is not None, overwrite=overwrite)
    if due.settings.import_owner == "installer":
        rule.element.set("owner", due.created_by)
    modified = _modified(due, row)
    if known is None:
        number = next_id(due.db, "rule")
        visible = due.now + int(due.settings.rules_visible_after * 1000)
        linked = row.get("link_uuid") or None
        kept = rules.Row(number, row["uuid"], row["origin"], linked, due.now, modified, visible)
        rules.insert_rule(due.db, kept, rule)
        return number, action
    if overwrite:
        if due.settings.import_enabled == "console":
            rule.element.set("enabled", str(rules.body_of(due.db, known).enabled).lower())
        if due.settings.import_mod_date == "frozen":
            (modified,) = due.db.execute("SELECT modification_date FROM rule WHERE id = ?", (known,)).fetchone()
        rules.replace_rule(due.db, known, rule, modified)
    return known, action


def _known(due: Due, identifier: str) -> int | None:
    row = due.db.execute("SELECT id FROM rule WHERE identifier = ?", (identifier,)).fetchone()
    return None if row is None else int(row[0])


def _action(due: Due, *, known: bool, overwrite: bool) -> str:
    if not known:
        return due.settings.action_new
    return due.settings.action_replace if overwrite else due.settings.action_skip


def _modified(due: Due, row: Row) -> int:
    if due.settings.import_mod_date == "file":
        try:
            return int(datetime.fromisoformat(row.get("mod_date", "")).timestamp() * 1000)
        except ValueError:
            return due.now
    return due.now
