"""Reading a query does not load the linter, and the linter loads nothing that only other rooms need."""

from __future__ import annotations

import subprocess
import sys


def _loaded(script: str, *names: str) -> str:
    code = f"import sys; {script}; print(sorted(n for n in {names!r} if n in sys.modules))"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_parsing_checking_and_filters_do_not_load_the_linter() -> None:
    script = "from dac.aql import parsing, checking, rule_filter; parsing.parse('SELECT a FROM events')"
    assert _loaded(script, "dac.aql.lint", "dac.aql.lint.engine") == "[]"


def test_linting_loads_no_library() -> None:
    script = "from dac.aql.lint.engine import lint; lint('SELECT a FROM events WHERE b = 1 LAST 1 HOURS')"
    assert _loaded(script, "pydantic", "rich", "typer", "httpx", "tomlkit", "deepdiff") == "[]"
