"""Whatever arrives, an error body goes out, never a stack trace, and the console lives on."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest
from conformance_recipes import Request, recipes
from conformance_world import World
from console_driver import ENTRIES, PROPERTIES, SETS, Console, code
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_emulator_conformance import SERVED

from dac.emulator.contract import facts
from dac.emulator.server import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


POST = (
    b"POST /api/reference_data_collections/sets HTTP/1.1\r\nHost: x\r\nSEC: emulator\r\n"
    b"Content-Type: application/json\r\n"
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    with Emulator(tmp_path_factory.mktemp("bad") / "console.db") as emulator, Console(emulator.url) as console:
        console.freeze()
        yield console


def raw(console: Console, request: bytes) -> bytes:
    """What comes back for bytes that no client would send."""
    address = urlsplit(console.url)
    with socket.create_connection((address.hostname or "", address.port or 0), timeout=10) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


def ask(console: Console, path: str, method: str = "GET", headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """A request whose path is sent as it is."""
    address = urlsplit(console.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=False, skip_accept_encoding=True)
        for name, value in {"SEC": "emulator", **(headers or {})}.items():
            connection.putheader(name, value)
        connection.endheaders()
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


@pytest.mark.parametrize(
    "path",
    [
        "/api/../etc/passwd",
        "/api/..%2f..%2fetc%2fpasswd",
        "/api/analytics/rules/../../config",
        "/api/analytics/rules/%2e%2e/rules",
        "/api//analytics/rules",
        "/api/analytics/rules/1201%00",
        "/api/analytics/rules/1201;x=1",
        "/api/analytics/rules/%ff",
        "/api/analytics/rules/" + "9" * 5000,
        "/api/" + "a/" * 3000,
        "/api/reference_data/sets/%2e%2e%2f%2e%2e",
        "/api/reference_data/sets/%00",
        "/api/ariel/searches/'; DROP TABLE rule; --".replace(" ", "%20"),
        "/api",
        "/",
        "/console/",
    ],
)
def test_a_path_trick_leads_nowhere(shared: Console, path: str) -> None:
    status, body = ask(shared, path)
    assert status in (400, 404, 414, 422)
    assert b"Traceback" not in body
    assert b"root:" not in body
    if status != 400:  # the server itself refuses some bytes
        assert json.loads(body)["http_response"]["code"] == status
    assert shared.get("/system/about").status_code == 200


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"",
        b"\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /api/system/about HTTP/9.9\r\n\r\n",
        b"GET /api/system/about HTTP/1.1\r\nHost: x\r\nbroken header\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",  # a TLS hello
        POST + b"Content-Length: 99999\r\n\r\n{",
        POST + b"Content-Length: -5\r\n\r\n{}",
        POST + b"Transfer-Encoding: chunked\r\n\r\nZZZ\r\n",
        b"GET /api/system/about HTTP/1.1\r\nHost: x\r\nSEC: " + b"a" * 200_000 + b"\r\n\r\n",
    ],
)
def test_bytes_that_are_no_request_do_no_harm(shared: Console, request_bytes: bytes) -> None:
    assert b"Traceback" not in raw(shared, request_bytes)
    assert shared.get("/system/about").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"name": "x", "entry_type": "ALN", "time_to_live": 10**30},
        {"name": "x", "entry_type": "ALN", "time_to_live": 1.5},
        {"name": "x", "entry_type": "ALN", "time_to_live": float(2**53)},
        {"name": ["x"], "entry_type": "ALN"},
        {"name": {"$ne": ""}, "entry_type": "ALN"},
        {"name": "x" * 100_000, "entry_type": "ALN"},
        {"name": "x", "entry_type": "ALN", "tenant_id": -(2**70)},
    ],
)
def test_values_beyond_all_measure_are_422(shared: Console, body: dict[str, Any]) -> None:
    assert shared.post(SETS, body).status_code == 422


@pytest.mark.parametrize(
    "data",
    [
        b'{"name": "\\ud800", "entry_type": "ALN"}',
        b'{"name": 1e999, "entry_type": "ALN"}',
        b'{"time_to_live": ' + b"9" * 5000 + b"}",
        b'{"name": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        b"\xef\xbb\xbf{}",
        b'{"a": 1} {"b": 2}',
    ],
)
def test_json_that_is_none_of_ours_is_refused(shared: Console, data: bytes) -> None:
    response = shared.http.post(SETS, content=data, headers={"Content-Type": "application/json"})
    assert code(response)[0] in (400, 422)


@pytest.mark.parametrize("regex", ["(" * 5000, "a" * 100_000, "[[a]", "(?P<x", "\\", "(?:)" * 2000, "a{99999999}"])
def test_a_regex_is_looked_at_and_not_run(shared: Console, regex: str) -> None:
    identifier = shared.read(f"{PROPERTIES}/regex_properties")[0]["identifier"]
    body = {"regex_property_identifier": identifier, "log_source_type_id": 12, "regex": regex, "capture_group": 0}
    assert shared.post(f"{PROPERTIES}/property_expressions", body).status_code in (201, 422)


def test_xml_with_entities_is_refused_in_package_and_rule(shared: Console) -> None:
    import rule_packages as packages

    doctype = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd"><!ENTITY b "&e;&e;&e;">]>'
    whole = f"{doctype}<content><qradarversion>7.5.0</qradarversion><x>&b;</x></content>".encode()
    assert code(shared.upload(packages.archive({"content.xml": whole}))) == (422, 22607)
    inside = packages.row("entity-1", doctype + packages.rule_xml("&e;"), data=None)
    extension = shared.install(packages.package(inside, version="6.6.6"))
    assert extension["status"] == "INSTALLED_WITH_ERROR"
    assert "root:" not in json.dumps(extension)
    assert shared.read("/analytics/rules", 'identifier="entity-1"') == []


def test_many_slow_and_broken_clients_do_not_stop_the_others(shared: Console) -> None:
    """More half-open connections than the server has threads."""
    address = urlsplit(shared.url)
    half_open = []
    for _ in range(30):
        connection = socket.create_connection((address.hostname or "", address.port or 0), timeout=10)
        half_open.append(connection)
    try:
        assert shared.get("/system/about").status_code == 200
    finally:
        for connection in half_open:
            connection.close()


def test_a_client_that_says_nothing_does_not_stop_others_from_shaking_hands(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    from dac.emulator.certificate import factory_certificate

    database = tmp_path / "console.db"
    with Emulator(database, tls=factory_certificate(database)) as emulator, Console(emulator.url) as console:
        address = urlsplit(emulator.url)
        with socket.create_connection((address.hostname or "", address.port or 0), timeout=10):
            assert console.get("/system/about").status_code == 200
        console.control("POST", "faults", [{"action": "drop"}])
        with pytest.raises(httpx.TransportError):
            console.get("/system/about")
        assert console.get("/system/about").status_code == 200


def test_fifty_megabytes_at_once_from_many_leave_the_console_standing(shared: Console) -> None:
    statuses: list[int] = []

    def upload() -> None:
        with Console(shared.url) as other:
            statuses.append(other.upload(b"PK\x03\x04" + b"\0" * 50_000_000).status_code)

    threads = [threading.Thread(target=upload) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [413, 413, 413]
    assert shared.get("/system/about").status_code == 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)
WRITING = sorted(key for key in SERVED if key in facts() and facts()[key].body is not None)


@pytest.fixture(scope="module")
def cookbook(shared: Console) -> dict[str, Any]:
    return recipes(World(shared))


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(key=st.sampled_from(WRITING), data=st.data())
def test_no_body_is_ever_a_500(shared: Console, cookbook: dict[str, Any], key: str, data: st.DataObject) -> None:
    """Known fields with values of any kind, and bodies that hold nothing known."""
    stated = facts()[key]
    shape = stated.body[0] if isinstance(stated.body, list) else stated.body
    names = sorted(shape) if isinstance(shape, dict) else ["value"]
    body: Any = data.draw(st.dictionaries(st.sampled_from(names), JSON, max_size=4) | JSON)
    if isinstance(stated.body, list) and data.draw(st.booleans()):
        body = [body]
    request: Request = cookbook[key]()
    response = shared.http.request(
        stated.method, stated.path.format(**request.ids), params=dict(request.query) or None, json=body
    )
    assert response.status_code < 500, (key, body, response.text)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    key=st.sampled_from(sorted(key for key in SERVED if key.startswith("GET "))),
    query=st.dictionaries(
        st.sampled_from(["filter", "fields", "sort", "Range", "x", "name"]), st.text(max_size=30), max_size=3
    ),
    header=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=20).map(str.strip),
    word=st.text(max_size=15),
)
def test_no_query_is_ever_a_500(shared: Console, key: str, query: dict[str, str], header: str, word: str) -> None:
    from urllib.parse import quote

    path = key.removeprefix("GET ")
    parameter = quote(word, safe="") or "1"
    for name in facts()[key].ids if key in facts() else ("task_id",):
        path = path.replace(f"{{{name}}}", parameter)
    response = shared.http.get(path, params=query, headers={"Range": header})
    assert response.status_code < 500, (path, query, header, response.text)


def test_entries_with_odd_texts_come_back_as_they_went_in(shared: Console) -> None:
    number = shared.made(SETS, {"name": "odd", "entry_type": "ALN"})["id"]
    for value in ("\x00 nul", "\u202e right to left", "😀", "<b>&amp;", "line\nfeed", "'; --", "%s %(x)s {x}"):
        assert shared.made(ENTRIES, {"collection_id": number, "value": value})["value"] == value
