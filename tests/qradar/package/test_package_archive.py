from __future__ import annotations

import io
import json
import zipfile

import pytest

from dac.errors import BadContent
from dac.qradar.package.archive import Limits, read_content, write_archive
from dac.qradar.package.manifest import Version, manifest

CONTENT = b'<?xml version="1.0" encoding="UTF-8"?>\n<content><qradarversion>2021.6.12</qradarversion></content>'


def _zip(*entries: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def test_the_same_files_give_the_same_bytes_in_whatever_order_they_come() -> None:
    one = write_archive({"a.xml": CONTENT, "manifest.txt": b"{}"})
    assert one == write_archive({"manifest.txt": b"{}", "a.xml": CONTENT})
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert archive.namelist() == ["a.xml", "manifest.txt"]
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_content_xml_is_told_by_its_root_under_any_name() -> None:
    side = (("manifest.txt", b"{}"), ("x/report.xml", b"<report/>"), ("readme.xml", b"<!-- <content> --><doc/>"))
    assert read_content(_zip(*side, ("all-ContentExport-20180327.XML", CONTENT))) == CONTENT


@pytest.mark.parametrize(
    "data", [b"\xef\xbb\xbf" + CONTENT, b"<!-- a --><!-- b -->\n<content/>", b"<content >\n</content>"]
)
def test_what_stands_before_the_root_does_not_hide_it(data: bytes) -> None:
    assert read_content(_zip(("a.xml", data))) == data


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([], "0 content XML"),
        ([("a.xml", b"<other/>")], "0 content XML"),
        ([("a.xml", CONTENT), ("b.xml", CONTENT)], "2 content XML"),
        ([("../a.xml", CONTENT)], "leads out"),
        ([("x/../../a.xml", CONTENT)], "leads out"),
        ([("/etc/a.xml", CONTENT)], "leads out"),
        ([("C:a.xml", CONTENT)], "leads out"),
        ([("x\\a.xml", CONTENT)], "leads out"),
    ],
)
def test_archives_that_no_console_writes_are_refused(entries: list[tuple[str, bytes]], said: str) -> None:
    with pytest.raises(BadContent, match=said):
        read_content(_zip(*entries))


def test_two_entries_of_one_name_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = _zip(("a.xml", CONTENT), ("a.xml", b"<content/>"))
    with pytest.raises(BadContent, match="same name"):
        read_content(data)


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(entries=1), "entries"),
        (Limits(entry_size=50), "unpacks to more"),
        (Limits(total_size=50), "unpacks to more"),
        (Limits(ratio=2, ratio_from=10), "compressed more"),
    ],
)
def test_more_than_the_limits_allow_is_refused(limits: Limits, said: str) -> None:
    data = _zip(("a.xml", CONTENT + b" " * 1000), ("b.txt", b""))
    with pytest.raises(BadContent, match=said):
        read_content(data, limits=limits)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(BadContent, match="compressed more"):
        read_content(_zip(("a.xml", b"<content>" + b" " * 50_000_000)))


def test_a_header_that_lies_about_the_size_gains_nothing() -> None:
    data = bytearray(_zip(("a.xml", CONTENT + b" " * 5_000)))
    real = (len(CONTENT) + 5_000).to_bytes(4, "little")
    while real in data:
        data[data.index(real) : data.index(real) + 4] = (10).to_bytes(4, "little")
    with pytest.raises(BadContent):
        read_content(bytes(data))


@pytest.mark.parametrize("cut", [0, 10, 60, -1])
def test_a_damaged_archive_is_bad_content(cut: int) -> None:
    with pytest.raises(BadContent, match=r"no ZIP|0 content"):
        read_content(_zip(("a.xml", CONTENT))[:cut])


def test_an_encrypted_entry_is_refused() -> None:
    data = bytearray(_zip(("a.xml", CONTENT)))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(BadContent, match="encrypted"):
        read_content(bytes(data))


def test_comments_without_end_do_not_take_for_ever() -> None:
    with pytest.raises(BadContent, match="0 content"):
        read_content(_zip(("a.xml", b"<!---->" * 9_000 + b"<other/>")))


def test_the_manifest_says_who_which_version_and_never_to_uninstall() -> None:
    document = json.loads(manifest("dac:5f8b", "dac acme", Version(1, 0, 7), "2021.6.12.20250509154206"))
    extension = document["doc"]["extension_manifest"]
    words = extension["locale"]["en-US"]
    assert document["_id"] == "dac:5f8b"
    assert extension["version"] == "1.0.7"
    assert extension["min_qradar_version"] == "2021.6.12"
    assert words[extension["extension_name"]] == "dac acme"
    assert "Never uninstall" in words[extension["extension_long_description"]]


def test_versions_are_compared_as_numbers() -> None:
    found = [version for text in ("1.0.9", "1.0.10", "0.9.99") if (version := Version.parse(text))]
    assert str(max(found).next) == "1.0.11"
    assert [Version.parse(text) for text in ("2.1", "1.0.0-rc1", "", "1.0.99999999999")] == [None] * 4
