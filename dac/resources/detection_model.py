"""The declared form of a detection: the tables a stack file may hold."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, StringConstraints, model_validator
from pydantic import Field as ModelField

from dac.resources.durations import Duration
from dac.resources.lifecycle import ConsoleName, Declared, Many, Text
from dac.resources.rule_model import Rule
from dac.resources.rule_notes import TECHNIQUE
from dac.resources.scales import Level, Status


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
    """The event a detection dispatches when it fires; its name is the detection's unless given."""

    name: ConsoleName | None = None
    description: str | None = None
    category: Text = "Suspicious Activity"
    naming: Literal["contribute", "override", "none"] = "contribute"


class Offense(Declared):
    """The offense: what it is indexed by, and the event that names it (`event = false` for none)."""

    index: Text
    event: bool | Event = True
    annotation: Line | None = None


class Response(Declared):
    """What else happens when the rule fires."""

    email: Many[Mail] = ()
    log: bool = False
    notify: bool = False


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

    severity: Level
    confidence: Level = "medium"
    relevance: Level = "medium"
    status: Status = "stable"
    mitre: Many[Technique] = ()
    aql: Text | None = None
    exception: Many[ExceptionRow] = ()
    false_positive: Many[FalsePositive] = ()
    offense: Offense | None = None
    response: Response | None = None
    limiter: Limiter | None = None
    annotation: Line | None = None
    case: Many[Case] = ()

    @model_validator(mode="after")
    def _complete(self) -> Detection:
        if (self.aql is None) == (self.filter is None):
            msg = "a detection has exactly one of aql (a SELECT) and filter (a WHERE expression)"
            raise ValueError(msg)
        if self.offense is None and self.response is None:
            msg = "a detection without [offense] and without a response does nothing when it fires: write one of them"
            raise ValueError(msg)
        return self
