"""The shape of the house: who may import whom, which room may use which library, and how large things may be."""

from __future__ import annotations

import ast
import sys
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]

ORDER = (
    {"model"},
    {"errors"},
    {"aql"},
    {"events"},
    {"resources"},
    {"config", "planning", "checks", "state", "qradar", "notify", "views"},
    {"run"},
    {"cli"},
)
"""Rooms may import those of earlier rows; of their own row only themselves."""

EMULATOR_MAY_IMPORT = {"errors", "aql", "events"}
MAY_IMPORT_EMULATOR = {"run", "cli"}

LIBRARIES = {
    "httpx": ("qradar", "state/http", "notify"),
    "httpx_retries": ("qradar", "notify"),
    "typer": ("cli",),
    "click": ("cli",),
    "rich": ("views", "cli"),
    "pydantic": ("config", "resources", "qradar"),
    "pydantic_core": ("config", "resources", "qradar"),
    "deepdiff": ("planning/compare.py",),
    "sqlglot": ("aql", "events"),
    "duckdb": ("events",),
    "tomli": ("config",),
    "tomlkit": ("config",),
    "filelock": ("state",),
    "werkzeug": ("emulator",),
    "cheroot": ("emulator",),
    "defusedxml": ("qradar/package", "resources/xml_element.py", "emulator"),
    "cryptography": ("emulator/certificate.py",),
}
"""Where a library may be used: rooms, or beginnings of a path inside dac/. One that is not here may be nowhere."""

NAMES_THAT_SAY_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "base", "core", "lib"}
MOST_LINES_IN_A_FILE = 400
MOST_LINES_IN_A_FUNCTION = 60


@dataclass(frozen=True)
class Module:
    """A file under dac/; `path` is relative to it (`state/local.py`)."""

    path: str
    source: str

    @property
    def room(self) -> str:
        """`state` for state/local.py, `errors` for errors.py."""
        return self.path.split("/")[0].removesuffix(".py")

    @property
    def package(self) -> list[str]:
        """What a relative import starts from."""
        return ["dac", *self.path.split("/")[:-1]]

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, f"dac/{self.path}")

    @property
    def name(self) -> str:
        """`dac.state.local` for state/local.py, `dac.state` for state/__init__.py."""
        return ".".join(["dac", *self.path.removesuffix(".py").split("/")]).removesuffix(".__init__")

    def imports(self, *, deep: bool = False) -> Iterator[tuple[int, str]]:
        """Line and full name of every import: at the top, inside functions, under TYPE_CHECKING, by importlib.

        With `deep` the name of what is taken from a module belongs to it.
        """
        for node in ast.walk(self.tree):
            match node:
                case ast.Import(names=names):
                    yield from ((node.lineno, alias.name) for alias in names)
                case ast.ImportFrom(module=module, names=names, level=level):
                    start = self.package[: len(self.package) - level + 1] if level else []
                    origin = ".".join([*start, *([module] if module else [])])
                    # `from dac import state` imports a room, `from dac.model.run import Intent` a name of a module
                    whole = deep or origin == "dac"
                    taken = [f"{origin}.{alias.name}" for alias in names] if whole else [origin]
                    yield from ((node.lineno, name) for name in taken)
                case ast.Call(
                    func=ast.Attribute(attr="import_module") | ast.Name(id="import_module" | "__import__"),
                    args=[ast.Constant(value=str(name)), *_],
                ):
                    yield node.lineno, name

    def functions(self) -> Iterator[tuple[int, str, int]]:
        """Line, name and length in lines of every function, without its decorators."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node.lineno, node.name, (node.end_lineno or node.lineno) - node.lineno + 1


@cache
def modules(package: Path) -> list[Module]:
    files = sorted(path for path in package.rglob("*.py") if "__pycache__" not in path.parts)
    return [Module(path.relative_to(package).as_posix(), path.read_text(encoding="utf-8")) for path in files]


def row(room: str) -> int | None:
    return next((number for number, rooms in enumerate(ORDER) if room in rooms), None)


def may_import(room: str, other: str) -> bool:
    if other in {room, "__version__"} or room == "__main__":
        return True
    if room == "emulator":
        return other in EMULATOR_MAY_IMPORT
    if other == "emulator":
        return room in MAY_IMPORT_EMULATOR
    mine, theirs = row(room), row(other)
    if mine is None or theirs is None:
        return False
    return theirs < mine


def may_use(module: Module, library: str) -> bool:
    places = LIBRARIES.get(library, ())
    return any(module.path.startswith(place if "/" in place else f"{place}/") for place in places)


def wrong_imports(package: Path) -> list[str]:
    """Every import that breaks the order of the rooms or the place of a library, as `path:line: what`."""
    found = []
    for module in modules(package):
        for line, name in module.imports():
            top, _, rest = name.partition(".")
            other = rest.partition(".")[0]
            if top == "dac" and other and not may_import(module.room, other):
                found.append(f"dac/{module.path}:{line}: {module.room} must not import {name}")
            if top != "dac" and top not in sys.stdlib_module_names and not may_use(module, top):
                found.append(f"dac/{module.path}:{line}: {top} is not for {module.room}")
    return found


def test_imports_run_one_way_and_every_library_stays_in_its_room() -> None:
    assert wrong_imports(ROOT / "dac") == []


def circles(package: Path) -> list[str]:
    """Return the files of one circle of imports, by their names; nothing when there is none."""
    found = {module.name: module for module in modules(package)}
    graph: dict[str, set[str]] = {}
    for name, module in found.items():
        taken = {text for _, text in module.imports(deep=True)}
        graph[name] = (taken | {text.rpartition(".")[0] for text in taken}) & found.keys() - {name, "dac"}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_files_import_each_other_in_a_circle() -> None:
    assert circles(ROOT / "dac") == []


def test_every_room_has_its_place_in_the_order() -> None:
    known = set().union(*ORDER) | {"emulator", "__init__", "__main__"}
    assert {module.room for module in modules(ROOT / "dac")} <= known


def test_no_module_has_a_name_that_says_nothing() -> None:
    parts = {
        (module.path, part) for module in modules(ROOT / "dac") for part in Path(module.path).with_suffix("").parts
    }
    assert sorted(path for path, part in parts if part in NAMES_THAT_SAY_NOTHING) == []


def test_no_file_is_too_long_to_read_in_one_go() -> None:
    lengths = {module.path: module.source.count("\n") for module in modules(ROOT / "dac")}
    assert {path: length for path, length in lengths.items() if length > MOST_LINES_IN_A_FILE} == {}


def test_no_function_is_too_long_to_hold_in_mind() -> None:
    found = [
        f"dac/{module.path}:{line}: {name} has {length} lines"
        for module in modules(ROOT / "dac")
        for line, name, length in module.functions()
        if length > MOST_LINES_IN_A_FUNCTION
    ]
    assert found == []


def house(folder: Path, path: str, source: str) -> Path:
    package = folder / "dac"
    (package / path).parent.mkdir(parents=True)
    (package / path).write_text(source)
    return package


def test_a_circle_of_files_is_seen(tmp_path: Path) -> None:
    house(tmp_path, "state/a.py", "from dac.state.b import B")
    (tmp_path / "dac/state/b.py").write_text("def f():\n    from dac.state import a")
    assert set(circles(tmp_path / "dac")) == {"dac.state.a", "dac.state.b"}


@pytest.mark.parametrize(
    ("path", "source", "complaint"),
    [
        ("model/plan.py", "from dac.run import plan", "dac/model/plan.py:1: model must not import dac.run"),
        ("model/plan.py", "from dac.errors import DacError", "model must not import dac.errors"),
        ("planning/order.py", "import dac.state.local", "planning must not import dac.state.local"),
        ("state/a.py", "from dac import qradar", "state must not import dac.qradar"),
        ("state/a.py", "from ..qradar import client", "state must not import dac.qradar"),
        ("state/a.py", "from .. import views", "state must not import dac.views"),
        ("run/plan.py", "from dac.cli import app", "run must not import dac.cli"),
        ("aql/a.py", "def f():\n    import dac.events.table", "dac/aql/a.py:2: aql must not import dac.events.table"),
        (
            "views/a.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from dac.config import x",
            "dac/views/a.py:3: views must not import dac.config",
        ),
        ("checks/a.py", "import importlib\nimportlib.import_module('dac.cli')", "checks must not import dac.cli"),
        ("emulator/a.py", "from dac.model import plan", "emulator must not import dac.model"),
        ("qradar/a.py", "from dac.emulator import serve", "qradar must not import dac.emulator"),
        ("cellar/a.py", "from dac.errors import DacError", "cellar must not import dac.errors"),
        ("model/a.py", "from dac.cellar import wine", "model must not import dac.cellar"),
        ("errors.py", "from dac.aql import parse", "errors must not import dac.aql"),
        ("state/local.py", "import httpx", "httpx is not for state"),
        ("planning/order.py", "import deepdiff", "deepdiff is not for planning"),
        ("qradar/client.py", "from defusedxml import ElementTree", "defusedxml is not for qradar"),
        ("run/plan.py", "from rich.console import Console", "rich is not for run"),
        ("cli/app.py", "import pydantic", "pydantic is not for cli"),
        ("config/a.py", "import toml", "toml is not for config"),
        ("viewsmith/a.py", "import rich", "rich is not for viewsmith"),
    ],
)
def test_a_wrong_import_is_caught(tmp_path: Path, path: str, source: str, complaint: str) -> None:
    (found,) = wrong_imports(house(tmp_path, path, source))
    assert complaint in found


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("errors.py", "import json"),
        ("errors.py", "from dac.model.diagnostic import Diagnostic"),
        ("planning/compare.py", "import deepdiff\nfrom dac.resources.kind import Kind"),
        ("state/http.py", "import httpx\nfrom dac.state import codec\nfrom . import codec"),
        ("state/document.py", "from dac import __version__"),
        ("qradar/package/codec.py", "from defusedxml import ElementTree"),
        ("qradar/package_xml.py", "from defusedxml import ElementTree"),
        ("emulator/app.py", "import werkzeug\nfrom dac.aql import parse"),
        ("run/apply.py", "from dac.emulator import serve\nfrom dac.qradar import client\nfrom dac.state import local"),
        ("__main__.py", "from dac.cli.app import app"),
    ],
)
def test_a_right_import_is_let_through(tmp_path: Path, path: str, source: str) -> None:
    assert wrong_imports(house(tmp_path, path, source)) == []
