"""/system/about."""

from __future__ import annotations

from dac.emulator.call import Answer, Call, got
from dac.emulator.schema import booleans, strings

_FIELDS = (*strings("build_version", "external_version"), *booleans("fips_enabled"), *strings("release_name"))


def about(call: Call) -> Answer:
    """Which build this is; `release_name` says that it is no real one."""
    settings = call.settings
    found = {
        "build_version": settings.build,
        "external_version": settings.external_version,
        "fips_enabled": False,
        "release_name": settings.release_name,
    }
    return Answer(found, fields=_FIELDS)


ENDPOINTS = (got("/system/about", about),)
