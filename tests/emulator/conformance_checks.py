"""Facts against a running console, one by one. A finding is what was looked at, and what is wrong with it."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import httpx
    from conformance_recipes import Request
    from console_driver import Console

    from dac.emulator.contract import Facts, Shape

VERBS = ("GET", "POST", "PUT", "PATCH", "DELETE")
OF_THE_FRAMEWORK = {
    (400, 1001), (401, 18), (403, 26), (404, 1002), (405, 41), (406, 42), (413, 40), (415, 38),
    (422, 35), (422, 36), (422, 37), (422, 39),
}  # fmt: skip
"""Refusals of any endpoint, which IBM does not list with each."""

BAD_FILTER = (422, 1010)
RECURRING = {(422, 1005), BAD_FILTER}
"""What is refused with these where an endpoint documents no 422, or none of a filter, of its own."""

WRONG = {"number": "x", "boolean": "x", "null": "x", "any": None}
DEVIATIONS = {
    ("POST /analytics/building_blocks/{id}", "body.id of a wrong type"):
        "the page's sample has a string there, the object itself a number",
    ("GET /config/extension_management/extension_export_tasks/{task_id}/results", "answer"): "the page has no sample",
    ("DELETE /config/access/authorized_services/{id}", "status"): "the page states none",
    ("POST /config/extension_management/extensions/{extension_id}/metadata", "status"): "the page states none",
}  # fmt: skip
"""Where the pages contradict themselves or say nothing: (endpoint, fact) to the reason."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact that was checked; it holds when `problem` is empty."""

    endpoint: str
    fact: str
    problem: str = ""

    def __str__(self) -> str:
        return f"{self.endpoint}: {self.fact}: {self.problem or 'holds'}"


@dataclass
class Probe:
    """One endpoint on one console. `make` gives a request that has to succeed; `reader` is a token without rights."""

    console: Console
    facts: Facts
    make: Callable[[], Request]
    verbs: frozenset[str]
    reader: str = ""

    def findings(self) -> list[Finding]:
        """Everything that is checked; the success comes last, for it may use its thing up."""
        request = self.make()
        found = [
            *self._query(request),
            *self._path(request),
            *self._verbs(request),
            *self._body(request),
            *self._range(request),
            *self._credentials(request),
            *self._success(request),
            *self._fields(),
        ]
        return [finding for finding in found if (finding.endpoint, finding.fact) not in DEVIATIONS]

    def send(self, request: Request, method: str = "", **more: Any) -> httpx.Response:
        """Send it; `more` is for httpx."""
        ids = {name: quote(str(value), safe="") for name, value in request.ids.items()}
        headers = dict(request.headers)
        content = request.content
        if content is None and request.body is not None:
            content = json.dumps(request.body).encode()
        if content is not None:
            headers.setdefault("Content-Type", request.content_type)
        return self.console.http.request(
            method or self.facts.method,
            self.facts.path.format(**ids),
            params=dict(request.query) or None,
            content=content,
            headers=headers,
            **more,
        )

    def _finding(self, fact: str, problem: str = "") -> Finding:
        return Finding(self.facts.key, fact, problem)

    def _refused(self, fact: str, request: Request, *statuses: int, code: bool = True) -> Finding:
        """The request has to end in one of the statuses, with the whole error body and a code of this endpoint."""
        response = self.send(request)
        if response.status_code not in statuses:
            return self._finding(fact, f"{response.status_code} instead of {statuses}: {response.text[:200]}")
        return self._finding(fact, self._error_problem(response) if code else "")

    def _error_problem(self, response: httpx.Response) -> str:
        if response.headers["Content-Type"] != "application/json":
            return f"the error comes as {response.headers['Content-Type']}"
        body = response.json()
        if set(body) != {"http_response", "code", "description", "details", "message"}:
            return f"the error body holds {sorted(body)}"
        if body["http_response"]["code"] != response.status_code or not body["http_response"]["message"]:
            return f"http_response is {body['http_response']}"
        pair = (response.status_code, body["code"])
        known = {(error.status, error.code) for error in self.facts.errors} | OF_THE_FRAMEWORK
        if not any(error.status == 422 for error in self.facts.errors):
            known |= RECURRING
        elif not any("filter" in error.about for error in self.facts.errors):
            known |= {BAD_FILTER}
        return "" if pair in known else f"{pair} is no documented refusal: {body['message']}"

    def _query(self, request: Request) -> Iterator[Finding]:
        unknown = replace(request, query={**request.query, "no_such_parameter": "1"})
        yield self._refused("an unknown query parameter", unknown, 422)
        for name, kind in self.facts.query.items():
            with_it = {**request.query, name: "not one"}
            if kind in ("integer", "boolean"):
                yield self._refused(f"?{name} of a wrong type", replace(request, query=with_it), 422)
            elif name in ("filter", "sort", "fields"):
                bad = replace(request, query={**request.query, name: "((no such"})
                yield self._refused(f"a bad ?{name}", bad, 422)
            if name in self.facts.required:
                without = {key: value for key, value in request.query.items() if key != name}
                yield self._refused(f"?{name} missing", replace(request, query=without), 422)
            doubled = [*request.query.items(), (name, "a"), (name, "b")]
            response = self.console.http.request(
                self.facts.method, self.facts.path.format(**request.ids), params=doubled, content=request.content
            )
            yield self._finding(f"?{name} given twice", "" if response.status_code == 422 else response.text[:100])

    def _path(self, request: Request) -> Iterator[Finding]:
        missing = {error.code for error in self.facts.errors if error.status == 404}
        for name, kind in self.facts.ids.items():
            if kind == "integer":
                other = replace(request, ids={**request.ids, name: "seven"})
                yield self._refused(f"{{{name}}} of a wrong type", other, 422)
        if not missing or not self.facts.ids:
            return
        name, kind = next((n, k) for n, k in self.facts.ids.items() if n != "namespace")
        nowhere = replace(request, ids={**request.ids, name: 987654321 if kind == "integer" else "no-such-thing"})
        response = self.send(nowhere)
        found = (response.status_code, response.json().get("code"))
        problem = "" if found[0] == 404 and found[1] in missing else f"{found} instead of 404 and one of {missing}"
        yield self._finding(f"{{{name}}} of nothing", problem)

    def _verbs(self, request: Request) -> Iterator[Finding]:
        allowed = ", ".join(sorted(self.verbs))
        for verb in VERBS:
            if verb not in self.verbs:
                response = self.send(request, verb)
                problem = "" if response.status_code == 405 else f"{response.status_code} instead of 405"
                if not problem and response.headers.get("Allow") != allowed:
                    problem = f"Allow is {response.headers.get('Allow')!r}, not {allowed!r}"
                yield self._finding(f"{verb} is not served", problem or self._error_problem(response))

    def _body(self, request: Request) -> Iterator[Finding]:
        facts = self.facts
        if facts.body is None:
            return
        other = replace(request, content_type="text/csv", content=b"a", body=None)
        yield self._refused("a body of another content type", other, 415)
        if "application/json" not in facts.body_types:
            return
        for fact, content in (("half a JSON", b'{"a": '), ("a body that is no text", b"\xff\xfe\x00")):
            yield self._refused(fact, replace(request, content=content, body=None), 400)
        if facts.body_required:
            empty = replace(request, content=b"", body=None, headers={"Content-Type": "application/json"})
            yield self._refused("no body", empty, 422)
        many = isinstance(facts.body, list)
        yield self._refused("a body of another kind", replace(request, body={} if many else []), 422)
        shape = facts.body[0] if many else facts.body
        if not isinstance(shape, dict):
            yield self._refused("an element of a wrong type", replace(request, body=[5]), 422)
            return
        start = request.body[0] if many and request.body else request.body or {}
        for name, inner in shape.items():
            body = {**start, name: wrong(inner)}
            yield self._refused(f"body.{name} of a wrong type", replace(request, body=[body] if many else body), 422)

    def _range(self, request: Request) -> Iterator[Finding]:
        if "Range" not in self.facts.headers:
            return
        for bad in ("items=9-1", "bytes=0-1", "items=a-b", "0-1"):
            yield self._refused(f"Range: {bad}", replace(request, headers={"Range": bad}), 422)
        whole = self.send(replace(request, headers={"Range": "items=0-999999"}))
        total = whole.headers.get("Content-Range", "").rpartition("/")[2]
        yield self._finding("Content-Range", "" if total.isdigit() else f"is {whole.headers.get('Content-Range')!r}")
        beyond = self.send(replace(request, headers={"Range": "items=999990-999999"})).headers.get("Content-Range")
        expected = f"items */{total}"
        yield self._finding("Range beyond the end", "" if beyond == expected else f"{beyond!r}, not {expected!r}")
        if total.isdigit() and int(total) > 1:
            first = self.send(replace(request, headers={"Range": "items=1-1"})).headers.get("Content-Range")
            yield self._finding("Range of one", "" if first == f"items 1-1/{total}" else f"{first!r}")

    def _credentials(self, request: Request) -> Iterator[Finding]:
        yield self._refused("no token", replace(request, headers={"SEC": "wrong"}), 401)
        if self.facts.method != "GET":
            response = self.send(replace(request, headers={"SEC": self.reader}))
            codes = {e.code for e in self.facts.errors if e.status == 403 and "lacks capability" in e.about} or {26}
            found = (response.status_code, response.json().get("code"))
            problem = "" if found[0] == 403 and found[1] in codes else f"{found} instead of 403 and one of {codes}"
            yield self._finding("a token that may only read", problem)
        yield self._refused("a version that is gone", replace(request, headers={"Version": "9.0"}), 422)

    def _success(self, request: Request) -> Iterator[Finding]:
        facts = self.facts
        response = self.send(request)
        good = response.status_code in facts.success
        yield self._finding("status", "" if good else f"{response.status_code}: {response.text[:300]}")
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        expected = ("",) if response.status_code == 204 else facts.produces
        known = kind in facts.produces or kind in expected
        yield self._finding("content type", "" if known else f"{kind!r} is none of {facts.produces}")
        if facts.location:
            yield self._finding("Location", "" if "/api/" in response.headers.get("Location", "") else "is missing")
        if facts.deprecated:
            yield self._finding("Deprecated", "" if "Deprecated" in response.headers else "is missing")
        allowed = {f".{name} is not documented" for name in facts.also}
        if facts.response is None:
            return
        if response.status_code >= 400:
            yield self._finding("answer", "there is none")
            return
        problems = [p for p in mismatches(facts.response, response.json(), "") if p not in allowed]
        yield self._finding("answer", "; ".join(problems[:5]))
        names = facts.response[0] if isinstance(facts.response, list) else facts.response
        for name in names if isinstance(names, dict) else ():
            yield self._finding(f"answer.{name}", "; ".join(p for p in problems if p.startswith(f".{name}")))

    def _fields(self) -> Iterator[Finding]:
        """One field, asked for alone, in the place where this endpoint takes `fields`."""
        facts = self.facts
        in_query, in_header = "fields" in facts.query, "fields" in facts.headers
        shape = facts.response[0] if isinstance(facts.response, list) else facts.response
        if not (in_query or in_header) or not isinstance(shape, dict) or "*" in shape:
            return
        name = max(shape)
        request = self.make()
        if in_query:
            request = replace(request, query={**request.query, "fields": name})
        else:
            request = replace(request, headers={"fields": name})
        response = self.send(request)
        if response.status_code >= 400:
            yield self._finding("fields", response.text[:200])
            return
        shown = response.json()
        rows = shown if isinstance(shown, list) else [shown]
        yield self._finding("fields", "" if all(set(row) == {name} for row in rows) else f"{rows[:1]} for {name}")


def wrong(shape: Shape) -> Any:
    """A value that a field of this shape cannot take."""
    if isinstance(shape, str) and shape not in WRONG:
        return 5
    return WRONG[shape] if isinstance(shape, str) else "x"


def mismatches(shape: Shape, value: Any, place: str) -> Iterator[str]:
    """What differs between a shape and a value; null fits everywhere."""
    if value is None or shape in ("any", "null"):  # a sample with null says nothing about a value
        return
    if isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{place} is no array"
            return
        for item in value:
            yield from mismatches(shape[0], item, place)
    elif isinstance(shape, dict):
        if not isinstance(value, dict):
            yield f"{place} is no object"
        elif "*" not in shape:
            yield from (f"{place}.{name} is missing" for name in shape if name not in value)
            yield from (f"{place}.{name} is not documented" for name in value if name not in shape)
            for name in shape.keys() & value.keys():
                yield from mismatches(shape[name], value[name], f"{place}.{name}")
    elif not _is(shape, value):
        yield f"{place} is {value!r}, not {shape}"


def _is(shape: str, value: Any) -> bool:
    if shape == "number":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if shape == "boolean":
        return isinstance(value, bool)
    if shape == "string":
        return isinstance(value, str)
    return value in shape.split("|")
