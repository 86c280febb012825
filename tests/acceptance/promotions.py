"""Two consoles, the second of which is promoted to, and a project that is applied on the first."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analyst import Analyst, looking_at
from consoles import put
from project import Project, Ran

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CONSOLES = """\
[project]
name = "lab"
id = "6f1c2a52-6f0e-4f6b-9d5e-0b6a3c1d2e4f"

[console.dev]
url = "{dev}"
token = {{ env = "LAB_TOKEN" }}

[console.prod]
url = "{prod}"
token = {{ env = "LAB_TOKEN" }}
promote_from = "dev"
"""
ADMIN = "stacks/lab/admin.toml"
ADMIN_RULE = "Lab: sign-in of an administrator"
PLAN = "prod.dacplan"
UNASKED = ["target-names", "target-uuid", "target-guards"]


@dataclass(frozen=True, slots=True)
class Pair:
    """A project, and its two consoles."""

    project: Project
    dev: Analyst
    prod: Analyst

    def promote(self, *words: str) -> Ran:
        return self.project.dac("promote", "--to", "prod", *words)

    def closed(self, *words: str) -> dict[str, dict[str, Any]]:
        """The gates that are not open, by code; the run has to say so with its exit code."""
        ran = self.promote("--json", *words)
        gates = {gate["code"]: gate for gate in ran.json["gates"] if gate["verdict"] not in ("passed", "lifted")}
        is_closed = bool(gates)
        assert (ran.code, ran.json["promotable"], ran.json["plan"] is None) == (
            int(is_closed),
            not is_closed,
            is_closed,
        )
        return gates

    def append(self, path: str, text: str) -> None:
        self.project.write(path, self.project.read(path) + text)

    def writes(self) -> list[str]:
        """What either console was sent that could have changed it; an export and a question about AQL cannot."""
        sent = [*self.dev.writes(), *self.prod.writes()]
        return [request for request in sent if not request.endswith(("/extension_export_tasks", "/validators/aql"))]

    def forget_requests(self) -> None:
        self.dev.forget_requests()
        self.prod.forget_requests()


def make_pair(folder: Path, dev: Analyst, prod: Analyst) -> Pair:
    project = Project.lab(folder / "project")
    project.write("dac.toml", CONSOLES.format(dev=dev.url, prod=prod.url))
    project.edit(ADMIN, 'severity = "low"', 'severity = "low"\nstatus = "test"')
    return Pair(Project(project.root, {"LAB_TOKEN": "emulator"}), dev, prod)


@contextmanager
def applied_pair(folder: Path, stock: Path) -> Iterator[Pair]:
    """The small project, applied on dev. To be copied; nothing writes to its consoles any more."""
    for name in ("dev", "prod"):
        put(stock, folder / f"state/emulator/{name}.db")
    with looking_at(Project(folder), "dev") as dev, looking_at(Project(folder), "prod") as prod:
        pair = make_pair(folder, dev, prod)
        pair.project.apply("--console", "dev")
        yield pair


@contextmanager
def unwritten(applied: Pair, folder: Path) -> Iterator[Pair]:
    """A copy of the project at the same two consoles, of which neither may have been written to in the end."""
    shutil.copytree(applied.project.root, folder)
    pair = Pair(Project(folder, applied.project.env), applied.dev, applied.prod)
    pair.forget_requests()
    yield pair
    pair.prod.delete("/emulator/faults")
    assert pair.writes() == []
    assert not list(pair.project.root.glob("state/prod/*"))
