"""What an import says: long lists are counted, but what the reader has to act on is named to the last."""

from __future__ import annotations

from dac.model.address import Address
from dac.model.inventory import Imported, Skipped
from dac.views.human.imported import imported_text


def test_files_are_counted_and_remarks_are_not() -> None:
    addresses = [Address("s", "detection", f"d{number:02}") for number in range(30)]
    failed = tuple(Skipped("detection", f"Failed {number}", "why") for number in range(30))
    left = tuple(Skipped("detection", f"Left {number}", "QRadar's") for number in range(30))
    done = Imported("s", tuple(f"{one.name}.toml" for one in addresses), dict.fromkeys(addresses, ("look",)), (), 0,
                    left, failed, ())  # fmt: skip
    lines = imported_text(done, dry_run=False).splitlines()
    assert lines.count("  … and 10 other files") == 1
    assert [f"  detection.{one.name}: look" in lines for one in addresses] == [True] * 30
    assert [f'  detection "{one.name}"' in lines for one in failed] == [True] * 30
    assert "Left alone (`dac list` names all):" in lines
    assert lines.count("  … and 10 other resources") == 1


def test_a_uuid_that_went_into_a_file_is_told_below_its_resource() -> None:
    address = Address("s", "detection", "x")
    done = Imported("s", (), {}, (address,), 0, (), (), (), {address: "stacks/s/x.toml"})
    said = imported_text(done, dry_run=True)
    assert said.startswith(
        "  s/detection.x was declared already: it would go into the state\n"
        "    and its uuid on this console would go into stacks/s/x.toml\n"
    )
