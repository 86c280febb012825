"""Per-console values: `[detection.x.console.dev]`, `uuid.console.prod`, and the addresses a resource had before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dac.model.address import Address, is_name
from dac.model.diagnostic import Finding
from dac.resources.validation import did_you_mean
from dac.resources.wording import described

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping


def merged(base: Mapping[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    """Return `base` with `override` on top: tables are merged key by key, everything else is replaced."""
    out = dict(base)
    for key, value in override.items():
        old = out.get(key)
        out[key] = merged(old, value) if isinstance(old, dict) and isinstance(value, dict) else value
    return out


def bad_overrides(tables: object, consoles: Collection[str]) -> Iterator[Finding]:
    """Check the value of a resource's `console` key: tables, by names of consoles."""
    if not isinstance(tables, dict):
        hint = "write [KIND.NAME.console.dev] and below it the keys that differ on dev"
        yield Finding(
            "wrong-type", f"console is {described(tables)}, a table for each console is wanted", ("console",), hint=hint
        )
        return
    for name, override in tables.items():
        path = ("console", name)
        if name not in consoles:
            yield _unknown_console(name, consoles, path)
        elif not isinstance(override, dict):
            hint = f"write [KIND.NAME.console.{name}] and below it the keys that differ there"
            yield Finding("wrong-type", f"console.{name} is {described(override)}, a table is wanted", path, hint=hint)


def console_uuid(value: Mapping[str, Any], console: str, consoles: Collection[str], findings: list[Finding]) -> Any:
    """Return what `uuid = { console = { prod = "..." } }` says for `console`; None when it says nothing."""
    tables = value.get("console")
    if set(value) != {"console"} or not isinstance(tables, dict):
        hint = 'write uuid = "...", or uuid.console.prod = "..." for each console that differs'
        findings.append(Finding("wrong-type", "uuid is neither a text nor a table of consoles", ("uuid",), hint=hint))
        return None
    findings.extend(
        _unknown_console(name, consoles, ("uuid", "console", name)) for name in tables if name not in consoles
    )
    return tables.get(console)


def previous_addresses(value: object, address: Address, findings: list[Finding]) -> tuple[Address, ...]:
    """Read `moved`: one earlier address or a list, oldest first. Returned newest first."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list):
        findings.append(
            Finding(
                "wrong-type", f"moved is {described(value)}, an address or a list of addresses is wanted", ("moved",)
            )
        )
        return ()
    previous: list[Address] = []
    for text in texts:
        problem = _bad_move(text, address, previous)
        if problem:
            hint = f'write moved = "{address.kind}.OLD_NAME", or a list of them, oldest first'
            if isinstance(text, str) and "/" in text:
                stack, _, local = text.partition("/")
                let_go = f'"{local}" = "moved to stack {address.stack}" under [removed] in stack {stack}'
                hint = f"write adopt = true here instead of moved, and {let_go}"
            findings.append(Finding("invalid-moved", problem, ("moved",), hint=hint))
        else:
            previous.append(Address(address.stack, address.kind, text.partition(".")[2]))
    return tuple(reversed(previous))


def _bad_move(text: object, address: Address, earlier: list[Address]) -> str:
    if not isinstance(text, str):
        return f"moved holds {described(text)}, an address is wanted"
    if "/" in text:
        return f"{text}: a resource cannot be moved from another stack, whose state is a document of its own"
    kind, _, name = text.partition(".")
    if not is_name(name):
        return f'moved holds "{text}", which is not an address'
    if kind != address.kind:
        return f"{text}: a {address.kind} cannot have been a {kind}"
    if name == address.name:
        return f"{text} is its present address"
    return f"{text} is in moved twice" if any(name == one.name for one in earlier) else ""


def _unknown_console(name: str, consoles: Collection[str], path: tuple[str, ...]) -> Finding:
    hint = did_you_mean(name, consoles, otherwise="dac.toml has no consoles yet")
    return Finding("unknown-console", f'"{name}" is not a console of dac.toml', path, hint=hint)
