"""What may stand in dac.toml: its tables as models, and what no single value shows to be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator
from pydantic import Field as ModelField

from dac.config.notify_table import NotifyTable, bad_notify, literal_webhook
from dac.config.state_table import StateTable, bad_state, literal_password
from dac.config.tables import Strict, TokenTable, bad_source
from dac.config.urls import EMULATOR, checked_url
from dac.model.address import is_name
from dac.model.diagnostic import Finding
from dac.resources.durations import Span
from dac.resources.scales import Rollout
from dac.resources.validation import did_you_mean, validate_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FILE_NAME = "dac.toml"


def _name(text: str) -> str:
    if not is_name(text):
        raise ValueError(f'"{text}" is no name: a letter, then letters, digits, _ and -')
    return text


class ProjectTable(Strict):
    name: Annotated[str, AfterValidator(_name)]
    id: str
    timezone: str = "UTC"


class ConsoleTable(Strict):
    url: Annotated[str, AfterValidator(checked_url)]
    token: TokenTable | None = None
    ca_file: str | None = None
    tls_verify: bool = True
    promote_from: str | None = None
    min_status: Literal["experimental", "test", "stable"] = "experimental"
    deploy: Literal["never", "ask", "incremental"] = "never"
    soak: Span | None = None
    rollout: Rollout = "active"
    delete_after: Span = "14d"


class HistoryTable(Strict):
    """[history]: where what an apply overwrote is kept, and for how long."""

    path: Annotated[str, ModelField(min_length=1)] | None = None
    keep: Annotated[int, ModelField(ge=1)] = 50
    keep_days: Annotated[int, ModelField(ge=0)] = 0


class AuditTable(Strict):
    """[audit]: where every write to a console is noted."""

    enabled: bool = True
    path: Annotated[str, ModelField(min_length=1)] | None = None


class LintTable(Strict):
    """[lint]: the linter's severities for this project, and how long a window may be without a narrow predicate."""

    severity: dict[str, Literal["error", "warning", "info", "off"]] = ModelField(default_factory=dict)
    longest_hours: Annotated[int, ModelField(ge=1)] = 24


class ProjectFile(Strict):
    project: ProjectTable
    console: dict[str, ConsoleTable] = ModelField(default_factory=dict)
    state: StateTable = StateTable()
    lint: LintTable = LintTable()
    history: HistoryTable = HistoryTable()
    audit: AuditTable = AuditTable()
    notify: NotifyTable = NotifyTable()


def check_project_file(data: Mapping[str, object]) -> tuple[ProjectFile | None, list[Finding]]:
    """Return the content of dac.toml, or None, and all that is wrong with it."""
    findings = [_literal_token(name) for name in _literal_tokens(data)] + list(literal_password(data.get("state")))
    findings += literal_webhook(data.get("notify"))
    refused = {finding.path for finding in findings}
    model, wrong = validate_model(ProjectFile, data)
    findings += [_explained(finding) for finding in wrong if not refused & {finding.path[:3], finding.path[:2]}]
    if isinstance(model, ProjectFile):
        findings += _contradictions(model)
        return model, findings
    return None, findings


def _literal_tokens(data: Mapping[str, object]) -> Iterator[str]:
    consoles = data.get("console")
    for name, table in consoles.items() if isinstance(consoles, dict) else ():
        if isinstance(table, dict) and isinstance(table.get("token"), str):
            yield name


def _literal_token(console: str) -> Finding:
    return Finding(
        "literal-token",
        f"the token of console {console} is written into {FILE_NAME}, where everybody can read it",
        ("console", console, "token"),
        hint='write token = { env = "VARIABLE" }, { file = "path" } or { command = "program" }; '
        "and if this file was ever committed, revoke the token",
    )


def _explained(finding: Finding) -> Finding:
    if finding.path == ("project", "id") and finding.code == "missing-key":
        hint = "run `dac init`, which writes a random one; for an existing project, take it from Git's history"
        return Finding("missing-key", "project.id is missing: every uuid is derived from it", finding.path, hint=hint)
    return finding


def _contradictions(model: ProjectFile) -> Iterator[Finding]:
    """What no single value shows."""
    yield from _bad_project(model.project)
    yield from _bad_lint(model.lint)
    yield from bad_state(model.state)
    yield from bad_notify(model.notify)
    for name, console in model.console.items():
        path = ("console", name)
        if not is_name(name):
            yield Finding("invalid-name", f'"{name}" is no console name: a letter, then letters, digits, _ and -', path)
        if console.token:
            yield from bad_source(console.token, (*path, "token"), "a token")
        elif not console.url.startswith(EMULATOR):
            hint = 'add token = { env = "VARIABLE" } (or file, or command)'
            yield Finding("missing-key", f"console {name} has no token", path, hint=hint)
        if console.ca_file and not console.tls_verify:
            summary = "ca_file has no effect while tls_verify = false"
            yield Finding("contradiction", summary, (*path, "tls_verify"), hint="remove tls_verify = false")
        if console.promote_from is not None:
            yield from _bad_promotion(name, model.console)
        elif console.soak is not None:
            summary = "soak has no effect without promote_from: it is counted since the apply on that console"
            yield Finding("contradiction", summary, (*path, "soak"), hint='add promote_from = "CONSOLE"')


def _bad_lint(lint: LintTable) -> Iterator[Finding]:
    if lint.severity:
        from dac.aql.lint.registry import rules

        for code in sorted(set(lint.severity) - set(rules())):
            hint = did_you_mean(code, rules(), otherwise="`dac lint rules` lists the codes")
            yield Finding("unknown-lint-rule", f"the linter has no rule {code}", ("lint", "severity", code), hint=hint)


def _bad_project(table: ProjectTable) -> Iterator[Finding]:
    try:
        UUID(table.id)
    except ValueError:
        summary = f'project.id is "{table.id}", which is not a uuid'
        hint = "run `dac init` to get one; never change the id of a project that has been applied"
        yield Finding("invalid-value", summary, ("project", "id"), hint=hint)
    try:
        ZoneInfo(table.timezone)
    except (KeyError, OSError, ValueError):  # no such zone, a folder of zones, no name of a zone
        hint = did_you_mean(table.timezone, available_timezones())
        near = hint if hint.startswith("did") else 'write a name such as "Europe/Zurich" or "UTC"'
        summary = f'project.timezone is "{table.timezone}", which is not a known time zone'
        yield Finding("invalid-value", summary, ("project", "timezone"), hint=near)


def _bad_promotion(name: str, consoles: Mapping[str, ConsoleTable]) -> Iterator[Finding]:
    path = ("console", name, "promote_from")
    seen = [name]
    source = consoles[name].promote_from
    while source is not None:
        if source not in consoles:
            if len(seen) == 1:
                hint = did_you_mean(source, [other for other in consoles if other != name])
                yield Finding("unknown-console", f'promote_from names "{source}", which is no console', path, hint=hint)
            return
        if source in seen:
            chain = " <- ".join([*seen, source])
            yield Finding("promotion-cycle", f"promotion runs in a circle: {chain}", path)
            return
        if consoles[source].url == consoles[name].url:
            summary = f"console {name} has the url of {source}, which it is promoted from: nothing would leave {source}"
            yield Finding("contradiction", summary, ("console", name, "url"), hint=f"write the url of {name}")
        seen.append(source)
        source = consoles[source].promote_from
