"""Declared tables of every kind, made up by hypothesis, and what they compile to: for laws that hold for all kinds."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from dac.model.address import Address
from dac.resources.kind import CompileContext, Fact
from dac.resources.names import Names, OffenseType
from dac.resources.registry import kinds
from dac.resources.validation import validate

if TYPE_CHECKING:
    from dac.model.deployed import Deployed
    from dac.resources.kind import Compiled, Kind

NOON = int(dt.datetime(2026, 3, 31, 12, tzinfo=dt.UTC).timestamp() * 1000)
BLOCK_UUIDS = {f"cloud/building_block.b{n}": f"00000000-0000-4000-8000-00000000000{n}" for n in range(3)}
VENDOR_UUIDS = ("SYSTEM-1104", "0f5ad86c-1f2f-4b0e-9b5b-6f8c7d1f0a11")

FACTS = {
    "cloud/reference_set.vpn": Fact("reference_set", "DaC: VPN", "", "IP"),
    "cloud/reference_set.robots": Fact("reference_set", "DaC: robots", "", "ALNIC"),
    "cloud/custom_property.Country": Fact("custom_property", "CountryOrRegion", "", "string"),
    **{address: Fact("building_block", f"BB: {uuid[-1]}", uuid, "event") for address, uuid in BLOCK_UUIDS.items()},
}
NAMES = Names(
    log_source_types={12: "Linux OS", 397: "Microsoft Office 365", 445: "Microsoft Entra ID"},
    offense_types=(
        OffenseType(0, "Source IP", "sourceIP"),
        OffenseType(3, "Username", "userName"),
        OffenseType(14, "Rule"),
        OffenseType(1001, "AppName (custom)", "AppName", custom=True),
    ),
    low_level_categories={7006: "Suspicious Activity", 3003: "User Login Failure"},
    rules={VENDOR_UUIDS[0]: "BB:HostDefinition: Servers", VENDOR_UUIDS[1]: "BB: made by hand"},
    aliases={
        "microsoft entra id": "Microsoft Azure Active Directory",
        "microsoft azure active directory": "Microsoft Azure Active Directory",
    },
)


def context(address: Address | None = None, **given: Any) -> CompileContext:
    """Everything compiling reads; noon of 2026-03-31 UTC in a project in Zurich."""
    defaults: dict[str, Any] = {
        "project": "acme",
        "console": "prod",
        "address": address or Address("cloud", "detection", "x"),
        "names": NAMES,
        "clock": NOON,
        "timezone": ZoneInfo("Europe/Zurich"),
        "facts": FACTS,
        "properties": {"countryorregion": "CountryOrRegion"},
    }
    return CompileContext(**(defaults | given))


def compiled(kind: Kind, table: dict[str, Any], **given: Any) -> Compiled:
    """What a table compiles to; the table has to be valid, what it says may be wrong."""
    declared, findings = validate(kind, table)
    assert declared is not None, findings
    return kind.compile(declared, context(Address("cloud", kind.name, "x"), **given))


word = st.text(st.characters(codec="utf-8", categories=("L", "N")), min_size=1, max_size=8)
line = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=20)
word_or_line = word | line.filter(lambda text: not {"\ue000", "\ufffd"} & set(text))
prose = st.lists(line, max_size=3).map("\n\n".join)
console_name = line.map(str.strip).filter(bool)
log_source_type = st.sampled_from(["Linux OS", "Microsoft Office 365", "Microsoft Entra ID"])
condition = st.sampled_from(
    [
        "\"CountryOrRegion\" IN ('KP', 'IR')",
        "username ILIKE '%admin%' AND NOT (sourceip = '10.0.0.1' OR destinationport > 1024)",
        "REFERENCESETCONTAINS('DaC: VPN', sourceip)",
        "LOGSOURCETYPENAME(devicetype) = 'Microsoft Entra ID'",
        "UTF8(payload) IMATCHES '.*(imap|pop).*'",
        'qid = 5 OR "Über" IS NULL',
    ]
)


def _table(required: dict[str, Any], optional: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional)


_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "ALN": line.filter(str.strip) | st.integers(),
    "ALNIC": line.filter(str.strip),
    "NUM": st.integers(-(10**15), 10**15) | st.floats(-1e9, 1e9).map(lambda number: round(number, 6)),
    "IP": st.ip_addresses(v=4).map(str),
    "PORT": st.integers(0, 65_535),
    "DATE": st.dates(dt.date(1971, 1, 1), dt.date(2100, 1, 1)) | st.integers(0, 10**13),
    "CIDR": st.integers(0, 255).map(lambda octet: f"10.{octet}.0.0/16"),
}
_meta = st.text(st.characters(codec="utf-8", exclude_categories=("C",), exclude_characters=";[]"), max_size=10)


def _set(entry_type: str) -> st.SearchStrategy[dict[str, Any]]:
    entry = _table(
        {"value": _VALUES[entry_type]},
        {
            "reason": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30),
            "owner": _meta,
            "ticket": _meta,
            "expires": st.dates(dt.date(2026, 3, 25), dt.date(2026, 4, 5)) | st.just(dt.date.max),
        },
    )
    expiry = st.sampled_from(
        [{}, {"expiry": "last_seen", "time_to_live": "30d"}, {"expiry": "first_seen", "time_to_live": "90m"}]
    )
    table = _table(
        {"name": console_name, "entry_type": st.just(entry_type), "entry": st.lists(entry, max_size=4)},
        {"description": prose, "ownership": st.sampled_from(["additive", "authoritative"])},
    )
    return st.tuples(table, expiry).map(lambda pair: pair[0] | pair[1])


_number = st.floats(-1e12, 1e12).map(lambda number: round(number, 6))
_delimiter = st.sampled_from(["=", ";", " ", "\t", "|", "\\s+", "^"])
_operand = st.sampled_from(["BytesSent", "CountryOrRegion", "sourceport"]) | st.integers(-(2**53), 2**53) | _number
_bodies: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "json": _table({"json": word.map('/"a"/"{}"[0]'.format)}, {}),
    "regex": _table(
        {"regex": st.sampled_from(["user=(\\w+)", "(a)(?<name>b)[c&&d]"])},
        {"capture_group": st.sampled_from([0, 1])},
    )
    | _table({"regex": line, "format_string": line}, {}),
    "leef": _table({"leef": line}, {}),
    "cef": _table({"cef": line}, {}),
    "nvp": _table({"name_value_pair": line}, {"delimiter_pair": _delimiter, "delimiter_name_value": _delimiter}),
    "genericlist": _table({"generic_list": st.sampled_from(["$1", "$12"])}, {"delimiter": _delimiter}),
    "xml": _table({"xml": line}, {}),
    "aql": _table(
        {
            "aql": st.sampled_from(
                [
                    "LOWER(username)",
                    "CONCAT(STR(sourceip), ' ', \"CountryOrRegion\")",
                    "IF REFERENCESETCONTAINS('DaC: VPN', sourceip) THEN 'vpn' ELSE \"Über\"",
                ]
            )
        },
        {},
    ),
    "calculated": st.tuples(
        _table({"first_operand": _operand, "second_operand": _operand.filter(bool)}, {}),
        st.sampled_from([{}, *({"operator": word} for word in ("add", "subtract", "multiply", "divide"))]),
    ).map(lambda pair: {"calculated": pair[0] | pair[1]}),
}
"""What each of the nine kinds may say, by the word of the API."""

_scope = _table(
    {},
    {
        "log_source_type": log_source_type,
        "log_source": console_name,
        "qid": st.integers(1, 2**31),
        "category": st.just("User Login Failure"),
        "enabled": st.booleans(),
        "payload": st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20),
    },
)


def expression_tables(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Tables of one of the nine kinds of expression."""
    return st.tuples(_scope, _bodies[kind]).map(lambda pair: pair[0] | pair[1])


EXPRESSION_KINDS = tuple(_bodies)
_expression = st.sampled_from(EXPRESSION_KINDS).flatmap(expression_tables)
_time = st.just({"type": "time", "datetime_format": "yyyy-MM-dd", "locale": "en_US"})
_property = st.tuples(
    _table(
        {"type": st.sampled_from(["string", "numeric", "ip", "port"])},
        {
            "name": console_name,
            "description": prose,
            "use_for_rule_engine": st.booleans() | st.just("auto"),
            "expression": st.lists(_expression, max_size=3),
        },
    ),
    st.just({}) | _time,
).map(lambda pair: pair[0] | pair[1])

_blocks = st.sampled_from([key.removeprefix("cloud/") for key in BLOCK_UUIDS] + [*BLOCK_UUIDS.values(), *VENDOR_UUIDS])
_negatable = {"negate": st.booleans()}
_fields = st.lists(st.sampled_from(["sourceip", "sourceIP", "CountryOrRegion"]), min_size=1, max_size=2)
_sets = st.lists(
    st.sampled_from(["reference_set.vpn", "cloud/reference_set.robots", "DaC: VPN"]), min_size=1, max_size=2
)
_set_test = st.tuples(st.sampled_from(["any_of", "all_of"]), st.sampled_from(["in_any", "in_all"])).flatmap(
    lambda words: _table({words[0]: _fields, words[1]: _sets}, _negatable)
)
_property_test = st.sampled_from(["is", "is_not", "is_any_of", "is_not_any_of"]).flatmap(
    lambda word: _table(
        {
            "property": st.sampled_from(["username", "userName", "hasIdentity", "CountryOrRegion"]),
            word: st.lists(word_or_line, min_size=1, max_size=2) if word.endswith("of") else word_or_line,
        },
        _negatable,
    )
)
_rule = {
    "property_test": st.lists(_property_test, max_size=2),
    "reference_set_test": st.lists(_set_test, max_size=2),
    "test_order": st.permutations(["reference_set_test", "filter", "building_blocks.any"]).map(lambda all_: all_[:2]),
    "type": st.sampled_from(["event", "flow", "common"]),
    "scope": st.sampled_from(["local", "global"]),
    "building_blocks": _table({}, dict.fromkeys(("any", "all", "none"), st.lists(_blocks, max_size=2))),
    "notes": prose,
    "groups": st.lists(word, max_size=3),
    "owner": word,
    "enabled": st.booleans(),
}
_block = _table(
    {"name": console_name, "log_source_types": st.lists(log_source_type, min_size=1, max_size=3)},
    _rule | {"filter": condition},
)

_level = st.integers(0, 10) | st.sampled_from(["low", "medium", "high", "critical"])
_exception = _table(
    {
        "field": st.sampled_from(["sourceip", "username", "CountryOrRegion"]),
        "not_in": st.sampled_from(["reference_set.vpn", "reference_set.robots"]),
    },
    {"reason": line},
)
_false_positive = st.one_of(
    _table({"text": line}, {}),
    _table({"text": line, "accepted": line}, {}),
    _table({"text": line, "handled_by": line}, {}),
)
_event = st.booleans() | _table(
    {},
    {
        "name": console_name,
        "description": prose,
        "category": st.sampled_from(["User Login Failure", "suspicious activity"]),
        "naming": st.sampled_from(["contribute", "override", "none"]),
    },
)
_offense = _table(
    {"index": st.sampled_from(["username", "sourceip", "AppName", "CountryOrRegion"])},
    {"event": _event, "annotation": line},
)
_response = _table(
    {},
    {"email": st.lists(word.map("{}@example.com".format), max_size=2), "log": st.booleans(), "notify": st.booleans()},
)
_limiter = _table(
    {},
    {
        "count": st.integers(1, 99),
        "within": st.sampled_from(["5m", "24h"]),
        "by": st.sampled_from(["rule", "username"]),
    },
)
_query = condition.map("SELECT username AS u, sourceip FROM events WHERE {} LAST 24 HOURS".format)
_detection = st.tuples(
    _table(
        {"name": console_name, "severity": _level, "offense": _offense},
        _rule
        | {
            "confidence": _level,
            "relevance": _level,
            "status": st.sampled_from(["experimental", "test", "stable", "deprecated"]),
            "mitre": st.lists(st.sampled_from(["T1078", "T1078.004", "T1110"]), max_size=2),
            "log_source_types": st.lists(log_source_type, max_size=2),
            "exception": st.lists(
                _exception.map(lambda row: row | {"whole_detection": True})
                | st.tuples(_exception, condition).map(lambda pair: pair[0] | {"when": pair[1]}),
                max_size=2,
            ),
            "false_positive": st.lists(_false_positive, max_size=2),
            "response": _response,
            "limiter": _limiter,
            "annotation": line,
            "case": st.just([{"name": "x", "events": ["events/x.json"], "expect": "match"}]),
        },
    ),
    _query.map(lambda text: {"aql": text}) | condition.map(lambda text: {"filter": text}),
).map(lambda pair: pair[0] | pair[1])

TABLES: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "reference_set": st.sampled_from(sorted(_VALUES)).flatmap(_set),
    "custom_property": _property,
    "building_block": _block,
    "detection": _detection,
    "vendor_rule": st.fixed_dictionaries(
        {"identifier": st.just(VENDOR_UUIDS[0]), "enabled": st.booleans(), "reason": line.filter(bool)}
    ),
}


def forms(name: str) -> st.SearchStrategy[Deployed]:
    """Deployed forms of one kind, as tables of it compile to them."""
    return TABLES[name].map(lambda table: compiled(kinds()[name], table).deployed)
