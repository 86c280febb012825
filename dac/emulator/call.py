"""One request as an endpoint sees it, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from dac.emulator.errors import NO_CAPABILITY

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from werkzeug.datastructures import Headers

    from dac.emulator.bodies import Body
    from dac.emulator.schema import Field
    from dac.emulator.settings import Settings

ADMIN = "ADMIN"
Capability = Literal["any", "admin"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a user, or a service under the pseudo-user name `API_token: LABEL`."""

    name: str
    capabilities: frozenset[str]
    service_id: int | None = None
    user_id: int | None = None
    role_id: int | None = None

    @property
    def is_admin(self) -> bool:
        return ADMIN in self.capabilities


@dataclass(frozen=True, slots=True)
class Call:
    """A checked request within one transaction on `db`; `now` is the console's time in epoch milliseconds."""

    db: sqlite3.Connection
    settings: Settings
    now: int
    caller: Caller
    api: int
    base_url: str
    ids: Mapping[str, Any]
    query: Mapping[str, Any]
    headers: Headers
    body: Any = None
    content_type: str = ""
    endpoints: tuple[Endpoint, ...] = ()

    @property
    def range_header(self) -> str | None:
        return self.headers.get("Range")

    def accepted(self, kinds: tuple[str, ...]) -> str:
        """The one of these content types that the caller likes best; the first when it does not say."""
        return parse_accept_header(self.headers.get("Accept", "*/*"), MIMEAccept).best_match(kinds) or kinds[0]


@dataclass(frozen=True, slots=True)
class Answer:
    """Bytes are sent as they are, None as an empty body, anything else as JSON.

    `fields` are those that the caller may select from `body`; without them it is sent whole.
    """

    body: Any = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    fields: tuple[Field, ...] = ()
    selected: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """One query parameter."""

    name: str
    kind: Literal["string", "integer", "boolean"] = "string"
    required: bool = False
    code: int = 1005


FIELDS = Parameter("fields")
FILTER = Parameter("filter")
SORT = Parameter("sort")
LIST = (FIELDS, FILTER)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method on one path: what it accepts, who may call it, and what answers it.

    `writes` opens the database for writing. Path parameters are written `<name>` and are integers, but for those in
    `text_ids` and in `routing.TEXT_IDS`. `alternatives` are other types than `produces` that a caller may accept.
    `denied_code` goes with the 403 for a caller without the capability. From API generation `deprecated_since` on
    (0: never) its answers carry a Deprecated header.
    """

    method: str
    path: str
    handler: Callable[[Call], Answer]
    query: tuple[Parameter, ...] = ()
    ranged: bool = False
    body: Body | None = None
    writes: bool = False
    capability: Capability = "any"
    produces: str = "application/json"
    since: int = 0
    id_code: int = 1005
    text_ids: frozenset[str] = frozenset()
    alternatives: tuple[str, ...] = ()
    deprecated_since: int = 0
    denied_code: int = NO_CAPABILITY


def got(path: str, handler: Callable[[Call], Answer], *query: Parameter, **options: Any) -> Endpoint:
    """A GET that reads one object."""
    return Endpoint("GET", path, handler, query=(FIELDS, *query), **options)


def listed(path: str, handler: Callable[[Call], Answer], *query: Parameter, **options: Any) -> Endpoint:
    """A GET that lists, with fields, filter and Range."""
    return Endpoint("GET", path, handler, query=(*LIST, *query), ranged=True, **options)


def posted(path: str, handler: Callable[[Call], Answer], body: Body, **options: Any) -> Endpoint:
    """A POST with a JSON body."""
    return Endpoint("POST", path, handler, body=body, writes=True, **options)


def deleted(path: str, handler: Callable[[Call], Answer], **options: Any) -> Endpoint:
    """A DELETE that answers with a task, or with nothing."""
    return Endpoint("DELETE", path, handler, writes=True, **options)
