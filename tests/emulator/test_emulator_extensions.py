"""Extensions: upload, preview, install; matched by uuid, item by item, one at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from console_driver import EXTENSIONS, PROPERTIES, SETS, Console, code
from rule_packages import (
    aql_test,
    archive,
    bodies,
    class_test,
    content,
    group,
    manifest,
    matches,
    package,
    row,
    rule_xml,
    text,
    unpack,
)

from dac.emulator.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable

BASE = f"{EXTENSIONS}/extensions"
RULES = "/analytics/rules"


def results(console: Console, task: dict[str, Any]) -> list[tuple[str, str]]:
    """(name, action) of each rule in the results of a finished task."""
    found = console.read(f"{EXTENSIONS}/extensions_task_status/{task['id']}/results")["content"]
    rules = [item for item in found if item["content_type_id"] == 3]
    assert {item["content_type_name"] for item in rules} <= {"custom_rule"}
    return [(item["name"], item["action"]) for item in rules]


def test_an_upload_is_listed_and_installs_nothing(console: Console) -> None:
    uploaded = console.upload(package(row("u-1", rule_xml())))
    assert uploaded.status_code == 201
    shown = uploaded.json()
    assert (shown["status"], shown["name"], shown["version"], shown["author"]) == (
        "UPLOADED",
        "Test pack",
        "1.0.0",
        "tests",
    )
    assert [item["identifier"] for item in shown["contents"]] == ["u-1"]
    assert console.read(BASE) == [shown]
    assert console.read(RULES, 'identifier="u-1"') == []


@pytest.mark.parametrize("as_form", [False, True])
def test_an_upload_may_be_raw_or_a_form(console: Console, as_form: bool) -> None:
    data = package(row("u-1", rule_xml()))
    if as_form:
        response = console.http.post(BASE, files={"file": ("x.zip", data, "application/zip")})
    else:
        response = console.upload(data)
    assert response.status_code == 201


def test_the_same_hub_id_and_version_is_taken_once(console: Console) -> None:
    console.upload(package(row("u-1", rule_xml())))
    assert code(console.upload(package(row("u-2", rule_xml())))) == (409, 22613)
    assert console.upload(package(row("u-2", rule_xml()), version="1.0.1")).status_code == 201
    assert console.upload(package(row("u-2", rule_xml()), hub_id="test:other")).status_code == 201


def test_without_a_manifest_every_upload_is_another_extension(console: Console) -> None:
    data = content(row("u-1", rule_xml()))
    first, second = console.upload(data, "application/xml"), console.upload(data, "application/xml")
    assert first.json()["id"] != second.json()["id"]
    assert first.json()["version"] is None


@pytest.mark.parametrize(
    ("build", "minimum", "expected"),
    [
        ("2021.6.12.20250509154206", "7.5.0", 201),
        ("2018.7.1", "7.3.1", 201),
        ("2021.6.12.20250509154207", "7.5.0", (412, 22620)),
        ("2022.1", "7.5.0", (412, 22620)),
        ("7.5.0", "7.5.0", 201),
        ("7.5.1", "7.5.0", (412, 22620)),
        ("newest", "7.5.0", (412, 22620)),
        ("2018.7.1", "7.6.0", (412, 22619)),
        ("2018.7.1", "2022.1.1", (412, 22619)),
    ],
)
def test_content_of_a_newer_console_is_refused(console: Console, build: str, minimum: str, expected: Any) -> None:
    data = archive({"c.xml": content(row("u", rule_xml()), build=build), "manifest.txt": manifest(minimum=minimum)})
    response = console.upload(data)
    assert expected in (response.status_code, response.status_code == 201 or code(response))


def test_a_preview_says_what_an_install_would_do_and_does_nothing(console: Console) -> None:
    console.install(package(row("u-1", rule_xml("One"))))
    data = package(row("u-1", rule_xml("Two"), number=1), row("u-2", rule_xml("New"), number=2), version="2.0.0")
    number = console.upload(data).json()["id"]
    task = console.finished(console.act(number, "PREVIEW"))
    assert results(console, task) == [("u-1", "OVERWRITE"), ("u-2", "ADD")]
    kept = console.finished(console.act(number, "PREVIEW", overwrite=False))
    assert results(console, kept) == [("u-1", "SKIP"), ("u-2", "ADD")]
    assert console.read(f"{BASE}/{number}")["status"] == "UPLOADED"
    assert (console.rule("u-1")["name"], console.read(RULES, 'identifier="u-2"')) == ("One", [])


def test_a_new_rule_gets_a_number_of_the_console_and_shows_up_a_little_later(console: Console) -> None:
    console.freeze()
    number = console.upload(package(row("u-1", rule_xml("Mine"), number=990001))).json()["id"]
    task = console.act(number, "INSTALL")
    console.advance(0.2)
    assert console.read(task.json()["status_location"])["status"] == "COMPLETED"
    assert console.read(RULES, 'identifier="u-1"') == []
    assert code(console.get(f"{RULES}/100001")) == (404, 1002)
    console.advance(0.1)
    rule = console.rule("u-1")
    assert (rule["id"], rule["origin"], rule["type"], rule["enabled"]) == (100001, "USER", "EVENT", True)
    _, root = unpack(console.export(rule["id"]))
    body = bodies(root)["u-1"]
    assert (body.get("id"), body.get("overrideid")) == ("100001", "100001")


def test_the_same_uuid_is_overwritten_in_place(console: Console) -> None:
    console.install(package(row("u-1", rule_xml("One"))))
    console.advance()
    before = console.rule("u-1")
    extension = console.install(package(row("u-1", rule_xml("Two", enabled=False)), version="2.0.0"))
    assert extension["status"] == "INSTALLED"
    after = console.rule("u-1")
    assert (after["id"], after["creation_date"]) == (before["id"], before["creation_date"])
    assert (after["name"], after["enabled"]) == ("Two", False)
    assert after["modification_date"] > before["modification_date"]


def test_without_overwrite_what_is_there_stays(console: Console) -> None:
    console.install(package(row("u-1", rule_xml("One"))))
    console.advance()
    before = console.rule("u-1")
    number = console.upload(package(row("u-1", rule_xml("Two")), version="2.0.0")).json()["id"]
    assert results(console, console.finished(console.act(number, "INSTALL", overwrite=False))) == [("u-1", "SKIP")]
    assert console.rule("u-1") == before


def test_a_package_switches_back_on_what_was_switched_off(console: Console) -> None:
    console.install(package(row("u-1", rule_xml())))
    console.advance()
    console.made(f"{RULES}/{console.rule('u-1')['id']}", {"enabled": False}, status=200)
    console.install(package(row("u-1", rule_xml(enabled=True)), version="2.0.0"))
    assert console.rule("u-1")["enabled"] is True


def test_rules_left_out_of_a_later_version_stay(console: Console) -> None:
    console.install(package(row("u-1", rule_xml(), number=1), row("u-2", rule_xml(), number=2)))
    console.install(package(row("u-1", rule_xml()), version="2.0.0"))
    console.advance()
    assert console.rule("u-2")["name"] == "A rule"


def test_only_one_extension_is_worked_on_at_a_time(console: Console) -> None:
    console.freeze()
    one = console.upload(package(row("u-1", rule_xml()))).json()["id"]
    two = console.upload(package(row("u-2", rule_xml()), version="2.0.0")).json()["id"]
    running = console.act(one, "PREVIEW")
    assert console.read(f"{BASE}/{one}")["status"] == "PREVIEWING"
    assert code(console.act(one, "INSTALL")) == (409, 22611)
    assert code(console.act(two, "INSTALL")) == (409, 22618)
    console.finished(running)
    assert console.act(two, "INSTALL").status_code == 202


def test_an_installed_extension_is_not_installed_again(console: Console) -> None:
    number = console.install(package(row("u-1", rule_xml())))["id"]
    assert code(console.act(number, "INSTALL")) == (409, 22612)


@pytest.mark.parametrize("query", ["", "action_type=UPDATE", "action_type=install", "overwrite=true", "action_type="])
def test_an_action_is_preview_or_install_in_the_query(console: Console, query: str) -> None:
    number = console.upload(package(row("u-1", rule_xml()))).json()["id"]
    assert code(console.post(f"{BASE}/{number}?{query}")) == (422, 22605)


def test_an_action_in_a_body_is_not_read(console: Console) -> None:
    number = console.upload(package(row("u-1", rule_xml()))).json()["id"]
    assert code(console.post(f"{BASE}/{number}", {"action_type": "INSTALL"})) == (422, 22605)


def test_extensions_and_tasks_that_are_not_there_have_their_codes(console: Console) -> None:
    assert code(console.get(f"{BASE}/99")) == (404, 22603)
    assert code(console.get(f"{BASE}/0")) == (422, 22606)
    assert code(console.act(99, "INSTALL")) == (404, 22603)
    assert code(console.get(f"{EXTENSIONS}/extensions_task_status/99")) == (404, 22604)
    assert code(console.get(f"{EXTENSIONS}/extensions_task_status/99/results")) == (404, 22604)


def test_results_before_the_end_are_404_22614(console: Console) -> None:
    console.freeze()
    number = console.upload(package(row("u-1", rule_xml()))).json()["id"]
    task = console.act(number, "INSTALL").json()["status_id"]
    assert code(console.get(f"{EXTENSIONS}/extensions_task_status/{task}/results")) == (404, 22614)


def refused_by(console: Console, *rows: str) -> str:
    """Install rows beside a good rule: the good one is in, and the extension says what is wrong with the rest."""
    good = row("u-good", rule_xml("Good"), number=999)
    extension = console.install(package(*rows, good))
    assert extension["status"] == "INSTALLED_WITH_ERROR"
    console.advance()
    assert [rule["identifier"] for rule in console.read(RULES, "origin=USER")] == ["u-good"]
    error: str = extension["content_operation_error"]
    return error


AQL = "aql filter"


@pytest.mark.parametrize(
    ("case", "why"),
    [
        (row("u", "", data="%%%"), "not base64"),
        (row("u", "", data="/////w=="), "not base64 of UTF-8"),
        (row("u", "<rule"), "not well-formed"),
        (row("u", '<!DOCTYPE rule [<!ENTITY e "x">]><rule><name>&e;</name></rule>'), "not well-formed"),
        (row("u", "<rules/>"), "not <rule>"),
        (row("u", rule_xml(" ")), "no name"),
        (row("u", rule_xml(), rule_type="4"), "does not go with"),
        (row("u", rule_xml(kind="FLOW")), "does not go with"),
        (row("u", rule_xml(), rule_type="9"), "does not go with"),
        (row("", rule_xml()), "no uuid"),
        (row("u", rule_xml(tests=aql_test("qid > 0") + aql_test("qid > 1"))), "same uid"),
        (row("u", rule_xml(tests=aql_test("qid > 0").replace("com.q1labs", "com.example"))), "no test class"),
        (row("u", rule_xml(block=True, rest="<limiter/>")), "building block"),
        (row("u", rule_xml(tests=matches("no-such"))), "no rule 'no-such'"),
        (
            row("u", rule_xml(tests=class_test("DeviceTypeID_Test", "getDeviceTypeDescs", "445, 99999"))),
            "log source type",
        ),
        (row("u", rule_xml(tests=class_test("ReferenceSetTest", "getReferenceSets", "77"))), "reference set 77"),
        (row("u", rule_xml(tests=class_test("ArielFilterTest", "", "userName"))), "a search filter is"),
        (row("u", rule_xml(tests=class_test("ArielFilterTest", "", "userName\ue000EQ"))), "a search filter is"),
        (row("u", rule_xml(rest='<actions offenseMapping="55"/>')), "offense type 55"),
        (row("u", rule_xml(rest='<responses><newevent qid="5" offenseMapping="0"/></responses>')), "QID 5"),
        (
            row("u", rule_xml(rest='<responses><newevent qid="67500001" offenseMapping="55"/></responses>')),
            "offense type",
        ),
        (row("u", rule_xml(tests=aql_test("SELECT * FROM events"))), AQL),
        (row("u", rule_xml(tests=aql_test("qid ="))), AQL),
        (row("u", rule_xml(tests=aql_test("qid = 1 LAST 5 MINUTES"))), AQL),
        (row("u", rule_xml(tests=aql_test("NOSUCH(qid) = 1"))), "no function"),
        (row("u", rule_xml(tests=aql_test("MY::FUNCTION(qid) = 1"))), "no function"),
        (row("u", rule_xml(tests=aql_test("COUNT(qid) > 5"))), "no place"),
        (row("u", rule_xml(tests=aql_test("\"NoSuch\" = 'x'"))), "custom property 'NoSuch'"),
        (row("u", rule_xml(tests=aql_test('"Logon Type" = 3'))), "not enabled for use in rules"),
        (row("u", rule_xml(tests=aql_test("REFERENCESETCONTAINS('No such', sourceip)"))), "reference set 'No such'"),
        (row("u", rule_xml(tests=aql_test("qid > 0", database="assets"))), "events or flows"),
        (row("u", rule_xml(tests=aql_test("qid > 0").replace("qid%20", "qid "))), "percent-encoded"),
        (row("u", rule_xml(tests=aql_test("qid > 0").replace("|%5B%22qid", "|%5B%22xid"))), "different things"),
    ],
)
def test_an_item_that_cannot_be_taken_is_told_and_the_others_are_in(console: Console, case: str, why: str) -> None:
    assert why.lower() in refused_by(console, case).lower()


def test_a_rule_on_a_refused_rule_is_refused_with_it(console: Console) -> None:
    broken = row("u-b", rule_xml(block=True, tests=aql_test("nonsense =")), number=1)
    on_it = row("u-r", rule_xml(tests=matches("u-b")), number=2)
    on_that = row("u-s", rule_xml(tests=matches("u-r")), number=3)
    error = refused_by(console, on_that, on_it, broken)
    assert all(identifier in error for identifier in ("u-b", "u-r", "u-s"))


def test_a_rule_may_match_on_one_that_comes_later_in_the_package(console: Console) -> None:
    reader = row("u-r", rule_xml(tests=matches("u-b")), number=1)
    block = row("u-b", rule_xml("BB: x", block=True), number=2)
    assert console.install(package(reader, block))["status"] == "INSTALLED"


def test_a_failed_item_can_be_mended_by_installing_again(console: Console) -> None:
    number = console.install(package(row("u", rule_xml(tests=aql_test('"Logon Type" = 3')))))["id"]
    (found,) = console.read(f"{PROPERTIES}/regex_properties", 'name="Logon Type"')
    console.made(f"{PROPERTIES}/regex_properties/{found['id']}", {"use_for_rule_engine": True}, status=200)
    console.finished(console.act(number, "INSTALL"))
    after = console.read(f"{BASE}/{number}")
    assert (after["status"], after["content_operation_error"]) == ("INSTALLED", None)


def test_checks_can_be_lifted(started: Callable[[Settings | None], Console]) -> None:
    console = started(Settings(require_rule_engine_properties=False, require_known_qids=False))
    xml = rule_xml(
        tests=aql_test('"Logon Type" = 3'), rest='<responses><newevent qid="5" offenseMapping="0"/></responses>'
    )
    assert console.install(package(row("u", xml)))["status"] == "INSTALLED"


def test_groups_come_by_name_and_rules_are_put_into_them(console: Console) -> None:
    rows = (row("u-1", rule_xml(), number=1), row("u-2", rule_xml(), number=2))
    console.install(package(*rows, group(50, "Mine", 1, 2), group(51, "Recon", 2)))
    console.advance()
    one, two = (str(console.rule(name)["id"]) for name in ("u-1", "u-2"))
    groups = {g["name"]: g for g in console.read("/analytics/rule_groups")}
    assert groups["Mine"]["child_items"] == [one, two]
    assert groups["Mine"]["parent_id"] == groups["Recon"]["parent_id"] == 3
    assert groups["Recon"]["child_items"][-1] == two
    assert "1207" in groups["Recon"]["child_items"]
    console.install(package(*rows, group(50, "Mine", 1), version="2.0.0"))
    assert console.read("/analytics/rule_groups", 'name="Mine"')[0]["child_items"] == [one, two]


def test_a_link_to_a_rule_that_is_not_one_is_told(console: Console) -> None:
    rows = (row("u-1", rule_xml(), number=-1), row("u-2", rule_xml(), number=-1))
    assert console.install(package(*rows, group(50, "Mine", -1)))["status"] == "INSTALLED_WITH_ERROR"


def test_an_export_goes_into_another_console_with_its_sets_renumbered(console: Console, tmp_path: Any) -> None:
    from dac.emulator.server import Emulator

    made = console.made(SETS, {"name": "Own set", "entry_type": "NUM"})["id"]
    tests = class_test("ReferenceSetTest", "getReferenceSets", f"{made}, 3")
    console.install(package(row("u-1", rule_xml("Traveller", tests))))
    console.advance()
    exported = console.export(console.rule("u-1")["id"])
    with Emulator(tmp_path / "other.db") as emulator, Console(emulator.url) as other:
        other.made(SETS, {"name": "in between", "entry_type": "IP"})
        assert other.install(exported)["status"] == "INSTALLED"
        (created,) = other.read(SETS, 'name="Own set"')
        assert (created["entry_type"], created["id"] != made) == ("NUM", True)
        other.advance()
        _, root = unpack(other.export(other.rule("u-1")["id"]))
    selection = bodies(root)["u-1"].findtext(".//userSelection")
    assert selection == f"{created['id']}, 3"


def test_uninstalling_takes_the_rules_along_and_removing_an_upload_does_not(console: Console) -> None:
    number = console.install(package(row("u-1", rule_xml())))["id"]
    unused = console.upload(package(row("u-1", rule_xml("Two")), version="2.0.0")).json()["id"]
    console.finished(console.delete(f"{BASE}/{unused}"))
    assert console.rule("u-1")["name"] == "A rule"
    console.finished(console.delete(f"{BASE}/{number}"))
    assert console.read(RULES, 'identifier="u-1"') == []
    assert console.read(BASE) == []


def test_words_and_owner_of_an_import_are_settings(started: Callable[[Settings | None], Console]) -> None:
    console = started(Settings(action_new="INSTALL", action_replace="UPDATE", import_owner="installer"))
    number = console.upload(package(row("u-1", rule_xml()))).json()["id"]
    assert results(console, console.finished(console.act(number, "INSTALL"))) == [("u-1", "INSTALL")]
    console.advance()
    assert console.rule("u-1")["owner"] == "API_token: emulator"


def test_an_export_is_a_zip_with_one_xml_in_the_shape_of_a_real_one(console: Console) -> None:
    name, root = unpack(console.export(1211))
    assert name.startswith("custom_rule")
    assert root.tag == "content"
    assert text(root, "qradarversion") == "2021.6.12.20250509154206"
    exported = bodies(root)
    assert list(exported) == ["SYSTEM-1006", "SYSTEM-1211"]
    (rule,) = [found for found in root.iterfind("custom_rule") if text(found, "uuid") == "SYSTEM-1211"]
    assert (text(rule, "origin"), text(rule, "rule_type"), text(rule, "id")) == ("SYSTEM", "0", "1211")
    assert text(rule, "create_date") == "2023-11-14T22:13:20.000+00:00"
    assert [text(found, "name") for found in root.iterfind("reference_data")] == ["Critical Assets"]
    assert [text(found, "name") for found in root.iterfind("fgroup")] == ["Malware", "Category Definitions"]
    assert sorted(text(found, "item_id") for found in root.iterfind("fgroup_link")) == ["1006", "1211"]


def test_two_exports_at_one_time_are_the_same_bytes(console: Console) -> None:
    console.freeze()
    content_of = {"content_type": "CUSTOM_RULES", "content_item_ids": ["1211", "1201"]}
    tasks = [console.made(f"{EXTENSIONS}/extension_export_tasks", {"export_contents": [content_of]}) for _ in range(2)]
    console.advance()
    one, two = (
        console.get(f"{EXTENSIONS}/extension_export_tasks/{task['task_id']}/extension_export",
                    headers={"Accept": "application/zip"}).content
        for task in tasks
    )  # fmt: skip
    assert one == two


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, 1021),
        ({"export_contents": []}, 1021),
        ({"export_contents": [{"content_type": "RULES", "content_item_ids": ["1"]}]}, 1021),
        ({"export_contents": [{"content_type": "CUSTOM_RULES", "content_item_ids": [1201]}]}, 1022),
        ({"export_contents": [{"content_type": "CUSTOM_RULES", "content_item_ids": ["SYSTEM-1"]}]}, 1022),
        ({"export_contents": [{"content_type": "CUSTOM_RULES"}]}, 1022),
        (
            {
                "export_contents": [
                    {
                        "content_type": "CUSTOM_RULES",
                        "content_item_ids": ["1201"],
                        "related_content": [{"content_type": "LINKS"}],
                    }
                ]
            },
            1023,
        ),
    ],
)
def test_an_export_asks_for_numbers_as_strings(console: Console, body: dict[str, object], expected: int) -> None:
    assert code(console.post(f"{EXTENSIONS}/extension_export_tasks", body)) == (422, expected)


def test_a_download_needs_the_right_accept_header_and_a_finished_task(console: Console) -> None:
    console.freeze()
    body = {"export_contents": [{"content_type": "CUSTOM_RULES", "content_item_ids": ["1201", "424242"]}]}
    task = console.made(f"{EXTENSIONS}/extension_export_tasks", body)["task_id"]
    path = f"{EXTENSIONS}/extension_export_tasks/{task}/extension_export"
    assert code(console.get(path, headers={"Accept": "application/json"}))[0] == 406
    assert code(console.get(path, headers={"Accept": "application/zip"})) == (404, 22604)
    console.advance()
    response = console.get(path, headers={"Accept": "application/zip"})
    assert response.headers["Content-Type"] == "application/zip"
    assert "SYSTEM-1201" in bodies(unpack(response.content)[1])
    assert console.read(f"{EXTENSIONS}/extensions_task_status/{task}")["status"] == "COMPLETED"


def test_missing_rules_may_end_an_export_in_exception(started: Callable[[Settings | None], Console]) -> None:
    console = started(Settings(export_missing="exception"))
    body = {"export_contents": [{"content_type": "CUSTOM_RULES", "content_item_ids": ["1201", "424242"]}]}
    task = console.made(f"{EXTENSIONS}/extension_export_tasks", body)["task_id"]
    console.advance()
    assert console.read(f"{EXTENSIONS}/extension_export_tasks/{task}")["status"] == "EXCEPTION"


def test_exports_may_be_written_in_other_ways_that_mean_the_same(started: Callable[[Settings | None], Console]) -> None:
    plain = bodies(unpack(started(None).export(1211))[1])["SYSTEM-1211"]
    console = started(Settings(export_prolog=True, export_attributes="sorted"))
    other = bodies(unpack(console.export(1211))[1])["SYSTEM-1211"]
    assert list(other.attrib) == sorted(plain.attrib) != list(plain.attrib)
    assert other.attrib == plain.attrib
