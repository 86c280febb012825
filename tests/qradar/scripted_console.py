"""A client on a scripted console: no network, no waiting. For what an emulator would never do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from dac.qradar.client import Client

TOKEN = "b9c1e0aa-PLANTED-token-4711"

Handler = Callable[[httpx.Request], httpx.Response]


class Scripted:
    """A transport that answers by `METHOD path`: a response, an exception, or a list of them used one by one."""

    def __init__(self) -> None:
        self.answers: dict[str, Any] = {}
        self.requests: list[httpx.Request] = []
        self.slept: list[float] = []
        self.now = 0.0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        request.read()
        self.requests.append(request)
        key = f"{request.method} {request.url.path.removeprefix('/api')}"
        answer = self.answers[key]
        if isinstance(answer, list):
            answer = answer.pop(0) if len(answer) > 1 else answer[0]
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def client(self, **options: Any) -> Client:
        return Client(
            options.pop("url", "https://qradar.example.com"),
            options.pop("token", lambda: TOKEN),
            transport=httpx.MockTransport(self),
            sleep=self.sleep,
            clock=lambda: self.now,
            **options,
        )

    @property
    def lines(self) -> list[str]:
        return [f"{request.method} {request.url.path.removeprefix('/api')}" for request in self.requests]


def ready() -> Scripted:
    """A console of API 26.0 that knows nothing but its version."""
    scripted = Scripted()
    scripted.answers["GET /help/versions"] = httpx.Response(200, json=[{"version": "26.0", "removed": False}])
    scripted.answers["GET /system/about"] = httpx.Response(200, json={"build_version": "2021.6.12", "release_name": ""})
    return scripted


def error(status: int, code: object, message: str, description: str = "", **options: Any) -> httpx.Response:
    """QRadar's error body."""
    body = {
        "http_response": {"code": status, "message": "generic words"},
        "code": code,
        "message": message,
        "description": description,
        "details": {},
    }
    return httpx.Response(status, json=body, **options)
