"""An upload to a listed extension: everything that can be refused before anything is installed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dac.emulator.content.archive import ContentError, open_upload
from dac.emulator.content.builds import is_newer
from dac.emulator.content.installing import RULE_TYPE, blame, trial
from dac.emulator.content.manifest import Manifest, ManifestError, read_manifest
from dac.emulator.content.package import read_package
from dac.emulator.errors import ApiError
from dac.emulator.tasks import Due

if TYPE_CHECKING:
    from dac.emulator.call import Call
    from dac.emulator.content.archive import Upload
    from dac.emulator.content.package import Package


def take_in(call: Call, data: bytes) -> int:
    """The id of the new extension; 422/22607 and 22616, 409/22613, 412/22619 and 22620 as IBM numbers them."""
    try:
        upload = open_upload(data)
        package = read_package(upload.xml)
        manifest = _manifest(upload)
    except ContentError as error:
        raise ApiError(422, 22607, f"The extension content is not valid: {error}") from None
    except ManifestError as error:
        raise ApiError(422, 22616, f"The extension manifest is not valid: {error}") from None
    _require_not_newer(call, package, manifest)
    _require_taken(call, package)
    taken = call.db.execute(
        "SELECT 1 FROM extension WHERE hub_id = ? AND version = ?", (manifest.hub_id, manifest.version)
    )
    if taken.fetchone() is not None:
        raise ApiError(409, 22613, f"Extension {manifest.hub_id!r} {manifest.version} has already been uploaded")
    return _keep(call, data, package, manifest)


def _manifest(upload: Upload) -> Manifest:
    if upload.manifest is None:
        return Manifest(name=upload.name)
    return read_manifest(upload.manifest)


def _require_not_newer(call: Call, package: Package, manifest: Manifest) -> None:
    settings = call.settings
    if is_newer(package.build, settings.build, settings.external_version):
        raise ApiError(412, 22620, f"The content is of QRadar {package.build}, this is {settings.build}")
    wanted = manifest.min_qradar_version
    if wanted is not None and is_newer(wanted, settings.build, settings.external_version):
        raise ApiError(412, 22619, f"The extension needs QRadar {wanted}, this is {settings.build}")


def _require_taken(call: Call, package: Package) -> None:
    """What an install would refuse, where the settings say that an upload does."""
    if call.settings.refusal_at != "upload":
        return
    due = Due(call.db, call.settings, 0, call.now, call.caller.name, {})
    problems = trial(due, package)
    if problems:
        raise ApiError(422, 22607, f"The extension content is not valid: {blame(due, problems)}")


def _keep(call: Call, data: bytes, package: Package, manifest: Manifest) -> int:
    contents = [
        {
            "content_metadata": None,
            "content_type_id": RULE_TYPE,
            "content_type_name": "custom_rule",
            "identifier": row.get("uuid"),
        }
        for row in package.table("custom_rule")
    ]
    cursor = call.db.execute(
        "INSERT INTO extension (hub_id, version, name, description, author, authored_by_email, min_qradar_version, "
        "exported_qradar_version, supported_languages, size, status, contents, added_by, add_time, file_location) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'UPLOADED', ?, ?, ?, ?)",
        (
            manifest.hub_id,
            manifest.version,
            manifest.name,
            manifest.description,
            manifest.author,
            manifest.email,
            manifest.min_qradar_version,
            package.build,
            json.dumps(manifest.languages),
            len(data),
            json.dumps(contents),
            call.caller.name,
            call.now,
            "/store/cmt/exports",
        ),
    )
    number = int(cursor.lastrowid or 0)
    call.db.execute("INSERT INTO extension_file VALUES (?, ?)", (number, data))
    return number
