"""What an apply overwrites is on disk before the first write, and what came of it afterwards."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from run_bench import NOW, Run, create, delete

from dac.config.settings import HistorySettings
from dac.errors import Forbidden, Interrupted, Unreachable
from dac.model.deployed import digest
from dac.model.history import Ending
from dac.model.run import Holder, Result
from dac.run.apply.keeping import kept
from dac.state.history import History

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dac.run.console import Console

HOLDER = Holder("run-1", "ana", "soc-7", 1, "dac apply", NOW)


class Rules:
    """Exports every rule it is asked for, or says why not."""

    def __init__(self, refusal: Exception | None = None) -> None:
        self.refusal = refusal
        self.asked: list[str] = []

    def bodies_of(self, uuids: Iterable[str]) -> dict[str, str]:
        self.asked = sorted(uuids)
        if self.refusal:
            raise self.refusal
        return {uuid: f"<rule>{uuid}</rule>" for uuid in self.asked}


def bench(folder: Path, *changes: Any, rules: Rules | None = None, **carrier: Any) -> tuple[Run, History]:
    run = Run(folder / "state", *changes, **carrier)
    console = SimpleNamespace(
        project=SimpleNamespace(history=HistorySettings(folder / "history")),
        settings=SimpleNamespace(name="prod"),
        rules=rules or Rules(),
        carriers=run.execution.console.carriers,
        now=lambda: NOW,
    )
    run.execution.console = cast("Console", console)
    return run, History(folder / "history", "prod")


def test_pre_images_are_kept_before_the_first_write_and_the_outcome_after_the_last(tmp_path: Path) -> None:
    changes = (create("reference_set.new"), delete("building_block.old"))
    seen: list[Any] = []
    run, history = bench(tmp_path, *changes, watching=lambda: seen.append(history.read("run-1")))
    with kept(run.execution, HOLDER, "digest"):
        run.go()
    assert {past.ending for past in seen} == {Ending.UNFINISHED}
    created, deleted = (next(c for c in seen[0].changes if c.action == action) for action in ("create", "delete"))
    assert (created.before, created.after, created.xml) == (None, {"name": "new"}, "")
    assert (deleted.before, deleted.xml) == ({"name": "old"}, "<rule>uuid of cloud/building_block.old</rule>")
    past = history.read("run-1")
    assert (past.ending, past.ended, past.plan, past.who) == (Ending.COMPLETE, NOW, "digest", "ana")
    assert [change.result for change in past.changes] == [Result.APPLIED, Result.APPLIED]
    left = {change.address.local: change.left for change in past.changes}
    assert left == {"reference_set.new": digest({"name": "new"}), "building_block.old": ""}


def test_what_failed_and_what_was_left_out_is_told_apart(tmp_path: Path) -> None:
    change = create("reference_set.new")
    reader = create("custom_property.reader", reading=("reference_set:new",))
    run, history = bench(tmp_path, change, reader, failing={"reference_set.new"})
    with kept(run.execution, HOLDER, "digest"):
        run.go()
    past = history.read("run-1")
    told = {change.address.local: (change.result, change.left) for change in past.changes}
    assert past.ending is Ending.INCOMPLETE
    assert told == {"reference_set.new": (Result.FAILED, None), "custom_property.reader": (Result.SKIPPED, "")}


@pytest.mark.parametrize("error", [Interrupted("stopped as asked"), KeyboardInterrupt(), OSError("disk full")])
def test_a_run_that_is_stopped_leaves_how_far_it_came(tmp_path: Path, error: BaseException) -> None:
    run, history = bench(tmp_path, create("reference_set.new"))
    with pytest.raises(type(error)), kept(run.execution, HOLDER, "digest"):
        raise error
    past = history.read("run-1")
    assert (past.ending, past.reason, past.changes[0].result) == (Ending.STOPPED, str(error), Result.SKIPPED)


def test_rules_that_the_console_does_not_export_are_kept_in_their_deployed_form(tmp_path: Path) -> None:
    run, history = bench(tmp_path, delete("detection.x"), rules=Rules(Forbidden("the token may not")))
    with kept(run.execution, HOLDER, "digest"):
        pass
    (change,) = history.read("run-1").changes
    assert (change.xml, change.no_xml, change.before) == ("", "the token may not", {"name": "x"})


def test_a_console_that_is_gone_ends_the_run_before_it_wrote(tmp_path: Path) -> None:
    run, history = bench(tmp_path, delete("detection.x"), rules=Rules(Unreachable("gone")))
    with pytest.raises(Unreachable), kept(run.execution, HOLDER, "digest"):
        run.go()
    assert run.asked == []
    assert history.every() == ((), ())


def test_nothing_is_exported_for_what_is_new(tmp_path: Path) -> None:
    rules = Rules(Forbidden("never asked"))
    run, _ = bench(tmp_path, create("detection.x"), create("reference_set.y"), rules=rules)
    with kept(run.execution, HOLDER, "digest"):
        pass
    assert rules.asked == []
