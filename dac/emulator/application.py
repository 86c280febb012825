"""The WSGI application: credentials, version, routing, one transaction, one JSON answer; never a stack trace."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Request, Response

from dac.emulator import tasks, versions
from dac.emulator.bodies import read_body
from dac.emulator.call import Answer, Call
from dac.emulator.callers import authenticate, authorize
from dac.emulator.control import PREFIX
from dac.emulator.database import stored_settings
from dac.emulator.entries import any_expired, expire
from dac.emulator.errors import NO_SUCH_PATH, NOT_ACCEPTABLE, SERVER_ERROR, ApiError
from dac.emulator.fields import parse_fields, selector
from dac.emulator.gateway import HANG_UP
from dac.emulator.incoming import DRAINED_BYTES, Incoming
from dac.emulator.journal import MAX_BODY, Record
from dac.emulator.routing import typed_ids, typed_query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dac.emulator.call import Endpoint
    from dac.emulator.callers import RunToken
    from dac.emulator.clock import Clock
    from dac.emulator.control import Control
    from dac.emulator.database import Database
    from dac.emulator.faults import Fault, Faults
    from dac.emulator.journal import Journal
    from dac.emulator.routing import Router
    from dac.emulator.settings import Settings

API = "/api"
SETS = "/api/reference_data_collections/"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Application:
    """A console. Safe to call from many threads; all it remembers is in the database, the journal and the faults."""

    database: Database
    clock: Clock
    router: Router
    endpoints: tuple[Endpoint, ...]
    effects: Mapping[str, tasks.Effect]
    control: Control
    faults: Faults
    journal: Journal
    run_token: RunToken
    latency: float = 0.0

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        request = Request(environ)
        if request.path.startswith(PREFIX):
            return self._answer_control(request)(environ, start_response)
        started = time.perf_counter()
        incoming = Incoming(request)
        if self.latency:
            time.sleep(self.latency)
        struck = self.faults.due(request.method, request.path) if request.path.startswith(API + "/") else []
        response = self._struck(environ, request, incoming, struck)
        self._record(request, incoming, None if environ.get(HANG_UP) else response.status_code, started)
        return response(environ, start_response)

    def _struck(self, environ: dict[str, Any], request: Request, incoming: Incoming, struck: list[Fault]) -> Response:
        for fault in struck:
            if fault.action == "delay":
                time.sleep(fault.seconds)
            elif fault.action == "drop":
                environ[HANG_UP] = True
                return Response()
            elif fault.action == "status":
                incoming.read(DRAINED_BYTES)
                body = ApiError(fault.code, SERVER_ERROR, "Injected").body() if fault.body is None else fault.body
                return _json(body, fault.code)
        response = self._answer(request, incoming)
        if any(fault.action == "lose" for fault in struck):
            environ[HANG_UP] = True
        return response

    def _answer_control(self, request: Request) -> Response:
        try:
            answer = self.control.answer(
                request.remote_addr or "", request.method, request.path, Incoming(request).read(DRAINED_BYTES)
            )
        except ApiError as error:
            return _error(error)
        return _json(answer.body, answer.status)

    def _answer(self, request: Request, incoming: Incoming) -> Response:
        try:
            return self._api(request, incoming)
        except ApiError as error:
            return _error(error, as_text=self._code_as_text())
        except Exception:  # noqa: BLE001  # a fault of ours: the caller gets QRadar's 500, the log gets the rest
            _log.exception("%s %s failed", request.method, request.path)
            return _error(ApiError(500, SERVER_ERROR, "An unexpected error occurred"))
        finally:
            incoming.discard()

    def _code_as_text(self) -> bool:
        return stored_settings(self.database.connection()).error_code_kind == "string"

    def _api(self, request: Request, incoming: Incoming) -> Response:
        if not request.path.startswith(API + "/"):
            raise ApiError(404, NO_SUCH_PATH, f"The resource {request.path} does not exist")
        settings, now = self._catch_up(request.path)
        call = self._identify(request, settings, now)
        version = versions.negotiate(request.headers.get("Version"), settings.api_major)
        endpoint, ids = self.router.match(request.method, request.path.removeprefix(API), version.major)
        authorize(call.caller, endpoint)
        _require_acceptable(request, endpoint)
        call = replace(
            call,
            api=version.major,
            ids=typed_ids(endpoint, ids),
            query=_query(request, endpoint, settings),
            body=_body(endpoint, incoming, settings),
            content_type=request.headers.get("Content-Type", ""),
        )
        with self.database.transaction(writing=endpoint.writes) as db:
            response = _respond(endpoint.handler(replace(call, db=db)), call)
        if version.deprecated:
            response.headers["Deprecated"] = f"API version {version.major}.0 is deprecated"
        elif 0 < endpoint.deprecated_since <= version.major:
            response.headers["Deprecated"] = f"{endpoint.method} of this path is deprecated"
        return response

    def _catch_up(self, path: str) -> tuple[Settings, int]:
        """Settings and time; tasks that became due and entries that ran out meanwhile are done with."""
        db = self.database.connection()
        now = self.clock.now(db)
        settings = stored_settings(db)
        if tasks.any_due(db, now):
            with self.database.transaction(writing=True):
                tasks.run_due(db, settings, now, self.effects)
        if path.startswith(SETS) and any_expired(db, now):
            with self.database.transaction(writing=True):
                expire(db, now)
        return settings, now

    def _identify(self, request: Request, settings: Settings, now: int) -> Call:
        db = self.database.connection()
        caller = authenticate(db, settings, self.run_token, request.headers, now)
        return Call(
            db=db,
            settings=settings,
            now=now,
            caller=caller,
            api=settings.api_major,
            base_url=request.host_url.rstrip("/"),
            ids={},
            query={},
            headers=request.headers,
            endpoints=self.endpoints,
        )

    def _record(self, request: Request, incoming: Incoming, status: int | None, started: float) -> None:
        self.journal.add(
            Record(
                method=request.method,
                path=request.path,
                query=request.query_string.decode("latin-1"),
                content_type=request.headers.get("Content-Type", ""),
                body=incoming.data if len(incoming.data) <= MAX_BODY else b"",
                size=incoming.size,
                status=status,
                milliseconds=(time.perf_counter() - started) * 1000,
            )
        )


def _query(request: Request, endpoint: Endpoint, settings: Settings) -> dict[str, Any]:
    text = request.query_string.decode("latin-1")
    query = typed_query(endpoint, text, settings)
    if endpoint.body is not None and "fields" in request.headers:
        query.setdefault("fields", request.headers["fields"])
    return query


def _body(endpoint: Endpoint, incoming: Incoming, settings: Settings) -> Any:
    body = endpoint.body
    if body is None:
        incoming.read(settings.max_json_bytes)
        return None
    data = incoming.read(settings.max_upload_bytes if body.raw else settings.max_json_bytes)
    return read_body(body, incoming.content_type, data)


def _require_acceptable(request: Request, endpoint: Endpoint) -> None:
    """406 when the caller takes nothing that this endpoint produces; errors are JSON whatever it takes."""
    accepted = request.accept_mimetypes
    if not accepted or endpoint.produces == "text/plain":
        return
    if not any(accepted[kind] for kind in (endpoint.produces, *endpoint.alternatives)):
        raise ApiError(406, NOT_ACCEPTABLE, f"This endpoint produces {endpoint.produces}")


def _respond(answer: Answer, call: Call) -> Response:
    body = answer.body
    chosen = call.query.get("fields")
    if chosen is not None and answer.fields and not answer.selected:
        body = selector(parse_fields(chosen, answer.fields))(body)
    if isinstance(body, bytes):
        return Response(body, answer.status, dict(answer.headers), content_type=answer.content_type)
    if body is None and answer.content_type == "text/plain":
        return Response(b"", answer.status, dict(answer.headers), content_type=answer.content_type)
    return _json(body, answer.status, answer.headers)


def _error(error: ApiError, *, as_text: bool = False) -> Response:
    body = error.body()
    if as_text:
        body["code"] = str(body["code"])
    return _json(body, error.status, error.headers)


def _json(body: Any, status: int, headers: Mapping[str, str] | None = None) -> Response:
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
    return Response(data, status, dict(headers or {}), content_type="application/json")
