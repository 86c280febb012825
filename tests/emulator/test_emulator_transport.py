"""What every endpoint does before it does anything: credentials, versions, parameters, bodies, errors."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import httpx
import pytest
from console_driver import ENTRIES, SETS, Console, code

from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def bare(console: Console) -> Iterator[httpx.Client]:
    """A client that says nothing of its own."""
    with httpx.Client(base_url=f"{console.url}/api", verify=False) as client:  # noqa: S501  # plain HTTP
        yield client


def test_a_request_without_credentials_is_401_and_says_which_header_is_missing(bare: httpx.Client) -> None:
    response = bare.get("/system/about")
    assert code(response) == (401, 18)
    assert "SEC" in response.json()["message"]


@pytest.mark.parametrize(
    "headers",
    [
        {"SEC": "wrong"},
        {"SEC": ""},
        {"Authorization": "Basic " + base64.b64encode(b"admin:wrong").decode()},
        {"Authorization": "Basic " + base64.b64encode(b"nobody:emulator").decode()},
        {"Authorization": "Basic %%%"},
        {"Authorization": "Bearer emulator"},
    ],
)
def test_wrong_credentials_are_401(bare: httpx.Client, headers: dict[str, str]) -> None:
    assert code(bare.get("/system/about", headers=headers)) == (401, 18)


def test_a_user_may_use_basic_authentication(bare: httpx.Client) -> None:
    response = bare.get("/config/access/users?current_user=true", auth=("admin", "emulator"))
    assert [user["username"] for user in response.json()] == ["admin"]


def test_credentials_are_checked_before_the_path(bare: httpx.Client) -> None:
    assert bare.get("/no/such/path").status_code == 401


def test_a_service_is_told_its_token_once_and_never_again(console: Console) -> None:
    made = console.made("/config/access/authorized_services", {"label": "ci", "user_role_id": 1})
    with Console(console.url, made["token"]) as other:
        assert other.get("/system/about").status_code == 200
        (current,) = other.read("/config/access/authorized_services?current_authorized_service=true")
    assert (current["label"], current["token"]) == ("ci", None)
    assert made["token"] not in console.get("/config/access/authorized_services").text


def test_an_expired_token_is_401(console: Console) -> None:
    now = console.advance(0)
    service = {"label": "short", "user_role_id": 1, "expiration_date": now + 60_000}
    token = console.made("/config/access/authorized_services", service)["token"]
    with Console(console.url, token) as other:
        assert other.get("/system/about").status_code == 200
        console.advance(61)
        assert code(other.get("/system/about")) == (401, 18)


def test_a_read_only_service_may_read_and_nothing_else(console: Console) -> None:
    token = console.made("/config/access/authorized_services", {"label": "reader", "user_role_id": 3})["token"]
    with Console(console.url, token) as reader:
        assert reader.get("/analytics/rules").status_code == 200
        assert code(reader.post(SETS, {"name": "x", "entry_type": "ALN"})) == (403, 26)
        assert code(reader.get("/config/extension_management/extensions")) == (403, 26)
        access = reader.read("/help/endpoints", f'path="{SETS}"', headers={"Range": "items=0-99"})
    assert {entry["http_method"]: entry["caller_has_access"] for entry in access} == {"GET": True, "POST": False}


@pytest.mark.parametrize("version", ["26.0", "26", "25.0", "24", "27.0", "99.9"])
def test_supported_and_newer_versions_are_answered(console: Console, version: str) -> None:
    response = console.get("/system/about", headers={"Version": version})
    assert response.status_code == 200
    assert "Deprecated" not in response.headers


def test_the_last_version_but_three_is_answered_as_deprecated(console: Console) -> None:
    response = console.get("/system/about", headers={"Version": "23.0"})
    assert response.status_code == 200
    assert "Deprecated" in response.headers


@pytest.mark.parametrize("version", ["22.0", "9.1", "x", "26.0.1", "-1", ""])
def test_removed_and_unreadable_versions_are_422(console: Console, version: str) -> None:
    assert console.get("/system/about", headers={"Version": version}).status_code == 422


def test_the_versions_list_says_the_same(console: Console) -> None:
    versions = {v["version"]: v for v in console.read("/help/versions")}
    assert max(versions, key=float) == "26.0"
    assert not versions["24.0"]["removed"]
    assert versions["23.0"]["deprecated"]
    assert versions["22.0"]["removed"]


@pytest.mark.parametrize(("api", "has_description"), [("20.0", False), ("22.0", True), ("26.0", True)])
def test_a_set_has_a_description_from_22_on(
    started: Callable[[Settings | None], Console], api: str, has_description: bool
) -> None:
    console = started(Settings(api_version=api))
    made = console.made(SETS, {"name": "x", "entry_type": "ALN", "description": "why"})
    assert made.get("description") == ("why" if has_description else None)
    assert ("description" in made) is has_description


def test_an_older_version_of_a_newer_console_hides_newer_fields(
    started: Callable[[Settings | None], Console],
) -> None:
    console = started(Settings(api_version="24.0"))
    assert "description" in console.read(f"{SETS}/1")
    assert "description" not in console.read(f"{SETS}/1", headers={"Version": "21.0"})
    refused = console.get(f"{SETS}?fields=description", headers={"Version": "21.0"})
    assert refused.status_code == 422


def test_an_unknown_path_is_404(console: Console) -> None:
    for path in ("/analytics", "/analytics/rules/1201/x", "/analytics/rulesx", "/", "/analytics//rules", "/../x"):
        assert code(console.get(path)) == (404, 1002), path


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"])
def test_a_verb_that_is_not_served_is_405_and_lists_those_that_are(console: Console, method: str) -> None:
    response = console.http.request(method, "/analytics/rules")
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET"


def test_there_is_no_post_on_the_list_of_rules(console: Console) -> None:
    assert code(console.post("/analytics/rules", {"name": "x"}))[0] == 405


def test_an_unknown_query_parameter_is_422(console: Console) -> None:
    for path in ("/analytics/rules?sort=%2Bname", "/analytics/rules?x=1", "/system/about?filter=id=1"):
        assert console.get(path).status_code == 422, path


def test_a_parameter_given_twice_is_422(console: Console) -> None:
    assert console.get("/analytics/rules?filter=id=1&filter=id=2").status_code == 422


def test_an_id_that_is_no_number_is_422(console: Console) -> None:
    assert code(console.get("/analytics/rules/SYSTEM-1201")) == (422, 1005)


def test_a_boolean_parameter_takes_true_and_false_only(console: Console) -> None:
    assert console.get("/config/access/users?current_user=1").status_code == 422


@pytest.mark.parametrize("data", [b"{", b"nul", b'{"a": NaN}', b"\xff\xfe", b"[" * 100_000, b"{} x"])
def test_what_is_not_json_is_400(console: Console, data: bytes) -> None:
    response = console.http.post(SETS, content=data, headers={"Content-Type": "application/json"})
    assert code(response) == (400, 1001)


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_of_another_type_is_415(console: Console, content_type: str) -> None:
    headers = {"Content-Type": content_type}
    assert code(console.http.post(SETS, content=b"{}", headers=headers))[0] == 415


def test_a_charset_beside_the_type_is_fine(console: Console) -> None:
    headers = {"Content-Type": "application/json; charset=UTF-8"}
    assert console.http.post(SETS, content=b'{"name":"a","entry_type":"ALN"}', headers=headers).status_code == 201


@pytest.mark.parametrize("body", [[], "x", 3, None])
def test_a_body_that_is_no_object_is_422(console: Console, body: object) -> None:
    headers = {"Content-Type": "application/json"}
    import json

    assert console.http.post(SETS, content=json.dumps(body), headers=headers).status_code == 422


@pytest.mark.parametrize(
    "body", [{"name": 3, "entry_type": "ALN"}, {"name": "x", "entry_type": "NUM", "time_to_live": "5"}]
)
def test_a_known_field_of_another_kind_is_422(console: Console, body: dict[str, object]) -> None:
    assert console.post(SETS, body).status_code == 422


def test_a_json_true_is_no_number(console: Console) -> None:
    body = {"collection_id": True, "value": "x"}
    assert code(console.post(ENTRIES, body)) == (422, 20006)


def test_a_body_beyond_the_limit_is_413_and_the_console_goes_on(
    started: Callable[[Settings | None], Console],
) -> None:
    console = started(Settings(max_json_bytes=1000))
    big = {"name": "x" * 2000, "entry_type": "ALN"}
    assert code(console.post(SETS, big))[0] == 413
    assert console.get("/system/about").status_code == 200


def test_an_answer_that_the_caller_does_not_accept_is_406(console: Console) -> None:
    assert code(console.get("/system/about", headers={"Accept": "text/html"}))[0] == 406


@pytest.mark.parametrize("accept", ["*/*", "application/json", "text/plain"])
def test_a_delete_answers_204_whatever_is_accepted(console: Console, accept: str) -> None:
    entry = console.made(ENTRIES, {"collection_id": 3, "value": "192.0.2.1"})["id"]
    response = console.http.delete(f"{ENTRIES}/{entry}", headers={"Accept": accept})
    assert (response.status_code, response.content) == (204, b"")


def test_the_fields_header_counts_on_a_post_and_not_on_a_get(console: Console) -> None:
    chosen = {"fields": "id,name"}
    made = console.http.post(SETS, json={"name": "x", "entry_type": "ALN"}, headers=chosen)
    assert set(made.json()) == {"id", "name"}
    assert len(console.get(f"{SETS}/1", headers=chosen).json()) > 2


def test_a_query_that_is_no_utf8_is_422(console: Console) -> None:
    assert console.get("/analytics/rules?filter=%ff").status_code == 422


def test_what_was_encoded_twice_is_decoded_twice(started: Callable[[Settings | None], Console]) -> None:
    twice = "/analytics/rules?filter=id%253D1201"
    assert started(Settings(decode_query_twice=False)).get(twice).status_code == 422
    assert [rule["id"] for rule in started(Settings()).read(twice)] == [1201]


def test_what_was_encoded_once_is_left_alone_whatever_it_looks_like(console: Console) -> None:
    console.made(SETS, {"name": "100%41", "entry_type": "ALN"})
    assert [row["name"] for row in console.read(SETS, 'name = "100%41"')] == ["100%41"]
    assert [row["name"] for row in console.read(SETS, 'name like "%0%41"')] == ["100%41"]


def test_the_console_says_that_it_is_an_emulator(console: Console) -> None:
    about = console.read("/system/about")
    assert about["release_name"] == "dac emulator"
    assert set(about) == {"build_version", "external_version", "fips_enabled", "release_name"}


def test_endpoints_can_be_looked_up_by_path_method_and_version(console: Console) -> None:
    path = "/config/event_sources/custom_properties/regex_properties/{regex_property_id}"
    wanted = f'path="{path}" and http_method="DELETE" and version="26.0"'
    (found,) = console.read("/help/endpoints", wanted)
    assert found["caller_has_access"] is True
    assert {"parameter_name": "regex_property_id", "type": "PATH"}.items() <= found["parameters"][0].items()
