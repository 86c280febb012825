"""Reference sets in a package: made when missing, and the numbers by which rules know them translated."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from xml.etree.ElementTree import Element

    from dac.emulator.content.package import Package, Row
    from dac.emulator.content.rule import Rule
    from dac.emulator.tasks import Due

SET = "0"  # collection_type; maps and tables are others
SET_ELEMENT_TYPES = {"ALN": 0, "NUM": 1, "IP": 2, "PORT": 3, "ALNIC": 4}
_TYPE_NAMES = {str(number): name for name, number in SET_ELEMENT_TYPES.items()}


@dataclass(frozen=True, slots=True)
class InstalledSets:
    """File id to console id, and (name, action) for the results."""

    ids: Mapping[str, str]
    actions: tuple[tuple[str, str], ...]


def install_sets(due: Due, package: Package) -> InstalledSets:
    """Sets are matched by name. One that is there keeps its values and, here, its settings too."""
    ids: dict[str, str] = {}
    actions = tuple(preview_sets(due, package))
    for row in _sets(package):
        known = _known(due, row)
        ids[row.get("id", "")] = str(_create(due, row) if known is None else known)
    return InstalledSets(ids, actions)


def preview_sets(due: Due, package: Package) -> Iterator[tuple[str, str]]:
    """Name and action of every set, before anything is done."""
    for row in _sets(package):
        action = due.settings.action_new if _known(due, row) is None else due.settings.action_skip
        yield row.get("name", ""), action


def translate_set_ids(rule: Rule, ids: Mapping[str, str]) -> None:
    """Write this console's numbers where the rule has the file's; numbers without a row in the file stay."""
    for test in rule.element.iterfind("testDefinitions/test"):
        for parameter in test.iterfind("parameter"):
            _translate(parameter, ids)
    for response in rule.element.iterfind("responses/referenceDataResponse"):
        number = response.get("id", "")
        response.set("id", ids.get(number, number))


def _translate(parameter: Element, ids: Mapping[str, str]) -> None:
    options = parameter.find("userOptions")
    selection = parameter.find("userSelection")
    if options is None or selection is None or not options.get("method", "").endswith("getReferenceSets"):
        return
    numbers = [number.strip() for number in (selection.text or "").split(",")]
    selection.text = ", ".join(ids.get(number, number) for number in numbers)


def _sets(package: Package) -> list[Row]:
    return [row for row in package.table("reference_data") if row.get("collection_type", SET) == SET]


def _known(due: Due, row: Row) -> int | None:
    found = due.db.execute("SELECT id FROM reference_set WHERE name = ?", (row.get("name"),)).fetchone()
    return None if found is None else int(found[0])


def _create(due: Due, row: Row) -> int:
    cursor = due.db.execute(
        "INSERT INTO reference_set (name, entry_type, namespace, expiry_type, expired_log_option, creation_time, "
        "global_id) VALUES (?, ?, 'SHARED', 'NO_EXPIRY', 'LOG_NONE', ?, ?)",
        (row.get("name", ""), _TYPE_NAMES.get(row.get("element_type", "0"), "ALN"), due.now, str(uuid.uuid4())),
    )
    return int(cursor.lastrowid or 0)
