"""The contract a kind of resource fulfils. A kind describes; it never acts and never sees HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from dac.errors import BadContent

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from zoneinfo import ZoneInfo

    from pydantic import BaseModel

    from dac.model.address import Address
    from dac.model.change import Channel, Edit
    from dac.model.deployed import Deployed
    from dac.model.diagnostic import Finding
    from dac.model.plan import Step
    from dac.model.resource import Reference
    from dac.resources.names import Names


class Where(StrEnum):
    """Where a declared field ends up."""

    CONSOLE = "on the console"
    NOTES = "in the notes"
    GIT = "only in Git"


@dataclass(frozen=True, slots=True)
class Field:
    """One row of a kind's field table, from which plans, lift and the reference documentation are made.

    name: the key in TOML. deployed: the keys of the deployed form it feeds. replace: an edit means a new object.
    since: the first API version that can hold it. question: the console's own search for what counts on the present
    value (the last part of `dependents/...`); an edit is refused while it finds something.
    """

    name: str
    where: Where
    doc: str
    deployed: tuple[str, ...] = ()
    channel: Channel | None = None
    replace: bool = False
    since: tuple[int, int] | None = None
    question: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """What other resources may need to know of one: its console name, its uuid, its type."""

    kind: str
    name: str
    uuid: str
    type: str = ""


RuleReader = Callable[[str, str, "Names"], "Deployed"]
"""Reads the XML of a rule for a kind, with a console's names, into its deployed form. BadContent when it is none."""


def _unread(_text: str, _kind: str, _names: Names) -> Deployed:
    raise BadContent("Here nobody reads the XML of rules")


@dataclass(frozen=True)
class CompileContext:
    """All that compiling reads besides the declared form. `clock` is epoch ms; `facts` is keyed by `str(address)`.

    `properties` leads from the lower-case names of the project's custom properties to their declared spelling: AQL
    reads names in any case. `rollout` is the console's: active, monitor or disabled. So is `api_version`; None without
    a console.
    """

    project: str
    console: str
    address: Address
    names: Names
    clock: int
    timezone: ZoneInfo
    facts: Mapping[str, Fact] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    min_status: str = "experimental"
    rollout: str = "active"
    api_version: tuple[int, int] | None = None
    read_rule: RuleReader = _unread

    def fact(self, text: str) -> Fact | None:
        """The fact for `kind.name` in this stack or `stack/kind.name` anywhere; None when nothing is declared so."""
        key = text if "/" in text else f"{self.address.stack}/{text}"
        return self.facts.get(key)


@dataclass(frozen=True, slots=True)
class Compiled:
    """The deployed form, what it reads, and until when (epoch ms) the same TOML compiles to it."""

    deployed: Deployed
    references: tuple[Reference, ...] = ()
    findings: tuple[Finding, ...] = ()
    valid_until: int | None = None


class Kind(Protocol):
    """A kind of resource.

    name: the TOML table. title: for people. order: creates run in this order,
    deletes in reverse; step: the wave that carries its bodies. aql_paths: key
    paths of AQL texts ("*" for any index), where interpolation writes AQL literals. made_by_dac: False for what
    QRadar brings: it is never created, and forgotten instead of deleted.
    """

    name: str
    title: str
    order: int
    step: Step
    made_by_dac: bool
    declared: type[BaseModel]
    fields: tuple[Field, ...]
    aql_paths: tuple[tuple[str, ...], ...]

    def console_name(self, address: Address, table: Mapping[str, Any]) -> str:
        """Return the name on the console, from the raw table."""
        ...

    def fact_type(self, table: Mapping[str, Any]) -> str:
        """Return the type other resources must know (a set's entry type), or ''."""
        ...

    def dormant(self, table: Mapping[str, Any], min_status: str) -> str:
        """Return why it is not created on a console that wants at least `min_status`; '' when it is."""
        ...

    def compile(self, declared: Any, context: CompileContext) -> Compiled:
        """Declared to deployed, for one console. Problems come back as findings, never as exceptions."""
        ...

    def lift(self, deployed: Deployed) -> dict[str, Any]:
        """Deployed to declared: the inverse of compile, but for fields that live only in Git."""
        ...

    def owned(self, live: Deployed, desired: Deployed | None, recorded: Deployed | None) -> Deployed:
        """Return the part of `live` that this project answers for, ready to be compared with desired and recorded."""
        ...

    def hold(self, desired: Deployed, current: Deployed, recorded: Deployed | None) -> Deployed:
        """Return desired, with what somebody switched off on the console left off.

        Switched off means: off on the console, on in `desired`, and not off in `recorded` (then the stack turns it on).
        """
        ...

    def unhold(self, form: Deployed, desired: Deployed) -> Deployed:
        """Return `form`, with what is off in it and on in `desired` switched on.

        For the record: an "off" that was taken over from the console must not pass for one that the stack asked for,
        because `hold` would then take the stack's "on" for a change and switch it on.
        """
        ...

    def retracts(self, edits: tuple[Edit, ...]) -> bool:
        """Whether an update takes away what readers need, so that it waits until they have changed or gone."""
        ...

    def unretracted(self, desired: Deployed, current: Deployed) -> Deployed:
        """Return desired with what it takes away still there: the first half of an update whose second half waits.

        `current` itself when an update cannot be halved.
        """
        ...


def deployed_fields(kind: Kind) -> Sequence[tuple[str, Field]]:
    """Every deployed key of a kind with the field that feeds it."""
    return [(key, row) for row in kind.fields for key in row.deployed]


def without_newer_fields(kind: Kind, deployed: Deployed, api_version: tuple[int, int] | None) -> Deployed:
    """Return the deployed form less what a console of that API version has no place for."""
    newer = {key for key, row in deployed_fields(kind) if row.since and api_version and api_version < row.since}
    return {key: value for key, value in deployed.items() if key not in newer} if newer else deployed
