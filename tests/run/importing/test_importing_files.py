"""Files of a stack that is there, edited by an import: what somebody saves meanwhile is never written over."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dac.config.declared import DeclaredResource, Origin
from dac.config.documents import Document
from dac.config.editing import Put
from dac.config.sources import Block
from dac.config.uuid_values import uuid_on
from dac.errors import DacError
from dac.model.address import Address
from dac.run.importing.files import Layout, Staging

if TYPE_CHECKING:
    from pathlib import Path

TEXT = '[detection.x]\nuuid = "a"  # of dev\n'
EDIT = Put(("detection", "x", "console", "prod", "uuid"), "b")


@pytest.fixture
def place(tmp_path: Path) -> Staging:
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "x.toml").write_text(TEXT)
    return Staging(tmp_path / "staged", tmp_path / "s", {"x.toml": [EDIT]})


def test_the_edit_is_in_the_stack_once_it_is_published(place: Staging) -> None:
    changed = place.fill((), Layout.RESOURCE)
    assert (place.target / "x.toml").read_text() == TEXT
    place.publish(changed)
    assert (place.target / "x.toml").read_text() == f'{TEXT}console.prod.uuid = "b"\n'


def test_what_was_saved_meanwhile_stays_and_nothing_is_written(place: Staging) -> None:
    changed = place.fill((), Layout.RESOURCE)
    mine = TEXT + "severity = 3\n"
    (place.target / "x.toml").write_text(mine)
    with pytest.raises(DacError, match="was changed while the console was read") as refused:
        place.publish(changed)
    assert refused.value.hint == "import again: nothing was written"
    assert (place.target / "x.toml").read_text() == mine


def test_a_table_that_is_gone_by_then_is_no_place_for_an_edit(place: Staging) -> None:
    (place.target / "x.toml").write_text("")
    with pytest.raises(DacError, match="cannot be edited"):
        place.fill((), Layout.RESOURCE)


def _resource(**table: Any) -> DeclaredResource:
    block = Block(table, Document("x.toml", "x.toml", {}), ("detection", "x"))
    return DeclaredResource(Address("s", "detection", "x"), table, "", (), Origin(block))


@pytest.mark.parametrize(
    ("table", "path"),
    [
        ({"uuid": "a"}, ("console", "prod", "uuid")),
        ({"uuid": "a", "console": {"prod": {"uuid": "c"}}}, ("console", "prod", "uuid")),
        ({"uuid": {"console": {"dev": "a"}}}, ("uuid", "console", "prod")),
        ({"uuid": {"console": {"dev": "a"}}, "console": {"prod": {"uuid": "c"}}}, ("console", "prod", "uuid")),
    ],
)
def test_it_goes_where_this_console_looks_for_it(table: dict[str, Any], path: tuple[str, ...]) -> None:
    assert uuid_on(_resource(**table), "prod", "b") == Put(("detection", "x", *path), "b")


def test_a_uuid_that_comes_from_a_variable_is_left_alone() -> None:
    with pytest.raises(ValueError, match="comes from a variable"):
        uuid_on(_resource(uuid={"console": {"prod": "${var.id}"}}), "prod", "b")
