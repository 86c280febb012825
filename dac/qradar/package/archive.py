"""The ZIP around a content XML: written deterministically, read as if a stranger had sent it.

Format: IBM topic "Content Management Tool"; the XML lies at the root of the archive under any name, and is told
from side files by its root element `content`.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dac.errors import BadContent

if TYPE_CHECKING:
    from collections.abc import Mapping

_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16
_UNIX = 3
_ENCRYPTED = 0x1
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
_ROOT = re.compile(rb"\s*+(?>(?:<\?[^>]*+>|<!--.*?-->)\s*+)*+<content[\s/>]", re.DOTALL)
_HEAD = 64 * 1024
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold. Sizes are bytes after decompression; the ratio counts from `ratio_from` bytes on."""

    entries: int = 2_000
    entry_size: int = 256 * 1024 * 1024
    total_size: int = 512 * 1024 * 1024
    ratio: int = 400
    ratio_from: int = 1024 * 1024


LIMITS = Limits()


def write_archive(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP with the files in the order of their names: the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = _UNIX  # whatever it is built on
            info.external_attr = _MODE
            archive.writestr(info, files[name], compresslevel=6)
    return buffer.getvalue()


def read_content(data: bytes, *, what: str = "The export", limits: Limits = LIMITS) -> bytes:
    """Return the one content XML of an archive. BadContent for anything broken, hostile, or without exactly one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check(archive, what, limits)
            found = [content for info in archive.infolist() if (content := _content(archive, info, limits, what))]
    except _BROKEN as error:
        raise BadContent(f"{what} is no ZIP archive that can be read: {error}") from error
    if len(found) != 1:
        raise BadContent(f"{what} holds {len(found)} content XML files; one is expected")
    return found[0]


def _check(archive: zipfile.ZipFile, what: str, limits: Limits) -> None:
    infos = archive.infolist()
    if len(infos) > limits.entries:
        raise BadContent(f"{what} has {len(infos)} entries; more than {limits.entries} are not read")
    if len({info.filename for info in infos}) != len(infos):
        raise BadContent(f"{what} holds two entries of the same name")
    if sum(info.file_size for info in infos) > limits.total_size:
        raise BadContent(f"{what} unpacks to more than {limits.total_size} bytes")
    for info in infos:
        problem = _problem(info, limits)
        if problem:
            raise BadContent(f"{what}: entry {info.filename!r} {problem}")


def _problem(info: zipfile.ZipInfo, limits: Limits) -> str:
    name = info.orig_filename
    if name.startswith(("/", "\\")) or "\\" in name or ":" in name or "\0" in name or ".." in name.split("/"):
        return "has a path that leads out of the archive"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if info.file_size > limits.entry_size:
        return f"unpacks to more than {limits.entry_size} bytes"
    if info.file_size > limits.ratio_from and info.file_size > limits.ratio * max(info.compress_size, 1):
        return f"is compressed more than {limits.ratio} times"
    return ""


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, limits: Limits, what: str) -> bytes | None:
    """Return the entry when its root is `content`; None for side files."""
    if not info.filename.lower().endswith(".xml"):
        return None
    with archive.open(info) as entry:
        head = entry.read(_HEAD)
        if not _ROOT.match(head.removeprefix(_BOM)):
            return None
        rest = entry.read(limits.entry_size + 1)  # the header's size is only a claim
    if len(head) + len(rest) > limits.entry_size:
        raise BadContent(f"{what}: entry {info.filename!r} unpacks to more than {limits.entry_size} bytes")
    return head + rest
