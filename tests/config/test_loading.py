"""Loading as a whole: everything at once, nothing raised, nothing expensive."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from project_files import lines, load, only_resource, write

from dac.config.findings import diagnose
from dac.config.loading import load_project, read_sources, resolve
from dac.model.diagnostic import Diagnostic, Finding, Severity
from dac.model.position import SourcePosition

if TYPE_CHECKING:
    from pathlib import Path

STACK = """\
[variable.v]
type = "string"
default = "x"
console.prod = "y"
[building_block.b]
name = "B"
filter = "a = ${var.v}"
[building_block.b.console.prod]
notes = "on prod"
"""


def test_all_mistakes_of_all_files_come_at_once_in_the_order_of_files_and_lines(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "stacks/b/x.toml": "[nope]\n[building_block.b]\nmoved = 3\nname = '${var.x}'\n",
            "stacks/a/x.toml": "x = = 1\n",
        },
    )
    found = load(tmp_path, z="1").diagnostics
    assert lines(found) == [
        "None: --var z: no stack declares a variable of that name",
        "stacks/a/x.toml:1: this is not valid TOML: invalid value",
        "stacks/b/x.toml:1: unknown table [nope]",
        "stacks/b/x.toml:3: moved is 3, an address or a list of addresses is wanted",
        "stacks/b/x.toml:4: no variable x is declared in this stack",
    ]


def test_the_digest_of_a_stack_is_the_same_for_every_console_and_layout(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": STACK})
    digests = {load(tmp_path, console).stacks["a"].digest for console in ("local", "dev", "prod")}
    digests.add(load(tmp_path, "dev", v="other").stacks["a"].digest)
    first, second = STACK.split("[building_block.b]\n", 1)
    write(tmp_path, {"stacks/a/x.toml": f"# note\n{first}", "stacks/a/y.toml": f"[building_block.b]\n{second}"})
    digests.add(load(tmp_path).stacks["a"].digest)
    assert len(digests) == 1


def test_the_digest_of_a_stack_follows_all_that_is_declared(tmp_path: Path) -> None:
    texts = [
        STACK,
        STACK.replace('"on prod"', '"on production"'),
        STACK.replace('console.prod = "y"', 'console.prod = "z"'),
        STACK + '[stack]\ndescription = "d"\n',
        STACK + '[removed]\n"detection.x" = "gone"\n',
        STACK + "[building_block.c]\n",
        STACK.replace("[building_block.b]", "[building_block.b]\nmoved = 'building_block.a'"),
    ]
    digests = []
    for text in texts:
        write(tmp_path, {"stacks/a/x.toml": text})
        digests.append(load(tmp_path).stacks["a"].digest)
    assert len(set(digests)) == len(texts)


def test_the_digest_of_a_stack_follows_the_entry_files_of_all_consoles(tmp_path: Path) -> None:
    text = '[reference_set.s]\nentries_file = "a.txt"\n[reference_set.s.console.dev]\nentries_file = "dev.txt"\n'
    files = {"stacks/a/x.toml": text, "stacks/a/a.txt": "1.1.1.1\n", "stacks/a/dev.txt": "2.2.2.2\n"}
    write(tmp_path, files)
    before = {load(tmp_path, console).stacks["a"].digest for console in ("local", "dev", "prod")}
    write(tmp_path, {"stacks/a/dev.txt": "2.2.2.3\n"})
    after = {load(tmp_path, console).stacks["a"].digest for console in ("local", "dev", "prod")}
    assert len(before) == len(after) == 1
    assert before != after


def test_files_read_once_serve_every_console(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": STACK})
    project = load_project(tmp_path)
    sources = read_sources(project)
    filters = {}
    for name, console in project.consoles.items():
        filters[name] = only_resource(resolve(project, sources, console, variables={})).table["filter"]
    assert filters == {"local": "a = 'x'", "dev": "a = 'x'", "prod": "a = 'y'"}


def test_a_finding_becomes_a_diagnostic_with_its_place(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": "[building_block.b]\nfilter = '''\none\ntwo\n'''\n"})
    resource = only_resource(load(tmp_path))
    finding = Finding("c", "s", ("filter",), "d", "h", 1, Severity.WARNING)
    assert diagnose(finding, resource.locate, resource.address) == Diagnostic(
        Severity.WARNING, "c", "s", "d", "h", SourcePosition("stacks/a/x.toml", 4), resource.address
    )


def test_a_position_survives_that_the_file_is_gone(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": "\n\n[building_block.b]\n"})
    resource = only_resource(load(tmp_path))
    (tmp_path / "stacks/a/x.toml").unlink()
    assert str(resource.locate()) == "stacks/a/x.toml:1"


def test_loading_without_findings_imports_neither_a_scanner_nor_a_parser_of_queries(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": '[building_block.b]\nname = "B"\nfilter = "x = 1"\n'})
    code = (
        "import sys, pathlib; from dac.config.loading import load_project, load_stacks\n"
        "p = load_project(pathlib.Path(sys.argv[1])); s = load_stacks(p, p.consoles['dev'], variables={})\n"
        "assert not s.diagnostics\n"
        "heavy = {'sqlglot', 'deepdiff', 'duckdb', 'tomlkit', 'httpx', 'rich', 'typer', 'dac.config.positions'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
