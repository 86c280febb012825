"""Hostile uploads: nothing but one content XML comes through, and the console goes on."""

from __future__ import annotations

import gzip
import io
import os
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest
from console_driver import EXTENSIONS, Console, code
from hypothesis import given
from hypothesis import strategies as st
from rule_packages import archive, content, manifest, package, row, rule_xml

from dac.emulator.content.archive import ContentError, open_upload
from dac.emulator.content.package import read_package

if TYPE_CHECKING:
    from collections.abc import Callable

GOOD = content(row("u-1", rule_xml()))


def with_entry(name: str, data: bytes = b"x", **attributes: int) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("content.xml", GOOD)
        info = zipfile.ZipInfo(name)
        for attribute, value in attributes.items():
            setattr(info, attribute, value)
        packed.writestr(info, data)
    return buffer.getvalue()


def bomb() -> bytes:
    return archive({"content.xml": b"<content>" + b" " * 50_000_000})


def bomb_with_small_headers() -> bytes:
    """Claims to unpack to little: readers that trust the header are surprised."""
    data = bytearray(archive({"content.xml": b"<content>" + b" " * 5_000_000}))
    central = data.rindex(b"PK\x01\x02")
    data[central + 24 : central + 28] = (100).to_bytes(4, "little")
    return bytes(data)


def tar(entries: dict[str, bytes], *, link: str = "") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as packed:
        for name, data in entries.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            packed.addfile(info, io.BytesIO(data))
        if link:
            info = tarfile.TarInfo("link.xml")
            info.type, info.linkname = tarfile.SYMTYPE, link
            packed.addfile(info)
    return buffer.getvalue()


def twice() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        packed.writestr("content.xml", GOOD)
        with pytest.warns(UserWarning, match="Duplicate"):
            packed.writestr("content.xml", GOOD)
    return buffer.getvalue()


BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE c [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b"<content><qradarversion>&b;</qradarversion></content>"
)
EXTERNAL = (
    b'<?xml version="1.0"?><!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b"<content><qradarversion>&x;</qradarversion></content>"
)

HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "noise": lambda: os.urandom(2000),
    "a zip of nothing": lambda: archive({}),
    "a cut zip": lambda: archive({"content.xml": GOOD})[:-30],
    "a broken zip": lambda: archive({"content.xml": GOOD}).replace(b"content.xml", b"kontent.xml", 1),
    "no xml": lambda: archive({"readme.txt": b"x"}),
    "xml in a folder only": lambda: archive({"folder/content.xml": GOOD}),
    "two xml": lambda: archive({"a.xml": GOOD, "b.xml": GOOD}),
    "one name twice": twice,
    "a path upwards": lambda: with_entry("../../etc/cron.d/x"),
    "an absolute path": lambda: with_entry("/etc/passwd"),
    "a path of another system": lambda: with_entry("..\\..\\x"),
    "a drive": lambda: with_entry("C:/x"),
    "a symbolic link": lambda: with_entry("link", b"/etc/passwd", external_attr=0o120777 << 16),
    "too many entries": lambda: archive({"content.xml": GOOD, **{f"f{n}": b"" for n in range(2001)}}),
    "a bomb": bomb,
    "a bomb with small headers": bomb_with_small_headers,
    "a gzip bomb": lambda: gzip.compress(b"<content>" + b" " * 50_000_000),
    "a tar with a path upwards": lambda: tar({"content.xml": GOOD, "../x": b""}),
    "a tar with a link": lambda: tar({"content.xml": GOOD}, link="/etc/passwd"),
    "a gzip that is no tar": lambda: gzip.compress(GOOD),
    "entities": lambda: archive({"content.xml": BILLION_LAUGHS}),
    "an external entity": lambda: EXTERNAL,
    "xml that is not well-formed": lambda: b"<content><qradarversion>1</content>",
    "another root": lambda: b"<contents/>",
    "no version": lambda: b"<content/>",
    "an unknown table": lambda: content("<shadow><id>1</id></shadow>"),
    "a column twice": lambda: content("<custom_rule><uuid>a</uuid><uuid>b</uuid></custom_rule>"),
    "elements in a column": lambda: content("<custom_rule><rule_data><rule/></rule_data></custom_rule>"),
    "one uuid twice": lambda: content(row("u", rule_xml(), number=1), row("u", rule_xml(), number=2)),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_what_is_no_extension_is_422_22607_and_leaves_nothing(console: Console, case: str) -> None:
    assert code(console.upload(HOSTILE[case]())) == (422, 22607)
    assert console.read(f"{EXTENSIONS}/extensions") == []


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b'{"_id": "x"}',
        manifest(version="1.0"),
        manifest(version="latest"),
        manifest(hub_id=""),
        manifest(minimum="soon"),
        manifest().replace(b'["en-US"]', b'["de-DE"]'),
        manifest().replace(b'"locale"', b'"locales"'),
        manifest().replace(b"tests@example.com", b""),
    ],
)
def test_a_manifest_that_says_too_little_is_422_22616(console: Console, text: bytes) -> None:
    assert code(console.upload(archive({"c.xml": GOOD, "manifest.txt": text}))) == (422, 22616)


def test_an_upload_of_another_type_is_415(console: Console) -> None:
    for content_type in ("application/json", "text/xml", ""):
        assert code(console.upload(GOOD, content_type))[0] == 415


def test_a_form_without_the_part_is_refused(console: Console) -> None:
    response = console.http.post(f"{EXTENSIONS}/extensions", files={"upload": ("x.zip", archive({"c.xml": GOOD}))})
    assert code(response) == (422, 22607)


def test_fifty_megabytes_are_413_and_the_connection_lives_to_hear_it(console: Console) -> None:
    assert code(console.upload(b"<content>" + b" " * 50_000_000, "application/xml"))[0] == 413
    assert console.get("/system/about").status_code == 200


def test_fifty_megabytes_in_chunks_are_413_too(console: Console) -> None:
    chunks = (b" " * 1_000_000 for _ in range(50))
    response = console.http.post(
        f"{EXTENSIONS}/extensions", content=chunks, headers={"Content-Type": "application/xml"}
    )
    assert code(response)[0] == 413


def test_good_ones_still_come_through(console: Console) -> None:
    assert console.upload(package(row("u-1", rule_xml()))).status_code == 201
    assert console.upload(GOOD, "application/xml").status_code == 201
    assert console.upload(tar({"content.xml": GOOD}), "application/x-gzip").status_code == 201
    beside = archive({"content.xml": GOOD, "content/script.sh": b"#!/bin/sh", "content/": b""})
    assert console.upload(beside).status_code == 201


@given(
    data=st.binary(max_size=300),
    head=st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b", b"<content>", b"\xef\xbb\xbf<"]),
)
def test_no_bytes_do_anything_but_be_refused(data: bytes, head: bytes) -> None:
    with pytest.raises(ContentError):
        read_package(open_upload(head + data).xml)


@given(cut=st.integers(0, 400), junk=st.binary(min_size=1, max_size=3))
def test_a_damaged_archive_is_refused_or_whole(cut: int, junk: bytes) -> None:
    whole = archive({"content.xml": GOOD})
    at = cut % len(whole)
    damaged = whole[:at] + junk + whole[at + len(junk) :]
    try:
        package_read = read_package(open_upload(damaged).xml)
    except ContentError:
        return
    assert package_read == read_package(GOOD)
