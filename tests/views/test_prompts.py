"""Questions name the console; nothing but yes is an answer."""

from __future__ import annotations

from sample_plans import DETECTION, create, plan

from dac.model.run import Holder
from dac.views.human.prompts import approval_prompt, cancelled, unlock_prompt


def test_the_approval_names_the_console_and_its_url() -> None:
    assert approval_prompt(plan(create("detection.x", DETECTION))) == (
        'Do you want to perform these actions on console "prod" (https://qradar.example.com)?\n'
        "  dac will perform the actions described above.\n"
        "  Only 'yes' will be accepted to approve.\n"
        "\n"
        "  Enter a value: "
    )


def test_a_destroy_is_asked_for_in_stronger_words() -> None:
    assert approval_prompt(plan(destroy=True, stacks=("cloud", "identity"))) == (
        'Do you really want to destroy all resources on console "prod" (https://qradar.example.com)?\n'
        "  dac will destroy all it manages there in 2 stacks (cloud, identity), as shown above.\n"
        "  `dac rollback` could create it again, under other numbers and without what happened to it here.\n"
        "  Only 'yes' will be accepted to confirm.\n"
        "\n"
        "  Enter a value: "
    )


def test_no_is_answered_in_one_line() -> None:
    assert cancelled(plan()) == "Apply cancelled.\n"
    assert cancelled(plan(destroy=True)) == "Destroy cancelled.\n"
    assert cancelled(plan(rollback="run-1")) == "Rollback cancelled.\n"


def test_breaking_a_lock_names_who_holds_it() -> None:
    holder = Holder("run-7", "alice", "ci-3\x1b[2J", 4711, "dac apply --console prod", created=0)
    text = unlock_prompt([("console prod", holder)])
    assert text.startswith("Do you really want to unlock console prod?\n  Run run-7 holds the lock:\n")
    assert "    console prod: alice on ci-3\\x1b[2J (pid 4711)\n      dac apply --console prod\n" in text


def test_breaking_several_locks_names_the_holder_of_each_and_who_else_holds_some() -> None:
    applying = Holder("run-7", "alice", "ci-3", 4711, "dac apply cloud", created=1_767_323_045_000)
    untold = Holder("run-7", "alice", "", 0, "", created=0)
    other = Holder("run-9", "bob", "soc-2", 12, "dac apply network", created=1_767_323_045_000)
    text = unlock_prompt(
        [("console prod", applying), ("the state of stack cloud", untold)], [("the state of stack network", other)]
    )
    assert text == (
        "Do you really want to unlock console prod and the state of stack cloud?\n"
        "  Run run-7 holds 2 locks:\n"
        "    console prod: alice on ci-3 (pid 4711), since 2026-01-02 03:04:05 UTC\n"
        "      dac apply cloud\n"
        "    the state of stack cloud: alice\n"
        "      it does not say what for\n"
        "  Other runs hold locks, too, which stay:\n"
        "    the state of stack network: run run-9, bob on soc-2 (pid 12), since 2026-01-02 03:04:05 UTC\n"
        "  If it is still running, two applies will interleave. Only 'yes' will be accepted to confirm.\n"
        "\n"
        "  Enter a value: "
    )
