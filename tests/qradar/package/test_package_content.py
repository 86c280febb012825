from __future__ import annotations

import base64

import pytest

from dac.errors import BadContent
from dac.qradar.package.content import Group, RuleRow, columns, read_rows, timestamp, write_content

RULE = RuleRow("5f8b", "900001", b"<rule/>", {"origin": "USER", "rule_type": "0", "future_column": "kept & well"})
GROUP = Group("900002", "Cloud accounts", ("900001",), "Made by dac")


def _content(*rows: str) -> bytes:
    return f"<content><qradarversion>7.3.1</qradarversion>{''.join(rows)}</content>".encode()


def _rule(data: str = "PHJ1bGUvPg==", uuid: str = "a") -> str:
    return f"<custom_rule><uuid>{uuid}</uuid><id>5</id><rule_data>{data}</rule_data></custom_rule>"


def test_rules_are_read_as_they_were_written_with_columns_dac_does_not_know() -> None:
    content = read_rows(write_content("2021.6.12", [RULE], [], now=0))
    assert content.build == "2021.6.12"
    assert content.rules == (RULE,)
    assert content.rows == ()


def test_a_group_comes_with_its_type_and_a_link_for_each_rule() -> None:
    content = read_rows(write_content("2021.6.12", [RULE], [GROUP], now=0))
    kind, group, link = content.rows
    assert (kind.tag, columns(kind)["id"]) == ("fgroup_type", "3")
    assert group.tag == "fgroup"
    assert columns(group).items() >= {"name": "Cloud accounts", "parent_id": "3", "type_id": "3"}.items()
    assert link.tag == "fgroup_link"
    assert columns(link).items() >= {"fgroup_id": "900002", "item_id": "900001"}.items()


def test_without_groups_there_is_no_row_about_groups() -> None:
    assert b"fgroup" not in write_content("2021.6.12", [RULE], [], now=0)


def test_the_version_comes_first() -> None:
    assert write_content("2021.6.12", [RULE], [], now=0).index(b"<content><qradarversion>2021.6.12<") > 0


def test_times_are_iso_with_milliseconds() -> None:
    assert timestamp(1_767_225_600_123) == "2026-01-01T00:00:00.123Z"


def test_base64_may_be_wrapped() -> None:
    wrapped = base64.encodebytes(b"<rule>" + b"x" * 100 + b"</rule>").decode()
    assert read_rows(_content(_rule(wrapped))).rules[0].data.startswith(b"<rule>xxx")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"<rule/>", "<rule>, not <content>"),
        (_content(_rule(uuid="")), "without a uuid"),
        (_content(_rule(data="")), "rule a has no rule_data"),
        (_content(_rule(data="!!!")), "rule_data of rule a is no base64"),
        (b'<!DOCTYPE content [<!ENTITY a "b">]><content>&a;</content>', "document type"),
    ],
)
def test_content_that_breaks_the_format_is_bad_content_and_says_where(data: bytes, said: str) -> None:
    with pytest.raises(BadContent, match=said):
        read_rows(data)
