"""A stack whose folder is gone: named, left alone by everything but `dac destroy STACK`."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from analyst import looking_at

if TYPE_CHECKING:
    from project import Project

ORPHAN = "stack gone has 1 resource on console local, and its folder is gone"


@pytest.fixture
def orphaned(lab: Project) -> Project:
    """The small project, and a stack of one building block that was applied and whose folder was deleted."""
    lab.write(
        "stacks/gone/block.toml",
        '[building_block.block]\nname = "BB: Gone"\nfilter = "REFERENCESETCONTAINS(\'Lab: VPN egress\', sourceip)"\n',
    )
    lab.apply("gone")
    shutil.rmtree(lab.root / "stacks/gone")
    return lab


def test_an_orphan_is_named_and_nothing_but_destroy_touches_it(orphaned: Project) -> None:
    with looking_at(orphaned) as analyst:
        before = analyst.everything()
        planned = orphaned.dac("plan", "--detailed-exitcode")
        assert (planned.code, ORPHAN in planned.stderr) == (0, True)
        assert "`dac destroy gone --console local`" in planned.stderr
        assert "gone/building_block.block\n" in orphaned.dac("state", "list").stdout
        assert ORPHAN in orphaned.apply().stderr
        named = orphaned.dac("plan", "gone")
        assert named.code == 1
        assert 'the folder of stack "gone" is gone' in named.stderr
        assert "`dac destroy gone --console local`" in named.stderr
        assert analyst.everything() == before
        gone = orphaned.dac("destroy", "gone", "--auto-approve")
        assert "Destroy complete! Resources: 1 destroyed." in gone.stdout, gone.text
    assert ORPHAN not in orphaned.dac("plan").stderr


def test_an_orphan_reads_on_and_keeps_what_it_reads(orphaned: Project) -> None:
    orphaned.edit("stacks/lab/foreign.toml", 'not_in = "reference_set.vpn"', 'not_in = "reference_set.other"')
    allowlist = orphaned.read("stacks/lab/allowlist.toml")
    orphaned.write(
        "stacks/lab/allowlist.toml", allowlist.replace("set.vpn", "set.other").replace("VPN egress", "Other")
    )
    refused = orphaned.dac("apply", "lab", "--auto-approve")
    assert refused.code == 1
    assert "Error: reference_set.vpn is still read by gone/building_block.block\n" in refused.stdout
