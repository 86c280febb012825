"""What reading a query loads, and that the tables are where a wheel takes them from."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files


def test_reading_a_query_loads_no_table_and_nothing_that_only_errors_need() -> None:
    script = (
        "import sys; from dac.aql.parsing import parse; parse('SELECT a FROM events WHERE b = 1 LAST 1 HOURS');"
        "print(sorted({'difflib', 'dac.aql.catalogue', 'dac.aql.printing', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_tables_lie_beside_the_code_that_reads_them() -> None:
    names = {file.name for file in files("dac.aql.catalogue").iterdir() if file.name.endswith(".json")}
    assert names == {
        "enumerations.json",
        "fields.json",
        "functions.json",
        "keywords.json",
        "log_source_types.json",
        "not_fields.json",
        "other_names.json",
        "sources.json",
    }
