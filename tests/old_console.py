"""A console as ten years of hands leave it: rules, custom properties of every kind, reference sets full of entries.

Made over HTTP, without anything of dac, and the same every time. It takes an emulator that finishes its tasks at once.
"""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rule_generator import Numbers, content, rules

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx
    from rule_generator import MadeRule

BUILD = "2021.6.4.20221129155237"
_SETS = "/api/reference_data_collections/sets"
_ENTRIES = "/api/reference_data_collections/set_entries"
_PROPERTIES = "/api/config/event_sources/custom_properties"
_EXTENSIONS = "/api/config/extension_management/extensions"
_ACTIONS = "/api/analytics/custom_actions/actions"
_BATCH = 5_000

_SET_NAMES = (
    "Allow: VPN/egress {n}",
    "allow: vpn/EGRESS {n}",
    'Watch "list" & <more> {n}',
    "Größe {n} 🔥",
    "${{n}} {n}",
)
_NOTES = (
    "",
    "Exit node Minsk",
    "Pentest [owner=soc@example.com; ticket=CHG-7; expires=2027-03-31]",
    "by hand [see wiki]; ask Kim",
    "ends like ours []",
    " blanks around ",
)
_TYPES = ("ALN", "IP", "NUM", "ALNIC", "PORT", "CIDR", "DATE")


@dataclass(frozen=True)
class Size:
    """How much there is."""

    rules: int = 30
    properties: int = 12
    sets: int = 8
    entries: int = 200
    odd: bool = True


def fill(http: httpx.Client, size: Size, seed: int = 7) -> list[MadeRule]:
    """Put it all on the console behind `http`; return the rules."""
    action = {"name": "Block", "interpreter": 1, "script": 1, "parameters": []}
    actions = (str(_made(http, _ACTIONS, action)["id"]),)
    numbers = dict(_sets(http, size))
    _properties(http, size.properties)
    first = list(numbers)[:2]
    given = Numbers(
        categories=("7006",),
        custom_actions=actions,
        sets=tuple(str(numbers[name]) for name in first),
        set_names=tuple(first),
    )
    made = rules(size.rules, seed, given, odd=size.odd)
    install(http, content(made, BUILD).encode())
    return made


def install(http: httpx.Client, xml: bytes, version: str = "1.0.0") -> None:
    """Install a content XML, which has to work."""
    extension = {
        "extension_name": "name",
        "extension_long_description": "text",
        "supported_language_set": ["en-US"],
        "locale": {"en-US": {"name": "Old content", "text": "From another console"}},
        "version": version,
        "min_qradar_version": "7.5.0",
        "authored_by": "somebody",
        "authored_by_email": "somebody@example.com",
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("content.xml", xml)
        packed.writestr("manifest.txt", json.dumps({"_id": "old:content", "doc": {"extension_manifest": extension}}))
    answer = http.post(_EXTENSIONS, content=buffer.getvalue(), headers={"Content-Type": "application/zip"})
    assert answer.status_code == 201, answer.text
    number = answer.json()["id"]
    started = http.post(f"{_EXTENSIONS}/{number}?action_type=INSTALL&overwrite=true")
    assert started.status_code == 202, started.text
    task = http.get(started.headers["Location"]).json()
    found = http.get(f"{_EXTENSIONS}/{number}").json()
    assert found["status"] == "INSTALLED", (task, found.get("content_operation_error"))


def _sets(http: httpx.Client, size: Size) -> Iterator[tuple[str, int]]:
    each = max(1, size.entries // max(1, size.sets))
    rows: list[dict[str, Any]] = []
    for number in range(size.sets):
        name = _SET_NAMES[number % len(_SET_NAMES)].format(n=number // len(_SET_NAMES))
        body: dict[str, Any] = {"name": name, "entry_type": _TYPES[number % len(_TYPES)]}
        body |= {"expiry_type": "LAST_SEEN", "time_to_live": 86400 * (number + 1)} if number % 4 == 3 else {}
        body |= {"description": f"What {number} is for\r\nsecond line "} if number % 3 == 0 else {}
        collection = int(_made(http, _SETS, body)["id"])
        yield name, collection
        count = 0 if number % 10 == 9 else each
        rows += [
            {"collection_id": collection, "value": _value(body["entry_type"], at), "notes": _NOTES[at % len(_NOTES)]}
            for at in range(count)
        ]
    for at in range(0, len(rows), _BATCH):
        answer = http.patch(_ENTRIES, json=rows[at : at + _BATCH])
        assert answer.status_code == 202, answer.text
        status = http.get(answer.headers["Location"]).json()
        assert status["status"] == "COMPLETED", status


def _value(entry_type: str, at: int) -> str:
    address = f"10.{at // 65536}.{at // 256 % 256}.{at % 256}"
    return {
        "ALN": f'User {at} "x" / ${{y}}',
        "ALNIC": f"User{at}",
        "NUM": str(at * 3),
        "PORT": str(at % 65536),
        "IP": address,
        "CIDR": f"{address}/32",
        "DATE": str(1_700_000_000_000 + at),
    }[entry_type]


def _properties(http: httpx.Client, count: int) -> None:
    for number in range(count):
        name = ("OldProp{n}", "Old prop/{n}: <x>", "Ölprop {n} 🔥")[number % 3].format(n=number)
        kind = ("string", "numeric", "ip", "port", "time")[number % 5]
        body: dict[str, Any] = {"name": name, "property_type": kind, "use_for_rule_engine": number % 2 == 0}
        body |= {"description": f"Property {number}\r\nof old "} if number % 4 == 0 else {}
        body |= {"datetime_format": "yyyy-MM-dd", "locale": "en-US"} if kind == "time" else {}
        identifier = _made(http, f"{_PROPERTIES}/regex_properties", body)["identifier"]
        for path, own in _expressions(number, kind):
            row = {"regex_property_identifier": identifier, "log_source_type_id": 11, "enabled": number % 7 != 6} | own
            _made(http, f"{_PROPERTIES}/{path}", row)


def _expressions(number: int, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
    ways: tuple[tuple[str, dict[str, Any]], ...] = (
        ("property_expressions", {"regex": r"a=(\d+)\s'\"${x}", "capture_group": 1, "payload": "a=5\r\nb"}),
        ("property_json_expressions", {"expression": '/"a"/"b c"'}),
        ("property_leef_expressions", {"expression": "cat"}),
        ("property_cef_expressions", {"expression": "out"}),
        ("property_xml_expressions", {"expression": "/Event/a"}),
        ("property_nvp_expressions", {"expression": "a", "delimiter_pair": "\t", "delimiter_name_value": "="}),
        ("property_genericlist_expressions", {"expression": "$3", "delimiter": "|"}),
        ("property_aql_expressions", {"expression": "LOWER(username)"}),
        ("property_calculated_expressions", _calculation()),
    )
    fitting = [way for way in ways if kind in _TAKEN.get(way[0], (kind,))]
    yield fitting[number % len(fitting)]
    if number % 3 == 0:
        path, own = ways[1]
        yield path, own | {"log_source_type_id": 12, "expression": '/"other"'}


_TAKEN = {"property_calculated_expressions": ("numeric",), "property_aql_expressions": ("string",)}


def _calculation() -> dict[str, Any]:
    return {
        "first_operand": {"type": "PROPERTY", "property_name": "severity"},
        "second_operand": {"type": "STATIC", "numeric_value": 1.5},
        "operator": "MULTIPLY",
    }


def _made(http: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = http.post(path, json=body)
    assert answer.status_code == 201, f"{path} {body}: {answer.text}"
    found: dict[str, Any] = answer.json()
    return found
