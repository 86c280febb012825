"""[state] in dac.toml: where the states are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator
from pydantic import Field as ModelField

from dac.config.tables import Strict, TokenTable, bad_source
from dac.config.urls import checked_state_address
from dac.model.diagnostic import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

_Address = Annotated[str, AfterValidator(checked_state_address)]
_ON_DISK = {"backend", "path"}


class StateTable(Strict):
    backend: Literal["local", "http"] = "local"
    path: str = "state"
    address: _Address | None = None
    lock_address: _Address | None = None
    unlock_address: _Address | None = None
    update_method: Literal["POST", "PUT"] = "POST"
    lock_method: Literal["LOCK", "POST", "PUT"] = "LOCK"
    unlock_method: Literal["UNLOCK", "DELETE", "POST", "PUT"] = "UNLOCK"
    username: str | TokenTable | None = None
    password: TokenTable | None = None
    ca_file: str | None = None
    tls_verify: bool = True
    retry_max: Annotated[int, ModelField(ge=0, le=20)] = 4
    retry_wait_min: Annotated[int, ModelField(ge=0, le=30)] = 1


def literal_password(table: object) -> Iterator[Finding]:
    """A password that is written out: said first, and its value never shown."""
    if isinstance(table, dict) and isinstance(table.get("password"), str):
        yield Finding(
            "literal-token",
            "the password of the state server is written into dac.toml, where everybody can read it",
            ("state", "password"),
            hint='write password = { env = "VARIABLE" }, { file = "path" } or { command = "program" }; '
            "and if this file was ever committed, change the password",
        )


def bad_state(table: StateTable) -> Iterator[Finding]:
    """What no single value shows."""
    if table.backend == "local":
        yield from _useless(table)
        return
    for key in ("address", "lock_address"):
        if getattr(table, key) is None:
            summary = f"state.{key} is missing: the http back end needs it"
            yield Finding("missing-key", summary, ("state",), hint=_ADDRESSES[key])
    if (table.username is None) != (table.password is None):
        missing = "password" if table.password is None else "username"
        yield Finding("missing-key", f"state.{missing} is missing: there is only the other of the two", ("state",))
    for key in ("username", "password"):
        source = getattr(table, key)
        if isinstance(source, TokenTable):
            yield from bad_source(source, ("state", key), f"a {key}")
    if table.ca_file and not table.tls_verify:
        summary = "ca_file has no effect while tls_verify = false"
        yield Finding("contradiction", summary, ("state", "tls_verify"), hint="remove tls_verify = false")


def _useless(table: StateTable) -> Iterator[Finding]:
    for key in sorted(table.model_fields_set - _ON_DISK):
        summary = f'{key} has no effect while backend is "local"'
        yield Finding("contradiction", summary, ("state", key), hint='write backend = "http", or take it out')


_GITLAB = "https://gitlab.example.com/api/v4/projects/42/terraform/state/{console}-{stack}"
_ADDRESSES = {
    "address": f'such as address = "{_GITLAB}"',
    "lock_address": "two runs must not write one state at once: a server without locks will not do; "
    f'such as lock_address = "{_GITLAB}/lock"',
}
