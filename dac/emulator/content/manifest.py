"""`manifest.txt`: which extension this is, and in which version."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

_VERSION = re.compile(r"\d+\.\d+\.\d+")
_QRADAR_VERSION = re.compile(r"\d+(\.\d+){2,3}")
LOCALE = "en-US"


class ManifestError(Exception):
    """422 with code 22616."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the console shows of an extension; without a manifest there is neither hub id nor version."""

    name: str
    hub_id: str | None = None
    version: str | None = None
    description: str | None = None
    author: str | None = None
    email: str | None = None
    min_qradar_version: str | None = None
    languages: tuple[str, ...] = (LOCALE,)


def read_manifest(data: bytes) -> Manifest:
    """Raises ManifestError for what IBM's own validation of packages would not pass."""
    document = _object(_json(data), "the manifest")
    doc = _object(document.get("doc", {}), "doc")
    extension = _object(doc.get("extension_manifest"), "doc.extension_manifest")
    languages = extension.get("supported_language_set")
    if not isinstance(languages, list) or LOCALE not in languages:
        raise ManifestError(f"supported_language_set has to contain {LOCALE}")
    words = _object(_object(extension.get("locale"), "locale").get(LOCALE), f"locale.{LOCALE}")
    return Manifest(
        name=_text(words, str(extension.get("extension_name"))),
        hub_id=_text(document if "_id" in document else doc, "_id"),
        version=_matching(extension, "version", _VERSION),
        description=words.get(str(extension.get("extension_long_description"))),
        author=_text(extension, "authored_by"),
        email=_text(extension, "authored_by_email"),
        min_qradar_version=_matching(extension, "min_qradar_version", _QRADAR_VERSION),
        languages=tuple(map(str, languages)),
    )


def _json(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"manifest.txt is not JSON: {error}") from None


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ManifestError(f"{name} has to be an object")
    return value


def _text(holder: dict[str, Any], name: str) -> str:
    value = holder.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ManifestError(f"{name} has to be a text")
    return value


def _matching(holder: dict[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = _text(holder, name)
    if pattern.fullmatch(value) is None:
        raise ManifestError(f"{name} {value!r} is not of the form {pattern.pattern}")
    return value
