"""A server of Terraform states: as GitLab keeps them, or as Terraform's own protocol has it, and the bad days of both.

A bad day is one word per request, used up in order: `server.ails["write"] = ["lost after", "500 after"]`.

lost before, lost after     the connection breaks, before or after the request has had its effect
500 before, 500 after       the same with an answer; 503 and 429 are always before, with a Retry-After of 7 s
truncated                   half of the body, then the connection breaks
cut                         half of the body, as if that were all of it
damaged                     another body than the Content-MD5 is of
stale                       the version before the one that is stored
page                        HTTP 200 with the HTML of a log-in form
redirect, 401, 403, 404, 405, 413, hidden      an answer instead of the effect; hidden is GitLab's 404 for a project
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import defaultdict
from http.server import BaseHTTPRequestHandler
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from local_server import LocalServer

USER, PASSWORD = "gitlab-ci-token", "glpat-PLANTED-password-4711"
KEYS = ("ID", "Operation", "Info", "Who", "Version", "Created", "Path")
_PLAIN = {"401": 401, "403": 403, "404": 404, "405": 405, "413": 413, "429": 429, "503": 503}


class StateServer(LocalServer):
    """A server in a thread of its own. `gitlab` False: locks by LOCK and UNLOCK, 423, and the holder's own words."""

    def __init__(self, *, gitlab: bool = True) -> None:
        self.gitlab = gitlab
        self.versions: dict[str, list[bytes]] = defaultdict(list)
        self.locks: dict[str, dict[str, Any]] = {}
        self.ails: dict[str, list[str]] = defaultdict(list)
        self.asked: list[str] = []
        self.lenient = False  # takes a write under any lock, and any serial
        super().__init__(self._handler())

    def addresses(self) -> dict[str, str]:
        """What dac.toml says of this server."""
        return self.addresses_at(self.url, gitlab=self.gitlab)

    @staticmethod
    def addresses_at(url: str, *, gitlab: bool = True) -> dict[str, str]:
        """The same of a server at `url`."""
        state = f"{url}/state/{{console}}-{{stack}}"
        if gitlab:
            lock = f"{state}/lock"
            return {
                "address": state,
                "lock_address": lock,
                "unlock_address": lock,
                "lock_method": "POST",
                "unlock_method": "DELETE",
            }
        return {"address": state, "lock_address": state, "unlock_address": state}

    @staticmethod
    def checksum(body: bytes) -> str:
        """The Content-MD5 that a body has to come with."""
        return _md5(body)

    def stored(self, name: str = "prod-cloud") -> bytes | None:
        return self.versions[name][-1] if self.versions[name] else None

    def writes(self, name: str = "prod-cloud") -> int:
        """How often a state was sent."""
        return sum(line == f"write {name}" for line in self.asked)

    def _handler(server: Self) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler's
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                _Request(server, self, body).answer()

            do_GET = do_POST = do_PUT = do_DELETE = do_LOCK = do_UNLOCK = handle_any  # noqa: N815 - the library's names

            def log_message(self, *_: object) -> None:
                pass

        return Handler


class _Request:
    def __init__(self, server: StateServer, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        self.server, self.handler, self.body = server, handler, body
        parts = urlsplit(handler.path)
        self.id = parse_qs(parts.query).get("ID", [""])[0]
        path = parts.path.removeprefix("/state/")
        on_lock = path.endswith("/lock")
        self.name = path.removesuffix("/lock")
        verb = handler.command
        if verb == "LOCK" or (on_lock and verb == "POST"):
            self.act = "lock"
        elif verb == "UNLOCK" or (on_lock and verb == "DELETE"):
            self.act = "unlock"
        else:
            self.act = "read" if verb == "GET" else "write"

    def answer(self) -> None:
        self.server.asked.append(f"{self.act} {self.name}")
        queue = self.server.ails[self.act]
        ail = queue.pop(0) if queue else ""
        if self.wrong() or self.stopped(ail):
            return
        status, body = getattr(self, self.act)(ail)
        if ail == "lost after":
            self.hang_up()
        elif ail == "500 after":
            self.refuse(500)
        else:
            self.say(status, body, ail=ail)

    def wrong(self) -> bool:
        given = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        if self.handler.headers.get("Authorization") != f"Basic {given}":
            self.say(401, b"")
            return True
        if self.body and self.handler.headers.get("Content-MD5") != _md5(self.body):
            self.say(400, b'{"message": "Content-MD5 does not match"}')
            return True
        return False

    def stopped(self, ail: str) -> bool:
        """Whether this is a bad day on which the request has no effect."""
        if ail == "lost before":
            self.hang_up()
        elif ail == "500 before" or ail in _PLAIN:
            self.refuse(_PLAIN.get(ail, 500))
        elif ail == "hidden":
            self.say(404, b'{"message":"404 Project Not Found"}')
        elif ail == "page":
            self.say(200, b"<!DOCTYPE html><title>Sign in</title>", kind="text/html; charset=utf-8")
        elif ail == "redirect":
            self.say(302, b"", Location="https://login.example.com/")
        else:
            return False
        return True

    def refuse(self, status: int) -> None:
        """Some servers echo what they were sent."""
        retry = {"Retry-After": "7"} if status in (429, 503) else {}
        echo = self.handler.headers["Authorization"] + PASSWORD
        self.say(status, json.dumps({"message": f"no, {echo}"}).encode(), **retry)

    def hang_up(self) -> None:
        self.handler.close_connection = True

    def say(self, status: int, body: bytes, *, kind: str = "application/json", ail: str = "", **headers: str) -> None:
        shown = body[: len(body) // 2] if ail in ("truncated", "cut") else body
        handler = self.handler
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        if self.act == "read" and body and ail != "cut":
            handler.send_header("Content-MD5", _md5(b"another" if ail == "damaged" else body))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        if status != 204:
            handler.send_header("Content-Length", str(len(shown if ail == "cut" else body)))
        handler.end_headers()
        if status != 204:
            handler.wfile.write(shown)
        if ail == "truncated":
            handler.close_connection = True

    def read(self, ail: str) -> tuple[int, bytes]:
        versions = self.server.versions[self.name]
        if ail == "stale":
            versions = versions[:-1]
        if versions:
            return 200, versions[-1]
        return (204, b"") if self.name in self.server.locks else (404, b'{"message":"404 Not found"}')

    def write(self, _ail: str) -> tuple[int, bytes]:
        server, versions = self.server, self.server.versions[self.name]
        locked_by = server.locks.get(self.name, {}).get("ID", "")
        if not server.lenient and locked_by != self.id:
            return 500, b'{"message":"500 Internal Server Error"}'
        try:
            serial = json.loads(self.body)["serial"]
        except (ValueError, KeyError, TypeError):
            return 422, b'{"message":"No serial in payload"}'
        taken = [re.search(rb'"serial": *(\d+)', version) for version in versions]
        if not server.lenient and serial in [int(found[1]) for found in taken if found]:
            return 422, b'{"message":"Version has already been taken"}'
        versions.append(self.body)
        return 200, b""

    def lock(self, _ail: str) -> tuple[int, bytes]:
        mine = json.loads(self.body)
        if not all(key in mine for key in KEYS):
            return 400, b'{"error":"a key is missing"}'
        held = self.server.locks.setdefault(self.name, mine)
        if held is mine:
            return 200, b""
        if not self.server.gitlab:
            return 423, json.dumps(held).encode()
        return 409, json.dumps(mine | {key: held[key] for key in ("ID", "Who", "Created")}).encode()

    def unlock(self, _ail: str) -> tuple[int, bytes]:
        held = self.server.locks.get(self.name)
        wanted = self.id or json.loads(self.body or b"{}").get("ID", "")
        if wanted and (held is None or held["ID"] != wanted):
            return (409 if self.server.gitlab else 423), json.dumps(held or {}).encode()
        self.server.locks.pop(self.name, None)
        return 200, b""


def _md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
