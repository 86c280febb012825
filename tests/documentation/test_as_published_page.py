from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_pages import ROOT
from typer.testing import CliRunner

from dac.cli.app import application

if TYPE_CHECKING:
    import pytest
    from conftest import MadePart

EXAMPLE = ROOT / "examples" / "as-published"


def test_the_page_shows_what_validate_says_about_the_published_queries(
    monkeypatch: pytest.MonkeyPatch, made_part: MadePart
) -> None:
    monkeypatch.chdir(EXAMPLE)
    done = CliRunner().invoke(application(), ["validate"], catch_exceptions=False)
    assert done.exit_code == 1
    made_part(EXAMPLE / "README.md", "output of dac validate", f"```console\n$ dac validate\n{done.output}```\n")
