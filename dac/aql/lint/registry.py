"""Every rule there is: whatever the modules in `rules/` have made with `@rule`."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

import dac.aql.lint.rules
from dac.aql.lint.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def rules() -> Mapping[str, Rule]:
    """By code, in the order of the codes."""
    names = [info.name for info in pkgutil.iter_modules(dac.aql.lint.rules.__path__)]
    modules = [import_module(f"dac.aql.lint.rules.{name}") for name in names]
    found = [item for module in modules for item in vars(module).values() if isinstance(item, Rule)]
    return MappingProxyType({item.code: item for item in sorted(found, key=lambda item: item.code)})
