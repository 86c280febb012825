"""A page's made parts against what makes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from markdown_pages import made_parts, with_made_part

if TYPE_CHECKING:
    from pathlib import Path


class MadePart:
    """Compares what stands between two marks of a page with what should; writes it with --update-golden."""

    def __init__(self, *, update: bool) -> None:
        self._update = update

    def __call__(self, page: Path, name: str, made: str) -> None:
        text = page.read_text(encoding="utf-8")
        if self._update:
            page.write_text(with_made_part(text, name, made), encoding="utf-8")
            return
        stale = f"{page.name}: `{name}` is out of date: run pytest --update-golden tests/documentation"
        assert made_parts(text)[name] == made, stale


@pytest.fixture
def made_part(request: pytest.FixtureRequest) -> MadePart:
    """`made_part(README, "commands", text)` asserts that the page holds the text, or writes it on --update-golden."""
    return MadePart(update=request.config.getoption("--update-golden"))
