from __future__ import annotations

import hashlib

import pytest
from loaded_stacks import as_published

from dac.aql.parsing import parse
from dac.aql.references import references


@pytest.mark.parametrize(
    ("local", "sha256"),
    [
        ("detection.risky_sign_in", "81a1f11538cd17924fcba347c05d96ceaa9aa9d2aa0c62b5f51202e0755f8405"),
        ("detection.adversary_account", "5f7ab5126c04ff5ec7ff493451aa161d1aab2e2f427985ac873ffc95951c6042"),
    ],
)
def test_nobody_has_corrected_a_published_query(local: str, sha256: str) -> None:
    query = as_published().of_kind("detection")[local].aql.removesuffix("\n")
    assert hashlib.sha256(query.encode()).hexdigest() == sha256


def test_the_first_query_reads_a_property_that_is_not_declared() -> None:
    query = as_published().of_kind("detection")["detection.risky_sign_in"].aql
    read = {f"custom_property.{name}" for name in references(parse(query)).properties}
    assert read - as_published().declared.keys() == {"custom_property.Application"}


def test_the_second_query_is_aql_and_becomes_a_rule() -> None:
    compiled = as_published().compiled["detection.adversary_account"]
    assert compiled.findings == ()
    assert "LIKE '%Azure%'" in compiled.deployed["filter"]
    assert "LAST" not in compiled.deployed["filter"]
