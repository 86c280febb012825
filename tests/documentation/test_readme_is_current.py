from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from markdown_pages import README, ROOT, blocks, chapter, code, made_parts, table
from reference_commands import commands
from reference_fields import compared, fields, project_file
from transcripts import commands_of, terminal

from dac.planning.decide import TABLE, Record, Sight

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from conftest import MadePart

NEEDS_CURL = pytest.mark.skipif(shutil.which("curl") is None, reason="the README's tour uses curl: install it")


def decisions() -> str:
    """A row for what is desired and recorded, a column for what is live."""
    rows = [
        (code("+" if desired else "-"), code(record.value), *(TABLE[desired, record, sight].value for sight in Sight))
        for desired in (True, False)
        for record in Record
    ]
    return table(("desired", "recorded", *(f"live: {code(sight.value)}" for sight in Sight)), rows)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("commands", commands),
        ("project file", project_file),
        ("fields", fields),
        ("compared", compared),
        ("decisions", decisions),
    ],
)
def test_the_reference_says_what_the_code_says(name: str, make: Callable[[], str], made_part: MadePart) -> None:
    made_part(README, name, make())


@NEEDS_CURL
def test_the_tour_prints_what_the_readme_shows(tmp_path: Path, made_part: MadePart) -> None:
    shutil.copytree(ROOT / "stacks", tmp_path / "stacks")
    shutil.copy(ROOT / "dac.toml", tmp_path)
    tour = {name: part for name, part in made_parts(README.read_text(encoding="utf-8")).items() if "tour" in name}
    with terminal(tmp_path) as shell:
        shell.typed(["dac apply --auto-approve"])  # the quick start has done it
        for name, shown in tour.items():
            made_part(README, name, shell.typed(commands_of(shown)))


def test_every_refusal_has_a_row_and_every_row_a_refusal() -> None:
    planning = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "dac" / "planning").glob("*.py"))
    rows = chapter(README.read_text(encoding="utf-8"), "State and locks")
    assert set(re.findall(r"^\| `([a-z-]+)` \|", rows, re.MULTILINE)) == set(
        re.findall(r'Refusal\(\s*"([a-z-]+)"', planning)
    )


@pytest.mark.parametrize("heading", ["Quick start", "Tests"])
def test_the_first_block_is_one_line_that_begins_with_nothing_but_python(heading: str) -> None:
    first = blocks(chapter(README.read_text(encoding="utf-8"), heading), "[a-z]*")[0]
    assert first.count("\n") == 1
    assert first.startswith("python3.11 -m venv .venv && .venv/bin/pip install -q ")


def test_every_link_leads_to_a_file_or_a_heading() -> None:
    text = README.read_text(encoding="utf-8")
    titles = re.findall(r"^#+ (.*)", text, re.MULTILINE)
    headings = {re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-") for title in titles}
    targets = [target for target in re.findall(r"\]\(([^)\s]+)\)", text.replace("\n", " ")) if "://" not in target]
    lost = [one for one in targets if (one[1:] not in headings if one[0] == "#" else not (ROOT / one).exists())]
    assert lost == []
