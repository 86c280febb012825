"""Kind `reference_set`: a list of values that rules ask, such as an allowlist.

API: /reference_data_collections/sets and /set_entries (16.0 on; description and CIDR from 22.0).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator

from dac.model.change import MISSING, Channel
from dac.model.diagnostic import Finding, Severity
from dac.model.plan import Step
from dac.resources import entry_notes
from dac.resources.durations import Duration, seconds, written
from dac.resources.entry_types import ENTRY_TYPES, canonical_entry
from dac.resources.kind import CompileContext, Compiled, Field, Where
from dac.resources.lifecycle import LIFECYCLE_FIELDS, ConsoleName, Declared, Managed, Many, Stored, ignore_findings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.model.address import Address
    from dac.model.change import Edit
    from dac.model.deployed import Deployed


_CIDR_SINCE = (22, 0)


def _meta(text: str) -> str:
    if any(mark in text for mark in entry_notes.FRAME):
        msg = "must be one line without ';', '[' and ']' (they frame the entry's notes on the console)"
        raise ValueError(msg)
    return text


def _day(value: str | date) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            msg = f"{value!r} is not a date: write YYYY-MM-DD, such as expires = 2027-03-31"
            raise ValueError(msg) from None
    if isinstance(value, datetime):
        msg = "a day is wanted, without a time: an entry expires at the end of that day"
        raise ValueError(msg)  # noqa: TRY004 - pydantic reports ValueError
    return value


Meta = Annotated[str, AfterValidator(_meta)]
Day = Annotated[str | date, AfterValidator(_day)]


class Entry(Declared):
    """One value, and why it is there."""

    value: str | int | float | date | datetime
    reason: Stored = ""
    owner: Meta = ""
    ticket: Meta = ""
    expires: Day | None = None


class ReferenceSet(Managed):
    """A reference set and the entries this stack answers for."""

    name: ConsoleName
    entry_type: Literal["ALN", "ALNIC", "NUM", "IP", "PORT", "DATE", "CIDR"]
    description: str = ""
    ownership: Literal["additive", "authoritative"] = "additive"
    expiry: Literal["first_seen", "last_seen"] | None = None
    time_to_live: Duration | None = None
    entry: Many[Entry] = ()
    entries_file: str | None = None


class ReferenceSetKind:
    """See the module; the field table says what goes where."""

    name = "reference_set"
    title = "reference set"
    order = 10
    step = Step.WRITE
    made_by_dac = True
    declared = ReferenceSet
    aql_paths: tuple[tuple[str, ...], ...] = ()
    fields = (
        Field("name", Where.CONSOLE, "The name rules ask for.", ("name",), Channel.REST, replace=True),
        Field("entry_type", Where.CONSOLE, f"One of {', '.join(ENTRY_TYPES)}; CIDR from API 22.",
              ("entry_type",), Channel.REST, replace=True),
        Field("description", Where.CONSOLE, "What the set is for.", ("description",), Channel.REST, since=(22, 0)),
        Field("expiry", Where.CONSOLE, "Whether QRadar itself drops entries, counted from when.",
              ("expiry_type",), Channel.REST),
        Field("time_to_live", Where.CONSOLE, "How long QRadar keeps an entry; goes with `expiry`.",
              ("time_to_live",), Channel.REST),
        Field("entry", Where.CONSOLE, "The values; reason, owner, ticket and expires travel in the entry's notes.",
              ("entries",), Channel.REST),
        Field("entries_file", Where.GIT, "A .csv, .txt or .jsonl file beside this one, read into `entry`."),
        Field("ownership", Where.GIT, "additive: entries made by others stay; authoritative: they are drift.",
              ("authoritative",), Channel.STATE),
        *LIFECYCLE_FIELDS,
    )  # fmt: skip

    def console_name(self, address: Address, table: Mapping[str, Any]) -> str:
        return str(table.get("name", address.name))

    def fact_type(self, table: Mapping[str, Any]) -> str:
        return str(table.get("entry_type", ""))

    def dormant(self, table: Mapping[str, Any], min_status: str) -> str:  # noqa: ARG002 - sets have no status
        return ""

    def compile(self, declared: ReferenceSet, context: CompileContext) -> Compiled:
        entries, findings, valid_until = _entries(declared, context)
        findings += _version_findings(declared, context)
        findings += ignore_findings(declared, self.fields)
        deployed: Deployed = {"name": declared.name, "entry_type": declared.entry_type, "entries": entries}
        if declared.description:
            deployed["description"] = declared.description
        if declared.ownership == "authoritative":
            deployed["authoritative"] = True
        if declared.expiry and declared.time_to_live:
            deployed["expiry_type"] = declared.expiry.upper()
            deployed["time_to_live"] = seconds(declared.time_to_live)
        elif declared.expiry or declared.time_to_live:
            summary = "expiry and time_to_live go together"
            hint = 'write both, such as expiry = "last_seen" and time_to_live = "30d"'
            findings.append(Finding("expiry-incomplete", summary, ("expiry",), hint=hint))
        return Compiled(deployed, (), tuple(findings), valid_until)

    def lift(self, deployed: Deployed) -> dict[str, Any]:
        table: dict[str, Any] = {key: deployed[key] for key in ("name", "entry_type", "description") if key in deployed}
        if deployed.get("authoritative"):
            table["ownership"] = "authoritative"
        if "expiry_type" in deployed:
            table["expiry"] = deployed["expiry_type"].lower()
            table["time_to_live"] = written(deployed["time_to_live"])
        rows = [{"value": value} | _why(notes) for value, notes in deployed["entries"].items()]
        return table | ({"entry": rows} if rows else {})

    def owned(self, live: Deployed, desired: Deployed | None, recorded: Deployed | None) -> Deployed:
        """Of an additive set, only the entries that dac wants or has made; of an authoritative one, all.

        Which of the two it is stands in the record alone: a console knows nothing of it.
        """
        base = desired if desired is not None else recorded
        if base is None:
            return live
        known = recorded if recorded is not None else base
        form = live | ({"authoritative": True} if known.get("authoritative") else {})
        if base.get("authoritative"):
            return form
        ours = base["entries"].keys() | (recorded["entries"].keys() if recorded else set())
        return form | {"entries": {value: notes for value, notes in live["entries"].items() if value in ours}}

    def hold(self, desired: Deployed, current: Deployed, recorded: Deployed | None) -> Deployed:  # noqa: ARG002 - a set has no switch
        return desired

    def unhold(self, form: Deployed, desired: Deployed) -> Deployed:  # noqa: ARG002 - a set has no switch
        return form

    def retracts(self, edits: tuple[Edit, ...]) -> bool:
        """An entry that leaves may be needed until the rules that move to another set have moved."""
        return any(edit.after is MISSING and edit.path.startswith("entries[") for edit in edits)

    def unretracted(self, desired: Deployed, current: Deployed) -> Deployed:
        return desired | {"entries": dict(sorted((current["entries"] | desired["entries"]).items()))}


def _version_findings(declared: ReferenceSet, context: CompileContext) -> list[Finding]:
    if declared.entry_type != "CIDR" or context.api_version is None or context.api_version >= _CIDR_SINCE:
        return []
    version = ".".join(map(str, context.api_version))
    summary = f"console {context.console} speaks API {version}, which has no sets of CIDR (they came with 22.0)"
    hint = "list the addresses in a set of IP, or write INCIDR() into the query"
    return [Finding("entry-type-too-new", summary, ("entry_type",), hint=hint)]


def _entries(declared: ReferenceSet, context: CompileContext) -> tuple[dict[str, str], list[Finding], int | None]:
    """Return the entries that have not expired, what is wrong with any, and when the next one will expire."""
    entries: dict[str, str] = {}
    findings: list[Finding] = []
    expiries: list[int] = []
    for index, entry in enumerate(declared.entry):
        try:
            value = canonical_entry(declared.entry_type, entry.value)
        except ValueError as error:
            path = ("entry", index, "value")
            findings.append(
                Finding("entry-type", f"this entry does not fit a set of {declared.entry_type}: {error}", path)
            )
            continue
        if value in entries:
            findings.append(Finding("duplicate-entry", f"{value!r} is in this set already", ("entry", index, "value")))
        end = _end_of_day(entry.expires, context)
        if end is not None:
            if end <= context.clock:
                findings.append(_expired(entry, index))
                continue
            expiries.append(end)
        expires = entry.expires.isoformat() if isinstance(entry.expires, date) else ""
        notes = entry_notes.compose(reason=entry.reason, owner=entry.owner, ticket=entry.ticket, expires=expires)
        entries[value] = notes
        if len(notes) > entry_notes.LONGEST:
            findings.append(_too_long(notes, index))
    return dict(sorted(entries.items())), findings, min(expiries, default=None)


def _why(notes: str) -> dict[str, Any]:
    """Return reason, owner, ticket and expiry of an entry, the expiry as the date it is."""
    found = entry_notes.read(notes)
    return found | ({"expires": date.fromisoformat(found["expires"])} if "expires" in found else {})


def _too_long(notes: str, index: int) -> Finding:
    summary = (
        f"the notes of this entry have {len(notes)} characters, and a console may refuse over {entry_notes.LONGEST}"
    )
    hint = "say it shorter and leave the rest to the ticket"
    return Finding("notes-too-long", summary, ("entry", index, "reason"), hint=hint, severity=Severity.WARNING)


def _expired(entry: Entry, index: int) -> Finding:
    summary = f"this entry expired on {entry.expires}: it is not in the set any more"
    hint = "take it out, or give it a new date with whoever owns it"
    return Finding("expired-entry", summary, ("entry", index, "expires"), hint=hint, severity=Severity.WARNING)


def _end_of_day(day: str | date | None, context: CompileContext) -> int | None:
    """Epoch ms of the midnight that ends `day` where the project is: an entry is good for its whole last day.

    None for an entry that never expires: 9999-12-31 has no end.
    """
    if not isinstance(day, date) or day == date.max:
        return None
    midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=context.timezone)
    return int(midnight.timestamp() * 1000)


KIND = ReferenceSetKind()
