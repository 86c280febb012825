"""Queries that several tests of this folder read."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent / "queries"

VALID = [line for line in (_FOLDER / "valid.txt").read_text("utf-8").splitlines() if line and line[0] != "#"]
T1078_004 = (_FOLDER / "t1078_004_as_published.aql").read_text("utf-8")
T1585_003 = (_FOLDER / "t1585_003_as_published.aql").read_text("utf-8")
