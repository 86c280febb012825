"""Rules as ten years of hands leave them on a console: every test, action and response, and what nobody expected.

`rules(count, seed)` is the same on every machine. Nothing of dac is used: the XML is put together by hand, so that it
is judged by its own words. Numbers are those of the emulator's stock content.
"""

from __future__ import annotations

import base64
import json
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote
from uuid import UUID
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = "com.q1labs.semsources.cre.tests."
SERVICES = "com.q1labs.sem.ui.semservices.UISemServices."
CAPABILITIES = "EventViewer.RULECREATION|SURVEILLANCE.RULECREATION"
GROUP = "jsp.qradar.rulewizard.condition.page.group."
RULE_TYPES = {"EVENT": "0", "OFFENSE": "1", "FLOW": "4", "COMMON": "5"}

LOG_SOURCE_TYPES = ("11", "12", "13", "445", "397")
CATEGORIES = ("3001", "3002", "3003", "4001")
STOCK_RULES = ("SYSTEM-1104",)


@dataclass(frozen=True)
class Numbers:
    """What the rules may lean on: ids of the console that they are for."""

    log_source_types: tuple[str, ...] = LOG_SOURCE_TYPES
    log_sources: tuple[str, ...] = ("1",)
    categories: tuple[str, ...] = CATEGORIES
    qids: tuple[str, ...] = ()
    sets: tuple[str, ...] = ("1", "2")
    set_names: tuple[str, ...] = ()
    offense_types: tuple[str, ...] = ("0", "1", "3", "6", "9")
    custom_actions: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    properties: tuple[str, ...] = ("sourceIP", "destinationIP", "userName", "destinationPort")


@dataclass(frozen=True)
class MadeRule:
    """A row of custom_rule: `xml` is the decoded rule_data, `name` the name in it."""

    uuid: str
    id: int
    type: str
    name: str
    xml: str
    building_block: bool
    origin: str = "USER"
    link: str = ""
    leans_on: tuple[str, ...] = field(default=())

    @property
    def rule_data(self) -> str:
        return base64.b64encode(self.xml.encode()).decode("ascii")

    @property
    def row(self) -> str:
        """The element for a content XML."""
        link = f"<link_uuid>{self.link}</link_uuid>" if self.link else ""
        return (
            f"<custom_rule><origin>{self.origin}</origin><flags>0</flags>{link}"
            f"<rule_type>{RULE_TYPES[self.type]}</rule_type><uuid>{self.uuid}</uuid><id>{self.id}</id>"
            f"<rule_data>{self.rule_data}</rule_data><mod_date>2020-01-01T00:00:00.000Z</mod_date>"
            "<create_date>2020-01-01T00:00:00.000Z</create_date></custom_rule>"
        )


def content(rules: list[MadeRule], build: str) -> str:
    """A content XML with these rules."""
    rows = "".join(rule.row for rule in rules)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<content><qradarversion>{build}</qradarversion>{rows}</content>'


def rules(
    count: int, seed: int = 0, numbers: Numbers | None = None, *, odd: bool = True, twins: bool = True
) -> list[MadeRule]:
    """Make rules; later ones match on earlier ones. `odd` adds what no console should hold, `twins` OVERRIDEs."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    made: list[MadeRule] = []
    for number in range(count):
        maker = _Maker(chance, numbers or Numbers(), made, odd=odd)
        made.append(maker.rule(number))
        if twins and number % 50 == 49:
            made.append(_override(made[-1], chance))
    return made


def _override(rule: MadeRule, chance: random.Random) -> MadeRule:
    """A user's edit of a vendor's rule: it points at the one it stands for."""
    uuid = str(UUID(int=chance.getrandbits(128), version=4))
    return MadeRule(
        uuid, rule.id + 500_000, rule.type, rule.name, rule.xml, rule.building_block, "OVERRIDE", STOCK_RULES[0]
    )


_NAMES = (
    "Auth: {n} failed logins",
    "BB:Category/Path {n}",
    'Rule {n}: "quoted" & <angled>',
    "Üñï {n} 🔥 emoji",
    "same name {n}",
    "SAME name {n}",
    "with 'apostrophe' {n}",
    "tab-free but # and = {n}",
    "ends with dot {n}.",
    "{n} ${{not.a.variable}}",
)
_NOTES = (
    None,
    "",
    "One line",
    "Two\nlines",
    "CR&#13;&#10;LF&#13;&#10;",
    "trailing blanks   \n  ",
    "  leading",
    "MITRE ATT&amp;CK: T1078.004",
    "False positive: backup jobs (accepted: known)",
    "quotes \" ' ''' \\ and a tab\t!",
)


class _Maker:
    """Makes one rule."""

    def __init__(self, chance: random.Random, numbers: Numbers, made: list[MadeRule], *, odd: bool) -> None:
        self.chance, self.numbers, self.made, self.odd = chance, numbers, made, odd
        self.type = "EVENT"

    def rule(self, number: int) -> MadeRule:
        pick = self.chance
        self.type = pick.choices(list(RULE_TYPES), (70, 6, 12, 12))[0]
        block = pick.random() < 0.4 and self.type != "OFFENSE"
        name = _NAMES[number % len(_NAMES)].format(n=number // 2)
        tests = self._numbered(self._tests())
        parts = [f"<name>{escape(name)}</name>", _notes(_NOTES[pick.randrange(len(_NOTES))])]
        parts.append(f"<testDefinitions>{''.join(tests)}</testDefinitions>")
        if not block:
            parts += [self._actions(), self._responses(name), self._limiter()]
        if self.odd and pick.random() < 0.05:
            parts.append('<invented why="nobody knows">text &amp; more</invented>')
        xml = f"<rule {self._root(number, block=block)}>{''.join(parts)}</rule>"
        if pick.random() < 0.08:
            xml = '<?xml version="1.0" encoding="UTF-8"?>\n' + xml
        uuid = str(UUID(int=pick.getrandbits(128), version=4))
        return MadeRule(uuid, 200_000 + number, self.type, name, xml, block)

    def _root(self, number: int, *, block: bool) -> str:
        pick = self.chance
        scope = pick.choice(("LOCAL", "LOCAL", "GLOBAL", ""))
        attributes = {
            "id": str(200_000 + number),
            "owner": "admin",
            "type": self.type,
            "roleDefinition": "true" if block and pick.random() < 0.1 else "false",
            "buildingBlock": "true" if block else "false",
            "enabled": pick.choice(("true", "true", "false")),
        }
        attributes |= {"scope": scope} if scope else {}
        attributes |= {"overrideid": attributes["id"]} if pick.random() < 0.9 else {}
        for name, share in (("preProcess", 0.03), ("userFalsePositive", 0.03), ("future", 0.02 if self.odd else 0)):
            if pick.random() < share:
                attributes[name] = "true"
        shuffled = list(attributes.items())
        pick.shuffle(shuffled)
        return " ".join(f"{key}={quoteattr(value)}" for key, value in shuffled)

    def _numbered(self, tests: list[str]) -> Iterator[str]:
        """The uid of a test is its position, or a permutation of them, or has gaps."""
        uids = list(range(len(tests)))
        kind = self.chance.random()
        if kind < 0.25:
            self.chance.shuffle(uids)
        elif kind < 0.5:
            uids = [uid * 3 + 2 for uid in uids]
        return (text.replace("@UID@", str(uid)) for text, uid in zip(tests, uids, strict=True))

    def _tests(self) -> list[str]:
        """One to five tests, mostly of different classes, in any order."""
        makers = _OFFENSE_TESTS if self.type == "OFFENSE" else _TESTS
        chosen = self.chance.choices(makers, k=self.chance.randint(1, 5))
        made = [make(self) for make in chosen]
        return [text for text in made if text] or [_simple(self)]

    # the parts after the tests

    def _actions(self) -> str:
        pick = self.chance
        if pick.random() < 0.25:
            return ""
        forced = pick.random() < 0.6
        attributes = {
            "offenseMapping": pick.choice(self.numbers.offense_types) if forced else "0",
            "forceOffenseCreation": "true" if forced else "false",
            "includeAttackerEventsInterval": pick.choice(("0", "0", "300")),
            "flowAnalysisInterval": pick.choice(("0", "0", "0", "60")),
        }
        attributes |= {"drop": "true"} if pick.random() < 0.06 else {}
        children = [_metric(pick, metric) for metric in ("Severity", "Credibility", "Relevance") if pick.random() < 0.5]
        if pick.random() < 0.15:
            children.append("<eventAnnotation><formatString>seen &lt;here&gt;</formatString></eventAnnotation>")
        if pick.random() < 0.15:
            children.append("<offenseAnnotation><formatString>look\nat it</formatString></offenseAnnotation>")
        return f"<actions {_attributes(attributes)}>{''.join(children)}</actions>"

    def _responses(self, name: str) -> str:
        pick = self.chance
        if pick.random() < 0.4:
            return ""
        kinds = ("referenceMap", "referenceMapOfSets", "referenceMapOfMaps", "referenceTable")
        attributes = {f"{kind}{suffix}": "false" for suffix in ("", "Remove") for kind in kinds}
        children: list[str] = []
        if self.numbers.qids and pick.random() < 0.6:
            children.append(self._event(name))
        if pick.random() < 0.2:
            attributes["email"] = pick.choice(("soc@example.com", "b@example.com, a@example.com", "odd address"))
        if pick.random() < 0.2:
            attributes["log"] = "true"
        if pick.random() < 0.2:
            attributes["notify"] = "true"
            children.append(f'<notifyResponse severityOverride="{pick.choice(("true", "false"))}"/>')
        self._reference_data(attributes, children)
        if self.numbers.custom_actions and pick.random() < 0.2:
            attributes |= {"customAction": "true", "customActionId": pick.choice(self.numbers.custom_actions)}
        if self.odd and pick.random() < 0.05:
            children.append('<futureResponse to="x"/>')
        return f"<responses {_attributes(attributes)}>{''.join(children)}</responses>"

    def _reference_data(self, attributes: dict[str, str], children: list[str]) -> None:
        pick = self.chance
        if not self.numbers.sets or pick.random() > 0.2:
            return
        at = pick.randrange(len(self.numbers.sets))
        name = self.numbers.set_names[at] if self.numbers.set_names else "Some set"
        flag = pick.choice(("referenceSet", "referenceSet", "referenceMapOfSets", "referenceTableRemove"))
        attributes[flag] = "true"
        keys = "" if flag == "referenceSet" else ' key1="userName"'
        number = self.numbers.sets[at] if flag == "referenceSet" else "77"
        children.append(
            f'<referenceDataResponse id={quoteattr(number)} name={quoteattr(name)}{keys} Filter="sourceIP"/>'
        )

    def _event(self, name: str) -> str:
        pick = self.chance
        forced = pick.random() < 0.5
        attributes = {
            "name": pick.choice((name, "Something happened")),
            "description": pick.choice(("", "what & why", name)),
            **{metric: str(pick.randint(0, 10)) for metric in ("severity", "credibility", "relevance")},
            "qid": pick.choice(self.numbers.qids),
            "lowLevelCategory": pick.choice(self.numbers.categories),
            "forceOffenseCreation": "true" if forced else "false",
            "offenseMapping": pick.choice(self.numbers.offense_types) if forced else "0",
            "describeOffense": pick.choice(("true", "true", "false")),
            "contributeOffenseName": pick.choice(("true", "false")),
            "overrideOffenseName": pick.choice(("true", "false", "false")),
        }
        attributes |= {"includeAttackerEventsInterval": "300"} if pick.random() < 0.2 else {}
        return f"<newevent {_attributes(attributes)}/>"

    def _limiter(self) -> str:
        pick = self.chance
        if pick.random() < 0.8:
            return ""
        unit = pick.choice(("m", "h", "m", "d"))
        host = pick.choice(("ATTACKER", "TARGET", "BY_USERNAME", "ALL", "DEVICE", "FUTURE"))
        count, interval = pick.randint(1, 5), pick.randint(1, 60)
        return f'<limiter responseCount="{count}" intervalCount="{interval}" intervalType="{unit}" hostType="{host}"/>'


def _metric(pick: random.Random, metric: str) -> str:
    verb = pick.choice(("set", "set", "inc", "dec"))
    value = pick.randint(0, 10)
    return f'<alterMetric metric="set{metric}" operation="{verb}{metric}" value="{value}"/>'


def _attributes(attributes: dict[str, str]) -> str:
    return " ".join(f"{key}={quoteattr(value)}" for key, value in attributes.items())


def _notes(text: str | None) -> str:
    if text is None:
        return ""
    return f"<notes>{text if '&' in text else escape(text)}</notes>"


def _parameter(
    number: int, value: str, *, method: str = "", multiple: bool = False, label: str = "Select", extra: str = ""
) -> str:
    options = ""
    if method:
        options = f'<userOptions multiselect="true" method="{SERVICES}{method}" source="class" format="list"/>'
    elif multiple:
        options = '<userOptions multiselect="true" source="xml" format="list"><option id="a">a</option></userOptions>'
    return (
        f'<parameter id="{number}"><initialText>{label}</initialText><selectionLabel>{label}</selectionLabel>'
        f"{options}<userSelection>{escape(value)}</userSelection>{extra}"
        "<userSelectionId>0</userSelectionId></parameter>"
    )


def _test(maker: _Maker, number: int, name: str, parameters: list[str], *, negate: bool | None = None) -> str:
    pick = maker.chance
    negated = pick.random() < 0.15 if negate is None else negate
    group = pick.choice((f'group="{GROUP}common" groupId="1"', 'group="Event Property Tests"'))
    capabilities = f' requiredCapabilities="{CAPABILITIES}"' if pick.random() < 0.8 else ""
    extra = ' future="yes"' if maker.odd and pick.random() < 0.02 else ""
    words = escape("""when <a href='javascript:editParameter("@UID@", "1")' class='dynamic'>this</a> is so""")
    return (
        f'<test id="{number}" uid="@UID@" name="{name}" {group}{capabilities}'
        f"{' negate=' + quoteattr('true') if negated else ''}{extra}><text>{words}</text>{''.join(parameters)}</test>"
    )


def _some(maker: _Maker, pool: tuple[str, ...], most: int = 3) -> str:
    chosen = maker.chance.sample(pool, k=min(len(pool), maker.chance.randint(1, most)))
    return maker.chance.choice((", ", ",", ",      ")).join(chosen)


def _types(maker: _Maker) -> str:
    value = _some(maker, maker.numbers.log_source_types)
    return _test(maker, 14, f"{PACKAGE}DeviceTypeID_Test", [_parameter(1, value, method="getDeviceTypeDescs")])


def _sources(maker: _Maker) -> str:
    value = _some(maker, maker.numbers.log_sources)
    return _test(maker, 13, f"{PACKAGE}DeviceID_Test", [_parameter(1, value, method="getDevices")])


def _qids(maker: _Maker) -> str:
    if not maker.numbers.qids:
        return ""
    value = _some(maker, maker.numbers.qids)
    return _test(maker, 19, f"{PACKAGE}QID_Test", [_parameter(1, value, method="getQidsByLowLevelCategory")])


def _categories(maker: _Maker) -> str:
    value = _some(maker, maker.numbers.categories)
    return _test(maker, 21, f"{PACKAGE}EventCategory_Test", [_parameter(1, value, method="getCategories")])


def _match(maker: _Maker) -> str:
    known = (*maker.numbers.rules, *(rule.uuid for rule in maker.made[-20:] if rule.type == maker.type))
    if not known:
        return ""
    word = maker.chance.choice(("any", "any", "all"))
    methods = {
        "EVENT": "getEventRules",
        "FLOW": "getFlowRules",
        "COMMON": "getCommonRules",
        "OFFENSE": "getOffenseRules",
    }
    parameters = [_parameter(1, word), _parameter(2, _some(maker, known), method=methods[maker.type])]
    return _test(maker, 46, f"{PACKAGE}RuleMatch_Test", parameters)


def _aql(maker: _Maker) -> str:
    lines = maker.chance.choice(
        (
            ["username = 'x'"],
            ["UTF8(payload) ILIKE '%a|b+c%'", "  AND sourceip <> '10.0.0.1'"],
            ['destinationport > 1024 AND "sourceip" IS NOT NULL', "", "OR eventcount > 5"],
            ["username   IMATCHES '.*Ü\\\\d{2}.*'"],
        )
    )
    one_line = " ".join(lines)
    value = f"{quote(one_line, safe='')}|{quote(json.dumps(lines, ensure_ascii=False), safe='')}"
    database = "flows" if maker.type == "FLOW" else "events"
    number = maker.chance.choice((318, 320))
    if maker.type == "FLOW":
        value = quote("sourceport = 80", safe="")
    parameters = [
        _parameter(1, value, extra="<userSelectionTypes>property</userSelectionTypes>"),
        _parameter(2, database),
    ]
    return _test(maker, number, f"{PACKAGE}AQL_Test", parameters, negate=maker.chance.random() < 0.05)


def _search_filter(maker: _Maker) -> str:
    values = "\ufffd".join(maker.chance.sample(("10.0.0.1", "a b", "x,y", "1"), k=2))
    value = f"sourceIP\ue000{maker.chance.choice(('EQ', 'NEQ', 'EQany'))}\ue000{values}"
    number, database = (223, "flows") if maker.type == "FLOW" else (316, "events")
    return _test(maker, number, f"{PACKAGE}ArielFilterTest", [_parameter(1, value), _parameter(2, database)])


def _set(maker: _Maker) -> str:
    if not maker.numbers.sets:
        return ""
    parameters = [
        _parameter(1, "any"),
        _parameter(2, _some(maker, maker.numbers.properties), method="getEventDatabaseFields"),
        _parameter(3, maker.chance.choice(("any", "all"))),
        _parameter(4, _some(maker, maker.numbers.sets), method="getReferenceSets"),
    ]
    return _test(maker, 107, f"{PACKAGE}ReferenceSetTest", parameters)


def _count(maker: _Maker) -> str:
    pick = maker.chance
    different = pick.choice((" ", " ", "destinationIP"))
    rules = " "
    if maker.made and pick.random() < 0.2:
        rules = maker.made[-1].uuid
    number = 303 if rules.strip() else 301 if different.strip() else 300
    method = {"FLOW": "getFlowRules", "COMMON": "getCommonRules"}.get(maker.type, "getEventRules")
    parameters = [
        _parameter(1, rules, method=method),
        _parameter(2, str(pick.randint(1, 500))),
        _parameter(3, _some(maker, maker.numbers.properties), method="getEventDatabaseFields"),
        _parameter(4, different, method="getEventDatabaseFields"),
        _parameter(5, str(pick.randint(1, 60))),
        _parameter(6, pick.choice(("m", "h", "d"))),
    ]
    return _test(maker, number, f"{PACKAGE}functions.MatchCount", parameters, negate=False)


def _simple(maker: _Maker) -> str:
    """Classes that dac knows by their number alone."""
    name, number, value = maker.chance.choice(
        (
            ("EventPayload_Test", 3, "evil & <odd>   text"),
            ("Regex_Test", 100, r"^a,\s+b[c-d]{2}$"),
            ("DstPort_Test", 5, "22, 23,  3389"),
            ("SrcHost_Test", 8, "10.0.0.0/8"),
            ("IPProtocol_Test", 2, "TCP"),
            ("AttackContext_Test", 25, "L2L"),
        )
    )
    return _test(maker, number, f"{PACKAGE}{name}", [_parameter(1, value)])


def _functions(maker: _Maker) -> str:
    name, number = maker.chance.choice(
        (("SequenceFunction_Test", 50), ("DoubleSequenceFunction_Test", 94), ("CauseAndEffect_Test", 71),
         ("ThresholdFunction_Test", 80), ("ReferenceDataTest", 110))
    )  # fmt: skip
    parameters = [_parameter(1, "any"), _parameter(2, "5"), _parameter(3, "a, b", multiple=True), _parameter(4, " ")]
    return _test(maker, number, PACKAGE + name, parameters)


def _unknown(maker: _Maker) -> str:
    """A class of a newer console, with things in it that older ones do not have."""
    parameters = [
        _parameter(1, "12, 13", method="getDevices") if "13" in maker.numbers.log_sources else _parameter(1, "x")
    ]
    parameters.append(_parameter(2, "free   text", label="in &quot;words&quot;"))
    odd = "<hint>new</hint>" if maker.odd and maker.chance.random() < 0.3 else ""
    return _test(maker, 777, f"{PACKAGE}FutureThing_Test", [*parameters, odd])


def _offense(maker: _Maker) -> str:
    name, number, value = maker.chance.choice(
        (("offenseSeverity", 201, "8"), ("offenseCategory", 202, "3001"), ("offenseEventCount", 203, "1000"))
    )
    return _test(maker, number, name, [_parameter(1, "greater than"), _parameter(2, value)])


_TESTS = (_types, _types, _match, _match, _aql, _search_filter, _set, _count, _qids, _categories, _sources, _simple,
          _simple, _functions, _unknown)  # fmt: skip
_OFFENSE_TESTS = (_offense, _offense, _match)
