"""An uploaded file to the two texts that matter in it, without trusting a byte of it.

IBM: an extension is a content XML, bare or inside a ZIP or a TAR.GZ, with or without a `manifest.txt` beside it.
"""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_ENTRIES = 2000
MAX_ENTRY_BYTES = 64 * 1024 * 1024
MAX_TOTAL_BYTES = 128 * 1024 * 1024
MAX_RATIO = 200
RATIO_MATTERS_FROM = 1024 * 1024
MANIFEST = "manifest.txt"
_ZIP, _GZIP = b"PK\x03\x04", b"\x1f\x8b"
_ENCRYPTED = 0x1
_SYMLINK, _TYPE_MASK = 0o120000, 0o170000


class ContentError(Exception):
    """The upload is no extension: 422 with code 22607."""


@dataclass(frozen=True, slots=True)
class Upload:
    """The content XML, its file name, and the manifest when there is one."""

    name: str
    xml: bytes
    manifest: bytes | None


def open_upload(data: bytes) -> Upload:
    """Raises ContentError for anything that is not one content XML, or that looks like an attack."""
    if data.startswith(_ZIP):
        return _choose(dict(_zip_entries(data)))
    if data.startswith(_GZIP):
        return _choose(dict(_tar_entries(data)))
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        return Upload("content.xml", data, None)
    raise ContentError("the file is neither XML nor a ZIP nor a TAR.GZ")


def _choose(entries: dict[str, bytes]) -> Upload:
    names = [name for name in entries if "/" not in name and name.lower().endswith(".xml")]
    if len(names) != 1:
        raise ContentError(f"an archive holds exactly one content XML at its root, this one {len(names)}")
    return Upload(names[0], entries[names[0]], entries.get(MANIFEST))


def _zip_entries(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            budget = _Budget()
            for info in archive.infolist():
                _check_zip_entry(info, len(data))
                if budget.admits(info.filename) and not info.is_dir():
                    with archive.open(info) as stream:
                        yield info.filename, budget.read(stream)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise ContentError(f"the ZIP cannot be read: {error}") from None


def _check_zip_entry(info: zipfile.ZipInfo, archive_bytes: int) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise ContentError(f"{info.filename!r} is encrypted")
    if (info.external_attr >> 16) & _TYPE_MASK == _SYMLINK:
        raise ContentError(f"{info.filename!r} is a symbolic link")
    packed = max(1, min(info.compress_size, archive_bytes))
    if info.file_size > RATIO_MATTERS_FROM and info.file_size / packed > MAX_RATIO:
        raise ContentError(f"{info.filename!r} unpacks to more than {MAX_RATIO} times its size")


def _tar_entries(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with tarfile.open(fileobj=io.BytesIO(_gunzip(data)), mode="r:") as archive:
            budget = _Budget()
            for member in archive:
                if not budget.admits(member.name) or member.isdir():
                    continue
                stream = archive.extractfile(member) if member.isreg() else None
                if stream is None:
                    raise ContentError(f"{member.name!r} is not a regular file")
                yield member.name, budget.read(stream)
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise ContentError(f"the TAR.GZ cannot be read: {error}") from None


def _gunzip(data: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        plain = stream.read(MAX_TOTAL_BYTES + 1)
    if len(plain) > max(RATIO_MATTERS_FROM, min(MAX_TOTAL_BYTES, MAX_RATIO * len(data))):
        raise ContentError(f"the file unpacks to more than {MAX_RATIO} times its size")
    return plain


class _Budget:
    """How much of one archive has been read, by what came out and not by what its headers say."""

    def __init__(self) -> None:
        self._names: set[str] = set()
        self._bytes = 0

    def admits(self, name: str) -> bool:
        path = PurePosixPath(name)
        if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or "\x00" in name:
            raise ContentError(f"{name!r} points outside of the archive")
        if name in self._names:
            raise ContentError(f"{name!r} is in the archive twice")
        self._names.add(name)
        if len(self._names) > MAX_ENTRIES:
            raise ContentError(f"the archive holds more than {MAX_ENTRIES} entries")
        return True

    def read(self, stream: IO[bytes]) -> bytes:
        content = stream.read(MAX_ENTRY_BYTES + 1)
        self._bytes += len(content)
        if len(content) > MAX_ENTRY_BYTES or self._bytes > MAX_TOTAL_BYTES:
            raise ContentError(f"the archive unpacks to more than {MAX_TOTAL_BYTES} bytes")
        return content
