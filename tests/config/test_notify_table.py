"""[notify] says where the webhook's URL comes from; it never holds it."""

from __future__ import annotations

from typing import Any

import pytest

from dac.config.dac_toml import check_project_file

PROJECT = {"name": "acme", "id": "0b8f6f0e-0000-4000-8000-000000000000"}


def codes(notify: dict[str, Any]) -> list[str]:
    _, findings = check_project_file({"project": PROJECT, "notify": notify})
    assert not any("hooks.example.com" in f"{finding.summary}{finding.hint}" for finding in findings)
    return [finding.code for finding in findings]


@pytest.mark.parametrize(
    ("notify", "code"),
    [
        ({"webhook": "https://hooks.example.com/secret"}, "literal-token"),
        ({"webhook": {}}, "invalid-value"),
        ({"webhook": {"env": "A", "file": "b"}}, "invalid-value"),
        ({"webhook": {"env": ""}}, "invalid-value"),
        ({"web_hook": {"env": "A"}}, "unknown-key"),
    ],
)
def test_a_wrong_table_is_one_finding(notify: dict[str, Any], code: str) -> None:
    assert codes(notify) == [code]


def test_it_may_come_from_anywhere_a_token_may() -> None:
    assert codes({}) == codes({"webhook": {"file": "hook.url"}}) == codes({"webhook": {"env": "HOOK"}}) == []
