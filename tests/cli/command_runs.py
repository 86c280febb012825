"""`dac WORDS` within this process, as `dac.__main__` runs it: typed words in, output and exit code out."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dac.cli.app import run

if TYPE_CHECKING:
    import pytest


@dataclass(frozen=True)
class Ran:
    code: int
    stdout: str
    stderr: str

    @property
    def json(self) -> Any:
        return json.loads(self.stdout)


@dataclass(frozen=True)
class Terminal:
    """Types commands; what they answer is captured."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def dac(self, *words: str, given: str = "") -> Ran:
        self.monkeypatch.setattr(sys, "argv", ["dac", *words])
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(given))
        try:
            run()
        except SystemExit as end:
            said = self.capsys.readouterr()
            return Ran(int(end.code or 0), said.out, said.err)
        raise AssertionError("dac did not end")
