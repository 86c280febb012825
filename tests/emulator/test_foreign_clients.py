"""Clients that nobody here wrote do their work against `dac emulator serve --tls`, as against a console.

qradar4py wraps every endpoint of API 13 with requests; qradar asks /help/endpoints what there is and makes a method of
each. A client that is not installed is a reported skip.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import warnings
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import rule_packages as packages

from dac.emulator.server import Emulator
from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DAC_TOML = """\
[project]
name = "clients"
id = "7d0f5a52-2f0e-4f6b-9d5e-0b6a3c1d2e50"
timezone = "UTC"

[console.local]
url = "emulator:console.db"

[state]
backend = "local"
"""
pytest.importorskip("cryptography", reason="dac[tls] is not installed")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of `dac emulator serve --tls`, a process of its own."""
    folder = tmp_path_factory.mktemp("clients")
    (folder / "dac.toml").write_text(DAC_TOML)
    process = serve(folder, "--tls", "--set", "task_seconds=0", "--set", "install_seconds=0")
    assert process.stdout is not None
    first = process.stdout.readline()
    assert "https://" in first, first
    yield first.split(" on ")[1].strip()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    process.stdout.close()


def serve(folder: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "dac", "emulator", "serve", "--port", "0", *words],
        cwd=folder,
        env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


# ---- qradar4py


@pytest.fixture(scope="module")
def qradar4py(served: str) -> Any:
    """qradar4py.api.QRadarApi of the served console."""
    pytest.importorskip("qradar4py", reason="qradar4py is not installed")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # requests complains about the versions of what it uses
        from qradar4py.api import QRadarApi
        from requests.packages.urllib3.exceptions import InsecureRequestWarning
    warnings.simplefilter("ignore", InsecureRequestWarning)
    return QRadarApi(f"{served}/", "emulator", version="26.0", verify=False)


pytestmark = pytest.mark.filterwarnings("ignore:Unverified HTTPS request")


def test_qradar4py_reads(qradar4py: Any) -> None:
    status, rules = qradar4py.analytics.get_rules(Range="items=0-4", fields="id,name,origin")
    assert (status, len(rules)) == (200, 5)
    assert set(rules[0]) == {"id", "name", "origin"}
    status, one = qradar4py.analytics.get_rules_by_id(rules[0]["id"])
    assert (status, one["name"]) == (200, rules[0]["name"])
    assert qradar4py.analytics.get_rule_groups(filter='name="Authentication"')[1][0]["type"] == "RULE_GROUP"
    assert qradar4py.ariel.get_databases() == (200, ["events", "flows", "simevents"])
    assert qradar4py.ariel.get_saved_searches()[0] == 200
    assert qradar4py.help.get_versions()[1][-1]["version"] == "26.0"
    assert qradar4py.siem.get_offense_types(sort="+id")[1][0]["id"] == -1


def test_qradar4py_keeps_a_reference_set_the_old_way(qradar4py: Any) -> None:
    data = qradar4py.referencedata
    status, made = data.post_sets(name="Its own set", element_type="ALN", time_to_live="1 month")
    assert (status, made["time_to_live"]) == (201, "0 years 1 mons 0 days 0 hours 0 mins 0.00 secs")
    assert data.post_sets(name="Its own set", element_type="ALN")[0] == 409
    assert data.post_sets_by_name("Its own set", value="one")[1]["number_of_elements"] == 1
    status, loaded = data.post_sets_bulk_load_namespace_name_by_domain_id(
        "SHARED", "Its own set", "SHARED", data=["two", "three"]
    )
    assert (status, loaded["number_of_elements"]) == (200, 3)
    status, found = data.get_sets_by_name("Its own set", Range="items=0-1")
    assert [entry["value"] for entry in found["data"]] == ["one", "two"]
    assert data.delete_sets_name_by_value("Its own set", "two")[1]["number_of_elements"] == 2
    status, task = data.delete_sets_by_name("Its own set")
    assert (status, task["status"]) == (202, "QUEUED")
    poll(lambda: data.get_sets_by_name("Its own set")[0] == 404)


def test_qradar4py_makes_a_property_and_an_expression(qradar4py: Any) -> None:
    config = qradar4py.config
    body = {"name": "Its own property", "property_type": "string"}
    status, made = config.post_event_sources_custom_properties_regex_properties(data=body)
    assert status == 201
    expression = {
        "regex_property_identifier": made["identifier"],
        "log_source_type_id": 12,
        "regex": "user=(\\w+)",
        "capture_group": 1,
    }
    status, extracted = config.post_event_sources_custom_properties_property_expressions(data=expression)
    assert (status, extracted["enabled"]) == (201, True)


def test_qradar4py_installs_a_rule_and_switches_it_off(qradar4py: Any, served: str) -> None:
    archive = packages.package(packages.row("a3c1d2e4-0000-4000-8000-000000000001", packages.rule_xml("Its rule")))
    headers = {"SEC": "emulator", "Content-Type": "application/zip"}
    uploaded = httpx.post(
        f"{served}/api/config/extension_management/extensions",
        content=archive,
        headers=headers,
        verify=False,  # noqa: S501  # the certificate is self-signed, as a console's
    )
    config = qradar4py.config
    number = uploaded.json()["id"]
    status, started = config.post_extension_management_extensions_by_extension_id(
        number, action_type="INSTALL", overwrite=True
    )
    assert status == 202
    poll(
        lambda: (
            config.get_extension_management_extensions_task_status_by_status_id(started["status_id"])[1]["status"]
            == "COMPLETED"
        )
    )
    poll(lambda: qradar4py.analytics.get_rules(filter='name="Its rule"')[1] != [])
    (rule,) = qradar4py.analytics.get_rules(filter='name="Its rule"')[1]
    status, changed = qradar4py.analytics.post_rules_by_id(rule["id"], rule={"enabled": False})
    assert (status, changed["enabled"]) == (200, False)
    status, _ = qradar4py.analytics.delete_rules_by_id(rule["id"])
    assert status == 202


# ---- qradar


@pytest.fixture(scope="module")
def qradar(served: str) -> Iterator[Any]:
    """qradar.QRadar of the served console, over httpx."""
    module = pytest.importorskip("qradar", reason="qradar is not installed")
    with httpx.Client(verify=False, timeout=30) as transport:  # noqa: S501  # as above
        yield module.QRadar(served, "emulator", "26.0", transport)


def test_qradar_finds_a_method_for_every_endpoint_that_is_served(qradar: Any) -> None:
    assert callable(qradar.get_analytics_rules)
    assert callable(qradar.patch_reference_data_collections_set_entries)
    assert not hasattr(qradar, "get_analytics_ade_rules")


def test_qradar_reads_pages_and_single_objects(qradar: Any) -> None:
    rules = qradar.get_analytics_rules(fields="id,name", filter='name ilike "%login%"')
    assert rules
    assert qradar.get_analytics_rules_id(id=rules[0]["id"])["name"] == rules[0]["name"]
    columns = qradar.get_ariel_databases_database_name(database_name="events")["columns"]
    assert "sourceip" in {column["name"] for column in columns}


def test_qradar_writes_a_set_its_entries_and_a_search(qradar: Any) -> None:
    made = qradar.post_reference_data_collections_sets(json={"name": "Made by qradar", "entry_type": "IP"})
    row = {"collection_id": made["id"], "value": "192.0.2.7"}
    assert qradar.post_reference_data_collections_set_entries(json=row)["value"] == "192.0.2.7"
    qradar.patch_reference_data_collections_set_entries(json=[row | {"value": f"192.0.2.{n}"} for n in range(9)])
    poll(lambda: qradar.get_reference_data_collections_sets_id(id=made["id"])["number_of_entries"] == 9)
    search = qradar.post_ariel_searches(query_expression="SELECT sourceip FROM events LAST 5 MINUTES")
    poll(lambda: qradar.get_ariel_searches_search_id(search_id=search["search_id"])["status"] == "COMPLETED")
    assert qradar.get_ariel_searches_search_id_results(search_id=search["search_id"]) == {"events": []}


def test_qradar_is_told_what_it_did_wrong(qradar: Any) -> None:
    refused = qradar.post_reference_data_collections_sets(json={"name": "x", "entry_type": "TEXT"})
    assert (refused["http_response"]["code"], refused["code"]) == (422, 10001)


def poll(done: Any) -> None:
    deadline = time.monotonic() + 10
    while not done():
        assert time.monotonic() < deadline


# ---- the server itself


def test_the_certificate_is_kept_and_can_be_pinned_but_its_name_is_not_the_address(tmp_path: Path) -> None:
    import ssl

    from dac.emulator.certificate import factory_certificate

    database = tmp_path / "console.db"
    files = factory_certificate(database)
    before = files.certificate.read_bytes()
    assert factory_certificate(database).certificate.read_bytes() == before
    assert files.key.stat().st_mode & 0o077 == 0
    pinned = ssl.create_default_context(cafile=str(files.certificate))
    with Emulator(database, tls=files, settings=Settings()) as emulator:
        assert emulator.url.startswith("https://")
        with pytest.raises(httpx.ConnectError, match=r"(?i)certificate verify failed.*(hostname|ip address)"):
            httpx.get(f"{emulator.url}/api/system/about", verify=pinned)
        pinned.check_hostname = False
        response = httpx.get(f"{emulator.url}/api/system/about", headers={"SEC": "emulator"}, verify=pinned)
        assert response.status_code == 200
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{emulator.url}/api/system/about")
