"""The declared form of a detection: the tables a stack file may hold."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, StringConstraints, model_validator
from pydantic import Field as ModelField

from dac.resources.durations import Duration
from dac.resources.lifecycle import ConsoleName, Declared, Many, Text
from dac.resources.rule_model import Rule
from dac.resources.rule_notes import TECHNIQUE
from dac.resources.scales import Kept, Level, Rollout, Status


def _one_line(text: str) -> str:
    if "\n" in text:
        msg = "must be one line"
        raise ValueError(msg)
    return text


def _counted(text: str) -> str:
    if text[-1] not in "mh":
        msg = f"{text!r}: a limiter counts in minutes or hours, such as 30m or 24h"
        raise ValueError(msg)
    return text


Line = Annotated[Text, AfterValidator(_one_line)]
Mail = Annotated[str, StringConstraints(pattern=r"^[^@\s,;]+@[^@\s,;]+$")]
Step = Annotated[str, StringConstraints(pattern=r"^[+-](?:[0-9]|10)$")]
Technique = Annotated[str, StringConstraints(pattern=f"^{TECHNIQUE}$")]


class ExceptionRow(Declared):
    """What is let through: `field` is in the set `not_in`, `when` the rest holds, or for the whole detection."""

    field: Text
    not_in: Text
    when: Text | None = None
    whole_detection: bool = False
    reason: str = ""

    @model_validator(mode="after")
    def _scoped(self) -> ExceptionRow:
        if (self.when is None) == (not self.whole_detection):
            msg = "an exception has exactly one of when = '''a condition''' and whole_detection = true"
            raise ValueError(msg)
        return self


class FalsePositive(Declared):
    """A known false positive, and what is done about it."""

    text: Line
    handled_by: Line | None = None
    accepted: Line | None = None

    @model_validator(mode="after")
    def _one_answer(self) -> FalsePositive:
        if self.handled_by and self.accepted:
            msg = "a false positive is either handled_by something or accepted, not both"
            raise ValueError(msg)
        return self


class Event(Declared):
    """The event a detection dispatches when it fires; its name is the detection's unless given.

    The levels are the detection's unless given; `qid` is the name of another QID record than that of its own name.
    """

    name: ConsoleName | None = None
    description: str | None = None
    category: Text = "Suspicious Activity"
    naming: Literal["contribute", "override", "none"] = "contribute"
    severity: Level | None = None
    confidence: Level | None = None
    relevance: Level | None = None
    qid: Text | None = None


class Offense(Declared):
    """The offense: what it is indexed by, and the event that names it (`event = false` for none)."""

    index: Text
    event: bool | Event = True
    annotation: Line | None = None


class OwnEvent(Event):
    """An event that is not part of the detection's offense; with `index` it is part of one of its own."""

    index: Text | None = None


class ReferenceData(Declared):
    """What the rule writes into a reference set, or another collection of reference data.

    `value` is the property that is written, `key` the one it is written under; `id` is the console's number of a
    collection that cannot be found by its name.
    """

    collection: Literal["set", "map", "map_of_sets", "map_of_maps", "table"] = "set"
    name: Text
    remove: bool = False
    key: Text | None = None
    value: Text | None = None
    id: int | None = None


class Response(Declared):
    """What else happens when the rule fires; an empty one says that nothing does."""

    event: OwnEvent | None = None
    email: Many[Mail] = ()
    log: bool = False
    notify: bool = False
    notify_severity_override: bool = False
    reference_data: Many[ReferenceData] = ()
    custom_action: Text | None = None


class Adjust(Declared):
    """Levels that are raised or lowered instead of set."""

    severity: Step | None = None
    confidence: Step | None = None
    relevance: Step | None = None


class Limiter(Declared):
    """Respond at most `count` times within a time, counted by a field."""

    count: Annotated[int, ModelField(ge=1)] = 1
    within: Annotated[Duration, AfterValidator(_counted)] = "30m"
    by: Text = "rule"


class Case(Declared):
    """An example the detection must (not) match; lives only in Git."""

    name: Text
    events: Many[Text]
    expect: Literal["match", "no-match", "out-of-scope"]
    reason: str = ""


class Detection(Rule):
    """A rule that fires: an AQL query or filter, scoped by built-in tests, with exceptions and a response."""

    severity: Level | Kept
    confidence: Level | Kept = "medium"
    relevance: Level | Kept = "medium"
    adjust: Adjust | None = None
    status: Status = "stable"
    rollout: Rollout | None = None
    mitre: Many[Technique] = ()
    aql: Text | None = None
    exception: Many[ExceptionRow] = ()
    false_positive: Many[FalsePositive] = ()
    offense: Offense | None = None
    response: Response | None = None
    limiter: Limiter | None = None
    annotation: Line | None = None
    drop: bool = False
    case: Many[Case] = ()

    @model_validator(mode="before")
    @classmethod
    def _levels_in_xml(cls, table: Any) -> Any:
        is_xml = isinstance(table, dict) and "rule_xml" in table and "severity" not in table
        return {**table, "severity": "unchanged"} if is_xml else table

    @model_validator(mode="after")
    def _complete(self) -> Detection:
        ways = (self.aql, self.filter, self.rule_test or None, self.rule_xml)
        given = sum(way is not None for way in ways)
        if given > 1 or not (given or self.tests_something):
            msg = (
                "a detection has exactly one of aql (a SELECT), filter (a WHERE expression), rule_test (tests of the "
                "rule wizard) and rule_xml (a file); none when building_blocks or other built-in tests say it all"
            )
            raise ValueError(msg)
        if self.offense is None and self.response is None and self.rule_xml is None:
            msg = "a detection without [offense] and without a response does nothing when it fires: write one of them"
            raise ValueError(msg)
        return self

    @model_validator(mode="after")
    def _one_event(self) -> Detection:
        if self.response and self.response.event and self.offense and self.offense.event is not False:
            msg = "a rule dispatches one event: write event = false under [offense], or leave response.event out"
            raise ValueError(msg)
        if self.exception and self.aql is None and self.filter is None:
            msg = "an exception is part of an AQL filter, and this detection has none"
            raise ValueError(msg)
        return self
