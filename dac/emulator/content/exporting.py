"""Writing rules out: one content XML in a ZIP, with everything the rules lean on beside them."""

from __future__ import annotations

import base64
import io
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.etree.ElementTree import Element, SubElement, tostring

from dac.emulator.content.rule import RULE_TYPES, Rule
from dac.emulator.content.sets import SET_ELEMENT_TYPES

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from dac.emulator.settings import Settings

_TYPE_NUMBERS = {name: number for number, name in RULE_TYPES.items()}
_PROLOG = '<?xml version="1.0" encoding="UTF-8"?>'
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_GROUP_CLASS = "com.q1labs.core.shared.group.RuleGroupFactory"


def closure(db: sqlite3.Connection, ids: Iterable[int]) -> list[int]:
    """The rules and everything they match on, however deep, by id."""
    found: set[int] = set()
    waiting = list(ids)
    while waiting:
        number = waiting.pop()
        if number in found:
            continue
        found.add(number)
        rows = db.execute(
            "SELECT rule.id FROM rule_reference AS r JOIN rule ON rule.identifier = r.target "
            "WHERE r.rule_id = ? AND r.kind = 'rule'",
            (number,),
        )
        waiting += [other for (other,) in rows]
    return sorted(found)


def write_export(db: sqlite3.Connection, settings: Settings, ids: Iterable[int], *, links: bool, now: int) -> bytes:
    """The ZIP. Rows are in table order, then by id; two exports of the same console at one time are the same bytes."""
    numbers = closure(db, ids)
    content = Element("content")
    SubElement(content, "qradarversion").text = settings.build
    _properties(db, content, numbers)
    _offense_types(db, content, numbers)
    _log_source_types(db, content, numbers)
    _reference_data(db, content, numbers)
    for number in numbers:
        _rule(db, settings, content, number)
    if links:
        _groups(db, content, numbers)
    xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + tostring(content, encoding="unicode")
    stamp = datetime.fromtimestamp(now / 1000, UTC).strftime("%Y%m%d%H%M%S")
    return _zip(f"custom_rule-ContentExport-{stamp}.xml", xml.encode("utf-8"))


def _zip(name: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo(name, date_time=_ZIP_EPOCH)
        archive.writestr(info, content, compress_type=zipfile.ZIP_DEFLATED, compresslevel=1)
    return buffer.getvalue()


def _row(content: Element, table: str, **columns: Any) -> None:
    """One row; None is a column that is not there."""
    row = SubElement(content, table)
    for name, value in columns.items():
        if value is not None:
            SubElement(row, name).text = str(value)


def _rule(db: sqlite3.Connection, settings: Settings, content: Element, number: int) -> None:
    identifier, kind, origin, linked, created, modified, xml = db.execute(
        "SELECT identifier, type, origin, linked_rule_identifier, creation_date, modification_date, xml "
        "FROM rule JOIN rule_body ON rule_id = id WHERE id = ?",
        (number,),
    ).fetchone()
    _row(
        content,
        "custom_rule",
        origin=origin,
        flags=0,
        mod_date=_iso(modified),
        rule_data=base64.b64encode(_rule_data(settings, xml).encode("utf-8")).decode("ascii"),
        uuid=identifier,
        link_uuid=linked,
        rule_type=_TYPE_NUMBERS[kind],
        id=number,
        create_date=_iso(created),
    )


def _rule_data(settings: Settings, xml: str) -> str:
    if settings.export_attributes == "sorted":
        rule = Rule.parse(xml)
        for element in rule.element.iter():
            attributes = sorted(element.attrib.items())
            element.attrib.clear()
            element.attrib.update(attributes)
        xml = rule.serialize()
    return _PROLOG + xml if settings.export_prolog else xml


def _targets(db: sqlite3.Connection, numbers: list[int], kind: str) -> list[str]:
    found: set[str] = set()
    for number in numbers:
        rows = db.execute("SELECT target FROM rule_reference WHERE rule_id = ? AND kind = ?", (number, kind))
        found.update(target for (target,) in rows)
    return sorted(found)


def _properties(db: sqlite3.Connection, content: Element, numbers: list[int]) -> None:
    for name in _targets(db, numbers, "property"):
        for identifier, kind, description, engine, owner, created, modified in db.execute(
            "SELECT identifier, property_type, description, use_for_rule_engine, username, creation_date, "
            "modification_date FROM custom_property WHERE name = ?",
            (name,),
        ):
            _row(
                content,
                "ariel_regex_property",
                id=identifier,
                propertyname=name,
                description=description,
                propertytype=kind,
                forceparse=str(bool(engine)).lower(),
                database="events",
                username=owner,
                tenant_id=0,
                creationdate=created,
                editdate=modified,
            )


def _offense_types(db: sqlite3.Connection, content: Element, numbers: list[int]) -> None:
    for number in _targets(db, numbers, "offense_type"):
        for name, limiter, prop, custom in db.execute(
            "SELECT name, limiter_string, property_name, custom FROM offense_type WHERE id = ?", (int(number),)
        ):
            flag = str(bool(custom)).lower()
            _row(content, "offense_type", id=number, custom=flag, name=name, limiter_string=limiter, property_name=prop)


def _log_source_types(db: sqlite3.Connection, content: Element, numbers: list[int]) -> None:
    for number in _targets(db, numbers, "log_source_type"):
        for (name,) in db.execute("SELECT name FROM log_source_type WHERE id = ?", (int(number),)):
            _row(content, "sensordevicetype", id=number, devicetypename=name, devicetypedescription=name)


def _reference_data(db: sqlite3.Connection, content: Element, numbers: list[int]) -> None:
    ids = {int(number) for number in _targets(db, numbers, "set_id")}
    for name in _targets(db, numbers, "set"):
        ids.update(found for (found,) in db.execute("SELECT id FROM reference_set WHERE name = ?", (name,)))
    for number in sorted(ids):
        for name, kind, created in db.execute(
            "SELECT name, entry_type, creation_time FROM reference_set WHERE id = ?", (number,)
        ):
            element = SET_ELEMENT_TYPES.get(kind)
            _row(
                content,
                "reference_data",
                id=number,
                name=name,
                collection_type=0,
                element_type=element,
                timeout_type=0,
                is_table="false",
                tenant_info=0,
                created_time=created,
            )


def _groups(db: sqlite3.Connection, content: Element, numbers: list[int]) -> None:
    links = [
        link
        for number in numbers
        for link in db.execute(
            "SELECT id, group_id, item_id FROM rule_group_item WHERE item_id = ? ORDER BY id", (number,)
        )
    ]
    if not links:
        return
    _row(content, "fgroup_type", id=3, name="rule", description="rule", class_name=_GROUP_CLASS)
    for group in sorted({group for _, group, _ in links}):
        parent, name, description, owner, level, modified = db.execute(
            "SELECT parent_id, name, description, owner, level, modified_time FROM rule_group WHERE id = ?", (group,)
        ).fetchone()
        _row(
            content,
            "fgroup",
            id=group,
            parent_id=parent,
            type_id=3,
            level_id=level,
            name=name,
            description=description,
            user_name=owner,
            modified_date=_iso(modified),
        )
    for number, group, rule_id in links:
        _row(content, "fgroup_link", id=number, fgroup_id=group, item_id=rule_id, user_name="admin")


def _iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")
