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
    text = unlock_prompt(holder, 'console "prod"')
    assert "Run run-7 of alice on ci-3\\x1b[2J (pid 4711) holds the lock:\n    dac apply --console prod\n" in text
