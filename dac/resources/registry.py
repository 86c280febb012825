"""Every kind there is: whichever module beside this one has a KIND."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

import dac.resources

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dac.resources.kind import Kind


@cache
def kinds() -> Mapping[str, Kind]:
    """By name, in the order of creation."""
    modules = [import_module(f"dac.resources.{info.name}") for info in pkgutil.iter_modules(dac.resources.__path__)]
    found: list[Kind] = [module.KIND for module in modules if hasattr(module, "KIND")]
    return {kind.name: kind for kind in sorted(found, key=lambda kind: (kind.order, kind.name))}


def kind(name: str) -> Kind:
    """Return one kind; KeyError when there is none of that name."""
    return kinds()[name]
