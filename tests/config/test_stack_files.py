"""Stacks are folders of TOML files, merged; what is wrong with one file leaves the others readable."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from project_files import lines, load, only_resource, problems, write

if TYPE_CHECKING:
    from pathlib import Path

BLOCK = '[building_block.{0}]\nname = "BB: {0}"\nfilter = "x = 1"\n'


def addresses(root: Path) -> list[str]:
    return [str(resource.address) for stack in load(root).stacks.values() for resource in stack.resources]


def test_a_stack_spreads_over_any_number_of_files_and_folders(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "stacks/cloud/stack.toml": '[stack]\ndescription = "Cloud accounts"\n',
            "stacks/cloud/b.toml": BLOCK.format("two"),
            "stacks/cloud/deep/er/a.toml": BLOCK.format("one") + BLOCK.format("three"),
            "stacks/other/x.toml": BLOCK.format("one"),
        },
    )
    stacks = load(tmp_path)
    assert lines(stacks.diagnostics) == []
    assert stacks.stacks["cloud"].description == "Cloud accounts"
    assert addresses(tmp_path) == [
        "cloud/building_block.two",
        "cloud/building_block.one",
        "cloud/building_block.three",
        "other/building_block.one",
    ]


def test_hidden_files_and_other_files_are_left_alone(tmp_path: Path) -> None:
    files = {
        "stacks/a/.draft.toml": "not = = toml",
        "stacks/a/.git/x.toml": "[[[",
        "stacks/a/README.md": "[detection]",
        "stacks/.hidden/x.toml": "[[[",
        "stacks/__pycache__/x.toml": "[[[",
        "stacks/notes.toml": "[[[",
    }
    assert problems(tmp_path, files) == []
    assert list(load(tmp_path).stacks) == ["a"]


def test_a_stack_may_be_empty(tmp_path: Path) -> None:
    assert problems(tmp_path, {"stacks/a/README.md": ""}) == []
    assert load(tmp_path).stacks["a"].resources == ()


def test_a_byte_order_mark_and_windows_line_ends_are_no_trouble(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": ""})
    text = "\ufeff" + BLOCK.format("one") + "notes = '''\na # b\nc'''\n"
    (tmp_path / "stacks/a/x.toml").write_bytes(text.replace("\n", "\r\n").encode())
    resource = only_resource(load(tmp_path))
    assert resource.table["notes"] == "a # b\nc"
    assert str(resource.locate(("notes",), 1)) == "stacks/a/x.toml:6"


def test_a_missing_stacks_folder_says_what_to_do(tmp_path: Path) -> None:
    write(tmp_path, {})
    (diagnostic,) = load(tmp_path).diagnostics
    assert str(diagnostic.position) == "stacks:1"
    assert diagnostic.summary == "there is no folder of stacks, so there is nothing to compare a console with"
    assert diagnostic.hint == "make a folder stacks/NAME with *.toml files, or run `dac init`"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[detection.x]\nname = \n", "stacks/a/x.toml:2: this is not valid TOML: invalid value"),
        ("a = '''\nnever closed\n", "stacks/a/x.toml:3: this is not valid TOML: expected \"'''\""),
        (
            "[building_block.x]\n\n[building_block.x]\n",
            "stacks/a/x.toml:3: this is not valid TOML: cannot declare [building_block.x] twice",
        ),
        ("[detecton.x]\n", "stacks/a/x.toml:1: unknown table [detecton]"),
        ("\ndetection = 3\n", "stacks/a/x.toml:2: detection is not a table"),
        ('[detection]\nname = "x"\n', "stacks/a/x.toml:2: detection.name is not a table"),
        ("[[detection.x]]\nname = 'x'\n", "stacks/a/x.toml:1: detection.x is an array of tables"),
        (
            '[detection."my rule"]\n',
            'stacks/a/x.toml:1: "my rule" is no name: a letter, then letters, digits, _ and -',
        ),
        ("[stack]\ndescripton = 'x'\n", 'stacks/a/x.toml:2: unknown key "descripton"'),
        ("[stack]\ndescription = 3\n", "stacks/a/x.toml:2: description is 3, a text is wanted"),
        ("[[stack]]\n", "stacks/a/x.toml:1: stack is not a table"),
        (
            "[removed]\nx = 'y'\n",
            'stacks/a/x.toml:2: [removed] holds lines like "detection.old" = "why", not x',
        ),
        (
            "[removed]\ndetection.x = 'y'\n",
            'stacks/a/x.toml:2: [removed] holds lines like "detection.old" = "why", not detection',
        ),
        (
            "[removed]\n'detection.x' = ''\n",
            'stacks/a/x.toml:2: [removed] holds lines like "detection.old" = "why", not detection.x',
        ),
        (f"x = {'[' * 5000}", "stacks/a/x.toml:1: this is not valid TOML"),
        (f"x = {'9' * 5000}\n", "stacks/a/x.toml:1: this is not valid TOML"),
    ],
)
def test_a_mistake_has_its_line(tmp_path: Path, text: str, expected: str) -> None:
    (found,) = problems(tmp_path, {"stacks/a/x.toml": text})
    assert found.startswith(expected)


def test_an_unknown_table_gets_the_nearest_known(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": "[detecton.x]\n"})
    assert load(tmp_path).diagnostics[0].hint == 'did you mean "detection"?'


def test_other_files_are_read_when_one_is_broken(tmp_path: Path) -> None:
    files = {"stacks/a/bad.toml": "x = [", "stacks/a/good.toml": BLOCK.format("one"), "stacks/b/x.toml": "y = ="}
    write(tmp_path, files)
    stacks = load(tmp_path)
    assert [str(item.position) for item in stacks.diagnostics] == ["stacks/a/bad.toml:1", "stacks/b/x.toml:1"]
    assert addresses(tmp_path) == ["a/building_block.one"]


def test_an_address_declared_in_two_files_names_both_places(tmp_path: Path) -> None:
    files = {"stacks/a/1.toml": "\n" + BLOCK.format("one"), "stacks/a/2.toml": BLOCK.format("one")}
    assert problems(tmp_path, files) == [
        "stacks/a/2.toml:1: building_block.one is declared twice: first at stacks/a/1.toml:2"
    ]


def test_the_same_address_in_two_stacks_is_fine(tmp_path: Path) -> None:
    assert problems(tmp_path, {"stacks/a/1.toml": BLOCK.format("one"), "stacks/b/1.toml": BLOCK.format("one")}) == []


def test_stack_variable_and_removed_twice_name_both_places(tmp_path: Path) -> None:
    text = '[stack]\n[variable.v]\ntype = "string"\ndefault = "x"\n[removed]\n"detection.x" = "gone"\n'
    assert problems(tmp_path, {"stacks/a/1.toml": text, "stacks/a/2.toml": text}) == [
        "stacks/a/2.toml:1: [stack] is declared twice: first at stacks/a/1.toml:1",
        "stacks/a/2.toml:2: variable.v is declared twice: first at stacks/a/1.toml:2",
        'stacks/a/2.toml:6: "detection.x" in [removed] is declared twice: first at stacks/a/1.toml:6',
    ]


def test_removed_addresses_keep_their_reason(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": '[removed]\n"detection.old" = "handed to the fraud team"\n'})
    assert load(tmp_path).stacks["a"].removed == {"detection.old": "handed to the fraud team"}


def test_a_file_that_is_not_utf_8_is_named_with_the_line(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": "", "stacks/a/y.toml": ""})
    (tmp_path / "stacks/a/x.toml").write_bytes(b"# one\n# caf\xe9\n")
    (tmp_path / "stacks/a/y.toml").write_bytes("[stack]\n".encode("utf-16"))
    found = load(tmp_path).diagnostics
    assert lines(found) == ["stacks/a/x.toml:2: this file is not UTF-8", "stacks/a/y.toml:1: this file is not UTF-8"]
    assert [item.hint for item in found] == ["save it as UTF-8", "save it as UTF-8 (this looks like UTF-16)"]


def test_links_that_lead_in_a_circle_or_nowhere_are_named(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/deep/x.toml": BLOCK.format("one")})
    (tmp_path / "stacks/a/deep/loop").symlink_to(tmp_path / "stacks/a")
    (tmp_path / "stacks/a/lost.toml").symlink_to(tmp_path / "nowhere.toml")
    (tmp_path / "stacks/a/self.toml").symlink_to(tmp_path / "stacks/a/self.toml")
    assert lines(load(tmp_path).diagnostics) == [
        "stacks/a/deep/loop:1: this link leads back into a folder that contains it",
        "stacks/a/lost.toml:1: this cannot be read: No such file or directory",
        "stacks/a/self.toml:1: this cannot be read: Too many levels of symbolic links",
    ]
    assert addresses(tmp_path) == ["a/building_block.one"]


def test_a_linked_folder_is_read(tmp_path: Path) -> None:
    write(tmp_path, {"shared/x.toml": BLOCK.format("one"), "stacks/a/README": ""})
    (tmp_path / "stacks/a/shared").symlink_to(tmp_path / "shared")
    assert addresses(tmp_path) == ["a/building_block.one"]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/x.toml": ""})
    (tmp_path / "stacks/a/x.toml").chmod(0)
    assert lines(load(tmp_path).diagnostics) == ["stacks/a/x.toml:1: this cannot be read: Permission denied"]


def test_a_folder_named_like_a_file_is_a_folder(tmp_path: Path) -> None:
    write(tmp_path, {"stacks/a/odd.toml/x.toml": BLOCK.format("one")})
    assert addresses(tmp_path) == ["a/building_block.one"]


def test_a_stack_folder_needs_a_name_for_addresses(tmp_path: Path) -> None:
    assert problems(tmp_path, {"stacks/my stack/x.toml": "", "stacks/2024/x.toml": ""}) == [
        'stacks/2024:1: "2024" is no stack name: a letter, then letters, digits, _ and -',
        'stacks/my stack:1: "my stack" is no stack name: a letter, then letters, digits, _ and -',
    ]
