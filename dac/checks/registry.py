"""Every check there is: whichever module beside this one has a function `check`."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

import dac.checks

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dac.checks.view import ProjectView
    from dac.model.address import Address
    from dac.model.diagnostic import Finding

    Check = Callable[[ProjectView], list[tuple[Address, Finding]]]


@cache
def checks() -> Mapping[str, Check]:
    """By the name of the file."""
    names = sorted(info.name for info in pkgutil.iter_modules(dac.checks.__path__))
    modules = {name: import_module(f"dac.checks.{name}") for name in names}
    return {name: module.check for name, module in modules.items() if hasattr(module, "check")}


def run_checks(view: ProjectView) -> list[tuple[Address, Finding]]:
    """Return what all checks find, each with the address whose table the finding's key path is in."""
    return [found for check in checks().values() for found in check(view)]
